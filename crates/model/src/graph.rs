//! The graph document: what people draw, save, share and fuse.
//!
//! Instances have unique names, an import has one link and the exports of the result have unique names by construction;
//! only [`Op`](crate::Op)s change a graph. Whether the links *fit* is the composer's to say.

use crate::component::{ComponentRef, Digest};
use crate::name::{InvalidLabel, check_label, unique_label};
use litemap::LiteMap;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The version of the document format that this build writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The most bytes a graph document may have: a thousand nodes take a tenth of it.
pub const MAX_DOCUMENT_BYTES: usize = 4 << 20;

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

/// One instance of a component on the canvas.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Node {
    /// Its identity.
    pub id: NodeId,
    /// Its name, unique in the graph; see [`check_label`].
    pub name: String,
    /// What it is an instance of.
    pub component: ComponentRef,
    /// Its top left corner.
    pub position: Point,
    /// Whether the imports that every host provides are shown as ports too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub expanded: bool,
}

/// One end of a link: an import or an export of a node, by its full name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Endpoint {
    /// The node.
    pub node: NodeId,
    /// The full name of the port: `wasi:http/incoming-handler@0.2.3`.
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
    /// The full name of the node's export; absent, the whole instance is exported as one interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

/// Components and how they are wired. See the module's documentation for what always holds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Document", into = "Document")]
pub struct Graph {
    pub(crate) name: String,
    pub(crate) nodes: LiteMap<NodeId, Node>,
    /// By import, so that a second link to one cannot be said.
    pub(crate) links: LiteMap<Endpoint, Endpoint>,
    /// By name in the result.
    pub(crate) exports: LiteMap<String, ExportSource>,
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

    /// The same graph with a digest for each component that it knows by package only, as far as `digest_of` has one.
    pub fn pinned(mut self, digest_of: impl Fn(&str) -> Option<Digest>) -> Self {
        for (_, node) in self.nodes.iter_mut() {
            if node.component.digest.is_none() {
                node.component.digest = digest_of(&node.component.package);
            }
        }
        self
    }

    /// An id that no node has.
    pub fn free_id(&self) -> NodeId {
        let highest = self
            .nodes
            .keys()
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
        let mut followers = vec![Vec::new(); self.nodes.len()];
        for (import, export) in self.links.iter() {
            if let (Some(from), Some(to)) = (index(&export.node), index(&import.node)) {
                followers[from].push(to);
            }
        }
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

    /// A cycle among the links as they are, if a document brought one along: the path begins and ends with one node.
    pub fn cycle(&self) -> Option<Vec<NodeId>> {
        self.links
            .iter()
            .find_map(|(import, export)| self.cycle_with(&export.node, &import.node))
    }

    /// A path in words: `hello → auth → hello`.
    pub fn path_in_words(&self, path: &[NodeId]) -> String {
        let names: Vec<&str> = path
            .iter()
            .map(|id| self.node(id).map_or(id.0.as_str(), |n| n.name.as_str()))
            .collect();
        names.join(" → ")
    }

    /// Reads a document that a person saved.
    ///
    /// # Errors
    /// One sentence for a file that is too large, not JSON, of a newer format, or that contradicts itself.
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        if text.len() > MAX_DOCUMENT_BYTES {
            return Err(DocumentError::TooLarge);
        }
        // An array of the right values would read as a document, too.
        if !text.trim_start().starts_with('{') {
            let what = "it is no JSON object".to_string();
            return Err(DocumentError::NotJson(what));
        }
        // The version first: a newer document may differ in everything else.
        #[derive(Deserialize)]
        struct Version {
            patchbay: Option<u64>,
        }
        let version: Version = parse(text)?;
        match version.patchbay {
            None => return Err(DocumentError::NotAGraph),
            Some(version) if version > u64::from(FORMAT) => {
                return Err(DocumentError::Newer(version));
            }
            Some(_) => {}
        }
        let document: Document = parse(text)?;
        document.try_into()
    }

