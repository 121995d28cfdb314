//! Nodes in the hand: their elements follow the pointer, and the document learns of it when they are put down.
//!
//! Nothing wakes meanwhile, however large the graph is: what shows of the document stays as it is, and the elements of the
//! carried nodes and of their links are moved by hand.

use super::board::Board;
use super::target::{link_id, node_id};
use super::{guides, link, note, splicing};
use leptos::prelude::*;
use patchbay_model::analysis::Side;
use patchbay_model::decimal::px;
use patchbay_model::geometry::{Rect, snap};
use patchbay_model::{NodeId, Op, Point, SortedSet};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

/// The id of the element that holds the links of carried nodes: a layer of its own, so that no others are drawn anew.
pub const HAND_ID: &str = "hand";

/// Where all other links are.
const LINKS: &str = ".links";

/// So many nodes in the hand are a layer each.
const FEW: usize = 16;

/// Nodes on their way, and how far they have come.
#[derive(Clone, Debug)]
pub struct Carried {
    /// Which.
    pub nodes: SortedSet<NodeId>,
    /// In pixels at 100 % zoom.
    pub by: Point,
}

/// What is in the hand, as it is on the page.
struct Hand {
    carried: Carried,
    /// Where the node that was taken stood.
    held: Rect,
    /// What it may come into line with.
    others: Vec<Rect>,
    /// Their elements, and where they stood.
    nodes: Vec<(HtmlElement, Point)>,
    links: Vec<Strand>,
}

/// A link with an end on a carried node.
struct Strand {
    element: Element,
    /// What it came before.
    next: Option<Element>,
    /// Its export's end and its import's, and whether each of them moves.
    ends: [(Point, bool); 2],
}

thread_local! {
    /// A page has one hand, and elements stay in the thread that draws.
    static HAND: RefCell<Option<Hand>> = const { RefCell::new(None) };
}

/// Carries the selected nodes by screen pixels. The one in the hand stays on the grid unless `freely`; the others keep
/// their places relative to it. Says whether a single node without links has moved: one that a link could take in.
pub fn carry(board: Board, held: &NodeId, by: Point, freely: bool) -> bool {
    let zoom = board.editor.viewport.get_untracked().zoom;
    HAND.with_borrow_mut(|hand| {
        if hand.is_none() {
            *hand = take(board, held);
        }
        let Some(hand) = hand else {
            return false;
        };
        let Rect { x, y, .. } = hand.held;
        let mut to = Point {
            x: x + by.x / zoom,
            y: y + by.y / zoom,
        };
        if freely {
            guides::show(board, String::new());
        } else {
            let rect = Rect {
                x: to.x,
                y: to.y,
                ..hand.held
            };
            to = guides::align(board, &hand.others, rect, snap(to));
        }
        let moved = hand.move_to(Point {
            x: to.x - x,
            y: to.y - y,
        });
        moved && hand.nodes.len() == 1 && hand.links.is_empty()
    })
}

/// Takes the selected nodes into the hand.
fn take(board: Board, held: &NodeId) -> Option<Hand> {
    if board.editor.is_fixed() {
        return None;
    }
    let nodes = board.editor.selection.with_untracked(|s| s.nodes.clone());
    let nodes = note::with_contents(board, nodes);
    let moves = |id: &NodeId| nodes.contains(id);
    let rects = board.all_rects();
    let element = |(id, rect): &(NodeId, Rect)| {
        let element = document().get_element_by_id(&node_id(id))?;
        let _ = element.set_attribute("data-carried", "true");
        Some((element.unchecked_into(), rect.corner()))
    };
    let strand = |link: patchbay_model::Link| {
        let ends = [(Side::Export, &link.from), (Side::Import, &link.to)];
        if !ends.iter().any(|(_, end)| moves(&end.node)) {
            return None;
        }
        let [from, to] =
            ends.map(|(side, end)| Some((untrack(|| board.port(side, end))?, moves(&end.node))));
        let element = document().get_element_by_id(&link_id(&link.to))?;
        Some(Strand {
            next: element.next_element_sibling(),
            element,
            ends: [from?, to?],
        })
    };
    let hand = Hand {
        held: rects.iter().find(|(id, _)| id == held)?.1,
        nodes: rects
            .iter()
            .filter(|(id, _)| moves(id))
            .filter_map(element)
            .collect(),
        links: board
            .editor
            .graph()
            .with_untracked(|graph| graph.links().filter_map(strand).collect()),
        others: rects
            .into_iter()
            .filter(|(id, _)| !moves(id))
            .map(|(_, rect)| rect)
            .collect(),
        carried: Carried {
            nodes,
            by: Point::default(),
        },
    };
    if let Some(svg) = document().get_element_by_id(HAND_ID) {
        for strand in &hand.links {
            let _ = svg.append_child(&strand.element);
        }
    }
    mark_pane(board, true);
    Some(hand)
}

