//! The editor's state: the document and its history, what is selected, what the server said of it.
//!
//! Views read the signals; every change of the document goes through [`Editor::commit`].

use crate::held::Held;
use crate::page::{PageData, Stored, Theme};
use leptos::prelude::*;
use patchbay_model::api::SampleSummary;
use patchbay_model::geometry::Viewport;
use patchbay_model::verdict::find_component;
use patchbay_model::{
    Analysis, ComponentInfo, Digest, Endpoint, ExportSource, Graph, History, Link, NodeId, Op,
    Point, SortedSet, Transaction,
};

mod evidence;
mod messages;
mod offers;
mod parts;
mod placing;

pub use messages::Toast;
pub use offers::Offer;
pub use parts::Parts;
pub use placing::new_instance;

/// What is selected on the canvas.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Nodes.
    pub nodes: SortedSet<NodeId>,
    /// Links, by the import they fill.
    pub links: SortedSet<Endpoint>,
}

impl Selection {
    /// One node and nothing else.
    pub fn node(id: NodeId) -> Self {
        Self {
            nodes: SortedSet::from_iter([id]),
            ..Self::default()
        }
    }

    /// One link and nothing else.
    pub fn link(import: Endpoint) -> Self {
        Self {
            links: SortedSet::from_iter([import]),
            ..Self::default()
        }
    }

    /// Whether nothing is selected.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty() && self.links.is_empty()
    }
}

/// Whether the server has the document as it is here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Saving {
    /// Nothing to save yet, or everything saved.
    #[default]
    Saved,
    /// Changed since, or on its way.
    Pending,
    /// The last try failed, in words; the next change or `retry` tries again.
    Failed(String),
    /// Somebody else (another tab) saved another version in between.
    Conflict,
}

/// A component on its way from the palette to the canvas.
#[derive(Clone, Debug, PartialEq)]
pub struct PaletteDrag {
    /// What is dragged.
    pub component: ComponentInfo,
    /// Where the pointer is, in client coordinates.
    pub pointer: Point,
}

/// The editor's state; a handle that is cheap to copy.
#[derive(Clone, Copy)]
pub struct Editor {
    graph: Held<Graph>,
    /// The nodes of the document, with their links and exports.
    parts: Parts,
    history: Held<History>,
    /// What the server said of the graph last.
    pub analysis: Held<Analysis>,
    /// The components of the graph that `analysis` speaks of.
    pub analysed: Held<SortedSet<Digest>>,
    /// Whether a check is under way.
    pub checking: Held<bool>,
    /// The components at hand: samples first, then uploads.
    pub components: Held<Vec<ComponentInfo>>,
    /// What is selected.
    pub selection: Held<Selection>,
    /// What of the canvas is in sight.
    pub viewport: Held<Viewport>,
    /// The size of the canvas pane in screen pixels; `None` until the page is live.
    pub pane: Held<Option<(f64, f64)>>,
    /// A node that shall be brought into sight and focused, or within it the element of that id.
    pub reveal: Held<Option<(NodeId, String)>>,
    /// What is being dragged out of the palette; the canvas follows the pointer and takes it.
    pub palette_drag: Held<Option<PaletteDrag>>,
    /// Counts the changes that a check could see: that a node has been moved is none.
    pub meaning: Held<u32>,
    /// Counts the documents that have been opened: an answer for an earlier one is none for this one.
    pub documents: Held<u32>,
    /// Where the graph is kept.
    pub stored: Held<Option<Stored>>,
    /// Whether it is somebody else's, to look at: nothing changes it before it is copied.
    pub shared: Held<bool>,
    /// Whether it is kept as it is here.
    pub saving: Held<Saving>,
    /// The graphs that come with Patchbay.
    pub samples: Held<Vec<SampleSummary>>,
    /// The colours.
    pub theme: Held<Theme>,
    /// What a person is asked, with the title of the dialog: a view of the server's.
    pub dialog: Held<Option<(String, String)>>,
    /// The side that the result is shown from.
    pub side: Held<String>,
    /// Messages on the screen, oldest first.
    pub toasts: Held<Vec<Toast>>,
    /// What a screen reader is told next.
    pub announcement: Held<String>,
}

