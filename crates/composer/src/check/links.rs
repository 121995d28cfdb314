//! How each link fits, and what is wrong with it.

use super::fits::Fits;
use super::relink::instead;
use super::verdict::{Judge, TypedPort};
use crate::assembly::Assembly;
use crate::explain::nearest::nearest;
use crate::explain::told;
use patchbay_model::analysis::{Fit, Fix, Mismatch, PortFit, Problem, ProblemKind, Severity, Side};
use patchbay_model::graph::{Endpoint, Graph, Link};
use patchbay_model::op::Op;

/// About how many bytes a problem of a link takes: its types stand in the report of the link, too.
pub(super) fn weight(problem: &Problem) -> usize {
    let fix = |fix: &Fix| fix.label.len() + fix.ops.len() * 300;
    let fixes: usize = problem.fixes.iter().map(fix).sum();
    problem.message.len() + fixes + 2 * problem.mismatch.as_ref().map_or(0, told)
}

/// Leaves the sentences of a link's problem: the ports have their types at hand.
pub(super) fn briefly(fit: &mut Option<Fit>, problem: &mut Problem) {
    problem.mismatch = None;
    problem.fixes.truncate(1);
    if let Some(Fit::Mismatch(mismatch)) = fit {
        *mismatch = Mismatch {
            summary: std::mem::take(&mut mismatch.summary),
            ..Mismatch::default()
        };
    }
}

/// How a link's two ends fit, and what is wrong with it. What is `offered` is drawn instead.
pub(super) fn judge_link(
    graph: &Graph,
    assembly: &Assembly<'_>,
    judge: &mut Judge<'_>,
    (fits, offered): (&Fits<'_>, &[PortFit]),
    link: &Link,
) -> (Option<Fit>, Option<Problem>) {
    if !assembly.has(&link.from.node) || !assembly.has(&link.to.node) {
        // Said of the node already.
        return (None, None);
    }
    for (side, end) in [(Side::Export, &link.from), (Side::Import, &link.to)] {
        if assembly.port(side, end).is_none() {
            let mut problem = missing_port(graph, assembly, link, side, end);
            for fix in instead(graph, assembly, offered, link) {
                if problem.fixes.iter().all(|other| other.ops != fix.ops) {
                    problem.fixes.push(fix);
                }
            }
            problem.fixes.push(remove_link(link));
            return (None, Some(problem));
        }
    }
    let Some(fit) = known(assembly, fits, link).or_else(|| judged(assembly, judge, link)) else {
        return (None, None);
    };
    let problem = match &fit {
        Fit::Mismatch(mismatch) => {
            let message = format!(
                "`{}` cannot fill `{}` of `{}`. {}",
                graph.name_of(&link.from),
                link.to.port,
                graph.name_of(&link.to),
                mismatch.summary
            );
            let mut problem = Problem::new(Severity::Error, ProblemKind::Mismatch, message)
                .at_port(Side::Import, &link.to);
            problem.mismatch = Some(mismatch.clone());
            problem.fixes = instead(graph, assembly, offered, link);
            problem.fixes.push(remove_link(link));
            Some(problem)
        }
        _ => None,
    };
    (Some(fit), problem)
}

/// What is known already of two ports of components.
fn known(assembly: &Assembly<'_>, fits: &Fits<'_>, link: &Link) -> Option<Fit> {
    let exporter = &assembly.component(&link.from.node)?.info;
    let importer = &assembly.component(&link.to.node)?.info;
    fits.get((exporter, &link.from.port), (importer, &link.to.port))
}

fn judged(assembly: &Assembly<'_>, judge: &mut Judge<'_>, link: &Link) -> Option<Fit> {
    let export = assembly.typed(Side::Export, &link.from)?;
    let import = assembly.typed(Side::Import, &link.to)?;
    Some(judge.fit(TypedPort::from(&export), TypedPort::from(&import)))
}

fn missing_port(
    graph: &Graph,
    assembly: &Assembly<'_>,
    link: &Link,
    side: Side,
    end: &Endpoint,
) -> Problem {
    let exports = assembly.beside(end);
    let near = match side {
        Side::Import => assembly
            .world(&end.node)
            .and_then(|world| nearest(&end.port, world.imports.keys())),
        Side::Export => nearest(&end.port, exports.iter()),
    };
    let hint = near.map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
    let mut problem = Problem::new(
        Severity::Error,
        ProblemKind::MissingPort,
        format!(
            "A link speaks of the {} `{}` of `{}`, which has no such {}{hint}",
            side.word(),
            end.port,
            graph.name_of(end),
            side.word()
        ),
    )
    .at_port(side, end);
    if let Some(near) = near {
        let moved = Endpoint {
            node: end.node.clone(),
            port: near.to_string(),
        };
        let instead = match side {
            Side::Import => Link {
                from: link.from.clone(),
                to: moved,
            },
            Side::Export => Link {
                from: moved,
                to: link.to.clone(),
            },
        };
        // A link to another import must not take the place of one that is there.
        if side == Side::Export || graph.supplier(&instead.to).is_none() {
            problem.fixes.push(Fix::new(
                format!("Link `{near}` instead"),
                vec![
                    Op::RemoveLink { link: link.clone() },
                    Op::AddLink { link: instead },
                ],
            ));
        }
    }
    problem
}

fn remove_link(link: &Link) -> Fix {
    Fix::new(
        "Remove the link".to_string(),
        vec![Op::RemoveLink { link: link.clone() }],
    )
}
