//! From a wac graph to bytes, with its errors told in the words of ours.

use crate::assembly::Assembly;
use crate::check::conflict;
use crate::check::locate::instance_at;
use crate::check::resources;
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::inspect::valid;
use patchbay_model::analysis::{PortFit, Problem, ProblemKind, Severity};
use patchbay_model::graph::{Graph, Node};
use wac_graph::{EncodeError, EncodeOptions, Processor};
use wasmparser::BinaryReaderError;

/// Who wrote the result, for its `processed-by` field.
pub(crate) const PROCESSOR: Processor<'static> = Processor {
    name: "patchbay",
    version: env!("CARGO_PKG_VERSION"),
};

/// Encodes, and leaves it to the caller to validate. Fixes are drawn from what fits.
pub(crate) fn encode(
    graph: &Graph,
    assembly: &Assembly<'_>,
    fits: &[PortFit],
    options: FuseOptions,
) -> Result<Vec<u8>, Problem> {
    let encoding = EncodeOptions {
        define_components: !options.import_dependencies,
        // See `validate`: with the bytes at hand, the place of an error is found.
        validate: false,
        processor: Some(PROCESSOR),
    };
    match guarded(|| assembly.wac().encode(encoding)) {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(encode_problem(graph, assembly, fits, error)),
        Err(panicked) => Err(failed(panicked.to_string())),
    }
}

/// Validates what was encoded. A link can be fine by itself and the whole be wrong: the identity of resources shows only
/// here.
pub(crate) fn validate(
    graph: &Graph,
    assembly: &Assembly<'_>,
    bytes: &[u8],
) -> Result<(), Vec<Problem>> {
    match valid::validate(bytes) {
        Ok(()) => Ok(()),
        Err(error) => Err(validation_problems(graph, assembly, bytes, &error)),
    }
}

fn failed(message: impl std::fmt::Display) -> Problem {
    Problem::new(
        Severity::Error,
        ProblemKind::Encoding,
        format!("The graph cannot be fused: {message}"),
    )
}

fn encode_problem(
    graph: &Graph,
    assembly: &Assembly<'_>,
    fits: &[PortFit],
    error: EncodeError,
) -> Problem {
    match error {
        EncodeError::ImportTypeMergeConflict {
            import,
            first,
            second,
            source,
        } => {
            let Some(second) = assembly.node_of(second) else {
                return failed(format!(
                    "the imports called `{import}` cannot be merged: {source:#}"
                ));
            };
            let nodes = (assembly.node_of(first), second);
            conflict::problem(graph, assembly, fits, &import, nodes, &source)
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

fn validation_problems(
    graph: &Graph,
    assembly: &Assembly<'_>,
    bytes: &[u8],
    error: &BinaryReaderError,
) -> Vec<Problem> {
    let node = instance_at(bytes, error.offset()).and_then(|name| graph.node_named(&name));
    if error.message().contains("resource types are not the same") {
        return resources::problems(graph, assembly, node, error.message());
    }
    vec![invalid(node, error)]
}

fn invalid(node: Option<&Node>, error: &BinaryReaderError) -> Problem {
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
