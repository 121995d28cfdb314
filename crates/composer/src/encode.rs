//! From a wac graph to bytes, with its errors told in the words of ours.

use crate::assembly::Assembly;
use crate::diff::{Differ, Sides};
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::locate::instance_at;
use crate::resources;
use patchbay_model::analysis::{Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, Graph, Node};
use wac_graph::types::are_semver_compatible;
use wac_graph::{EncodeError, EncodeOptions, Processor};
use wasmparser::{BinaryReaderError, Validator, WasmFeatures};

/// Who wrote the result, for its `processed-by` field.
pub(crate) const PROCESSOR: Processor<'static> = Processor {
    name: "patchbay",
    version: env!("CARGO_PKG_VERSION"),
};

/// Encodes, and validates unless `options` say otherwise. A link can be fine by itself and the whole be wrong: the
/// identity of resources shows only here.
pub(crate) fn encode(
    graph: &Graph,
    assembly: &Assembly<'_>,
    options: FuseOptions,
) -> Result<Vec<u8>, Problem> {
    let encoding = EncodeOptions {
        define_components: !options.import_dependencies,
        // Below, with the bytes still at hand to find the place of an error.
        validate: false,
        processor: Some(PROCESSOR),
    };
    let bytes = match guarded(|| assembly.wac().encode(encoding)) {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(error)) => return Err(encode_problem(graph, assembly, error)),
        Err(panicked) => return Err(failed(panicked.to_string())),
    };
    if options.skip_validation {
        return Ok(bytes);
    }
    match Validator::new_with_features(WasmFeatures::all()).validate_all(&bytes) {
        Ok(_) => Ok(bytes),
        Err(error) => Err(validation_problem(graph, assembly, &bytes, &error)),
    }
}

fn failed(message: impl std::fmt::Display) -> Problem {
    Problem::new(
        Severity::Error,
        ProblemKind::Encoding,
        format!("The graph cannot be fused: {message}"),
    )
}

fn encode_problem(graph: &Graph, assembly: &Assembly<'_>, error: EncodeError) -> Problem {
    match error {
        EncodeError::ImportTypeMergeConflict {
            import,
            first,
            second,
            source,
        } => {
            let first = assembly.node_of(first);
            let second = assembly.node_of(second);
            import_conflict(graph, assembly, &import, first, second, &source)
        }
        // The graph was searched for cycles before, and its imports for conflicts with drawn ones.
        other => failed(
            anyhow::Error::new(other)
                .chain()
                .fold(String::new(), |text, cause| match text.is_empty() {
                    true => cause.to_string(),
                    false => format!("{text}: {cause}"),
                }),
        ),
    }
}

/// Two open imports of one name (or of one version track) that cannot become one import.
fn import_conflict(
    graph: &Graph,
    assembly: &Assembly<'_>,
    import: &str,
    first: Option<&Node>,
    second: Option<&Node>,
    source: &anyhow::Error,
) -> Problem {
    let Some(second) = second else {
        return failed(format!(
            "the imports called `{import}` cannot be merged: {source:#}"
        ));
    };
    let end = Endpoint {
        node: second.id.clone(),
        port: import.to_string(),
    };
    // wac names the first node of exactly this name, which is the second itself where the versions differ.
    let other = assembly
        .open_imports(graph)
        .into_iter()
        .filter(|open| open.node != second.id && are_semver_compatible(&open.port, import))
        .find(|open| first.is_none_or(|f| f.id == second.id || f.id == open.node));
    let (with, reasons) = match &other {
        Some(open) => {
            let name = node_name(graph, open);
            let kinds = assembly
                .port(Side::Import, open)
                .zip(assembly.port(Side::Import, &end));
            let sides = Sides {
                have: &name,
                want: &format!("`{}`", second.name),
            };
            let reasons = kinds.map_or_else(Vec::new, |(a, b)| {
                Differ::new(assembly.types(), sides)
                    .merging()
                    .differences(a, b)
            });
            (name.clone(), reasons)
        }
        None => ("another node".to_string(), Vec::new()),
    };
    let why = match reasons.is_empty() {
        true => format!("{source:#}"),
        false => reasons.join("; "),
    };
    Problem::new(
        Severity::Error,
        ProblemKind::ImportConflict,
        format!(
            "{with} and `{}` both import `{import}` from outside, as different types, and the result can have only one import of that name: {why}. Link one of the two",
            second.name
        ),
    )
    .at_port(Side::Import, &end)
}

fn node_name(graph: &Graph, end: &Endpoint) -> String {
    let name = graph.node(&end.node).map_or("?", |node| node.name.as_str());
    format!("`{name}`")
}

fn validation_problem(
    graph: &Graph,
    assembly: &Assembly<'_>,
    bytes: &[u8],
    error: &BinaryReaderError,
) -> Problem {
    let node = instance_at(bytes, error.offset()).and_then(|name| graph.node_named(&name));
    if error.message().contains("resource types are not the same") {
        return resources::problem(graph, assembly, node, error.message());
    }
    let message = first_line(error.message());
    // Such as 1,000 instances in a component, imports and linked interfaces counted.
    if message.contains("exceeds limit") {
        return Problem::new(
            Severity::Error,
            ProblemKind::TooLarge,
            format!("The result would be larger than tools for components read: {message}"),
        );
    }
    match node {
        Some(node) => Problem::new(
            Severity::Error,
            ProblemKind::Encoding,
            format!(
                "The result is not valid where `{}` is instantiated: {message}",
                node.name
            ),
        )
        .at_node(&node.id),
        None => failed(format!("the result is not valid: {message}")),
    }
}

/// The validator's chain of causes on one line.
fn first_line(message: &str) -> String {
    let lines: Vec<&str> = message
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    lines.join(" ")
}
