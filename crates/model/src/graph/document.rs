//! The graph as it is written: a JSON document with lists instead of maps, and its format's version.

use super::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Note};
use crate::name::{InvalidLabel, check_label};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// The version of the document format that this build writes, and the newest that it reads.
pub const FORMAT: u32 = 1;

/// The most bytes a graph document may have: a thousand nodes take a tenth of it.
pub const MAX_DOCUMENT_BYTES: usize = 4 << 20;

impl Graph {
    /// Reads a document that a person saved.
    ///
    /// # Errors
    /// One sentence for a file that is too large, not JSON, of a newer format, or that contradicts itself.
    pub fn from_json(text: &str) -> Result<Self, DocumentError> {
        Self::read_by(&SerdeJson, text)
    }

    /// The same, by another reader of JSON.
    ///
    /// # Errors
    /// See [`Graph::from_json`].
    pub fn read_by(json: &impl ReadJson, text: &str) -> Result<Self, DocumentError> {
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
        let read = DocumentError::NotJson;
        let version: Version = json.read(text).map_err(read)?;
        match version.patchbay {
            None => return Err(DocumentError::NotAGraph),
            Some(version) if version > u64::from(FORMAT) => {
                return Err(DocumentError::Newer(version));
            }
            Some(_) => {}
        }
        let document: Document = json.read(text).map_err(read)?;
        document.try_into()
    }

    /// The document as people save it: indented JSON, the same text for the same graph.
    pub fn to_json(&self) -> String {
        // Only a map with non-string keys or a failing `Serialize` can make this fail, and a document has neither.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// Something that reads JSON: serde_json on the server, the browser itself in a page.
pub trait ReadJson {
    /// Reads a value.
    ///
    /// # Errors
    /// What is wrong with the text, in words.
    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, String>;
}

struct SerdeJson;

impl ReadJson for SerdeJson {
    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }
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
    /// Two nodes, frames or notes of one id.
    #[error("two nodes, frames or notes have the id `{0}`")]
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
pub(super) struct Document {
    patchbay: u32,
    #[serde(default)]
    name: String,
    #[serde(default)]
    nodes: Vec<Node>,
    #[serde(default)]
    links: Vec<Link>,
    #[serde(default)]
    exports: Vec<DocumentExport>,
    /// What stood above exports in a `.wac` source, each with the export's name; without a name, above the whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    comments: Vec<(String, String)>,
    /// Frames and notes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<Note>,
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
            comments: graph.comments,
            notes: graph.notes.into_iter().map(|(_, note)| note).collect(),
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
        let mut graph = Graph::named(document.name).commented(document.comments);
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
        for note in document.notes {
            if graph.nodes.contains_key(&note.id) || graph.notes.contains_key(&note.id) {
                return Err(DocumentError::DuplicateId(note.id));
            }
            graph.notes.insert(note.id.clone(), note);
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
