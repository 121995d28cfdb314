//! The panel on the right: what is selected, and the result.

mod exporting;
mod link;
mod node;

use super::result::ResultWorld;
use super::{OpenSheet, Sheet};
use crate::editor::use_editor;
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;
use link::LinkDetails;
use node::NodeDetails;
use patchbay_model::{Endpoint, NodeId};

/// What the selection comes to.
#[derive(Clone, PartialEq)]
enum Shown {
    Nothing,
    Node(NodeId),
    Link(Endpoint),
    Several(usize),
}

/// The inspector.
#[component]
pub fn Inspector() -> impl IntoView {
    let editor = use_editor();
    let OpenSheet(sheet) = expect_context();
    let shown = Memo::new(move |_| {
        let (nodes, links) = editor
            .selection
            .with(|s| (s.nodes.clone(), s.links.clone()));
        match (nodes.len(), links.len()) {
            (0, 0) => Shown::Nothing,
            (1, 0) => nodes.into_iter().next().map_or(Shown::Nothing, Shown::Node),
            (0, 1) => links.into_iter().next().map_or(Shown::Nothing, Shown::Link),
            (n, m) => Shown::Several(n + m),
        }
    });
    let details = move || match shown.get() {
        Shown::Nothing => ().late(),
        Shown::Node(id) => view! { <NodeDetails id /> }.late(),
        Shown::Link(import) => view! { <LinkDetails import /> }.late(),
        Shown::Several(n) => view! {
            <section class="details">
                <h2>{format!("{n} things selected")}</h2>
                <p class="muted">"Select a single node or link to see what it is."</p>
            </section>
        }
        .late(),
    };
    view! {
        <aside
            class="inspector"
            class:sheet-open=live(move || sheet.get() == Some(Sheet::Inspector))
            aria-label="Inspector"
        >
            {live(details)}
            <ResultWorld />
        </aside>
    }
}
