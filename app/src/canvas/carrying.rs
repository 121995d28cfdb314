//! Nodes in the hand: their elements follow the pointer, and the document learns of it when they are put down.
//!
//! Nothing wakes meanwhile, however large the graph is: what shows of the document stays as it is, and the elements of the
//! carried nodes and of the links between them are put into a layer that moves as a whole.

use super::board::Board;
use super::taken::Taken;
use super::target::{link_id, node_id};
use super::{guides, link, note, splicing};
use leptos::prelude::*;
use patchbay_model::analysis::Side;
use patchbay_model::decimal::px;
use patchbay_model::geometry::{Rect, snap};
use patchbay_model::{Link, NodeId, Op, Point, SortedSet};
use std::cell::RefCell;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// The id of the element that holds carried nodes: one layer that moves, whatever is in it, and is not drawn anew.
pub const HAND_ID: &str = "hand";

/// The id of the element in it that holds the links between them.
pub const HAND_LINKS_ID: &str = "hand-links";

/// The id of the element that holds the links with one end on a carried node, so that no others are drawn anew with them.
pub const STRANDS_ID: &str = "strands";

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
    /// The element that moves, and what was put into it.
    layer: HtmlElement,
    whole: Vec<Taken>,
    /// Frames and notes, and where they stood: they lie below everything else and stay there.
    notes: Vec<(HtmlElement, Point)>,
    strands: Vec<Strand>,
}

/// A link with one end on a carried node.
struct Strand {
    element: Taken,
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
        moved && hand.whole.len() == 1 && hand.strands.is_empty()
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
    let by_id = |id: &str| document().get_element_by_id(id);
    let (layer, inner, strands) = (by_id(HAND_ID)?, by_id(HAND_LINKS_ID)?, by_id(STRANDS_ID)?);
    let mut hand = Hand {
        held: rects.iter().find(|(id, _)| id == held)?.1,
        others: Vec::new(),
        layer: layer.clone().unchecked_into(),
        whole: Vec::new(),
        notes: Vec::new(),
        strands: Vec::new(),
        carried: Carried {
            nodes: nodes.clone(),
            by: Point::default(),
        },
    };
    for (id, rect) in rects {
        if !moves(&id) {
            hand.others.push(rect);
        } else if let Some(element) = by_id(&node_id(&id)) {
            let _ = element.set_attribute("data-carried", "true");
            match element.class_list().contains("note") {
                true => hand.notes.push((element.unchecked_into(), rect.corner())),
                false => hand.whole.extend(Taken::to(&layer, element)),
            }
        }
    }
    let links: Vec<Link> = board
        .editor
        .graph()
        .with_untracked(|graph| graph.links().collect());
    for link in links {
        let ends = [(Side::Export, &link.from), (Side::Import, &link.to)];
        let element = || by_id(&link_id(&link.to));
        match ends.map(|(_, end)| moves(&end.node)) {
            [false, false] => {}
            [true, true] => {
                hand.whole
                    .extend(element().and_then(|it| Taken::to(&inner, it)));
            }
            moving => {
                let places = ends.map(|(side, end)| untrack(|| board.port(side, end)));
                if let [Some(from), Some(to)] = places
                    && let Some(element) = element().and_then(|it| Taken::to(&strands, it))
                {
                    let ends = [(from, moving[0]), (to, moving[1])];
                    hand.strands.push(Strand { element, ends });
                }
            }
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
        let (x, y) = (px(by.x), px(by.y));
        let place = format!("translate3d({x}px,{y}px,0)");
        let _ = self.layer.style().set_property("transform", &place);
        for (element, at) in &self.notes {
            let (x, y) = (px(at.x + by.x), px(at.y + by.y));
            let place = format!("translate({x}px,{y}px)");
            let _ = element.style().set_property("transform", &place);
        }
        for Strand { element, ends } in &self.strands {
            let [from, to] = ends.map(|(at, moves)| match moves {
                true => Point {
                    x: at.x + by.x,
                    y: at.y + by.y,
                },
                false => at,
            });
            link::lay(&element.element, from, to);
        }
        true
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
    let _ = hand.layer.style().remove_property("transform");
    for strand in hand.strands.iter().rev() {
        strand.element.put_back();
    }
    for taken in hand.whole.iter().rev() {
        taken.put_back();
        let _ = taken.element.remove_attribute("data-carried");
    }
    for (element, _) in &hand.notes {
        let _ = element.remove_attribute("data-carried");
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
