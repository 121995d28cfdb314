//! The result of a graph without its code.

use crate::assembly::{Assembly, Code};
use crate::check::{check, connect};
use crate::encode::encode;
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind, Severity, World};
use patchbay_model::graph::Graph;

/// A component of the type that a fuse would give, and its world with the ports behind each item.
pub(crate) struct Outline {
    pub(crate) bytes: Vec<u8>,
    pub(crate) world: World,
}

/// What a graph would become.
///
/// # Errors
/// What keeps it from being fused.
pub(crate) fn outline(graph: &Graph, parts: &Parts) -> Result<Outline, Vec<Problem>> {
    let analysis = check(graph, parts);
    let can_fuse = analysis.can_fuse();
    let Some(world) = analysis.world.filter(|_| can_fuse) else {
        let errors = analysis.problems.into_iter();
        return Err(errors.filter(|p| p.severity == Severity::Error).collect());
    };
    let encoded = guarded(|| {
        let (mut assembly, _) = Assembly::new(graph, parts, Code::Skeleton);
        connect(graph, &mut assembly)?;
        encode(graph, &assembly, &analysis.fits, FuseOptions::default())
    });
    let encoded = encoded.unwrap_or_else(|panicked| {
        let message = format!("This graph cannot be fused: {panicked}");
        Err(Problem::new(
            Severity::Error,
            ProblemKind::Encoding,
            message,
        ))
    });
    match encoded {
        Ok(bytes) => Ok(Outline { bytes, world }),
        Err(problem) => Err(vec![problem]),
    }
}
