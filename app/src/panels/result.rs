//! The world of the result: what it offers, and what it needs.

use super::units;
use crate::editor::{Editor, use_editor};
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::{World, WorldItem};
use patchbay_model::name::InterfaceName;
use patchbay_model::{Graph, SortedSet};

/// The imports and exports of the result.
#[component]
pub fn ResultWorld() -> impl IntoView {
    let editor = use_editor();
    let world = Memo::new(move |_| editor.analysis.with(|a| a.world.clone()));
    let empty = Memo::new(move |_| editor.graph().with(|graph| graph.nodes().len() == 0));
    let content = move || match world.get() {
        _ if empty.get() => {
            let words =
                "Link components, choose what the whole shall export, and see here what comes out.";
            view! { <p class="muted">{words}</p> }.late()
        }
        None => {
            let words = "The graph cannot be fused as it is: see Problems.";
            view! { <p class="muted">{words}</p> }.late()
        }
        Some(world) => view! { <Contents editor world /> }.late(),
    };
    view! {
        <section class="result" aria-label="Result">
            <h2>"Result"</h2>
            {live(content)}
        </section>
    }
}

#[component]
fn Contents(editor: Editor, world: World) -> impl IntoView {
    let World {
        imports,
        exports,
        wit,
    } = world;
    let (plumbing, imports): (Vec<_>, Vec<_>) = imports.into_iter().partition(|import| {
        InterfaceName::parse(&import.name).is_some_and(|name| name.is_host_plumbing())
    });
    let exports = match exports.is_empty() {
        true => view! {
            <p class="muted">"Nothing yet. Select a node and tick what the result shall export."</p>
        }
        .late(),
        false => items(editor, exports, "from").late(),
    };
    let nothing_needed = imports.is_empty() && plumbing.is_empty();
    let plumbing = (!plumbing.is_empty()).then(|| {
        let count = units::count(plumbing.len(), "standard WASI import");
        view! {
            <details>
                <summary>{count}</summary>
                {items(editor, plumbing, "for")}
            </details>
        }
    });
    view! {
        <h3>"Exports"</h3>
        {exports}
        <h3>"Imports"</h3>
        {match nothing_needed {
            true => view! { <p class="muted">"None: the result runs on its own."</p> }.late(),
            false => view! {
                <p class="muted">"These must be provided by whoever runs it."</p>
                {items(editor, imports, "for")}
                {plumbing}
            }
            .late(),
        }}
        <details>
            <summary>"The whole world as WIT"</summary>
            <pre class="wit-text" tabindex="0">{wit}</pre>
        </details>
    }
    .late()
}

/// A list of imports or exports, each with the nodes behind it.
fn items(editor: Editor, items: Vec<WorldItem>, preposition: &'static str) -> impl IntoView {
    let rows = items.into_iter().map(|item| {
        // Names of nodes change without a new analysis.
        let ports = item.ports;
        let who = move || {
            editor.graph().with(|graph| {
                let names = names(graph, ports.iter().map(|port| &port.node));
                match names.is_empty() {
                    true => String::new(),
                    false => format!("{preposition} {names}"),
                }
            })
        };
        view! {
            <li>
                <code>{item.name}</code>
                <span class="muted">{item.kind.word()} " " {who}</span>
                {item.note.map(|note| view! { <span class="muted">{note}</span> })}
            </li>
        }
    });
    view! { <ul class="world-items">{rows.collect_view()}</ul> }
}

fn names<'a>(graph: &Graph, ids: impl Iterator<Item = &'a patchbay_model::NodeId>) -> String {
    let ids: SortedSet<_> = ids.collect();
    let names: Vec<&str> = ids
        .into_iter()
        .filter_map(|id| Some(graph.node(id)?.name.as_str()))
        .collect();
    names.join(", ")
}
