//! Whether one export can fill one import, and how.

use crate::diff::{Differ, Sides};
use crate::guard::guarded;
use patchbay_model::analysis::{Fit, Mismatch};
use patchbay_model::name::InterfaceName;
use std::collections::HashSet;
use wac_types::{ItemKind, SubtypeChecker, Types, are_semver_compatible};

/// A port with its type.
#[derive(Clone, Copy)]
pub(crate) struct TypedPort<'a> {
    pub(crate) name: &'a str,
    pub(crate) kind: ItemKind,
    pub(crate) wit: &'a str,
}

impl<'a> From<&'a (&str, ItemKind, String)> for TypedPort<'a> {
    fn from((name, kind, wit): &'a (&str, ItemKind, String)) -> Self {
        Self {
            name,
            kind: *kind,
            wit,
        }
    }
}

/// Judges pairs of ports exactly as wac does when an argument is set.
pub(crate) struct Judge<'a> {
    types: &'a Types,
    /// Pairs that agree; wac keeps such a cache per graph, too.
    cache: HashSet<(ItemKind, ItemKind)>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(types: &'a Types) -> Self {
        Self {
            types,
            cache: HashSet::new(),
        }
    }

    /// wac's verdict: nothing, or its chain of reasons.
    pub(crate) fn agree(&mut self, export: ItemKind, import: ItemKind) -> Result<(), String> {
        let types = self.types;
        let cache = &mut self.cache;
        // A new checker each time: after an error, one keeps its direction (co- or contravariant).
        match guarded(|| SubtypeChecker::new(cache).is_subtype(export, types, import, types)) {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(format!("{error:#}")),
            Err(panicked) => Err(panicked.to_string()),
        }
    }

    /// The whole verdict, with words for people.
    pub(crate) fn fit(&mut self, export: TypedPort<'_>, import: TypedPort<'_>) -> Fit {
        match self.agree(export.kind, import.kind) {
            Ok(()) => by_name(export.name, import.name),
            Err(chain) => Fit::Mismatch(self.mismatch(export, import, chain)),
        }
    }

    fn mismatch(&self, export: TypedPort<'_>, import: TypedPort<'_>, chain: String) -> Mismatch {
        let sides = Sides {
            have: "the export",
            want: "the import",
        };
        let mut reasons = Differ::new(self.types, sides).differences(export.kind, import.kind);
        if reasons.is_empty() {
            reasons.push(chain);
        }
        let more = match reasons.len() {
            1 => String::new(),
            2 => " (and one more difference)".to_string(),
            n => format!(" (and {} more differences)", n - 1),
        };
        Mismatch {
            summary: format!("The types differ: {}{more}.", reasons[0]),
            reasons,
            export_wit: export.wit.to_string(),
            import_wit: import.wit.to_string(),
        }
    }
}

/// How ports whose types agree relate by name.
fn by_name(export: &str, import: &str) -> Fit {
    if export == import {
        return Fit::Exact;
    }
    let note = match (InterfaceName::parse(export), InterfaceName::parse(import)) {
        (Some(a), Some(b)) if a.same_interface(&b) => {
            let have = a.version.unwrap_or("no version");
            let want = b.version.unwrap_or("no version");
            if are_semver_compatible(export, import) {
                return Fit::Version {
                    note: format!(
                        "Exported at {have}, imported at {want}: versions that may stand in for one another."
                    ),
                };
            }
            format!(
                "Exported at {have}, imported at {want}: these versions promise nothing about each other, but here the types agree."
            )
        }
        _ => format!("`{export}` fills `{import}`: the names differ, the types agree."),
    };
    Fit::Structure { note }
}
