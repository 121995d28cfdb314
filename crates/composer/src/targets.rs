//! Whether a component fits the environments that it might run in.
//!
//! An environment is a WIT world: what it provides are the world's imports, what it calls are its exports. Versions are
//! matched as hosts match them: wasmtime, and what is built on it, looks up an import by its exact name, then by its
//! version track (`0.2.x`) in whichever version the host has, higher or lower, and then compares types. So an import of a
//! newer version than the host's can still fit, as long as it uses nothing newer, and that is told.

mod judge;
mod worlds;

pub use worlds::{WitFile, WitSource, known_packages, wit_packages};

use crate::check::outline::outline;
use crate::inspect::load;
use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::scan;
use crate::inspect::skeleton::strip;
use crate::inspect::weight::Weigher;
use crate::parts::Parts;
use judge::Judging;
use patchbay_model::analysis::{Problem, World, WorldItem};
use patchbay_model::graph::{Graph, Node, NodeId};
use patchbay_model::target::{TargetFinding, TargetFindingKind, TargetReport};
use std::collections::BTreeSet;
use wac_types::{Types, WorldId, are_semver_compatible};
use worlds::{BUILT_IN, world_of};

/// An environment that everybody can be asked about.
struct Target {
    name: &'static str,
    about: &'static str,
    /// Worlds of `targets.wit`: it is enough to fit one.
    worlds: &'static [&'static str],
    /// What it provides besides, by the beginnings of names. These are the vendor's own and drafts; their types are not
    /// compared.
    by_name: &'static [&'static str],
}

const HTTP_HOST: &[&str] = &["http-host", "async-http-host"];

/// In the order of the matrix. What hosts provide besides WASI is read off their sources: wasmtime 48, Spin 4 and
/// wasmCloud 2.7.
const TARGETS: &[Target] = &[
    Target {
        name: "wasi:http/proxy@0.2",
        about: "HTTP on any WASI 0.2 host, as wasmtime serve",
        worlds: &["http-proxy"],
        by_name: &[],
    },
    Target {
        name: "wasi:http/service@0.3",
        about: "HTTP on any WASI 0.3 host",
        worlds: &["http-service"],
        by_name: &[],
    },
    Target {
        name: "wasi:cli/command@0.2",
        about: "a command on any WASI 0.2 host, as wasmtime run",
        worlds: &["command"],
        by_name: &[],
    },
    Target {
        name: "wasi:cli/command@0.3",
        about: "a command on any WASI 0.3 host",
        worlds: &["async-command"],
        by_name: &[],
    },
    Target {
        name: "wasmtime-serve",
        about: "HTTP with wasmtime serve -Scli",
        worlds: HTTP_HOST,
        by_name: &[],
    },
    Target {
        name: "spin-http",
        about: "HTTP on Spin",
        worlds: HTTP_HOST,
        by_name: &[
            "fermyon:spin/",
            "spin:",
            "wasi:keyvalue/atomics@0.2.0-draft2",
            "wasi:keyvalue/batch@0.2.0-draft2",
            "wasi:keyvalue/store@0.2.0-draft2",
            "wasi:config/store@0.2.0-draft-2024-09-27",
        ],
    },
    Target {
        name: "wasmcloud-http",
        about: "HTTP on wasmCloud",
        worlds: HTTP_HOST,
        by_name: &[
            "wasmcloud:",
            "wasi:keyvalue/atomics@0.2.0-draft",
            "wasi:keyvalue/batch@0.2.0-draft",
            "wasi:keyvalue/store@0.2.0-draft",
            "wasi:config/store@0.2.0-rc.1",
            "wasi:blobstore/blobstore@0.2.0-draft",
            "wasi:blobstore/container@0.2.0-draft",
            "wasi:blobstore/types@0.2.0-draft",
            "wasi:logging/logging@0.1.0-draft",
            "wasi:otel/",
        ],
    },
];

