//! Putting a node into a link, by dropping it there.
//!
//! A node that is dragged over a link whose interface it imports and exports lights the link up, and goes into it when it
//! is let go. Nodes with links of their own are only moved: whoever tidies up does not mean to rewire.

use super::board::Board;
use super::carrying::{self, Carried};
use super::target::{closest, elements_at};
use crate::client;
use crate::editor::{Editor, link_name, new_instance};
use leptos::prelude::*;
use leptos::task::spawn_local;
use patchbay_model::analysis::Side;
use patchbay_model::geometry::link_path;
use patchbay_model::{
    Analysis, ComponentInfo, Endpoint, Evidence, Graph, Link, Node, NodeId, Op, Point, Transaction,
};
use std::sync::Arc;

/// A link that would take in what is dragged.
#[derive(Clone, Debug)]
struct Splice {
    link: Link,
    ops: Vec<Op>,
}

/// What is dragged, and where it would go.
#[derive(Clone, Debug, Default)]
pub struct Splicing {
    /// Whether the server has been asked about what comes out of the palette.
    asked: bool,
    /// What it answered.
    trial: Option<Arc<Trial>>,
    /// The link that is lit up.
    lit: Option<Splice>,
}

/// The graph as it would be with what is dragged out of the palette, and what the server says of it.
#[derive(Debug)]
struct Trial {
    graph: Graph,
    node: Node,
    analysis: Analysis,
}

/// Asks about a component that is dragged out of the palette, before it is over a link.
fn ask(board: Board, component: ComponentInfo) {
    let editor = board.editor;
    let mut graph = editor.graph().get_untracked();
    let node = new_instance(&graph, &component, Point::default());
    let add = Op::AddNode { node: node.clone() };
    let step = Transaction::new(String::new(), vec![add]);
    if graph.links().next().is_none() || graph.apply(&step).is_err() {
        return;
    }
    spawn_local(async move {
        let Ok(analysis) = client::check(&graph).await else {
            return;
        };
        // The pointer may rest on a link already.
        let drag = editor.palette_drag.get_untracked();
        let Some(drag) = drag.filter(|drag| drag.component.digest == component.digest) else {
            return;
        };
        let trial = Trial {
            graph,
            node,
            analysis,
        };
        board.splicing.set(Splicing {
            asked: true,
            trial: Some(Arc::new(trial)),
            lit: None,
        });
        drag_new(board, drag.pointer);
    });
}

/// A component out of the palette is dragged to a place of the window.
pub fn drag_new(board: Board, at: Point) {
    let splicing = board.splicing.get_untracked();
    if !splicing.asked
        && let Some(drag) = board.editor.palette_drag.get_untracked()
    {
        board.splicing.set(Splicing {
            asked: true,
            ..splicing
        });
        ask(board, drag.component);
        return;
    }
    let Some(trial) = splicing.trial else {
        return;
    };
    let Trial {
        graph,
        node,
        analysis,
    } = &*trial;
    let splice = || {
        let link = link_at(graph, at)?;
        let evidence = Evidence {
            graph,
            components: &board.editor.components.get_untracked(),
            analysis,
            analysed: &Default::default(),
        };
        let ops = evidence.insertion(&node.id, &link)?;
        Some(Splice { link, ops })
    };
    light_up(board, splice());
}

/// Puts what comes out of the palette into the link that is lit up; says whether one was.
pub fn drop_new(board: Board, place: Point) -> bool {
    let splicing = board.splicing.get_untracked();
    let (Some(splice), Some(trial)) = (splicing.lit, splicing.trial) else {
        return false;
    };
    let mut node = trial.node.clone();
    node.position = place;
    let id = node.id.clone();
    let step = step(&trial.graph, &id, &splice.link);
    let mut ops = vec![Op::AddNode { node }];
    ops.extend(splice.ops);
    put(board, &id, step, ops)
}

/// A node is carried over a place of the window.
pub fn carry(board: Board, id: &NodeId, at: Point) {
    let editor = board.editor;
    let splice = editor.graph().with_untracked(|graph| {
        let alone = editor.selection.with_untracked(|s| s.nodes.len() == 1);
        let of_it = |link: Link| link.from.node == *id || link.to.node == *id;
        if !alone || graph.links().any(of_it) {
            return None;
        }
        let link = link_at(graph, at)?;
        let ops = untrack(|| ops(editor, id, &link))?;
        Some(Splice { link, ops })
    });
    light_up(board, splice);
}

/// Puts the node that is carried into the link that is lit up; says whether one was.
pub fn put_down(board: Board, carried: &Carried) -> bool {
    let lit = board.splicing.get_untracked().lit;
    let (Some(splice), Some(id)) = (lit, carried.nodes.first()) else {
        return false;
    };
    let step = step(&board.editor.graph().get_untracked(), id, &splice.link);
    let mut ops = carrying::moves(board, carried);
    ops.extend(splice.ops);
    put(board, id, step, ops)
}

fn put(board: Board, id: &NodeId, step: String, ops: Vec<Op>) -> bool {
    let editor = board.editor;
    let done = editor.commit(step.clone(), ops);
    if done {
        let selection = crate::editor::Selection::node(id.clone());
        editor.selection.set(selection);
        editor.announce(format!("Done: {step}"));
    }
    clear(board);
    done
}

/// The step of the history.
pub fn step(graph: &Graph, id: &NodeId, link: &Link) -> String {
    let node = graph.path_in_words(std::slice::from_ref(id));
    format!("put {node} into {}", link_name(graph, link))
}

/// The operations that put a node into a link, if it can go there. Tracks what that depends on.
pub fn ops(editor: Editor, id: &NodeId, link: &Link) -> Option<Vec<Op>> {
    if link.from.node == *id || link.to.node == *id {
        return None;
    }
    editor.with_evidence(|evidence| evidence.insertion(id, link))
}

/// Forgets what was dragged.
pub fn clear(board: Board) {
    if board
        .splicing
        .with_untracked(|splicing| splicing.asked || splicing.lit.is_some())
    {
        board.splicing.set(Splicing::default());
    }
}

fn light_up(board: Board, lit: Option<Splice>) {
    let mut splicing = board.splicing.get_untracked();
    let link = |lit: &Option<Splice>| lit.as_ref().map(|lit| lit.link.clone());
    if link(&splicing.lit) != link(&lit) {
        splicing.lit = lit;
        board.splicing.set(splicing);
    }
}

/// The link at a place of the window, below what is carried there.
fn link_at(graph: &Graph, at: Point) -> Option<Link> {
    let mut elements = elements_at(at)
        .into_iter()
        .filter(|element| closest(element, "[data-carried]").is_none());
    let link = elements.find_map(|element| closest(&element, "[data-link]"))?;
    let to = Endpoint {
        node: NodeId(link.get_attribute("data-node-of")?),
        port: link.get_attribute("data-link")?,
    };
    let from = graph.supplier(&to)?.clone();
    Some(Link { from, to })
}

/// The link that would take in what is dragged.
#[component]
pub fn LitLink(board: Board) -> impl IntoView {
    let path = move || {
        let link = board.splicing.get().lit?.link;
        let from = board.port(Side::Export, &link.from)?;
        let to = board.port(Side::Import, &link.to)?;
        Some(link_path(from, to))
    };
    view! { <path class="link-lit" aria-hidden="true" d=crate::live::live(path)></path> }
}
