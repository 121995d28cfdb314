//! Links that would fit, to offer in place of what does not.

use crate::assembly::Assembly;
use crate::limits;
use patchbay_model::analysis::{Fit, Fix, PortFit};
use patchbay_model::component::Digest;
use patchbay_model::graph::{Endpoint, Graph, Link, Node};
use patchbay_model::name::share_name;
use std::collections::BTreeMap;

/// How many are offered.
const OFFERED: usize = 3;

/// The exports in this graph that fill an import, best first: of the same name, of another version, of another name with
/// the same types at the node that is linked already.
pub(crate) fn suppliers(
    graph: &Graph,
    assembly: &Assembly<'_>,
    fits: &[PortFit],
    import: &Endpoint,
) -> Vec<Endpoint> {
    let Some(importer) = assembly.component(&import.node) else {
        return Vec::new();
    };
    let linked = graph.supplier(import).map(|from| &from.node);
    let digest = &importer.info.digest;
    let mut instances: BTreeMap<&Digest, Vec<&Node>> = BTreeMap::new();
    for node in graph.nodes() {
        if let Some(component) = assembly.component(&node.id) {
            let of_it = instances.entry(&component.info.digest);
            of_it.or_default().push(node);
        }
    }
    let mut found = Vec::new();
    for fit in fits {
        if fit.import.component != *digest || fit.import.port != import.port {
            continue;
        }
        for node in instances.get(&fit.export.component).into_iter().flatten() {
            let near = Some(&node.id) == linked;
            let rank = match &fit.fit {
                Fit::Exact => 0,
                Fit::Version { .. } => 1,
                Fit::Structure { .. } if share_name(&fit.export.port, &import.port) => 2,
                Fit::Structure { .. } if near => 3,
                Fit::Structure { .. } | Fit::Mismatch(_) => continue,
            };
            let end = Endpoint {
                node: node.id.clone(),
                port: fit.export.port.clone(),
            };
            found.push((rank, !near, end));
        }
        if found.len() > limits::SUPPLIERS {
            break;
        }
    }
    found.sort();
    let ends = found.into_iter().map(|(_, _, end)| end);
    let open = ends.filter(|end| graph.cycle_with(&end.node, &import.node).is_none());
    open.take(OFFERED).collect()
}

/// The open imports of a node that an export of another fills, by the same ranks.
fn importers(
    graph: &Graph,
    assembly: &Assembly<'_>,
    fits: &[PortFit],
    link: &Link,
) -> Vec<Endpoint> {
    let components = (
        assembly.component(&link.from.node),
        assembly.component(&link.to.node),
    );
    let (Some(exporter), Some(importer)) = components else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for fit in fits {
        let ours = fit.export.component == exporter.info.digest
            && fit.export.port == link.from.port
            && fit.import.component == importer.info.digest;
        let rank = match &fit.fit {
            Fit::Exact => 0,
            Fit::Version { .. } => 1,
            Fit::Structure { .. } => 2,
            Fit::Mismatch(_) => continue,
        };
        let end = Endpoint {
            node: link.to.node.clone(),
            port: fit.import.port.clone(),
        };
        if ours && graph.supplier(&end).is_none() {
            found.push((rank, end));
        }
    }
    found.sort();
    found.truncate(OFFERED);
    found.into_iter().map(|(_, end)| end).collect()
}

/// What to do in place of a link that does not fit: another supplier for the import, another import for the export.
pub(crate) fn instead(
    graph: &Graph,
    assembly: &Assembly<'_>,
    fits: &[PortFit],
    link: &Link,
) -> Vec<Fix> {
    let other_suppliers = suppliers(graph, assembly, fits, &link.to)
        .into_iter()
        .map(|from| {
            Fix::new(
                format!("Link `{}` of `{}` instead", from.port, graph.name_of(&from)),
                graph.linking(Link {
                    from,
                    to: link.to.clone(),
                }),
            )
        });
    let other_imports = importers(graph, assembly, fits, link)
        .into_iter()
        .map(|to| {
            let label = format!("Link it to `{}` instead", to.port);
            let from = link.from.clone();
            let mut ops = vec![patchbay_model::Op::RemoveLink { link: link.clone() }];
            ops.extend(graph.linking(Link { from, to }));
            Fix::new(label, ops)
        });
    other_suppliers.chain(other_imports).collect()
}
