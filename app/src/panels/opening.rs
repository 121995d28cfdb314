//! Putting another graph in place of the one at hand: from a document, or out of a composed component.

use crate::client::json::BrowserJson;
use crate::client::{self, Failure, Opened};
use crate::editor::Editor;
use js_sys::encode_uri_component;
use leptos::task::spawn_local;
use patchbay_model::graph::MAX_DOCUMENT_BYTES;
use patchbay_model::{ComponentInfo, Graph};
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Opens a file of any kind that holds a graph; a bad one changes nothing.
pub fn open_file(editor: Editor, file: File) {
    let name = file.name();
    if has_ending(&name, &["wasm", "wat"]) {
        let path = format!("/open?name={}", encode_uri_component(&name));
        let file = Some(("application/octet-stream", file.into()));
        spawn_local(async move { show(editor, &name, client::open(&path, file).await) });
    } else {
        spawn_local(open_text(editor, name, file));
    }
}

/// Opens a `.wac` source. Where it has mistakes, they are shown in a dialog, with ways out.
pub fn open_source(editor: Editor, name: String, source: String) {
    spawn_local(async move {
        let answer = client::open("/wac/read", Some(("text/plain", (&source).into()))).await;
        match answer {
            Err(Failure::Refused(refusal)) if !refusal.problems.is_empty() => {
                let of = encode_uri_component(&name);
                let view = format!("source?name={of}\n{source}");
                editor.ask(format!("Mend {name}"), view);
            }
            answer => {
                editor.dialog.set(None);
                show(editor, &name, answer);
            }
        }
    });
}

/// Takes a component of the palette apart.
pub fn open_component(editor: Editor, component: &ComponentInfo) {
    let path = format!("/components/{}/open", component.digest);
    let name = component.short_name().to_string();
    spawn_local(async move { show(editor, &name, client::open(&path, None).await) });
}

/// Whether a file is named as one of some kinds.
pub fn has_ending(name: &str, endings: &[&str]) -> bool {
    let ending = name.rsplit('.').next().unwrap_or_default();
    endings.iter().any(|it| it.eq_ignore_ascii_case(ending))
}

fn show(editor: Editor, name: &str, answer: Result<Opened, Failure>) {
    match answer {
        Ok(opened) => {
            for component in opened.components {
                editor.keep(component);
            }
            editor.replace(opened.graph, None);
            let mut notes = String::new();
            for note in opened.notes {
                notes += &format!("{}\n", note.message);
            }
            for lost in opened.lost {
                notes += &format!("{lost}\n");
            }
            match notes.is_empty() {
                true => editor.notify(format!("Opened {name}")),
                false => editor.alert(
                    format!("Opened {name}. The graph does not say all of it."),
                    Some(notes),
                ),
            }
        }
        Err(failure) => editor.alert(format!("{name} was not opened. {failure}"), None),
    }
}

/// Reads a document, or a source, from a file.
async fn open_text(editor: Editor, name: String, file: File) {
    #[allow(clippy::cast_precision_loss)]
    let too_large = file.size() > MAX_DOCUMENT_BYTES as f64;
    let text = match too_large {
        // Not worth reading: `read_by` refuses it by its length alone.
        true => " ".repeat(MAX_DOCUMENT_BYTES + 1),
        false => match JsFuture::from(file.text()).await {
            Ok(text) => text.as_string().unwrap_or_default(),
            Err(_) => {
                editor.alert(format!("{name} cannot be read."), None);
                return;
            }
        },
    };
    if has_ending(&name, &["wac"]) {
        return open_source(editor, name, text);
    }
    match Graph::read_by(&BrowserJson, &text) {
        Ok(graph) => {
            editor.replace(graph, None);
            editor.notify(format!("Opened {name}"));
        }
        Err(error) => editor.alert(format!("{name} was not opened: {error}."), None),
    }
}
