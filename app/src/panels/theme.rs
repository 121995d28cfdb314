//! Light and dark.

use super::icon::Icon;
use crate::editor::{Editor, use_editor};
use crate::heard;
use crate::page::Theme;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// How long the choice is remembered, in seconds: a year.
const REMEMBERED: u32 = 31_536_000;

/// Switches between light and dark, beginning with the other one than the system's.
#[component]
pub fn ThemeToggle() -> impl IntoView {
    let editor = use_editor();
    view! {
        <button
            type="button"
            class="button button-bare"
            aria-label="Toggle theme"
            title="Switch between light and dark"
            on:click=heard::mouse(move |_| toggle(editor))
        >
            {Icon::Theme.draw()}
        </button>
    }
}

fn toggle(editor: Editor) {
    let next = match is_dark(editor) {
        true => Theme::Light,
        false => Theme::Dark,
    };
    editor.theme.set(next);
    let name = next.as_str();
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-theme", name);
    }
    // A cookie and not local storage, so that the server paints the page in these colours at once.
    if let Some(page) = document().dyn_ref::<web_sys::HtmlDocument>() {
        let cookie = format!("theme={name}; Path=/; SameSite=Lax; Max-Age={REMEMBERED}");
        let _ = page.set_cookie(&cookie);
    }
    editor.announce(format!("The theme is {name} now"));
}

/// Whether the page is dark now.
pub fn is_dark(editor: Editor) -> bool {
    match editor.theme.get_untracked() {
        Theme::Light => false,
        Theme::Dark => true,
        Theme::System => system_prefers("(prefers-color-scheme: dark)"),
    }
}

/// Whether a question about the system is answered with yes.
fn system_prefers(query: &str) -> bool {
    let query = window().match_media(query);
    query.ok().flatten().is_some_and(|query| query.matches())
}
