//! A node as the nodes that its component is made of: what [`group`](crate::group()) made is taken apart in place.

use crate::generate::adapter::gathering;
use crate::group::{became, refusal};
use crate::inspect::Component;
use crate::open::{Opened, open};
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind};
use patchbay_model::graph::inner;
use patchbay_model::op::Transaction;
use patchbay_model::opened::Note;
use patchbay_model::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point};
use std::collections::BTreeMap;

/// What takes the place of a node.
#[derive(Clone, Debug)]
pub struct Ungrouped {
    /// The components of the new nodes, each once.
    pub components: Vec<Component>,
    /// The nodes with their links and exports, in place of the one, as one gesture.
    pub ops: Vec<Op>,
    /// What a graph says differently than the component.
    pub notes: Vec<Note>,
}

/// The nodes that a node's component is made of, and the operations that put them in its place. They have from outside what
/// the node had, and whoever had something from the node has it from them.
///
/// Where the node is linked or exported as a whole, the one node inside whose instance it is takes its place, or else one
/// without code that has all of its exports.
///
/// # Errors
/// For a node that is not there or is not made of others, and for one that is linked or exported as a whole and has exports
/// that a component without code cannot pass on.
pub fn ungroup(graph: &Graph, parts: &Parts, id: &NodeId) -> Result<Ungrouped, Vec<Problem>> {
    let Some(node) = graph.node(id) else {
        let words = format!("There is no node `{id}` in this graph.");
        return Err(refusal(ProblemKind::MissingComponent, None, words));
    };
    let name = &node.name;
    let Some(component) = node.component().and_then(|of| parts.get(of)) else {
        let words = format!("The component of `{name}` is not here.");
        return Err(refusal(ProblemKind::MissingComponent, Some(id), words));
    };
    let refused = |words: String| refusal(ProblemKind::Encoding, Some(id), words);
    let opened = open(&format!("{name}.wasm"), &component.bytes);
    let opened = opened.map_err(|error| refused(error.to_string()))?;
    let own = &component.info.digest;
    if opened.components.iter().any(|it| it.info.digest == *own) {
        let why = opened.notes.first().map(|note| note.message.as_str());
        let why = why.unwrap_or("This component is not composed of others");
        return Err(refused(format!("`{name}` cannot be expanded. {why}.")));
    }
    let mut unfolding = Unfolding {
        before: graph,
        node,
        opened: &opened,
        after: graph.clone(),
        ops: Vec::new(),
        places: BTreeMap::new(),
        gathered: None,
    };
    unfolding
        .unfold(component)
        .map_err(|error| refused(format!("`{name}` cannot be expanded: {error}.")))?;
    let Unfolding { ops, gathered, .. } = unfolding;
    let mut components = opened.components;
    components.extend(gathered.map(|(_, component)| component));
    Ok(Ungrouped {
        components,
        ops,
        notes: opened.notes,
    })
}

/// A graph on its way from one node to several.
struct Unfolding<'a> {
    before: &'a Graph,
    node: &'a Node,
    opened: &'a Opened,
    after: Graph,
    ops: Vec<Op>,
    /// Where the nodes inside are to be found outside.
    places: BTreeMap<&'a NodeId, Place>,
    /// The node without code that has all of its exports, if one is needed.
    gathered: Option<(NodeId, Component)>,
}

enum Place {
    /// A node of the graph.
    Node(NodeId),
    /// What fills the import that the node inside stands for.
    Supplier(Endpoint),
}

impl<'a> Unfolding<'a> {
    fn unfold(&mut self, component: &Component) -> Result<(), String> {
        for op in self.before.removal(std::slice::from_ref(&self.node.id)) {
            self.apply(op)?;
        }
        let corner = self.corner();
        for inside in self.opened.graph.nodes() {
            let place = self.place(inside, corner)?;
            self.places.insert(&inside.id, place);
        }
        for link in self.opened.graph.links() {
            let from = self.source(&link.from);
            self.link(from, &link.to)?;
        }
        self.link_inwards(component)?;
        self.link_outwards(component)
    }

