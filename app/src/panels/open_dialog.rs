//! The dialog that opens another graph: a saved one, a sample, or a file.

use super::icon::Icon;
use super::units;
use crate::client;
use crate::client::json::BrowserJson;
use crate::editor::{Editor, use_editor};
use crate::late::IntoLate;
use crate::live::live;
use leptos::ev;
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::task::spawn_local;
use patchbay_model::Graph;
use patchbay_model::api::{GraphSummary, SampleSummary};
use patchbay_model::graph::MAX_DOCUMENT_BYTES;
use wasm_bindgen_futures::JsFuture;

/// `Open` and its dialog.
#[component]
pub fn OpenDialog() -> impl IntoView {
    let editor = use_editor();
    let dialog = NodeRef::<Dialog>::new();
    let input = NodeRef::<Input>::new();
    // What the lists say depends on the clock, so they are not part of the page that the server renders.
    let open = RwSignal::new(false);
    let show = move |_| {
        open.set(true);
        if let Some(dialog) = dialog.get_untracked() {
            let _ = dialog.show_modal();
        }
        spawn_local(async move {
            match client::graphs().await {
                Ok(graphs) => editor.graphs.set(graphs),
                Err(failure) => editor.alert(format!("The list of graphs is old. {failure}"), None),
            }
        });
    };
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
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
        close();
    };
    view! {
        <button type="button" class="button" title="Open another graph" on:click=show>
            {Icon::Open.draw()}
            <span>"Open"</span>
        </button>
        <dialog
            node_ref=dialog
            class="dialog"
            aria-labelledby="open-title"
            on:close=move |_| open.set(false)
        >
            <header class="dialog-head">
                <h2 id="open-title">"Open a graph"</h2>
                <button
                    type="button"
                    class="button button-bare"
                    aria-label="Close"
                    title="Close (Esc)"
                    on:click=move |_| close()
                >
                    {Icon::Close.draw()}
                </button>
            </header>
            {live(move || open.get().then(|| view! { <Lists editor /> }.late()))}
            <footer class="dialog-foot">
                <button type="button" class="button" on:click=choose>
                    {Icon::Open.draw()}
                    <span>"Open file"</span>
                </button>
                <span class="muted">"A graph that was downloaded as JSON"</span>
                <input
                    type="file"
                    accept=".json,application/json"
                    hidden
                    node_ref=input
                    on:change=chosen
                />
            </footer>
        </dialog>
    }
    .late()
}

/// The saved graphs and the samples.
#[component]
fn Lists(editor: Editor) -> impl IntoView {
    let saved = move || {
        let graphs = editor.graphs.get();
        if graphs.is_empty() {
            let words = "Nothing has been saved yet. What you draw is saved by itself.";
            return view! { <p class="muted">{words}</p> }.late();
        }
        let rows = graphs.into_iter().map(saved_row).collect_view();
        view! { <ul class="open-list">{rows}</ul> }.late()
    };
    view! {
        <div class="dialog-body">
            <h3>"Your graphs"</h3>
            {live(saved)}
            <h3>"Samples"</h3>
            <ul class="open-list">
                {live(move || editor.samples.get().into_iter().map(sample_row).collect_view())}
            </ul>
        </div>
    }
    .late()
}

#[allow(clippy::cast_possible_truncation)] // Milliseconds since 1970 are far below 2^53.
fn saved_row(graph: GraphSummary) -> impl IntoView {
    let nodes = usize::try_from(graph.nodes).unwrap_or(usize::MAX);
    let when = units::ago(graph.saved_at, js_sys::Date::now() as i64);
    let name = match graph.name.as_str() {
        "" => "Untitled".to_string(),
        name => name.to_string(),
    };
    view! {
        <li>
            <a href=format!("/g/{}", graph.id)>
                <strong>{name}</strong>
                <span class="muted">{format!("{} · {when}", units::count(nodes, "node"))}</span>
            </a>
        </li>
    }
    .late()
}

fn sample_row(sample: SampleSummary) -> impl IntoView {
    let missing = (!sample.missing.is_empty()).then(|| {
        let missing = sample.missing.join(", ");
        view! { <span class="warn">{format!("Not built yet: {missing}")}</span> }
    });
    view! {
        <li>
            <a href=format!("/?sample={}", sample.id)>
                <strong>{sample.name}</strong>
                <span class="muted">{sample.description}</span>
                {missing}
            </a>
        </li>
    }
    .late()
}

/// Reads a document from a file and puts it in place of the one at hand; a bad one changes nothing.
pub fn open_file(editor: Editor, file: web_sys::File) {
    spawn_local(async move {
        let name = file.name();
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
        match Graph::read_by(&BrowserJson, &text) {
            Ok(graph) => {
                editor.replace(graph, None);
                editor.notify(format!("Opened {name}"));
            }
            Err(error) => editor.alert(format!("{name} was not opened: {error}."), None),
        }
    });
}
