//! The graph document: what people draw, save, share and fuse.
//!
//! Instances have unique names, an import has one link and the exports of the result have unique names by construction;
//! only [`Op`](crate::Op)s change a graph. Whether the links *fit* is the composer's to say.

use crate::analysis::Side;
use crate::component::{ComponentRef, Digest};
use crate::name::unique_label;
use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use std::fmt;

mod document;
pub mod inner;
mod node;
mod note;
mod touched;

pub use document::{DocumentError, FORMAT, MAX_DOCUMENT_BYTES, ReadJson};
pub use node::{Import, Node, NodeKind, TypeSource};
pub use note::{LEAST, Note, TITLE_HEIGHT};

/// Identifies a node in its graph, whatever its name becomes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct NodeId(pub String);

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A place on the canvas, in pixels at 100 % zoom; y grows downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

/// One end of a link: an import or an export of a node, by its full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Endpoint {
    /// The node.
    pub node: NodeId,
    /// The full name of the port: `wasi:http/incoming-handler@0.2.3`. Where something comes from, also what is inside of
    /// it: see [`inner`].
    pub port: String,
}

/// Gives the importer what the exporter exports, at instantiation.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Link {
    /// An export.
    pub from: Endpoint,
    /// An import; it has at most one link.
    pub to: Endpoint,
}

/// What an export of the result is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExportSource {
    /// The node that has it.
    pub node: NodeId,
    /// The full name of the node's export, or of what is inside of it (see [`inner`]); absent, the whole instance is
    /// exported as one interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// Components and how they are wired. See the module's documentation for what always holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "document::Document", into = "document::Document")]
pub struct Graph {
    pub(crate) name: String,
    pub(crate) nodes: LiteMap<NodeId, Node>,
    /// By import, so that a second link to one cannot be said.
    pub(crate) links: LiteMap<Endpoint, Endpoint>,
    /// By name in the result.
    pub(crate) exports: LiteMap<String, ExportSource>,
    /// By the name of an export, or of the whole where that is empty.
    pub(crate) comments: Vec<(String, String)>,
    pub(crate) notes: LiteMap<NodeId, Note>,
}

