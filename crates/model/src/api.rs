//! The words of the REST interface under `/api/v1`, shared by the server, the page and the tests.

mod call;
mod grants;
mod run;

pub use call::{CallOutcome, CallRequest, FunctionInfo, Parameter, Shape, Typed};
pub use grants::{Grants, ImportInfo, ImporterInfo};
pub use run::{RunEvent, RunRequest, Usage};

use crate::analysis::{PortRef, Problem};
use crate::component::{ComponentInfo, Digest};
use crate::graph::{Endpoint, Graph, NodeId};
use crate::op::Op;
use crate::opened::Note;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The largest component that can be uploaded, in bytes.
pub const MAX_COMPONENT_BYTES: u64 = 64 << 20;

/// An error as `application/problem+json` (RFC 9457), with the node and port it speaks of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemDetails {
    /// A stable identifier of the class: `urn:patchbay:problem:core-module`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The class in words: the same for every error of it.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time and what to do about it.
    pub detail: String,
    /// The node it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The port it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<PortRef>,
    /// The revision that the server has, where a save was based on another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Everything that keeps a graph from being fused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

/// A graph as the server keeps it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredGraph {
    /// Names it in its address: `/g/<id>`.
    pub id: String,
    /// Grows by one with every save; a save says which revision it replaces (`If-Match`).
    pub revision: u64,
    /// The document.
    pub graph: Graph,
}

/// A line in the list of saved graphs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GraphSummary {
    /// Names it in its address.
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// How many nodes it has.
    pub nodes: u64,
    /// When it was saved last, in milliseconds since 1970.
    pub saved_at: i64,
}

/// A graph that comes with Patchbay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SampleSummary {
    /// Names it in its address: `/?sample=<id>`.
    pub id: String,
    /// Its title.
    pub name: String,
    /// What it shows, in one sentence.
    pub description: String,
    /// The components that it needs and that have not been built yet, by package name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
}

/// A running preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewInfo {
    /// Unguessable; also the first label of its host name.
    pub id: String,
    /// Where it answers, on an origin of its own.
    pub url: String,
    /// The limits that it runs within, in words: `memory`, `128 MiB`.
    pub limits: Vec<(String, String)>,
}

/// A request to send to a preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PreviewRequest {
    /// `GET`
    pub method: String,
    /// Path and query, from `/`.
    pub path: String,
    /// In order; a name may stand several times.
    #[serde(default)]
    pub headers: Vec<(String, String)>,
    /// As text.
    #[serde(default)]
    pub body: String,
}

/// What came of a request to a preview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PreviewOutcome {
    /// The component answered.
    Answered {
        /// The HTTP status.
        status: u16,
        /// In order.
        headers: Vec<(String, String)>,
        /// The body, as far as it is UTF-8 text.
        body: String,
        /// Whether something of the body is missing above: it was not text, or cut at a limit.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body_note: Option<String>,
        /// How long the component took, in microseconds.
        micros: u64,
    },
    /// It did not: it trapped, took too long, or reached another limit.
    Failed {
        /// A stable word: `trapped`, `out-of-time`, `out-of-memory`, …
        reason: String,
        /// What happened, in a sentence that names the limit.
        message: String,
        /// How long it ran, in microseconds.
        micros: u64,
    },
}

/// Asks for an adapter between ports of a graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AdapterRequest {
    /// The graph.
    pub graph: Graph,
    /// The exports to take from; where one alone does not do, the others of its node are taken too.
    pub from: Vec<Endpoint>,
    /// The import to fill.
    pub to: Endpoint,
    /// For a function that is wanted, the one that is meant, where the names differ and the types do not say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub renames: BTreeMap<String, String>,
}

/// Asks for a stub.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StubRequest {
    /// What it stands in for.
    pub of: StubOf,
    /// What functions return, as WAVE text: `store.get` to `some("text")`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// Whether the other functions return the plainest value of their type; they trap otherwise.
    #[serde(default)]
    pub defaults: bool,
}

/// What a stub stands in for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum StubOf {
    /// What an import of a graph asks for.
    Import {
        /// The graph.
        graph: Graph,
        /// The import to fill.
        import: Endpoint,
    },
    /// A world that nobody wrote yet.
    Wit {
        /// WIT text that stands alone, but for WASI's packages, which are known.
        text: String,
        /// The world, where the text has several.
        #[serde(default)]
        world: Option<String>,
    },
}

/// A generated component, and how it comes into the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Addition {
    /// The component; it is kept.
    pub component: ComponentInfo,
    /// A node and its links, as one gesture; empty where there is no graph.
    pub ops: Vec<Op>,
}

/// A line that a preview wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LogLine {
    /// Counts the preview's lines.
    pub sequence: u64,
    /// Which request wrote it, counted from 1.
    pub request: u64,
    /// `stdout`, `stderr`, or `host` for what the sandbox itself has to say.
    pub stream: String,
    /// When, in milliseconds since 1970.
    #[serde(default)]
    pub time: u64,
    /// Without its line end.
    pub text: String,
}

/// A component to put in the place of a node's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SwapRequest {
    /// The graph as it is.
    pub graph: Graph,
    /// The node.
    pub node: NodeId,
    /// The new component, which has been uploaded before.
    pub component: Digest,
}

/// Nodes of a graph to make one component of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GroupRequest {
    /// The graph.
    pub graph: Graph,
    /// The nodes: instances of components.
    pub nodes: Vec<NodeId>,
    /// What the component is called, and the node that takes their place.
    pub name: String,
}

/// A node of a graph to expand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UngroupRequest {
    /// The graph.
    pub graph: Graph,
    /// The node: an instance of a component that is made of others.
    pub node: NodeId,
}

/// What takes the place of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Expansion {
    /// The components of the new nodes, each once.
    pub components: Vec<ComponentInfo>,
    /// The operations, as one gesture.
    pub ops: Vec<Op>,
    /// What the graph says differently than the component did.
    pub lost: Vec<Note>,
}

/// Two graphs to compare.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompareRequest {
    /// As it was.
    pub old: Graph,
    /// As it is.
    pub new: Graph,
}

/// A graph to check against the environments that its result might run in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TargetsRequest {
    /// The graph.
    pub graph: Graph,
    /// WIT text with a world of one's own, in place of the environments that are known. WASI's packages are known (0.2.0
    /// to 0.2.12, and 0.3.0); others that it speaks of stand in it as nested packages.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wit: Option<String>,
    /// Which world of that text; it may be absent where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub world: Option<String>,
}
