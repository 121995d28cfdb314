//! What all dialogs have.

use super::icon::Icon;
use crate::heard;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The title, with a button that closes.
pub fn dialog_head(
    dialog: NodeRef<Dialog>,
    id: &'static str,
    title: impl IntoView + 'static,
) -> impl IntoView {
    view! {
        <header class="dialog-head">
            <h2 id=id>{title}</h2>
            <button
                type="button"
                class="button button-bare"
                aria-label="Close"
                title="Close (Esc)"
                on:click=heard::mouse(move |_| close(dialog))
            >
                {Icon::Close.draw()}
            </button>
        </header>
    }
}

/// Closes a dialog; the focus goes back to where it was.
pub fn close(dialog: NodeRef<Dialog>) {
    if let Some(dialog) = dialog.get_untracked() {
        dialog.close();
    }
}
