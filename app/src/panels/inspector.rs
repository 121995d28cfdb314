//! The panel on the right: what is selected, and the result. The server draws it.

use super::fragment::Fragment;
use super::{OpenSheet, Sheet};
use crate::editor::use_editor;
use crate::live::live;
use crate::page::FirstViews;
use js_sys::encode_uri_component;
use leptos::prelude::*;

/// The inspector.
#[component]
pub fn Inspector() -> impl IntoView {
    let editor = use_editor();
    let OpenSheet(sheet) = expect_context();
    let address = Box::new(move || {
        let selection = editor.selection.get();
        let (nodes, links) = (selection.nodes, selection.links);
        let quoted = |text: &str| String::from(encode_uri_component(text));
        Some(match (nodes.len(), links.len()) {
            (0, 0) => "inspector".to_string(),
            (1, 0) => {
                let node: String = nodes.iter().map(|id| quoted(&id.0)).collect();
                format!("inspector?node={node}")
            }
            (0, 1) => {
                let query = |to: &patchbay_model::Endpoint| {
                    format!("node={}&port={}", quoted(&to.node.0), quoted(&to.port))
                };
                let query: String = links.iter().map(query).collect();
                format!("inspector?{query}")
            }
            (n, m) => {
                let nodes: Vec<String> = nodes.iter().map(|id| quoted(&id.0)).collect();
                format!("inspector?several={}&nodes={}", n + m, nodes.join(","))
            }
        })
    });
    let first = use_context::<FirstViews>().unwrap_or_default().inspector;
    view! {
        <aside
            class="inspector"
            class:sheet-open=live(move || sheet.get() == Some(Sheet::Inspector))
            aria-label="Inspector"
        >
            <Fragment address first />
        </aside>
    }
}
