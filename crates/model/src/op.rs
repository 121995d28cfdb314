//! Operations: the only way a graph changes, each with an exact inverse.

use crate::component::ComponentRef;
use crate::graph::{
    Endpoint, ExportSource, Graph, Import, Link, Node, NodeId, NodeKind, Note, Point, TypeSource,
};
use crate::name::{InterfaceName, InvalidLabel, check_label, label_from};
use serde::{Deserialize, Serialize};

/// One change to a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Op {
    /// Puts a node on the canvas.
    AddNode {
        /// With an id and a name that are free.
        node: Node,
    },
    /// Takes a node, a frame or a note away; a node's links and exports must have gone before (see [`Graph::removal`]).
    RemoveNode {
        /// Which.
        node: NodeId,
    },
    /// Moves a node, a frame or a note.
    MoveNode {
        /// Which.
        node: NodeId,
        /// Where its top left corner goes.
        to: Point,
    },
    /// Names a node.
    RenameNode {
        /// Which.
        node: NodeId,
        /// Its new name, valid and free.
        name: String,
    },
    /// Makes a node an instance of another component, such as a newer build. Its links and exports stay as they are,
    /// whether they still fit or not.
    ReplaceComponent {
        /// Which.
        node: NodeId,
        /// What it becomes an instance of.
        component: ComponentRef,
    },
    /// Shows or folds away the imports that every host provides.
    ExpandNode {
        /// Which.
        node: NodeId,
        /// Whether they show.
        expanded: bool,
    },
    /// Draws a link to an import that has none.
    AddLink {
        /// From which export to which import.
        link: Link,
    },
    /// Takes a link away.
    RemoveLink {
        /// As it stands in the graph.
        link: Link,
    },
    /// Exports something from the result.
    AddExport {
        /// The name it gets, free in the result.
        name: String,
        /// What.
        source: ExportSource,
    },
    /// Takes an export of the result away.
    RemoveExport {
        /// Its name.
        name: String,
    },
    /// Names the graph.
    RenameGraph {
        /// What the person calls it.
        name: String,
    },
    /// Puts a frame or a note on the canvas, in place of the one of that id where there is one.
    SetNote {
        /// With an id that no node has.
        note: Note,
    },
}

/// One gesture: operations that apply together or not at all, and are undone together.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transaction {
    /// What the gesture does, as in “Undo *move 3 nodes*”.
    pub label: String,
    /// In order.
    pub ops: Vec<Op>,
}

impl Transaction {
    /// A gesture of these operations.
    pub fn new(label: impl Into<String>, ops: Vec<Op>) -> Self {
        Self {
            label: label.into(),
            ops,
        }
    }
}

/// Why an operation cannot be done; the graph is then as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpError {
    /// No node of that id.
    #[error("there is no node `{0}` in this graph")]
    NoSuchNode(NodeId),
    /// The node is an import of the result, and has no component.
    #[error("the node `{0}` is not an instance of a component")]
    NotAnInstance(NodeId),
    /// The id is in use.
    #[error("`{0}` is taken already")]
    IdTaken(NodeId),
    /// The name is in use.
    #[error("another node is called `{0}`: instances need different names")]
    NameTaken(String),
    /// The name is not one that an instance can have.
    #[error(transparent)]
    InvalidName(#[from] InvalidLabel),
    /// The node still has a link or an export.
    #[error("the node `{0}` still has links or exports")]
    NodeInUse(NodeId),
    /// The import is filled.
    #[error("the import `{}` has a link already", .0.port)]
    ImportTaken(Endpoint),
    /// No such link.
    #[error("there is no such link to `{}`", .0.to.port)]
    NoSuchLink(Link),
    /// The link would close a cycle.
    #[error(
        "this link would close a cycle: {words}. Instances are made one after the other, so none can wait for itself"
    )]
    Cycle {
        /// The path, which begins and ends with one node.
        path: Vec<NodeId>,
        /// The same path in names.
        words: String,
    },
    /// The result has an export of that name.
    #[error("the result has an export called `{0}` already")]
    ExportTaken(String),
    /// An export needs a name.
    #[error("an export needs a name")]
    ExportUnnamed,
    /// The result has no export of that name.
    #[error("the result has no export called `{0}`")]
    NoSuchExport(String),
}

