//! A node: an instance of a component.

use super::board::{Board, use_board};
use super::menu;
use super::port::PortView;
use super::rename::Rename;
use super::target::{Target, in_pane, node_id};
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::either::Either;
use leptos::prelude::*;
use patchbay_model::analysis::{Severity, Side};
use patchbay_model::component::Generated;
use patchbay_model::decimal::px;
use patchbay_model::geometry::NodeShape;
use patchbay_model::verdict::find_component;
use patchbay_model::{NodeId, NodeKind};
use std::sync::Arc;

/// A node with its ports.
#[component]
pub fn NodeView(
    /// Which.
    id: NodeId,
) -> impl IntoView {
    let board = use_board();
    let id = StoredValue::new(id);
    let name = Memo::new(move |_| {
        let name = |id: &NodeId| board.editor.of_node(id, |g| Some(g.node(id)?.name.clone()));
        id.with_value(name).unwrap_or_default()
    });
    let shape = Memo::new(move |_| id.with_value(|id| board.shape(id).unwrap_or_default()));
    let selected = Memo::new(move |_| {
        id.with_value(|id| board.is_selected(id, |selection| selection.nodes.contains(id)))
    });
    let place = Memo::new(move |_| {
        let at = id.with_value(|id| board.position(id).unwrap_or_default());
        let size = shape.with(|shape| shape.size());
        format!(
            "transform:translate({}px,{}px);width:{}px;height:{}px",
            px(at.x),
            px(at.y),
            px(size.width),
            px(size.height)
        )
    });
    let ports = move || {
        let shape = shape.get();
        [Side::Import, Side::Export].map(|side| {
            shape
                .side(side)
                .iter()
                .map(|port| {
                    let (node, port, shape) = (id.get_value(), port.clone(), shape.clone());
                    view! { <PortView node name side port shape /> }
                })
                .collect_view()
        })
    };
    view! {
        <div
            class="node"
            role="group"
            aria-roledescription="component instance"
            aria-label=live(move || name.get())
            aria-current=live(move || selected.get().then_some("true"))
            tabindex="0"
            id=id.with_value(node_id)
            data-node=id.with_value(|id| id.0.clone())
            data-selected=live(move || selected.get().then_some("true"))
            data-missing=live(move || shape.with(|shape| shape.missing).then_some("true"))
            style=live(move || place.get())
        >
            <Header board id name />
            <Missing board id shape />
            {live(ports)}
            <Folded shape />
        </div>
    }
}

#[component]
fn Header(board: Board, id: StoredValue<NodeId>, name: Memo<String>) -> impl IntoView {
    let component = Memo::new(move |_| id.with_value(|id| description(board, id)));
    let renaming = Memo::new(move |_| {
        id.with_value(|id| {
            board
                .renaming
                .with(|renaming| renaming.as_ref() == Some(id))
        })
    });
    let whole =
        Memo::new(move |_| id.with_value(|id| board.wired(id, |wiring| wiring.whole.contains(id))));
    let generated = Memo::new(move |_| {
        let node = |id: &NodeId| board.editor.of_node(id, |graph| graph.node(id).cloned());
        let node = id.with_value(node)?;
        board.editor.components.with(|components| {
            let component = find_component(components, node.component()?)?;
            component.generated.map(Generated::word)
        })
    });
    let title = move || {
        if renaming.get() {
            Either::Left(view! { <Rename id=id.get_value() name=name.get_untracked() /> }.late())
        } else {
            Either::Right(view! { <span class="node-name">{name}</span> })
        }
    };
    let open = move |event: web_sys::MouseEvent| {
        if let Some(pane) = board.pane.get_untracked() {
            let at = in_pane(&pane, &event);
            menu::open(board, Target::Node(id.get_value()), at);
        }
    };
    view! {
        <div class="node-header">
            <div class="node-titles">
                {live(title)}
                <span class="node-component">
                    <span class="node-generated">{generated}</span>
                    {component}
                </span>
            </div>
            <span class="port-exported" title="Exported as a whole from the result" hidden=live(move || !whole.get())>
                "exported"
            </span>
            <Badge board id />
            <button
                type="button"
                class="node-menu"
                data-overlay=""
                aria-haspopup="menu"
                aria-label=live(move || format!("Menu of {}", name.get()))
                on:click=heard::mouse(open)
            >
                <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
                    <circle cx="3" cy="8" r="1.4"></circle>
                    <circle cx="8" cy="8" r="1.4"></circle>
                    <circle cx="13" cy="8" r="1.4"></circle>
                </svg>
            </button>
        </div>
    }
}

