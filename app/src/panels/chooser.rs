//! The dialog that asks what is meant.

use super::dialog::dialog_head;
use super::fragment::{Address, Fragment};
use crate::editor::{Editor, use_editor};
use crate::heard;
use crate::late::{IntoLate, Late};
use crate::live::live;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The question, while there is one: a view of the server's.
#[component]
pub fn Chooser() -> impl IntoView {
    let editor = use_editor();
    // One dialog for a question and those that it leads to, so that the focus stays in it.
    let asked = Memo::new(move |_| editor.dialog.with(Option::is_some));
    live(move || asked.get().then(|| question(editor)))
}

fn question(editor: Editor) -> Late {
    let dialog = NodeRef::<Dialog>::new();
    // As soon as it is in the page.
    request_animation_frame(move || {
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
    });
    let title = live(move || editor.dialog.get().map(|(title, _)| title));
    let address: Address = Box::new(move || editor.dialog.get().map(|(_, address)| address));
    view! {
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="choices-title"
            on:close=heard::plain(move |_| editor.dialog.set(None))
        >
            {dialog_head(dialog, "choices-title", title)}
            <div class="dialog-body">
                <Fragment address />
            </div>
        </dialog>
    }
    .late()
}
