//! What the composer says of a graph.

use crate::component::{Digest, PortKind};
use crate::graph::{Endpoint, Link, NodeId};
use crate::op::Op;
use serde::{Deserialize, Serialize};

/// Everything the canvas shows about a graph beyond the graph itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Analysis {
    /// One for each link, in the graph's order.
    pub links: Vec<LinkReport>,
    /// Which exports fit which imports, said once for each pair of components. A pair that is not listed does not fit,
    /// and shares neither kind nor interface name: see [`Analysis::fit`].
    /// The WIT of mismatches is left out here: it is that of the components' ports.
    pub fits: Vec<PortFit>,
    /// Errors first.
    pub problems: Vec<Problem>,
    /// The imports and exports of the result; absent when the graph cannot be fused.
    pub world: Option<World>,
}

impl Analysis {
    /// How an export of one component fits an import of another, by full names; `None` when the two have nothing in
    /// common, not even the interface's name.
    pub fn fit(&self, export: (&Digest, &str), import: (&Digest, &str)) -> Option<&Fit> {
        self.fits
            .iter()
            .find(|fit| fit.export.is(export) && fit.import.is(import))
            .map(|fit| &fit.fit)
    }

    /// What there is to know of imports though they fit: the versions that meet at a link, and the open ones that become
    /// one import of the result, which asks more of its host than each.
    pub fn remarks(&self) -> Vec<(Endpoint, String)> {
        let mut remarks = Vec::new();
        for report in &self.links {
            if let Some(Fit::Version { note }) = &report.fit {
                remarks.push((report.link.to.clone(), note.clone()));
            }
        }
        for import in self.world.iter().flat_map(|world| &world.imports) {
            if let Some(note) = &import.note {
                let ports = import.ports.iter();
                remarks.extend(ports.map(|port| (port.clone(), note.clone())));
            }
        }
        remarks
    }

    /// What became of a link. They are in the order of their imports, as a graph's links are.
    pub fn report(&self, link: &Link) -> Option<&LinkReport> {
        let order = |report: &LinkReport| report.link.to.cmp(&link.to);
        let at = self.links.binary_search_by(order).ok()?;
        Some(&self.links[at]).filter(|report| report.link == *link)
    }

    /// Whether the graph can be fused.
    pub fn can_fuse(&self) -> bool {
        self.world.is_some() && !self.problems.iter().any(|p| p.severity == Severity::Error)
    }
}

/// What became of a link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LinkReport {
    /// Which link.
    pub link: Link,
    /// How its two ends fit; absent where a port or a component is missing, which a problem then says.
    pub fit: Option<Fit>,
}

/// A port of a component, wherever it is instantiated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComponentPort {
    /// The component.
    pub component: Digest,
    /// The full name of the port.
    pub port: String,
}

impl ComponentPort {
    fn is(&self, (component, port): (&Digest, &str)) -> bool {
        self.component == *component && self.port == port
    }
}

/// How an export fits an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortFit {
    /// The export.
    pub export: ComponentPort,
    /// The import.
    pub import: ComponentPort,
    /// How they fit.
    pub fit: Fit,
}

/// Whether what is exported can be given to what is imported.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// The same name, and the types agree.
    Exact,
    /// The same interface in versions that may stand in for one another, and the types agree.
    Version {
        /// Which versions meet, in one sentence.
        note: String,
    },
    /// The types agree although the names differ: fine when a person links them, never wired by itself.
    Structure {
        /// Which names meet, in one sentence.
        note: String,
    },
    /// It does not fit.
    Mismatch(Mismatch),
}

impl Fit {
    /// Whether a link may be drawn.
    pub fn is_compatible(&self) -> bool {
        !matches!(self, Self::Mismatch(_))
    }
}

/// Why two types do not go together: mostly, why an export does not fit an import.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mismatch {
    /// One sentence for a newcomer.
    pub summary: String,
    /// Each difference found, with the path to it, from the outermost inwards.
    pub reasons: Vec<String>,
    /// What the exporter has.
    pub export: MarkedWit,
    /// What the importer wants.
    pub import: MarkedWit,
}

/// A type as WIT, with its words marked that differ from the one beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MarkedWit {
    /// Whose it is: `The export is`, `The import wants`.
    pub title: String,
    /// The text.
    pub wit: String,
    /// Where the marked words begin and end, by turns, counted in characters. Texts with marks are ASCII, so that bytes
    /// and UTF-16 units are the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<u32>,
}

/// The pieces of a text that is cut at its marks, each with whether it is marked.
pub fn pieces<'a>(text: &'a str, marks: &'a [u32]) -> impl Iterator<Item = (&'a str, bool)> {
    let cut = |at: Option<&u32>, other| at.map_or(other, |at| *at as usize);
    (0..=marks.len()).filter_map(move |i| {
        let start = cut(i.checked_sub(1).and_then(|i| marks.get(i)), 0);
        let piece = text.get(start..cut(marks.get(i), text.len()))?;
        (!piece.is_empty()).then_some((piece, i % 2 == 1))
    })
}

