//! The dialog that opens another graph: a saved one, a sample, or a file.

use super::dialog::{close, dialog_head};
use super::fragment::Fragment;
use super::icon::Icon;
use super::opening::open_file;
use crate::editor::use_editor;
use crate::heard;
use crate::held::Held;
use crate::late::IntoLate;
use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;

/// `Open` and its dialog.
#[component]
pub fn OpenDialog() -> impl IntoView {
    let editor = use_editor();
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    let open = Held::new(false);
    let address = Box::new(move || open.get().then(|| "saved".to_string()));
    let show = move |_| {
        open.set(true);
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    };
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        if let Some(file) = input.files().and_then(|files| files.get(0)) {
            open_file(editor, file);
        }
        // The same file, corrected, shall be a change again.
        input.set_value("");
        // Whatever came of it shows on the page, which the dialog would cover.
        close(dialog);
    };
    view! {
        <button type="button" class="button" title="Open another graph" on:click=heard::mouse(show)>
            {Icon::Open.draw()}
            <span>"Open"</span>
        </button>
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="open-title"
            on:close=heard::plain(move |_| open.set(false))
        >
            {dialog_head(dialog, "open-title", "Open a graph".to_string())}
            <div class="dialog-body">
                <Fragment address />
            </div>
            <footer class="dialog-foot">
                <button type="button" class="button" on:click=heard::mouse(choose)>
                    {Icon::Open.draw()}
                    <span>"Open file"</span>
                </button>
                <span class="muted">"A graph as .json or .wac, or a composed component as .wasm"</span>
                <input
                    type="file"
                    accept=".json,.wac,.wasm,.wat,application/json,application/wasm"
                    hidden
                    node_ref=input
                    on:change=heard::plain(chosen)
                />
            </footer>
        </dialog>
    }
    .late()
}