impl Graph {
    /// Does a transaction, and returns the one that undoes it.
    ///
    /// # Errors
    /// The first operation that cannot be done; the graph is then as it was.
    pub fn apply(&mut self, transaction: &Transaction) -> Result<Transaction, OpError> {
        let mut inverse = Vec::with_capacity(transaction.ops.len());
        for op in &transaction.ops {
            match self.apply_op(op) {
                Ok(undo) => inverse.push(undo),
                Err(error) => {
                    for undo in inverse.iter().rev() {
                        let undone = self.apply_op(undo);
                        debug_assert!(undone.is_ok(), "an inverse applies: {undone:?}");
                    }
                    return Err(error);
                }
            }
        }
        inverse.reverse();
        Ok(Transaction::new(transaction.label.clone(), inverse))
    }

    /// The operations that remove nodes together with their links and exports.
    pub fn removal(&self, nodes: &[NodeId]) -> Vec<Op> {
        let links = self
            .links()
            .filter(|link| nodes.contains(&link.from.node) || nodes.contains(&link.to.node))
            .map(|link| Op::RemoveLink { link });
        let exports = self
            .exports()
            .filter(|(_, source)| nodes.contains(&source.node))
            .map(|(name, _)| Op::RemoveExport { name: name.into() });
        let nodes = nodes
            .iter()
            .filter(|id| self.node(id).is_some() || self.note(id).is_some())
            .map(|node| Op::RemoveNode { node: node.clone() });
        links.chain(exports).chain(nodes).collect()
    }

    /// The operations that draw a link, in place of the one that its import may have; none when it is there already.
    pub fn linking(&self, link: Link) -> Vec<Op> {
        match self.supplier(&link.to) {
            Some(from) if *from == link.from => Vec::new(),
            Some(from) => vec![
                Op::RemoveLink {
                    link: Link {
                        from: from.clone(),
                        to: link.to.clone(),
                    },
                },
                Op::AddLink { link },
            ],
            None => vec![Op::AddLink { link }],
        }
    }

    /// The operations that draw what fills an open import from outside as a node of its own, linked to it; `None` where
    /// there is no such node.
    pub fn drawn_import(&self, open: &Endpoint, position: Point) -> Option<Vec<Op>> {
        let component = self.node(&open.node)?.component()?.clone();
        let label = InterfaceName::parse(&open.port).map_or(open.port.as_str(), |n| n.interface);
        let mut node = Node::instance(
            self.free_id(),
            self.free_name(&label_from(label)),
            component.clone(),
            position,
        );
        node.kind = NodeKind::Import(Import {
            name: open.port.clone(),
            item: None,
            of: TypeSource::Component(component),
        });
        let from = Endpoint {
            node: node.id.clone(),
            port: open.port.clone(),
        };
        let link = Link {
            from,
            to: open.clone(),
        };
        Some(vec![Op::AddNode { node }, Op::AddLink { link }])
    }