impl Editor {
    /// The state that a page starts with.
    pub fn new(data: PageData) -> Self {
        let analysed = digests(&data.graph, &data.components);
        Self {
            graph: Held::new(data.graph),
            parts: Parts::default(),
            history: Held::default(),
            analysis: Held::new(data.analysis),
            analysed: Held::new(analysed),
            checking: Held::new(false),
            components: Held::new(data.components),
            selection: Held::default(),
            viewport: Held::default(),
            pane: Held::new(None),
            reveal: Held::new(None),
            palette_drag: Held::new(None),
            meaning: Held::new(0),
            documents: Held::new(0),
            stored: Held::new(data.stored),
            shared: Held::new(data.shared),
            saving: Held::default(),
            samples: Held::new(data.samples),
            theme: Held::new(data.theme),
            dialog: Held::default(),
            side: Held::new("targets".to_string()),
            toasts: Held::default(),
            announcement: Held::default(),
        }
    }

    /// The document, to read.
    pub fn graph(self) -> Held<Graph> {
        self.graph
    }

    /// The gestures that can be undone and redone, to read.
    pub fn history(self) -> Held<History> {
        self.history
    }

    /// Puts another document in place of this one; its history is another too.
    pub fn replace(self, graph: Graph, stored: Option<Stored>) {
        self.history.set(History::default());
        self.selection.set(Selection::default());
        self.stored.set(stored);
        self.shared.set(false);
        self.documents.update(|n| *n += 1);
        self.put(graph);
        self.means_another();
    }

    /// Does a gesture: one step of the history. A refusal becomes a message, and `false`.
    pub fn commit(self, label: impl Into<String>, ops: Vec<Op>) -> bool {
        if ops.is_empty() {
            return true;
        }
        if self.is_fixed() {
            return false;
        }
        let gesture = Transaction::new(label, ops);
        let mut graph = self.graph.get_untracked();
        let outcome = self
            .history
            .update(|history| history.commit(&mut graph, &gesture));
        match outcome {
            Ok(()) => {
                self.put(graph);
                let moves = |op: &Op| matches!(op, Op::MoveNode { .. });
                if !gesture.ops.iter().all(moves) {
                    self.means_another();
                }
                true
            }
            Err(error) => {
                self.alert(error.to_string(), None);
                false
            }
        }
    }

    /// Whether the document must not be changed, which is said then.
    pub fn is_fixed(self) -> bool {
        let shared = self.shared.get_untracked();
        if shared {
            self.notify("This graph was shared to look at. Make a copy to change it.");
        }
        shared
    }

    fn means_another(self) {
        self.meaning.update(|n| *n = n.wrapping_add(1));
    }

    /// Makes the last two steps of the history one.
    pub fn merge_steps(self) {
        self.history.update(History::merge);
    }

    /// Undoes the last gesture.
    pub fn undo(self) {
        self.step(History::undo, "Undid");
    }

    /// Does the gesture again that was undone last.
    pub fn redo(self) {
        self.step(History::redo, "Redid");
    }

    fn step(self, step: impl Fn(&mut History, &mut Graph) -> Option<String>, verb: &str) {
        let mut graph = self.graph.get_untracked();
        let done = self.history.update(|history| step(history, &mut graph));
        if let Some(label) = done {
            self.selection.update(|selection| {
                selection.nodes.retain(|id| graph.position(id).is_some());
                selection.links.retain(|to| graph.supplier(to).is_some());
            });
            self.put(graph);
            self.means_another();
            self.announce(format!("{verb} {label}"));
        }
    }

    /// The component of a node, if it is at hand. Tracks the graph and the palette.
    pub fn component_of(self, node: &NodeId) -> Option<ComponentInfo> {
        self.graph.with(|graph| {
            let reference = graph.node(node)?.component()?;
            self.components
                .with(|components| find_component(components, reference).cloned())
        })
    }

    /// Takes a component into the palette.
    pub fn keep(self, component: ComponentInfo) {
        self.components.update(|all| {
            if !all.iter().any(|c| c.digest == component.digest) {
                all.push(component);
            }
        });
    }

    /// Draws a link if it fits; says why not otherwise.
    pub fn connect(self, link: Link) -> bool {
        self.reconnect(link, None)
    }

