//! The canvas's own state: what shows of the document while hands are on it.

use super::gesture::Gesture;
use super::menu::Menu;
use super::quick_add::Adding;
use super::splicing::Splicing;
use crate::editor::{Editor, Parts, Selection, use_editor};
use crate::held::Held;
use crate::live::effect;
use leptos::html;
use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side};
use patchbay_model::geometry::{ASSUMED_PANE, NodeShape, Rect, Shapes, Viewport, bounds};
use patchbay_model::{Analysis, Endpoint, Graph, Link, NodeId, Note, Point, SortedSet};
use std::sync::Arc;

/// A link that is being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Linking {
    /// Where it starts, or, from an import, ends.
    pub origin: PortRef,
    /// The ports on the other side that it fits.
    pub candidates: SortedSet<Endpoint>,
    /// Where they are, in the same order.
    pub centres: Vec<Point>,
}

/// The loose end of a link that is being drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// On the canvas.
    pub pointer: Point,
    /// The port that it holds on to.
    pub target: Option<Endpoint>,
}

/// Which ports are in use; changes with the links and the exports only, not with every move.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wiring {
    /// The imports that links fill.
    pub imports: SortedSet<Endpoint>,
    /// The exports that links use.
    pub exports: SortedSet<Endpoint>,
    /// Ports that are exported from the result, and their names there.
    pub exported: Vec<(Endpoint, String)>,
    /// The nodes that are exported as a whole.
    pub whole: SortedSet<NodeId>,
}

impl Wiring {
    /// Whether a link ends at a port.
    pub fn is_linked(&self, port: &PortRef) -> bool {
        match port.side {
            Side::Import => self.imports.contains(&port.end),
            Side::Export => self.exports.contains(&port.end),
        }
    }

    /// The names under which an export of a node is exported from the result.
    pub fn names(&self, end: &Endpoint) -> Vec<String> {
        let of = self.exported.iter().filter(|(other, _)| other == end);
        of.map(|(_, name)| name.clone()).collect()
    }
}

/// The canvas's own state; a handle that is cheap to copy.
#[derive(Clone, Copy)]
pub struct Board {
    /// The document and the rest.
    pub editor: Editor,
    /// The nodes that are selected, and those whose links are.
    pub selected: Parts,
    /// The element that all gestures are on.
    pub pane: NodeRef<html::Main>,
    /// The shape of every node.
    pub shapes: Memo<Shapes>,
    /// Which ports are in use.
    pub wiring: Memo<Wiring>,
    /// What the analysis remarks on imports: versions that meet at a link, imports that become one of the result.
    pub remarks: Memo<Vec<(Endpoint, String)>>,
    /// The port that a link is being drawn from.
    pub origin: Held<Option<PortRef>>,
    /// The same with the ports that it fits: asked once, not while the pointer moves.
    pub linking: Memo<Option<Linking>>,
    /// The loose end of that link.
    pub draft: Held<Option<Draft>>,
    /// Links that have been drawn before it was known whether they fit.
    pub waiting: Held<Vec<Link>>,
    /// The nodes whose ports have not been marked yet with whether that link fits; the next one is the last.
    pub unmarked: StoredValue<Vec<NodeId>>,
    /// The port that the pointer or the focus is on while a link is being drawn.
    pub hovered: Held<Option<PortRef>>,
    /// The link that would take in what is dragged.
    pub splicing: Held<Splicing>,
    /// The box that is being drawn around nodes.
    pub marquee: Held<Option<Rect>>,
    /// The lines along which a dragged node stands in line with others.
    pub guides: Held<String>,
    /// The port that the pointer or the focus is on; the import that it fills stands for a link.
    pub pointed: Held<Option<PortRef>>,
    /// The view when it was zoomed last and then rested: how much is drawn follows it, not each step of a zoom.
    pub rested: Held<Viewport>,
    /// The menu that is open.
    pub menu: Held<Option<Menu>>,
    /// A new node that is being chosen.
    pub adding: StoredValue<Option<Adding>>,
    /// Whether it is.
    pub adding_open: Held<bool>,
    /// Whether the minimap is put away.
    pub minimap_hidden: Held<bool>,
    /// Whether the wheel zooms without a key.
    pub wheel_zooms: Held<bool>,
    /// The node that is being named.
    pub renaming: Held<Option<NodeId>>,
    /// What the pointer is at.
    pub gesture: StoredValue<Option<Gesture>>,
    /// The link whose end is in the hand.
    pub rewired: StoredValue<Option<Link>>,
    /// Counts the moves of the pointer: what a frame does for an earlier one is out of date.
    pub turn: StoredValue<u32>,
    /// Whether the shift key is down.
    pub shift: StoredValue<bool>,
    /// Whether the space bar is down.
    pub space: StoredValue<bool>,
}

