//! Two types that should go together, beside one another: every difference in words, and its words marked.

pub(crate) mod diff;
mod items;
mod marks;
pub(crate) mod nearest;
pub(crate) mod spoken;
pub(crate) mod versions;

use crate::check::verdict::TypedPort;
use crate::explain::diff::{Differ, Differences, Sides};
use crate::explain::marks::{marks, whole_marks};
use patchbay_model::analysis::{MarkedWit, Mismatch};
use wac_types::{ItemKind, Types};

/// One of the two types.
#[derive(Clone, Copy)]
pub(crate) struct Side<'a> {
    /// What sentences call it: `the export`.
    name: &'a str,
    /// What stands above its text: `The export is`.
    title: &'a str,
    port: TypedPort<'a>,
}

impl<'a> Side<'a> {
    pub(crate) fn new(name: &'a str, title: &'a str, port: TypedPort<'a>) -> Self {
        Self { name, title, port }
    }
}

/// Why `have` cannot stand where `want` is asked for. `chain` is wac's own account, for kinds that only wac compares.
pub(crate) fn explain(types: &Types, have: Side<'_>, want: Side<'_>, chain: &str) -> Mismatch {
    let found = differ(types, have, want).differences(have.port.kind, want.port.kind);
    let marks = marks_of(&found, have, want);
    mismatch(found, marks, have, want, chain)
}

/// The same without marks, for whom there are too many types to mark.
pub(crate) fn explain_plainly(
    types: &Types,
    have: Side<'_>,
    want: Side<'_>,
    chain: &str,
) -> Mismatch {
    let found = differ(types, have, want).differences(have.port.kind, want.port.kind);
    mismatch(found, Default::default(), have, want, chain)
}

/// Why two imports cannot become one; `None` where nothing is known to keep them from it. Each may have functions that
/// the other lacks.
pub(crate) fn explain_merge(
    types: &Types,
    one: Side<'_>,
    other: Side<'_>,
    chain: &str,
) -> Option<Mismatch> {
    let differ = differ(types, one, other).merging();
    let found = differ.differences(one.port.kind, other.port.kind);
    let known = !found.reasons.is_empty() || !chain.is_empty();
    let marks = marks_of(&found, one, other);
    known.then(|| mismatch(found, marks, one, other, chain))
}

/// About how many bytes a mismatch tells.
pub(crate) fn told(mismatch: &Mismatch) -> usize {
    let reasons: usize = mismatch.reasons.iter().map(String::len).sum();
    let text = |side: &MarkedWit| side.wit.len() + size_of_val(side.marks.as_slice());
    mismatch.summary.len() + reasons + text(&mismatch.export) + text(&mismatch.import)
}

fn differ<'a>(types: &'a Types, have: Side<'a>, want: Side<'a>) -> Differ<'a> {
    let sides = Sides {
        have: have.name,
        want: want.name,
    };
    Differ::new(types, sides)
}

/// Where the words of the two texts differ.
type Marks = (Vec<u32>, Vec<u32>);

fn marks_of(found: &Differences, have: Side<'_>, want: Side<'_>) -> Marks {
    match (have.port.kind, want.port.kind) {
        (ItemKind::Func(_), ItemKind::Func(_)) => whole_marks(have.port.wit, want.port.wit),
        _ => marks(have.port.wit, want.port.wit, &found.touched),
    }
}

fn mismatch(
    found: Differences,
    (in_have, in_want): Marks,
    have: Side<'_>,
    want: Side<'_>,
    chain: &str,
) -> Mismatch {
    let mut reasons = found.reasons;
    if reasons.is_empty() {
        reasons.push(chain.to_string());
    }
    let more = match reasons.len() {
        1 => String::new(),
        2 => " (and one more difference)".to_string(),
        n => format!(" (and {} more differences)", n - 1),
    };
    let marked = |side: Side<'_>, marks| MarkedWit {
        title: side.title.to_string(),
        wit: side.port.wit.to_string(),
        marks,
    };
    Mismatch {
        summary: format!("The types differ: {}{more}.", reasons[0]),
        reasons,
        export: marked(have, in_have),
        import: marked(want, in_want),
    }
}
