//! The result and the document as files.

use super::command::Command;
use super::drawer::DrawerState;
use super::icon::Icon;
use super::{refused, units};
use crate::client;
use crate::editor::{Editor, use_editor};
use js_sys::{Array, Uint8Array};
use leptos::prelude::*;
use leptos::task::spawn_local;
use patchbay_model::analysis::Severity;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// `Download`, and beside it the document.
#[component]
pub fn Download() -> impl IntoView {
    let editor = use_editor();
    let drawer = expect_context::<DrawerState>();
    let busy = RwSignal::new(false);
    let obstacle = Signal::derive(move || match busy.get() {
        true => Some("Fusing…".to_string()),
        false => fuse_obstacle(editor),
    });
    let fuse = move || {
        busy.set(true);
        let graph = editor.graph().get_untracked();
        spawn_local(async move {
            match client::fuse(&graph).await {
                Ok(bytes) => {
                    let name = format!("{}.wasm", file_stem(graph.name()));
                    let size = units::size(bytes.len() as u64);
                    let bytes = Uint8Array::from(bytes.as_slice());
                    save_file(&name, "application/wasm", &bytes.into());
                    editor.notify(format!("Downloaded {name} ({size})"));
                }
                Err(failure) => {
                    refused::show(editor, drawer, "The graph cannot be fused.", &failure)
                }
            }
            busy.set(false);
        });
    };
    let save_document = move |_| {
        let (name, json) = editor.graph().with_untracked(|graph| {
            (
                file_stem(graph.name()),
                client::json::encode(graph)
                    .and_then(|json| client::json::indented(&json))
                    .unwrap_or_default(),
            )
        });
        save_file(&format!("{name}.json"), "application/json", &json.into());
    };
    view! {
        <div class="button-group">
            <Command
                id="download-obstacle"
                label="Download"
                icon=Icon::Download
                primary=true
                hint="Fuse the graph into one component and download it"
                obstacle
                run=fuse
            />
            <button
                type="button"
                class="button button-primary button-document"
                aria-label="Export"
                title="Download the graph itself as JSON, to keep or to send; Open reads it again"
                on:click=save_document
            >
                "{ }"
            </button>
        </div>
    }
}

/// Why the graph cannot be fused into something of use, as far as the last check knows. Tracks what that depends on.
pub fn fuse_obstacle(editor: Editor) -> Option<String> {
    if editor.graph().with(|graph| graph.nodes().len() == 0) {
        return Some("There is nothing to fuse yet: add a component first.".to_string());
    }
    editor.analysis.with(|analysis| {
        let error = |p: &&patchbay_model::Problem| p.severity == Severity::Error;
        let errors = analysis.problems.iter().filter(error).count();
        let nothing = analysis
            .world
            .as_ref()
            .is_some_and(|w| w.exports.is_empty());
        if nothing {
            Some(
                "The result exports nothing yet: select a node and tick what it shall export."
                    .into(),
            )
        } else if errors > 0 {
            let keeps = if errors == 1 { "keeps" } else { "keep" };
            let errors = units::count(errors, "problem");
            Some(format!(
                "{errors} {keeps} the graph from being fused: see Problems."
            ))
        } else if analysis.world.is_none() {
            Some("The graph is still being checked.".to_string())
        } else {
            None
        }
    })
}

/// A graph's name as a file can have it.
pub fn file_stem(name: &str) -> String {
    let forbidden = |c: char| c.is_control() || "/\\:*?\"<>|".contains(c);
    let stem = name.replace(forbidden, "-");
    match stem.trim().trim_matches('.') {
        "" => "graph".to_string(),
        stem => stem.to_string(),
    }
}

/// Hands a file to the browser's downloads.
fn save_file(name: &str, media_type: &str, content: &JsValue) {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = Array::of1(content);
    let blob = Blob::new_with_buffer_source_sequence_and_options(&parts, &options);
    let Some(url) = blob
        .ok()
        .and_then(|blob| Url::create_object_url_with_blob(&blob).ok())
    else {
        return;
    };
    save_url(name, &url);
    // The download has begun long before; until then the browser needs the address.
    set_timeout(
        move || {
            let _ = Url::revoke_object_url(&url);
        },
        Duration::from_secs(60),
    );
}

/// Hands what is at an address to the browser's downloads.
pub fn save_url(name: &str, url: &str) {
    let anchor = document().create_element("a").ok();
    if let Some(anchor) = anchor.and_then(|a| a.dyn_into::<HtmlAnchorElement>().ok()) {
        anchor.set_href(url);
        anchor.set_download(name);
        anchor.click();
    }
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn names_become_names_of_files() {
        assert_eq!(file_stem("Guarded hello"), "Guarded hello");
        assert_eq!(file_stem("a/b: c?"), "a-b- c-");
        assert_eq!(file_stem(" .. "), "graph");
    }
}