    /// Draws a link in place of another one.
    pub fn reconnect(self, link: Link, old: Option<Link>) -> bool {
        match untrack(|| self.verdict(&link)) {
            Err(refusal) => {
                let details = refusal.mismatch.map(|m| {
                    let reasons = m.reasons.join("\n");
                    format!(
                        "{reasons}\n\n{}:\n{}\n\n{}:\n{}",
                        m.export.title, m.export.wit, m.import.title, m.import.wit
                    )
                    .trim()
                    .to_string()
                });
                // Whatever has two types may differ in shape alone; the server knows.
                let adapter = details.is_some().then(|| {
                    let adapt = self
                        .graph
                        .with_untracked(|graph| Offer::adapt(graph, &link));
                    ("Adapt", vec![adapt])
                });
                self.say(true, refusal.reason, details, adapter);
                false
            }
            Ok(_) => {
                let (ops, label) = self.graph.with_untracked(|graph| {
                    let label = link_name(graph, &link);
                    let mut ops = graph.linking(link.clone());
                    // A link to the same import is replaced anyway.
                    if let Some(old) = old.filter(|old| old.to != link.to) {
                        ops.insert(0, Op::RemoveLink { link: old });
                    }
                    (ops, label)
                });
                let done = self.commit(format!("connect {label}"), ops);
                if done {
                    self.announce(format!("Connected {label}"));
                }
                done
            }
        }
    }

    /// Removes what is selected, with the links and exports of removed nodes.
    pub fn delete_selection(self) {
        let selection = self.selection.get_untracked();
        let (ops, label) = self.graph.with_untracked(|graph| {
            let nodes: Vec<NodeId> = selection.nodes.iter().cloned().collect();
            let mut ops = graph.removal(&nodes);
            for link in graph.links() {
                let gone = Op::RemoveLink { link: link.clone() };
                if selection.links.contains(&link.to) && !ops.contains(&gone) {
                    ops.insert(0, gone);
                }
            }
            let label = match (nodes.as_slice(), selection.links.len()) {
                ([one], 0) => format!("delete {}", graph.title(one)),
                ([], 1) => "delete link".to_string(),
                ([], n) => format!("delete {n} links"),
                (nodes, 0) => format!("delete {} nodes", nodes.len()),
                (nodes, n) => format!("delete {} items", nodes.len() + n),
            };
            (ops, label)
        });
        if !ops.is_empty() && self.commit(label.clone(), ops) {
            self.selection.set(Selection::default());
            self.announce(format!("Done: {label}"));
        }
    }

    /// Exports a node's port from the result under a free name, or stops exporting it; says whether that was done.
    pub fn toggle_export(self, source: ExportSource) -> bool {
        let (ops, label) = self.graph.with_untracked(|graph| {
            let names: Vec<String> = graph.export_names(&source).map(String::from).collect();
            let what = source.port.clone().unwrap_or_else(|| {
                graph
                    .node(&source.node)
                    .map_or_else(String::new, |node| node.name.clone())
            });
            if names.is_empty() {
                let taken = |name: &str| graph.exports().any(|(other, _)| other == name);
                // An interface's name cannot be made unique by a number; a label can.
                let name = if what.contains(':') {
                    what.clone()
                } else {
                    patchbay_model::name::unique_label(&what, taken)
                };
                let label = format!("export {what}");
                (vec![Op::AddExport { name, source }], label)
            } else {
                let ops = names
                    .into_iter()
                    .map(|name| Op::RemoveExport { name })
                    .collect();
                (ops, format!("stop exporting {what}"))
            }
        });
        self.commit(label, ops)
    }
}

/// The state of the editor that this view is in.
pub fn use_editor() -> Editor {
    expect_context::<Editor>()
}

/// The components that a graph is made of, as far as they are at hand.
pub fn digests(graph: &Graph, components: &[ComponentInfo]) -> SortedSet<Digest> {
    graph
        .nodes()
        .filter_map(|node| find_component(components, node.component()?))
        .map(|component| component.digest.clone())
        .collect()
}

/// A link in words: `<exporter>.<export> to <importer>.<import>`.
pub fn link_name(graph: &Graph, link: &Link) -> String {
    let name = |end: &Endpoint| {
        let node = graph.node(&end.node).map_or("?", |node| node.name.as_str());
        format!("{node}.{}", end.port)
    };
    format!("{} to {}", name(&link.from), name(&link.to))
}