/// Which side of a node a port is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Left.
    Import,
    /// Right.
    Export,
}

impl Side {
    /// The other side.
    pub fn opposite(self) -> Self {
        match self {
            Self::Import => Self::Export,
            Self::Export => Self::Import,
        }
    }

    /// The word a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Import => "import",
            Self::Export => "export",
        }
    }
}

/// A port of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PortRef {
    /// Its side.
    pub side: Side,
    /// Its node and full name.
    pub end: Endpoint,
}

impl PortRef {
    /// The link between this port and one of the other side.
    pub fn link_to(&self, other: Endpoint) -> Link {
        let this = self.end.clone();
        let (from, to) = match self.side {
            Side::Export => (this, other),
            Side::Import => (other, this),
        };
        Link { from, to }
    }
}

/// How bad a problem is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The graph cannot be fused.
    Error,
    /// It can, but probably not as meant.
    Warning,
}

/// The classes of problems; the words in `message` may change, these do not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A node's component is not here.
    MissingComponent,
    /// A link or an export speaks of a port that the component does not have.
    MissingPort,
    /// A link's two ends do not fit.
    Mismatch,
    /// Links go round in a circle.
    Cycle,
    /// Open imports of several nodes have one name and types that cannot be merged.
    ImportConflict,
    /// The name of an import is not one that a component can have, or stands twice.
    ImportName,
    /// The name of an export is not one that a component can have, or stands twice.
    ExportName,
    /// The links fit one by one, but a resource comes from two different instances.
    ResourceIdentity,
    /// The result exports nothing, so nobody can use it.
    NoExport,
    /// The graph has more nodes or links than may be checked.
    TooLarge,
    /// A `.wac` source that cannot be read or resolved.
    Source,
    /// Fusing failed in a way that has no class of its own.
    Encoding,
}

/// Something that a person should know about the graph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// How bad it is.
    pub severity: Severity,
    /// Its class.
    pub kind: ProblemKind,
    /// What is wrong and what to do about it, in one or two sentences.
    pub message: String,
    /// The node it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeId>,
    /// The port it speaks of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<PortRef>,
    /// Both types, where two do not fit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// A cycle's nodes: begins and ends with the same one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<NodeId>,
    /// Ways out, each applied with one click.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<Fix>,
}

impl Problem {
    /// A problem of the whole graph.
    pub fn new(severity: Severity, kind: ProblemKind, message: impl Into<String>) -> Self {
        Self {
            severity,
            kind,
            message: message.into(),
            node: None,
            port: None,
            mismatch: None,
            path: Vec::new(),
            fixes: Vec::new(),
        }
    }

    /// The same, of one node.
    pub fn at_node(mut self, node: &NodeId) -> Self {
        self.node = Some(node.clone());
        self
    }

    /// The same, of one port and its node.
    pub fn at_port(mut self, side: Side, end: &Endpoint) -> Self {
        self.node = Some(end.node.clone());
        self.port = Some(PortRef {
            side,
            end: end.clone(),
        });
        self
    }
}

/// A way out of a problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Fix {
    /// What it does: `Remove the link`.
    pub label: String,
    /// The operations.
    pub ops: Vec<Op>,
    /// Changes of the text, for a problem of a source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub edits: Vec<Edit>,
}

impl Fix {
    /// A way out for a graph.
    pub fn new(label: impl Into<String>, ops: Vec<Op>) -> Self {
        Self {
            label: label.into(),
            ops,
            edits: Vec::new(),
        }
    }

    /// A way out for a source.
    pub fn of_source(label: impl Into<String>, edits: Vec<Edit>) -> Self {
        Self {
            label: label.into(),
            ops: Vec::new(),
            edits,
        }
    }
}

/// A text in place of a piece of a source. The changes of a fix are made together: all count in the text as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Edit {
    /// Where the piece begins, in bytes of UTF-8.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What takes its place.
    pub text: String,
}

/// The imports and exports of the result.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct World {
    /// What must be provided at run time.
    pub imports: Vec<WorldItem>,
    /// What it offers.
    pub exports: Vec<WorldItem>,
    /// The whole as WIT text.
    pub wit: String,
}

/// One import or export of the result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WorldItem {
    /// Its full name.
    pub name: String,
    /// What it carries.
    pub kind: PortKind,
    /// The ports behind it: who needs the import, or whose the export is. Empty for imports that only bring types in.
    pub ports: Vec<Endpoint>,
    /// What the host must know where one import stands for several that differ: which versions were merged, and that it
    /// needs the functions of all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