impl Graph {
    /// A graph of that name, with nothing in it.
    pub fn named(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..Self::default()
        }
    }

    /// What the person calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All nodes, in the order of their ids.
    pub fn nodes(&self) -> impl DoubleEndedIterator<Item = &Node> + ExactSizeIterator {
        self.nodes.values()
    }

    /// The node of that id.
    pub fn node(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(id)
    }

    /// The node of that name.
    pub fn node_named(&self, name: &str) -> Option<&Node> {
        self.nodes.values().find(|node| node.name == name)
    }

    /// Frames and notes, in the order of their ids.
    pub fn notes(&self) -> impl ExactSizeIterator<Item = &Note> {
        self.notes.values()
    }

    /// The frame or the note of that id.
    pub fn note(&self, id: &NodeId) -> Option<&Note> {
        self.notes.get(id)
    }

    /// What people call a node, a frame or a note; empty where there is none of that id.
    pub fn title(&self, id: &NodeId) -> String {
        match self.node(id) {
            Some(node) => node.name.clone(),
            None => self.note(id).map(Note::title).unwrap_or_default(),
        }
    }

    /// The top left corner of a node, a frame or a note.
    pub fn position(&self, id: &NodeId) -> Option<Point> {
        let note = self.note(id).map(|note| note.position);
        note.or_else(|| Some(self.node(id)?.position))
    }

    /// What people call the node of a port: its name, or its id where the node is gone.
    pub fn name_of<'a>(&'a self, end: &'a Endpoint) -> &'a str {
        self.node(&end.node)
            .map_or(end.node.0.as_str(), |node| node.name.as_str())
    }

    /// All links, in the order of their imports.
    pub fn links(&self) -> impl ExactSizeIterator<Item = Link> + '_ {
        self.links.iter().map(|(to, from)| Link {
            from: from.clone(),
            to: to.clone(),
        })
    }

    /// What fills an import.
    pub fn supplier(&self, import: &Endpoint) -> Option<&Endpoint> {
        self.links.get(import)
    }

    /// The exports of the result: their names and what they are made of.
    pub fn exports(&self) -> impl ExactSizeIterator<Item = (&str, &ExportSource)> {
        self.exports
            .iter()
            .map(|(name, source)| (name.as_str(), source))
    }

    /// The names under which something is exported from the result.
    pub fn export_names(&self, source: &ExportSource) -> impl Iterator<Item = &str> {
        self.exports
            .iter()
            .filter(move |(_, s)| *s == source)
            .map(|(name, _)| name.as_str())
    }

    /// What people wrote above exports of the result in a `.wac` source, each with the export's name; what has no name is
    /// of the whole. Nodes have comments of their own.
    pub fn comments(&self) -> &[(String, String)] {
        &self.comments
    }

    /// The same graph with these comments.
    pub fn commented(mut self, comments: Vec<(String, String)>) -> Self {
        self.comments = comments;
        self
    }

    /// The components that the graph speaks of, also those that only give an import its type.
    pub fn references(&self) -> impl Iterator<Item = &ComponentRef> {
        self.nodes.values().filter_map(|node| match &node.kind {
            NodeKind::Instance(component)
            | NodeKind::Import(Import {
                of: TypeSource::Component(component),
                ..
            }) => Some(component),
            NodeKind::Import(_) => None,
        })
    }

    /// The same graph with a digest for each component that it knows by package only, as far as `digest_of` has one.
    pub fn pinned(mut self, digest_of: impl Fn(&str) -> Option<Digest>) -> Self {
        for (_, node) in self.nodes.iter_mut() {
            if let NodeKind::Instance(component)
            | NodeKind::Import(Import {
                of: TypeSource::Component(component),
                ..
            }) = &mut node.kind
                && component.digest.is_none()
            {
                component.digest = digest_of(&component.package);
            }
        }
        self
    }

    /// An id that no node, no frame and no note has.
    pub fn free_id(&self) -> NodeId {
        let highest = self
            .nodes
            .keys()
            .chain(self.notes.keys())
            .filter_map(|id| id.0.strip_prefix('n')?.parse::<u32>().ok())
            .max();
        NodeId(format!("n{}", highest.map_or(1, |n| n.saturating_add(1))))
    }

    /// `base`, or `base-2`, `base-3`, … where that is taken.
    pub fn free_name(&self, base: &str) -> String {
        unique_label(base, |name| self.node_named(name).is_some())
    }

    /// The nodes on a way from `from` to `to` along the links (exporter to importer), both included: what a new link
    /// from `to` to `from` would close into a cycle. A shortest way; `None` when there is none.
    pub fn path(&self, from: &NodeId, to: &NodeId) -> Option<Vec<NodeId>> {
        let index = |id: &NodeId| self.nodes.find_index(id).ok();
        let (start, goal) = (index(from)?, index(to)?);
        let followers = self.followers();
        let mut came_from = vec![None; self.nodes.len()];
        let mut queue = vec![start];
        let mut next = 0;
        while let Some(&node) = queue.get(next) {
            next += 1;
            if node == goal {
                return Some(self.way_back(&came_from, start, goal));
            }
            for &follower in &followers[node] {
                if follower != start && came_from[follower].is_none() {
                    came_from[follower] = Some(node);
                    queue.push(follower);
                }
            }
        }
        None
    }

    /// The way that a search came, from its start to its goal.
    fn way_back(&self, came_from: &[Option<usize>], start: usize, goal: usize) -> Vec<NodeId> {
        let mut path = vec![goal];
        while let Some(previous) = came_from[path[path.len() - 1]] {
            path.push(previous);
        }
        debug_assert_eq!(path.last(), Some(&start));
        let ids = path.iter().rev();
        ids.filter_map(|at| self.nodes.get_indexed(*at).map(|(id, _)| id.clone()))
            .collect()
    }

    /// The cycle that a link from `from` to `to` would close, as a path that begins and ends with `to`'s node, in the
    /// direction of the links. Instances are made one after the other, so a composition can have none.
    pub fn cycle_with(&self, from: &NodeId, to: &NodeId) -> Option<Vec<NodeId>> {
        let mut cycle = self.path(to, from)?;
        cycle.push(to.clone());
        Some(cycle)
    }

    /// For each node, whether a link between it and a port of that side of a node would close a cycle: whether it leads to
    /// an exporter, or comes after an importer. The node itself does both.
    pub fn reached(&self, from: &NodeId, side: Side) -> Vec<bool> {
        let index = |id: &NodeId| self.nodes.find_index(id).ok();
        let mut next = vec![Vec::new(); self.nodes.len()];
        for (import, export) in self.links.iter() {
            if let (Some(from), Some(to)) = (index(&export.node), index(&import.node)) {
                match side {
                    Side::Export => next[to].push(from),
                    Side::Import => next[from].push(to),
                }
            }
        }
        let mut reached = vec![false; next.len()];
        let mut rest: Vec<usize> = index(from).into_iter().collect();
        while let Some(node) = rest.pop() {
            if !std::mem::replace(&mut reached[node], true) {
                rest.extend(&next[node]);
            }
        }
        reached
    }

    /// A cycle among the links as they are, if a document brought one along: the path begins and ends with one node.
    pub fn cycle(&self) -> Option<Vec<NodeId>> {
        let rest = self.without_sources();
        self.links
            .iter()
            .filter(|(import, export)| rest(&import.node) && rest(&export.node))
            .find_map(|(import, export)| self.cycle_with(&export.node, &import.node))
    }

    /// The nodes that remain when those that wait for nobody are taken away again and again: none, if there is no cycle.
    fn without_sources(&self) -> impl Fn(&NodeId) -> bool {
        let followers = self.followers();
        let mut waits_for = vec![0usize; self.nodes.len()];
        for follower in followers.iter().flatten() {
            waits_for[*follower] += 1;
        }
        let mut free: Vec<usize> = (0..waits_for.len()).collect();
        free.retain(|node| waits_for[*node] == 0);
        while let Some(node) = free.pop() {
            for &follower in &followers[node] {
                waits_for[follower] -= 1;
                if waits_for[follower] == 0 {
                    free.push(follower);
                }
            }
        }
        move |id| {
            self.nodes
                .find_index(id)
                .is_ok_and(|node| waits_for[node] > 0)
        }
    }

    /// By node: those that one of its exports is linked to, once for each link.
    fn followers(&self) -> Vec<Vec<usize>> {
        let index = |id: &NodeId| self.nodes.find_index(id).ok();
        let mut followers = vec![Vec::new(); self.nodes.len()];
        for (import, export) in self.links.iter() {
            if let (Some(from), Some(to)) = (index(&export.node), index(&import.node)) {
                followers[from].push(to);
            }
        }
        followers
    }

    /// A path in words: `hello → auth → hello`.
    pub fn path_in_words(&self, path: &[NodeId]) -> String {
        let names: Vec<&str> = path
            .iter()
            .map(|id| self.node(id).map_or(id.0.as_str(), |n| n.name.as_str()))
            .collect();
        names.join(" → ")
    }
}
