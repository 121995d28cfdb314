//! Whether fusing an opened graph gives what the component was.

use crate::assembly::encode::encode;
use crate::assembly::{Assembly, Code};
use crate::check::connect;
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::inspect::skeleton::strip;
use crate::inspect::{interchangeable, load};
use crate::parts::Parts;
use indexmap::IndexMap;
use patchbay_model::analysis::Problem;
use patchbay_model::graph::Graph;
use patchbay_model::opened::{Note, NoteKind};
use std::collections::HashSet;
use wac_types::{ItemKind, Types};

/// How many names of ports a note lists.
const NAMED: usize = 6;

/// What is different, in its imports and exports, when the graph is fused again; on skeletons, as checks are.
pub(super) fn notes(bytes: &[u8], graph: &Graph, parts: &Parts) -> Vec<Note> {
    if graph.nodes().len() == 0 {
        return Vec::new();
    }
    let compared = guarded(|| match trial(graph, parts) {
        Ok(fused) => differences(bytes, &fused),
        Err(problem) => vec![format!(
            "The graph cannot be fused as it is. {}",
            problem.message
        )],
    });
    let sentences =
        compared.unwrap_or_else(|panicked| vec![format!("The graph cannot be fused: {panicked}")]);
    let note = |sentence| Note::new(NoteKind::World, sentence);
    sentences.into_iter().map(note).collect()
}

fn trial(graph: &Graph, parts: &Parts) -> Result<Vec<u8>, Problem> {
    let (mut assembly, problems) = Assembly::new(graph, parts, Code::Skeleton);
    if let Some(problem) = problems.into_iter().next() {
        return Err(problem);
    }
    connect(graph, &mut assembly)?;
    encode(graph, &assembly, &[], FuseOptions::default())
}

fn differences(before: &[u8], after: &[u8]) -> Vec<String> {
    let mut types = Types::default();
    let skeleton = strip(before).unwrap_or_else(|| before.to_vec());
    let worlds = load(&mut types, "before", &skeleton)
        .and_then(|before| Ok((before, load(&mut types, "after", after)?)));
    let (before, after) = match worlds {
        Ok((before, after)) => (&types[before], &types[after]),
        Err(refusal) => {
            return vec![format!(
                "What the graph is when it is fused cannot be compared: {refusal}"
            )];
        }
    };
    let mut sentences = Vec::new();
    let mut cache = HashSet::new();
    for (word, before, after) in [
        ("import", &before.imports, &after.imports),
        ("export", &before.exports, &after.exports),
    ] {
        let absent = |from: &IndexMap<String, ItemKind>, other: &IndexMap<String, ItemKind>| {
            let names = from.keys().filter(|name| !other.contains_key(*name));
            listed(names.map(String::as_str).collect())
        };
        if let Some(names) = absent(before, after) {
            sentences.push(format!("Fused again, it does not {word} {names} any more"));
        }
        if let Some(names) = absent(after, before) {
            sentences.push(format!("Fused again, it does {word} {names} in addition"));
        }
        let changed = before.iter().filter(|(name, kind)| {
            let other = after.get(*name);
            other.is_some_and(|other| !interchangeable(&types, &mut cache, **kind, *other))
        });
        if let Some(names) = listed(changed.map(|(name, _)| name.as_str()).collect()) {
            sentences.push(format!(
                "Fused again, it has another type for the {word} {names}"
            ));
        }
    }
    sentences
}

fn listed(names: Vec<&str>) -> Option<String> {
    if names.is_empty() {
        return None;
    }
    let shown: Vec<String> = names
        .iter()
        .take(NAMED)
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match names.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(shown.join(", ") + &more)
}