impl Target {
    /// Whether it provides an import whose types are not known here.
    fn gives(&self, import: &str) -> bool {
        self.by_name
            .iter()
            .any(|name| match name.ends_with(['/', ':']) {
                true => import.starts_with(name),
                false => import == *name,
            })
    }
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// It is no component.
    #[error(transparent)]
    Component(#[from] NotAComponent),
    /// The graph cannot be fused.
    #[error("the graph cannot be fused")]
    Graph(Vec<Problem>),
    /// The world that a person gave cannot be read.
    #[error("{0}")]
    Wit(String),
}

/// Which environments a component fits: all that are known, or the world of a person's own.
///
/// # Errors
/// Bytes that are no component, or a world that cannot be read.
pub fn targets(bytes: &[u8], own: Option<&WitSource>) -> Result<Vec<TargetReport>, TargetError> {
    scan(bytes)?;
    let skeleton = strip(bytes);
    reports(skeleton.as_deref().unwrap_or(bytes), own)
}

/// Which environments the result of a graph fits, and which nodes keep it from fitting.
///
/// # Errors
/// A graph that cannot be fused, or a world that cannot be read.
pub fn graph_targets(
    graph: &Graph,
    parts: &Parts,
    own: Option<&WitSource>,
) -> Result<Vec<TargetReport>, TargetError> {
    let outline = outline(graph, parts).map_err(TargetError::Graph)?;
    let mut reports = reports(&outline.bytes, own)?;
    for report in &mut reports {
        for finding in &mut report.findings {
            finding.nodes = nodes_behind(graph, parts, &outline.world, finding);
        }
    }
    Ok(reports)
}

fn reports(bytes: &[u8], own: Option<&WitSource>) -> Result<Vec<TargetReport>, TargetError> {
    let mut types = Types::default();
    let component = load(&mut types, "component", bytes)?;
    let world = &types[component];
    Weigher::new(&types).bound(world.imports.iter().chain(&world.exports))?;
    if let Some(own) = own {
        let (name, target) = own.load(&mut types)?;
        let mut judging = Judging::new(&types, component, &|_| false);
        return Ok(vec![report(&name, "", judging.findings(target))]);
    }
    let built_in = BUILT_IN.as_ref().map_err(|e| TargetError::Wit(e.clone()))?;
    let built_in = load(&mut types, "targets", built_in)?;
    let types = &types;
    let report = |target: &Target| {
        let gives = |import: &str| target.gives(import);
        let mut judging = Judging::new(types, component, &gives);
        let mut alternatives = Vec::new();
        for name in target.worlds {
            let world = world_of(types, built_in, Some(name)).map_err(TargetError::Wit)?;
            alternatives.push(judging.findings(world.1));
        }
        let findings = best_of(alternatives);
        Ok(report(target.name, target.about, findings))
    };
    TARGETS.iter().map(report).collect()
}

/// The findings in the world that fits best. Where every world misses an export, one of them is as good as another.
fn best_of(alternatives: Vec<Vec<TargetFinding>>) -> Vec<TargetFinding> {
    let missing = |findings: &Vec<TargetFinding>| {
        let mut missing = findings.iter();
        let missing = missing.find(|f| f.kind == TargetFindingKind::MissingExport);
        missing.map(|finding| finding.name.clone())
    };
    let missing: Option<Vec<String>> = alternatives.iter().map(missing).collect();
    let best = alternatives.into_iter().min_by_key(|f| obstacles(f));
    let mut best = best.unwrap_or_default();
    let first = best
        .iter_mut()
        .find(|f| f.kind == TargetFindingKind::MissingExport);
    if let (Some(mut names), Some(first)) = (missing, first) {
        names.retain(|name| *name != first.name);
        if !names.is_empty() {
            first.message = format!(
                "The environment calls it, or `{}`, and the component exports neither.",
                names.join("`, `")
            );
        }
    }
    best
}

fn obstacles(findings: &[TargetFinding]) -> usize {
    findings.iter().filter(|f| f.kind.is_obstacle()).count()
}

fn report(target: &str, about: &str, findings: Vec<TargetFinding>) -> TargetReport {
    TargetReport {
        target: target.to_string(),
        about: about.to_string(),
        fits: obstacles(&findings) == 0,
        findings,
    }
}

/// The nodes that bring an import or export into the result, or that have the export that is missing there.
fn nodes_behind(
    graph: &Graph,
    parts: &Parts,
    world: &World,
    finding: &TargetFinding,
) -> Vec<NodeId> {
    let of = |items: &[WorldItem]| -> BTreeSet<NodeId> {
        let item = items.iter().find(|item| item.name == finding.name);
        let ports = item.into_iter().flat_map(|item| &item.ports);
        ports.map(|end| end.node.clone()).collect()
    };
    let has = |node: &&Node| {
        let component = node.component().and_then(|c| parts.get(c));
        let exports = component.into_iter().flat_map(|c| &c.info.exports);
        exports.into_iter().any(|port| {
            port.name == finding.name || are_semver_compatible(&port.name, &finding.name)
        })
    };
    let nodes = match (finding.kind, finding.side) {
        (TargetFindingKind::MissingExport, _) => {
            graph.nodes().filter(has).map(|n| n.id.clone()).collect()
        }
        (_, patchbay_model::analysis::Side::Import) => of(&world.imports),
        (_, patchbay_model::analysis::Side::Export) => of(&world.exports),
    };
    nodes.into_iter().collect()
}

/// A world among the types, with its name.
type Named = (String, WorldId);
