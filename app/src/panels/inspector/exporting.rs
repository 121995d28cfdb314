//! Whether, and under which name, something of a node is exported from the result.

use crate::editor::{Editor, use_editor};
use crate::heard;
use crate::live::live;
use leptos::ev;
use leptos::prelude::*;
use patchbay_model::{ExportSource, Op};

/// A checkbox, and while it is ticked the name.
#[component]
pub fn Exporting(
    /// What.
    source: ExportSource,
    /// The node's name.
    name: Memo<String>,
) -> impl IntoView {
    let editor = use_editor();
    let names = {
        let source = source.clone();
        Memo::new(move |_| names_of(editor, &source))
    };
    let what = source.port.clone();
    let label = {
        let what = what.clone();
        move || match &what {
            Some(port) => format!("Export {port} of {}", name.get()),
            None => format!("Export the whole instance of {}", name.get()),
        }
    };
    let words = match what {
        Some(_) => "Export from the result",
        None => "Export the whole instance, as one interface",
    };
    let toggle = {
        let source = source.clone();
        move |event: ev::Event| {
            editor.toggle_export(source.clone());
            // Refused, nothing changed, and the box must not say otherwise.
            let input: web_sys::HtmlInputElement = event_target(&event);
            input.set_checked(!untrack(|| names_of(editor, &source)).is_empty());
        }
    };
    let inputs = move || {
        let source = source.clone();
        names
            .get()
            .into_iter()
            .map(|export| view! { <ExportName source=source.clone() export name /> })
            .collect_view()
    };
    view! {
        <div class="exporting">
            <label class="check">
                <input
                    type="checkbox"
                    aria-label=label
                    checked=!names.get_untracked().is_empty()
                    prop:checked=live(move || !names.with(Vec::is_empty))
                    on:change=heard::plain(toggle)
                />
                <span>{words}</span>
            </label>
            {live(inputs)}
        </div>
    }
}

/// The name of one export of the result, to edit.
#[component]
fn ExportName(source: ExportSource, export: String, name: Memo<String>) -> impl IntoView {
    let editor = use_editor();
    let label = {
        let port = source.port.clone();
        move || match &port {
            Some(port) => format!("Name of the export {port} of {}", name.get()),
            None => format!("Name of the export of the whole instance of {}", name.get()),
        }
    };
    let value = export.clone();
    let rename = move |event: ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        let new = input.value().trim().to_string();
        if new == export {
            return;
        }
        let ops = vec![
            Op::RemoveExport {
                name: export.clone(),
            },
            Op::AddExport {
                name: new.clone(),
                source: source.clone(),
            },
        ];
        if !editor.commit(format!("export as {new}"), ops) {
            input.set_value(&export);
        }
    };
    view! {
        <label class="field">
            <span>"Name in the result"</span>
            <input
                type="text"
                autocomplete="off"
                spellcheck="false"
                aria-label=label
                value=value
                on:change=heard::plain(rename)
            />
        </label>
    }
}

fn names_of(editor: Editor, source: &ExportSource) -> Vec<String> {
    editor
        .graph()
        .with(|graph| graph.export_names(source).map(String::from).collect())
}
