//! Copying text.

use crate::editor::Editor;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// Puts a text on the clipboard, and says so.
pub fn copy(editor: Editor, what: String, text: &str) {
    let written = window().navigator().clipboard().write_text(text);
    spawn_local(async move {
        match JsFuture::from(written).await {
            Ok(_) => editor.notify(format!("Copied {what}")),
            Err(_) => editor.alert(
                format!("The browser does not let Patchbay copy {what}."),
                None,
            ),
        }
    });
}
