//! What single nodes may not use, though it is granted.

use crate::http::error::Error;
use crate::http::previews::build;
use crate::previews::Found;
use crate::state::AppState;
use crate::trace::Trace;
use patchbay_composer::generate::refuse::{Importer, Refusal};
use patchbay_model::Graph;
use patchbay_model::api::{Grants, ImporterInfo};
use patchbay_runner::{Capability, Import, Program, Standing};
use std::collections::BTreeSet;

/// The nodes behind the imports of a preview, each with the import of the result.
pub(in crate::http) async fn importers(
    state: &AppState,
    found: &Found,
) -> Result<Vec<(String, ImporterInfo)>, Error> {
    let graph = Graph::clone(&found.graph);
    let importers = state.workbench.importers(graph.clone()).await?;
    let refused = found.panel.settings().grants.unwrap_or_default().refused;
    // What was refused with something else is refused, too.
    let all: BTreeSet<_> = importers
        .iter()
        .filter(|importer| refused.contains(&importer.end))
        .flat_map(|importer| {
            let with = match &importer.refusal {
                Refusal::With(with) => with.as_slice(),
                Refusal::Impossible(_) => &[],
            };
            let node = &importer.end.node;
            let ports = with.iter().chain([&importer.end.port]);
            ports
                .map(|port| (node.clone(), port.clone()))
                .collect::<Vec<_>>()
        })
        .collect();
    let info = |importer: Importer| {
        let Importer {
            import,
            end,
            refusal,
        } = importer;
        let (with, tied) = match refusal {
            Refusal::With(with) => (with, None),
            Refusal::Impossible(reason) => (Vec::new(), Some(reason)),
        };
        let info = ImporterInfo {
            name: graph.title(&end.node),
            refused: all.contains(&(end.node.clone(), end.port.clone())),
            end,
            with,
            tied,
        };
        (import, info)
    };
    Ok(importers.into_iter().map(info).collect())
}

/// The nodes behind one import.
pub(super) fn of_import<'i>(
    importers: &'i [(String, ImporterInfo)],
    import: &str,
) -> impl Iterator<Item = &'i ImporterInfo> {
    let of = importers.iter().filter(move |(name, _)| name == import);
    of.map(|(_, importer)| importer)
}

/// What refuses what these grants have nodes refused, traced as what runs; nothing, if that does.
pub(super) async fn refusing(
    state: &AppState,
    found: &Found,
    grants: &Grants,
) -> Result<Option<(Program, Option<Trace>)>, Error> {
    let before = found.panel.settings().grants.unwrap_or_default().refused;
    if before == grants.refused {
        return Ok(None);
    }
    for end in &grants.refused {
        let capability = Import::named(&end.port).capability;
        if patchbay_runner::Grants::default().standing(capability) != Standing::Refused {
            let sentence = format!("“{}” cannot be granted or refused.", end.port);
            return Err(Error::BadRequest(sentence));
        }
    }
    let graph = Graph::clone(&found.graph);
    let refused = grants.refused.clone();
    let traced = found.panel.trace().is_some();
    Ok(Some(build(state, graph, refused, traced).await?))
}

/// Grants nobody what some nodes are refused.
pub(in crate::http) fn withdraw(grants: &mut Grants) {
    for end in std::mem::take(&mut grants.refused) {
        match Import::named(&end.port).capability {
            Some(Capability::Environment) => grants.environment = None,
            Some(Capability::Clocks) => grants.clocks = false,
            Some(Capability::Random) => grants.random = false,
            Some(Capability::KeyValue) => grants.key_value = false,
            Some(Capability::Config) => grants.config = None,
            Some(Capability::Logging) => grants.logging = false,
            Some(Capability::Messaging) => grants.messaging = false,
            Some(Capability::Blobs) => grants.blobs = false,
            Some(Capability::Http) => grants.http.clear(),
            Some(Capability::Basics | Capability::Files | Capability::Network) | None => {}
        }
    }
}
