//! What is wrong with the graph, where, and how to get out of it: the server draws it.

use super::drawer::{DrawerState, Tab};
use super::fragment::Fragment;
use crate::editor::{Editor, Selection, use_editor};
use crate::late::IntoLate;
use crate::live::live;
use leptos::either::Either;
use leptos::prelude::*;
use patchbay_model::analysis::pieces;
use patchbay_model::{Endpoint, NodeId};

/// The list of problems.
#[component]
pub fn Problems() -> impl IntoView {
    let editor = use_editor();
    let drawer = expect_context::<DrawerState>();
    let address = Box::new(move || drawer.shows(Tab::Problems).then(|| "problems".to_string()));
    view! {
        <section class="problems-panel" aria-label="Problems">
            <p class="checking muted" class:checking-now=live(move || editor.checking.get())>
                {live(move || if editor.checking.get() { "Checking…" } else { "" })}
            </p>
            <Fragment address />
        </section>
    }
    .late()
}

/// Selects a node, or the link into an import of it, and brings it into sight; the focus goes to the element of that id
/// within the node, if there is one.
pub fn reveal(editor: Editor, node: &NodeId, import: Option<String>, within: Option<String>) {
    if editor
        .graph()
        .with_untracked(|graph| graph.node(node).is_none())
    {
        editor.alert("This node is not in the graph any more.", None);
        return;
    }
    let node = node.clone();
    editor.selection.set(match import {
        Some(port) => Selection::link(Endpoint {
            node: node.clone(),
            port,
        }),
        None => Selection::node(node.clone()),
    });
    editor.reveal.set(Some((node, within.unwrap_or_default())));
}

/// A text with the words marked that differ.
pub fn marked_text(text: &str, marks: &[u32]) -> impl IntoView + use<> {
    let piece = |(text, marked): (&str, bool)| {
        let text = text.to_string();
        match marked {
            true => Either::Left(view! { <mark>{text}</mark> }),
            false => Either::Right(text),
        }
    };
    pieces(text, marks).map(piece).collect_view()
}