    fn apply(&mut self, op: Op) -> Result<(), String> {
        let step = Transaction::new("expand", vec![op.clone()]);
        let applied = self.after.apply(&step);
        applied.map_err(|error| error.to_string())?;
        self.ops.push(op);
        Ok(())
    }

    /// How far the nodes inside are from where the node was.
    fn corner(&self) -> Point {
        let positions = self.opened.graph.nodes().map(|node| node.position);
        let corner = positions.reduce(|a, b| Point {
            x: a.x.min(b.x),
            y: a.y.min(b.y),
        });
        let corner = corner.unwrap_or_default();
        Point {
            x: self.node.position.x - corner.x,
            y: self.node.position.y - corner.y,
        }
    }

    fn place(&mut self, inside: &Node, corner: Point) -> Result<Place, String> {
        if let Some(import) = inside.import() {
            let end = Endpoint {
                node: self.node.id.clone(),
                port: import.name.clone(),
            };
            if let Some(from) = self.before.supplier(&end) {
                return Ok(Place::Supplier(from.clone()));
            }
            let same = |node: &&Node| node.import().is_some_and(|it| it.name == import.name);
            if let Some(node) = self.after.nodes().find(same) {
                return Ok(Place::Node(node.id.clone()));
            }
        }
        let node = Node {
            id: self.after.free_id(),
            name: self.after.free_name(&inside.name),
            position: Point {
                x: inside.position.x + corner.x,
                y: inside.position.y + corner.y,
            },
            ..inside.clone()
        };
        let id = node.id.clone();
        self.apply(Op::AddNode { node })?;
        Ok(Place::Node(id))
    }

    /// What something inside comes from, seen from outside.
    fn source(&self, end: &Endpoint) -> Endpoint {
        match &self.places[&end.node] {
            Place::Node(node) => Endpoint {
                node: node.clone(),
                port: end.port.clone(),
            },
            Place::Supplier(from) => {
                let (_, inside) = inner::steps(&end.port);
                Endpoint {
                    node: from.node.clone(),
                    port: inside.fold(from.port.clone(), |port, name| inner::within(&port, name)),
                }
            }
        }
    }

    fn link(&mut self, from: Endpoint, to: &Endpoint) -> Result<(), String> {
        let Place::Node(node) = &self.places[&to.node] else {
            return Ok(());
        };
        let to = Endpoint {
            node: node.clone(),
            port: to.port.clone(),
        };
        self.apply(Op::AddLink {
            link: Link { from, to },
        })
    }

    /// Gives every import that is open inside what filled that of the node.
    fn link_inwards(&mut self, component: &Component) -> Result<(), String> {
        let imports = component.info.imports.iter();
        let imports: Vec<&str> = imports.map(|port| port.name.as_str()).collect();
        let opened = self.opened;
        let parts = Parts::from_iter(opened.components.iter().cloned());
        for inside in opened.graph.nodes() {
            let of = inside.component().and_then(|of| parts.get(of));
            for port in of.map_or(&[][..], |of| &of.info.imports) {
                let to = Endpoint {
                    node: inside.id.clone(),
                    port: port.name.clone(),
                };
                let outer = became(&port.name, &imports).map(|import| Endpoint {
                    node: self.node.id.clone(),
                    port: import.to_string(),
                });
                let from = outer.and_then(|end| self.before.supplier(&end));
                if let (Some(from), None) = (from, opened.graph.supplier(&to)) {
                    self.link(from.clone(), &to)?;
                }
            }
        }
        Ok(())
    }

