//! What a screen reader is told.

use crate::editor::use_editor;
use crate::live::live;
use leptos::prelude::*;

/// A region that nobody sees and screen readers read.
#[component]
pub fn Announcer() -> impl IntoView {
    let editor = use_editor();
    view! {
        <div class="visually-hidden" aria-live="polite" aria-atomic="true">
            {live(move || editor.announcement.get())}
        </div>
    }
}