    /// The document as people save it: indented JSON, the same text for the same graph.
    pub fn to_json(&self) -> String {
        // Only a map with non-string keys or a failing `Serialize` can make this fail, and a document has neither.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, DocumentError> {
    serde_json::from_str(text).map_err(|error| DocumentError::NotJson(error.to_string()))
}

/// Why a document is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// More than [`MAX_DOCUMENT_BYTES`].
    #[error("this file is larger than the {} MiB that a graph may have", MAX_DOCUMENT_BYTES >> 20)]
    TooLarge,
    /// Not JSON, or a field that is missing or of the wrong type.
    #[error("this file does not read as a Patchbay graph: {0}")]
    NotJson(String),
    /// JSON of something else.
    #[error("this file is JSON, but not a Patchbay graph: it has no `patchbay` version")]
    NotAGraph,
    /// Written by a newer Patchbay.
    #[error(
        "this graph has format {0}, which is newer than this Patchbay reads ({FORMAT}); update Patchbay to open it"
    )]
    Newer(u64),
    /// Two nodes of one id.
    #[error("two nodes have the id `{0}`")]
    DuplicateId(NodeId),
    /// Two nodes of one name.
    #[error("two nodes have the name `{0}`")]
    DuplicateName(String),
    /// A node's name.
    #[error(transparent)]
    InvalidName(#[from] InvalidLabel),
    /// A link or an export that speaks of a node that is not there.
    #[error("a {what} speaks of the node `{node}`, which is not in the graph")]
    MissingNode {
        /// `link` or `export`.
        what: &'static str,
        /// The node that is missing.
        node: NodeId,
    },
    /// Two links to one import.
    #[error("two links go to the import `{}` of the node `{}`", .0.port, .0.node)]
    DuplicateLink(Endpoint),
    /// Two exports of one name.
    #[error("two exports have the name `{0}`")]
    DuplicateExport(String),
}

/// The document as it is written: lists instead of maps, and the format's version.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(as = Graph))]
struct Document {
    patchbay: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    nodes: Vec<Node>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    exports: Vec<DocumentExport>,
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct DocumentExport {
    name: String,
    node: NodeId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    port: Option<String>,
}

impl From<Graph> for Document {
    fn from(graph: Graph) -> Self {
        Self {
            patchbay: FORMAT,
            links: graph.links().collect(),
            name: graph.name,
            nodes: graph.nodes.into_iter().map(|(_, node)| node).collect(),
            exports: graph
                .exports
                .into_iter()
                .map(|(name, ExportSource { node, port })| DocumentExport { name, node, port })
                .collect(),
        }
    }
}

/// The schema of a graph is that of its document.
#[cfg(feature = "openapi")]
mod schema {
    use super::{Document, Graph};
    use utoipa::openapi::{RefOr, Schema};

    impl utoipa::PartialSchema for Graph {
        fn schema() -> RefOr<Schema> {
            <Document as utoipa::PartialSchema>::schema()
        }
    }

    impl utoipa::ToSchema for Graph {
        fn name() -> std::borrow::Cow<'static, str> {
            "Graph".into()
        }

        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            <Document as utoipa::ToSchema>::schemas(schemas);
        }
    }
}

impl TryFrom<Document> for Graph {
    type Error = DocumentError;

    fn try_from(document: Document) -> Result<Self, DocumentError> {
        if document.patchbay > FORMAT {
            return Err(DocumentError::Newer(document.patchbay.into()));
        }
        let mut graph = Graph::named(document.name);
        for node in document.nodes {
            check_label(&node.name)?;
            if graph.node_named(&node.name).is_some() {
                return Err(DocumentError::DuplicateName(node.name));
            }
            if graph.nodes.contains_key(&node.id) {
                return Err(DocumentError::DuplicateId(node.id));
            }
            graph.nodes.insert(node.id.clone(), node);
        }
        let known = |what, node: &NodeId| match graph.nodes.contains_key(node) {
            true => Ok(()),
            false => Err(DocumentError::MissingNode {
                what,
                node: node.clone(),
            }),
        };
        for Link { from, to } in document.links {
            known("link", &from.node)?;
            known("link", &to.node)?;
            if graph.links.contains_key(&to) {
                return Err(DocumentError::DuplicateLink(to));
            }
            graph.links.insert(to, from);
        }
        for DocumentExport { name, node, port } in document.exports {
            known("export", &node)?;
            if graph.exports.contains_key(&name) {
                return Err(DocumentError::DuplicateExport(name));
            }
            graph.exports.insert(name, ExportSource { node, port });
        }
        Ok(graph)
    }
}