    /// Gives whoever had something from the node the same.
    fn link_outwards(&mut self, component: &Component) -> Result<(), String> {
        let id = &self.node.id;
        let before = self.before;
        for link in before.links().filter(|link| link.from.node == *id) {
            let from = match link.from.port.is_empty() {
                true => self.whole(component).map_err(|why| {
                    let to = before.name_of(&link.to);
                    format!("`{}` of `{to}` has it as a whole, and {why}", link.to.port)
                }),
                false => self.exported(&link.from.port),
            };
            self.apply(Op::AddLink {
                link: Link {
                    from: from?,
                    to: link.to,
                },
            })?;
        }
        for (name, source) in before.exports().filter(|(_, source)| source.node == *id) {
            let from = match &source.port {
                None => self.whole(component).map_err(|why| {
                    format!("the result exports it as a whole under the name `{name}`, and {why}")
                }),
                Some(port) => self.exported(port),
            };
            let Endpoint { node, port } = from?;
            self.apply(Op::AddExport {
                name: name.to_string(),
                source: ExportSource {
                    node,
                    port: (!port.is_empty()).then_some(port),
                },
            })?;
        }
        Ok(())
    }

    /// What an export of the node comes from, or what is inside of one.
    fn exported(&self, port: &str) -> Result<Endpoint, String> {
        let (name, inside) = inner::steps(port);
        let mut exports = self.opened.graph.exports();
        let Some((_, source)) = exports.find(|(export, _)| *export == name) else {
            return Err(format!("nothing inside of it exports `{name}`"));
        };
        let end = self.source(&Endpoint {
            node: source.node.clone(),
            port: source.port.clone().unwrap_or_default(),
        });
        Ok(Endpoint {
            port: inside.fold(end.port, |port, name| inner::within(&port, name)),
            node: end.node,
        })
    }

    /// One instance of all the exports of the node.
    fn whole(&mut self, component: &Component) -> Result<Endpoint, String> {
        let node = match (&self.gathered, self.alone(component)) {
            (Some((node, _)), _) | (None, Some(node)) => node.clone(),
            (None, None) => self.gather(component)?,
        };
        let port = String::new();
        Ok(Endpoint { node, port })
    }

    /// The node inside that has the exports of the component, and no others, if all come from one.
    fn alone(&self, component: &Component) -> Option<&NodeId> {
        let graph = &self.opened.graph;
        let (_, first) = graph.exports().next()?;
        let of = graph.node(&first.node)?.component()?.digest.as_ref()?;
        let mut inside = self.opened.components.iter();
        let inside = inside.find(|it| it.info.digest == *of)?;
        let count = component.info.exports.len();
        let same = inside.info.exports.len() == count
            && graph.exports().len() == count
            && graph.exports().all(|(name, source)| {
                source.node == first.node && source.port.as_deref() == Some(name)
            });
        match &self.places[&first.node] {
            Place::Node(node) if same => Some(node),
            _ => None,
        }
    }

    /// Adds a node without code that has all exports of the node from the nodes inside.
    fn gather(&mut self, component: &Component) -> Result<NodeId, String> {
        /// How far to the right of the nodes inside it is put.
        const BESIDE: f64 = 320.0;
        let all = gathering(component, &self.node.name).map_err(|error| error.to_string())?;
        let graph = &self.opened.graph;
        let right = graph.nodes().map(|node| node.position.x);
        let right = right.fold(f64::NEG_INFINITY, f64::max);
        let id = self.after.free_id();
        let node = Node::instance(
            id.clone(),
            self.after.free_name(&self.node.name),
            all.info.reference(),
            Point {
                x: right + self.corner().x + BESIDE,
                y: self.node.position.y,
            },
        );
        self.apply(Op::AddNode { node })?;
        let imports = component.info.imports.iter();
        let imports: Vec<&str> = imports.map(|port| port.name.as_str()).collect();
        for port in &all.info.imports {
            let from = match component.info.export(&port.name) {
                Some(_) => Some(self.exported(&port.name)?),
                // The types of its exports come from here.
                None => became(&port.name, &imports).and_then(|import| {
                    let end = Endpoint {
                        node: self.node.id.clone(),
                        port: import.to_string(),
                    };
                    self.before.supplier(&end).cloned()
                }),
            };
            let to = Endpoint {
                node: id.clone(),
                port: port.name.clone(),
            };
            if let Some(from) = from {
                self.apply(Op::AddLink {
                    link: Link { from, to },
                })?;
            }
        }
        self.gathered = Some((id.clone(), all));
        Ok(id)
    }
}