impl Board {
    /// Nothing under way.
    pub fn new(editor: Editor) -> Self {
        let origin = Held::new(None::<PortRef>);
        let shapes = Memo::new(move |_| {
            editor.meant(|graph| {
                let components = editor.components;
                components.with(|components| patchbay_model::geometry::shapes(graph, components))
            })
        });
        Self {
            editor,
            selected: Parts::default(),
            pane: NodeRef::new(),
            shapes,
            wiring: Memo::new(move |_| wiring(editor)),
            remarks: Memo::new(move |_| editor.analysis.with(Analysis::remarks)),
            origin,
            linking: Memo::new(move |_| {
                let origin = origin.get()?;
                let candidates = editor.candidates(&origin);
                let side = origin.side.opposite();
                let centre = |end| port(editor, shapes, side, end).unwrap_or_default();
                // Whatever moves or reshapes one of them is a change of the graph, which is followed already.
                let centres = untrack(|| candidates.iter().map(centre).collect());
                Some(Linking {
                    origin,
                    candidates,
                    centres,
                })
            }),
            draft: Held::new(None),
            waiting: Held::default(),
            unmarked: StoredValue::default(),
            hovered: Held::new(None),
            splicing: Held::default(),
            marquee: Held::new(None),
            guides: Held::default(),
            pointed: Held::new(None),
            rested: Held::default(),
            menu: Held::new(None),
            adding: StoredValue::new(None),
            adding_open: Held::new(false),
            // Until it is known what the browser remembers.
            minimap_hidden: Held::new(true),
            wheel_zooms: Held::new(false),
            renaming: Held::new(None),
            gesture: StoredValue::new(None),
            rewired: StoredValue::new(None),
            turn: StoredValue::new(0),
            shift: StoredValue::new(false),
            space: StoredValue::new(false),
        }
    }

    /// Where a node stands, as the document has it. Tracked.
    pub fn position(self, id: &NodeId) -> Option<Point> {
        self.editor
            .of_node(id, |graph| graph.node(id).map(|node| node.position))
    }

    /// The shape of a node. Tracked.
    pub fn shape(self, id: &NodeId) -> Option<Arc<NodeShape>> {
        shape(self.editor, self.shapes, id)
    }

    /// What is in use, for the sake of a node: follows that node only.
    pub fn wired<T>(self, id: &NodeId, look: impl FnOnce(&Wiring) -> T) -> T {
        self.editor.of_node(id, |_| {});
        self.wiring.with_untracked(look)
    }

    /// Whether something is selected that a node is or has. Tracked.
    pub fn is_selected(self, of: &NodeId, look: impl FnOnce(&Selection) -> bool) -> bool {
        self.selected.follow(of);
        self.editor.selection.with_untracked(look)
    }

    /// Where the centre of a port is, as the document has its node. Tracked.
    pub fn port(self, side: Side, end: &Endpoint) -> Option<Point> {
        port(self.editor, self.shapes, side, end)
    }