/// `http-hello · Rust`
fn description(board: Board, id: &NodeId) -> String {
    let kind = board
        .editor
        .of_node(id, |graph| graph.node(id).map(|node| node.kind.clone()));
    let reference = match kind {
        Some(NodeKind::Instance(reference)) => reference,
        Some(NodeKind::Import(_)) => return "import of the result".to_string(),
        None => return String::new(),
    };
    let name = reference.short_name();
    board.editor.components.with(|components| {
        let component = find_component(components, &reference);
        // Tools have a version, languages have none worth showing.
        let language = component.and_then(|component| {
            let mut producers = component.producers.iter();
            producers.find(|producer| !producer.contains(' '))
        });
        match language {
            Some(language) => format!("{name} · {language}"),
            None => name.to_string(),
        }
    })
}

/// How many problems the node has, and how bad they are.
#[component]
fn Badge(board: Board, id: StoredValue<NodeId>) -> impl IntoView {
    let problems = move || {
        board.editor.analysis.with(|analysis| {
            let mine = |id: &NodeId| {
                let of = analysis
                    .problems
                    .iter()
                    .filter(|p| p.node.as_ref() == Some(id));
                of.map(|p| (p.severity, p.message.clone()))
                    .collect::<Vec<_>>()
            };
            id.with_value(mine)
        })
    };
    live(move || {
        let problems = problems();
        let count = problems.len();
        // Errors are listed first.
        let (worst, path) = match problems.first()?.0 {
            Severity::Error => (
                "error",
                "M6 1a5 5 0 1 0 0 10A5 5 0 0 0 6 1M6 3.4v3.2M6 8.4v.1",
            ),
            Severity::Warning => ("warning", "M6 1.5 10.5 9.5H1.5zM6 4.5v2.2M6 8v.1"),
        };
        let messages: Vec<String> = problems.into_iter().map(|(_, message)| message).collect();
        let messages = messages.join("\n");
        let label = format!("{count} problem{}", if count == 1 { "" } else { "s" });
        Some(view! {
            <span class="node-badge" role="img" data-severity=worst aria-label=label title=messages>
                <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" focusable="false">
                    <path d=path></path>
                </svg>
                {count}
            </span>
        })
    })
}

/// What stands in a node whose component is not at hand.
#[component]
fn Missing(board: Board, id: StoredValue<NodeId>, shape: Memo<Arc<NodeShape>>) -> impl IntoView {
    let missing = Memo::new(move |_| shape.with(|shape| shape.missing));
    live(move || {
        missing.get().then(|| {
            let graph = board.editor.graph();
            let package = id.with_value(|id| {
                graph.with_untracked(|graph| {
                    let component = graph.node(id)?.component()?;
                    Some(component.package.clone())
                })
            });
            view! {
                <p class="node-missing">
                    <strong>"The component is missing"</strong>
                    <span>"Add " <code>{package}</code> " to go on."</span>
                </p>
            }
        })
    })
}

/// The imports that every host provides, in one row.
#[component]
fn Folded(shape: Memo<Arc<NodeShape>>) -> impl IntoView {
    live(move || {
        let shape = shape.get();
        let count = shape.folded.len();
        (count > 0).then(|| {
            let words = format!("+{count} host import{}", if count == 1 { "" } else { "s" });
            let title = format!("Provided by every WASI host:\n{}", shape.folded.join("\n"));
            view! {
                <div class="folded" title=title style=format!("top:{}px", px(shape.row_top(shape.folded_row)))>
                    <span class="glyph"></span>
                    <span class="port-name">{words}</span>
                </div>
            }
        })
    })
}
