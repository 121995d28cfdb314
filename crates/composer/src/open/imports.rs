//! Which imports of the whole are nodes of their own, and which follow from imports of instances that are left open.

use super::pieces::{Piece, Pieces};
use super::source::{Source, Sources};
use super::walk::Walk;
use patchbay_model::component::ComponentRef;
use patchbay_model::graph::{Import, TypeSource};
use std::collections::{BTreeMap, BTreeSet};
use wac_types::are_semver_compatible;

/// How an import of the whole is used; one that nothing uses is drawn all the same, since the result must go on to have
/// it.
#[derive(Default)]
struct Use<'a> {
    /// The imports of instances that it fills: the instantiations and the names.
    fills: Vec<(usize, &'a str)>,
    /// Whether something else is done with it: it is exported, or something inside of it is used.
    otherwise: bool,
}

/// The imports of the whole.
pub(super) struct Imports<'a> {
    drawn: Vec<(&'a str, Import)>,
}

impl<'a> Imports<'a> {
    /// `wit` gives the type of an import as text that stands alone.
    pub(super) fn new(
        walk: &Walk<'a>,
        pieces: &Pieces,
        sources: &Sources<'_, 'a>,
        wit: &dyn Fn(&str) -> String,
    ) -> Self {
        let mut uses: BTreeMap<&'a str, Use<'a>> = BTreeMap::new();
        for (at, instantiation) in walk.instantiations.iter().enumerate() {
            for (port, item) in &instantiation.args {
                if let Source::Import { name, inside } = sources.of(*item) {
                    let used = uses.entry(name).or_default();
                    match inside.is_empty() {
                        true => used.fills.push((at, *port)),
                        false => used.otherwise = true,
                    }
                }
            }
        }
        for export in &walk.exports {
            if let Source::Import { name, .. } = sources.of(export.item) {
                uses.entry(name).or_default().otherwise = true;
            }
        }
        let mut drawn = Vec::new();
        let components: BTreeSet<&str> = walk.imported_components().collect();
        for name in walk
            .imports
            .iter()
            .filter(|name| !components.contains(*name))
        {
            let used = uses.remove(name).unwrap_or_default();
            if follows(name, &used, &walk.imports) {
                continue;
            }
            let (of, item) = match type_source(&used, walk, pieces) {
                Some((component, item)) => (TypeSource::Component(component), item),
                None => (TypeSource::Wit(wit(name)), *name),
            };
            let import = Import {
                name: name.to_string(),
                item: (item != *name).then(|| item.to_string()),
                of,
            };
            drawn.push((*name, import));
        }
        Self { drawn }
    }

    /// Those that are nodes, in the order of the binary.
    pub(super) fn drawn(&self) -> &[(&'a str, Import)] {
        &self.drawn
    }
}

/// Whether a fuse makes this import by itself when the imports that it fills are left open: it merges those of one
/// name, and takes the highest of compatible versions.
fn follows(name: &str, used: &Use<'_>, imports: &[&str]) -> bool {
    let merges = |other: &str| other == name || are_semver_compatible(other, name);
    let twin = imports.iter().any(|other| *other != name && merges(other));
    !used.otherwise
        && !twin
        && used.fills.iter().all(|(_, port)| merges(port))
        && used.fills.iter().any(|(_, port)| *port == name)
}

/// The component whose import has the type, and that import's name, where the import of the whole does nothing but to
/// fill it.
fn type_source<'a>(
    used: &Use<'a>,
    walk: &Walk<'_>,
    pieces: &Pieces,
) -> Option<(ComponentRef, &'a str)> {
    let mut fills = used.fills.iter().filter(|_| !used.otherwise);
    fills.find_map(|(at, port)| {
        let piece = pieces.piece(walk, walk.instantiations[*at].component)?;
        matches!(piece, Piece::Inside(_)).then(|| (pieces.reference(&piece), *port))
    })
}