fn mark_pane(board: Board, carrying: bool) {
    if let Some(pane) = board.pane.get_untracked() {
        let _ = pane
            .class_list()
            .toggle_with_force("canvas-carrying", carrying);
    }
}

impl Hand {
    /// Says whether that is another place.
    fn move_to(&mut self, by: Point) -> bool {
        if self.carried.by == by {
            return false;
        }
        self.carried.by = by;
        // A layer moves without being drawn anew, but a hundred of them are slower than that.
        let layer = match self.nodes.len() {
            ..FEW => "translateZ(0)",
            _ => "",
        };
        self.place_nodes(layer);
        for Strand { element, ends, .. } in &self.links {
            if ends.iter().all(|(_, moves)| *moves) {
                let place = format!("translate({} {})", px(by.x), px(by.y));
                let _ = element.set_attribute("transform", &place);
            } else {
                let [from, to] = ends.map(|(at, moves)| match moves {
                    true => Point {
                        x: at.x + by.x,
                        y: at.y + by.y,
                    },
                    false => at,
                });
                link::lay(element, from, to);
            }
        }
        true
    }

    fn place_nodes(&self, layer: &str) {
        let by = self.carried.by;
        for (element, at) in &self.nodes {
            let (x, y) = (px(at.x + by.x), px(at.y + by.y));
            let place = format!("translate({x}px,{y}px){layer}");
            let _ = element.style().set_property("transform", &place);
        }
    }
}

/// Puts the nodes down where they are: one step of the history.
pub fn put_down(board: Board) {
    if let Some(carried) = lay_back(board)
        && !splicing::put_down(board, &carried)
    {
        move_by(board, &carried);
    }
    splicing::clear(board);
}

/// Lets the nodes go back to where they came from.
pub fn let_go(board: Board) {
    lay_back(board);
    splicing::clear(board);
}

/// Empties the hand, with everything on the page where the document has it; says where it was.
fn lay_back(board: Board) -> Option<Carried> {
    let mut hand = HAND.take()?;
    let carried = hand.carried.clone();
    hand.move_to(Point::default());
    hand.place_nodes("");
    for (element, _) in &hand.nodes {
        let _ = element.remove_attribute("data-carried");
    }
    // The last one first: what it came before is in its place again.
    for Strand { element, next, .. } in hand.links.iter().rev() {
        let _ = element.remove_attribute("transform");
        let links = document().query_selector(LINKS).ok().flatten();
        // One that was removed meanwhile is gone.
        if let Some(links) = links.filter(|_| element.is_connected()) {
            let next = next.as_ref().filter(|next| links.contains(Some(next)));
            let _ = links.insert_before(element, next.map(|next| &**next));
        }
    }
    mark_pane(board, false);
    guides::show(board, String::new());
    Some(carried)
}

/// Moves nodes in the document; says whether there was anything to move.
pub fn move_by(board: Board, carried: &Carried) -> bool {
    if carried.by == Point::default() || carried.nodes.is_empty() {
        return false;
    }
    let ops = moves(board, carried);
    let selected = board.editor.selection.with_untracked(|s| s.nodes.clone());
    let label = match (selected.len(), selected.first()) {
        (1, Some(id)) => format!("move {}", board.name(id)),
        _ => format!("move {} nodes", ops.len()),
    };
    board.editor.commit(label, ops)
}

/// The operations that move nodes.
pub fn moves(board: Board, carried: &Carried) -> Vec<Op> {
    board.editor.graph().with_untracked(|graph| {
        carried
            .nodes
            .iter()
            .filter_map(|id| Some((id, graph.position(id)?)))
            .map(|(id, at)| Op::MoveNode {
                node: id.clone(),
                to: Point {
                    x: at.x + carried.by.x,
                    y: at.y + carried.by.y,
                },
            })
            .collect()
    })
}