    /// Where a node, a frame or a note stands, as the document has it.
    pub fn rect(self, id: &NodeId) -> Option<Rect> {
        let graph = self.editor.graph();
        let note = graph.with_untracked(|graph| graph.note(id).map(Note::rect));
        note.or_else(|| untrack(|| Some(Rect::at(self.position(id)?, self.shape(id)?.size()))))
    }

    /// Where all nodes stand, as the document has them.
    pub fn rects(self) -> Vec<(NodeId, Rect)> {
        self.editor.graph().with_untracked(|graph| {
            self.shapes.with_untracked(|shapes| {
                let rect = |node: &patchbay_model::Node| {
                    let shape = shapes.get(&node.id)?;
                    Some((node.id.clone(), Rect::at(node.position, shape.size())))
                };
                graph.nodes().filter_map(rect).collect()
            })
        })
    }

    /// The same, with all frames and notes.
    pub fn all_rects(self) -> Vec<(NodeId, Rect)> {
        let mut rects = self.rects();
        self.editor.graph().with_untracked(|graph| {
            for note in graph.notes() {
                rects.push((note.id.clone(), note.rect()));
            }
        });
        rects
    }

    /// What surrounds everything that is drawn.
    pub fn bounds(self) -> Option<Rect> {
        bounds(self.all_rects().into_iter().map(|(_, rect)| rect))
    }

    /// The pane's size.
    pub fn pane_size(self) -> (f64, f64) {
        self.editor.pane.get_untracked().unwrap_or(ASSUMED_PANE)
    }

    /// What people call a node, a frame or a note.
    pub fn name(self, id: &NodeId) -> String {
        self.editor.graph().with_untracked(|graph| graph.title(id))
    }

    /// Takes the focus to the pane, where keys are heard.
    pub fn focus_pane(self) {
        if let Some(pane) = self.pane.get_untracked() {
            super::target::focus(&pane);
        }
    }
}

/// The canvas that this view is in.
pub fn use_board() -> Board {
    expect_context::<Board>()
}

/// Makes the state of the canvas that the views below use.
pub fn provide_board() -> Board {
    let board = Board::new(use_editor());
    provide_context(board);
    let mut before = Selection::default();
    effect(move |_| {
        let now = board.editor.selection.get();
        for (one, other) in [(&now, &before), (&before, &now)] {
            for id in &one.nodes {
                if !other.nodes.contains(id) {
                    board.selected.tell(id);
                }
            }
            for to in &one.links {
                if !other.links.contains(to) {
                    board.selected.tell(&to.node);
                }
            }
        }
        before = now;
    });
    board
}

fn port(editor: Editor, shapes: Memo<Shapes>, side: Side, end: &Endpoint) -> Option<Point> {
    let place = |graph: &Graph| Some(graph.node(&end.node)?.position);
    let corner = editor.of_node(&end.node, place)?;
    let port = shape(editor, shapes, &end.node)?.port(side, &end.port)?;
    Some(Point {
        x: corner.x + port.x,
        y: corner.y + port.y,
    })
}

/// Follows the node, and what components there are: one that was missing has no ports until it comes.
fn shape(editor: Editor, shapes: Memo<Shapes>, id: &NodeId) -> Option<Arc<NodeShape>> {
    editor.components.track();
    editor.of_node(id, |_| {
        shapes.with_untracked(|shapes| shapes.get(id).cloned())
    })
}

fn wiring(editor: Editor) -> Wiring {
    editor.meant(|graph| {
        let mut wiring = Wiring::default();
        for link in graph.links() {
            wiring.exports.insert(link.from);
            wiring.imports.insert(link.to);
        }
        for (name, source) in graph.exports() {
            match &source.port {
                None => {
                    wiring.whole.insert(source.node.clone());
                }
                Some(port) => {
                    let end = Endpoint {
                        node: source.node.clone(),
                        port: port.clone(),
                    };
                    wiring.exported.push((end, name.to_string()));
                }
            }
        }
        wiring
    })
}