    fn apply_op(&mut self, op: &Op) -> Result<Op, OpError> {
        match op {
            Op::AddNode { node } => {
                if self.nodes.contains_key(&node.id) || self.notes.contains_key(&node.id) {
                    return Err(OpError::IdTaken(node.id.clone()));
                }
                self.check_name(&node.name, None)?;
                self.nodes.insert(node.id.clone(), node.clone());
                Ok(Op::RemoveNode {
                    node: node.id.clone(),
                })
            }
            Op::RemoveNode { node: id } => {
                if let Some(note) = self.notes.remove(id) {
                    return Ok(Op::SetNote { note });
                }
                let linked = self
                    .links
                    .iter()
                    .any(|(to, from)| to.node == *id || from.node == *id);
                if linked || self.exports.values().any(|source| source.node == *id) {
                    return Err(OpError::NodeInUse(id.clone()));
                }
                let node = self
                    .nodes
                    .remove(id)
                    .ok_or_else(|| OpError::NoSuchNode(id.clone()))?;
                Ok(Op::AddNode { node })
            }
            Op::MoveNode { node: id, to } => {
                let position = match self.notes.get_mut(id) {
                    Some(note) => &mut note.position,
                    None => &mut self.node_mut(id)?.position,
                };
                let from = std::mem::replace(position, *to);
                Ok(Op::MoveNode {
                    node: id.clone(),
                    to: from,
                })
            }
            Op::RenameNode { node: id, name } => {
                self.check_name(name, Some(id))?;
                let node = self.node_mut(id)?;
                let old = std::mem::replace(&mut node.name, name.clone());
                Ok(Op::RenameNode {
                    node: id.clone(),
                    name: old,
                })
            }
            Op::ReplaceComponent {
                node: id,
                component,
            } => {
                let node = self.node_mut(id)?;
                let NodeKind::Instance(of) = &mut node.kind else {
                    return Err(OpError::NotAnInstance(id.clone()));
                };
                let old = std::mem::replace(of, component.clone());
                Ok(Op::ReplaceComponent {
                    node: id.clone(),
                    component: old,
                })
            }
            Op::ExpandNode { node: id, expanded } => {
                let node = self.node_mut(id)?;
                let old = std::mem::replace(&mut node.expanded, *expanded);
                Ok(Op::ExpandNode {
                    node: id.clone(),
                    expanded: old,
                })
            }
            Op::AddLink { link } => {
                for end in [&link.from, &link.to] {
                    if !self.nodes.contains_key(&end.node) {
                        return Err(OpError::NoSuchNode(end.node.clone()));
                    }
                }
                if self.links.contains_key(&link.to) {
                    return Err(OpError::ImportTaken(link.to.clone()));
                }
                if let Some(path) = self.cycle_with(&link.from.node, &link.to.node) {
                    let words = self.path_in_words(&path);
                    return Err(OpError::Cycle { path, words });
                }
                self.links.insert(link.to.clone(), link.from.clone());
                Ok(Op::RemoveLink { link: link.clone() })
            }
            Op::RemoveLink { link } => {
                if self.links.get(&link.to) != Some(&link.from) {
                    return Err(OpError::NoSuchLink(link.clone()));
                }
                self.links.remove(&link.to);
                Ok(Op::AddLink { link: link.clone() })
            }
            Op::AddExport { name, source } => {
                if !self.nodes.contains_key(&source.node) {
                    return Err(OpError::NoSuchNode(source.node.clone()));
                }
                if name.trim().is_empty() {
                    return Err(OpError::ExportUnnamed);
                }
                if self.exports.contains_key(name) {
                    return Err(OpError::ExportTaken(name.clone()));
                }
                self.exports.insert(name.clone(), source.clone());
                Ok(Op::RemoveExport { name: name.clone() })
            }
            Op::RemoveExport { name } => {
                let source = self
                    .exports
                    .remove(name)
                    .ok_or_else(|| OpError::NoSuchExport(name.clone()))?;
                Ok(Op::AddExport {
                    name: name.clone(),
                    source,
                })
            }
            Op::RenameGraph { name } => Ok(Op::RenameGraph {
                name: std::mem::replace(&mut self.name, name.clone()),
            }),
            Op::SetNote { note } => {
                let node = note.id.clone();
                if self.nodes.contains_key(&node) {
                    return Err(OpError::IdTaken(node));
                }
                Ok(match self.notes.insert(node.clone(), note.clone()) {
                    Some(note) => Op::SetNote { note },
                    None => Op::RemoveNode { node },
                })
            }
        }
    }

    fn node_mut(&mut self, id: &NodeId) -> Result<&mut Node, OpError> {
        self.nodes
            .get_mut(id)
            .ok_or_else(|| OpError::NoSuchNode(id.clone()))
    }

    fn check_name(&self, name: &str, of: Option<&NodeId>) -> Result<(), OpError> {
        check_label(name)?;
        match self.node_named(name) {
            Some(other) if Some(&other.id) != of => Err(OpError::NameTaken(name.to_string())),
            _ => Ok(()),
        }
    }
}
