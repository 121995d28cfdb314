//! Whether one export can fill one import, and how.

use crate::explain::versions;
use crate::explain::{Side, explain, explain_plainly};
use crate::guard::guarded;
use crate::limits;
use patchbay_model::analysis::{Fit, Mismatch};
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
    /// How many bytes of WIT have been compared word by word.
    marked: usize,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(types: &'a Types) -> Self {
        Self {
            types,
            cache: HashSet::new(),
            marked: 0,
        }
    }

    /// How many bytes of WIT have been compared word by word, here or …
    pub(crate) fn marked(&self) -> usize {
        self.marked
    }

    /// … in an earlier check, whose words are used here.
    pub(crate) fn has_marked(&mut self, bytes: usize) {
        self.marked += bytes;
    }

    /// Whether words are still marked.
    pub(crate) fn marks(&self) -> bool {
        self.marked <= limits::MARKED_BYTES
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

    fn mismatch(
        &mut self,
        export: TypedPort<'_>,
        import: TypedPort<'_>,
        chain: String,
    ) -> Mismatch {
        self.marked += export.wit.len() + import.wit.len();
        let explain = match self.marks() {
            true => explain,
            false => explain_plainly,
        };
        let mut mismatch = explain(
            self.types,
            Side::new("the export", "The export is", export),
            Side::new("the import", "The import wants", import),
            &chain,
        );
        if let Some(why) = versions::meeting(export.name, import.name) {
            mismatch.summary = format!("{why} {}", mismatch.summary);
        }
        mismatch
    }
}

/// How ports whose types agree relate by name.
fn by_name(export: &str, import: &str) -> Fit {
    if export == import {
        return Fit::Exact;
    }
    match versions::meeting(export, import) {
        Some(why) if are_semver_compatible(export, import) => Fit::Version { note: why },
        Some(why) => Fit::Structure {
            note: format!("{why} Here the types agree all the same."),
        },
        None => Fit::Structure {
            note: format!("`{export}` fills `{import}`: the names differ, the types agree."),
        },
    }
}
