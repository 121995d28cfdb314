//! What is left of a source's mistakes after a change, and whether it is the change's fault.

use super::super::Mistake;
use super::super::resolver::find;
use super::edits::{end, extent};
use super::guess::Guesser;
use patchbay_model::analysis::Edit;
use std::collections::HashMap;
use wac_parser::resolution::Error;
use wac_parser::{InstantiationArgument, NewExpr};

/// A source before and after a change.
pub(super) struct Outcome<'a> {
    /// Of the source before it.
    pub(super) guesser: &'a Guesser<'a>,
    pub(super) mistakes: Vec<&'a Mistake>,
    pub(super) edits: &'a [Edit],
    /// The source after it.
    pub(super) text: &'a str,
    pub(super) left: &'a [Mistake],
}

/// When wac finds a mistake: it reads all statements, then compares the result with its target, and then encodes it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Statements,
    Target,
    Encoding,
}

impl Outcome<'_> {
    /// Whether mistakes of one wording are there no more, and no others in their place.
    pub(super) fn is_without(&self, mistakes: &[&Mistake]) -> bool {
        let Some(mistake) = mistakes.first() else {
            return false;
        };
        let before = counted(self.mistakes.iter().copied());
        let after = counted(self.left.iter());
        let count = |all: &HashMap<&str, usize>, it: &Mistake| {
            let found = all.get(it.told.message.as_str());
            found.copied().unwrap_or_default()
        };
        count(&after, mistake) + mistakes.len() <= count(&before, mistake)
            && self.left.iter().all(|left| {
                count(&after, left) <= count(&before, left)
                    || self.is_later(mistake, left)
                    || self.was_hidden(mistake, left)
            })
    }

    /// wac stops at the first mistake: what comes in later statements is not the fault of the change.
    fn is_later(&self, mistake: &Mistake, left: &Mistake) -> bool {
        let source = self.guesser.source;
        let changed = self.edits.iter().map(|edit| edit.end).max().unwrap_or(0);
        let changed = self.text.len() - (source.len() - changed);
        let rest = self.text.get(changed..);
        let reach = rest.and_then(|rest| rest.find(';')).map(|at| changed + at);
        let at = left.told.offset.zip(reach);
        mistake.told.offset.is_some() && at.is_some_and(|(offset, reach)| offset > reach)
    }

    /// Nor is what wac looks at only now: the target, and how the parts get along in the result. Unless it is about an
    /// import that the change leaves to the outside.
    fn was_hidden(&self, mistake: &Mistake, left: &Mistake) -> bool {
        let (Some(error), Some(left_error)) = (&mistake.error, &left.error) else {
            return false;
        };
        let (stage, left_stage) = (self.stage(mistake, error), self.stage(left, left_error));
        if left_stage == Stage::Statements || stage > left_stage {
            return false;
        }
        let name = about(left_error);
        (stage < left_stage || about(error) != name) && !name.is_some_and(|name| self.opens(name))
    }

    fn stage(&self, mistake: &Mistake, error: &Error) -> Stage {
        let target = self.guesser.document.directive.targets.as_ref();
        let in_target = target
            .zip(mistake.told.offset)
            .is_some_and(|(path, offset)| path.span.offset() <= offset && offset < end(path.span));
        match error {
            Error::ImportConflict { .. }
            | Error::InstantiationArgMergeFailure { .. }
            | Error::ValidationFailure { .. } => Stage::Encoding,
            Error::ImportNotInTarget { .. }
            | Error::MissingTargetExport { .. }
            | Error::TargetMismatch { .. } => Stage::Target,
            // The target itself is looked up behind all statements.
            _ if in_target => Stage::Target,
            _ => Stage::Statements,
        }
    }

    /// Whether the change leaves an import of that name to the outside, which was not before.
    fn opens(&self, name: &str) -> bool {
        self.guesser.all_news().any(|(_, new)| {
            let (start, stop) = (new.span.offset(), end(new.span));
            let mut within = self.edits.iter();
            let within =
                within.any(|edit| (start..stop).contains(&edit.start) && self.opens_in(new, edit));
            let imports = within.then(|| self.guesser.imports(new)).flatten();
            imports.is_some_and(|imports| find(&imports, name).is_some())
        })
    }

    /// Whether a change of what an instance is given leaves something to the outside.
    fn opens_in(&self, new: &NewExpr<'_>, edit: &Edit) -> bool {
        let is_fill =
            |given: &InstantiationArgument<'_>| matches!(given, InstantiationArgument::Fill(_));
        if !new.arguments.iter().any(is_fill) {
            return edit.text.trim().ends_with("...");
        }
        let removed = |given: &InstantiationArgument<'_>| {
            let (start, stop) = extent(self.guesser.source, given);
            edit.start <= start && stop <= edit.end
        };
        let mut others = new.arguments.iter().filter(|given| !is_fill(given));
        edit.text.is_empty() && others.any(removed)
    }
}

/// How often there is a mistake of each wording.
fn counted<'m>(mistakes: impl Iterator<Item = &'m Mistake>) -> HashMap<&'m str, usize> {
    let mut counts = HashMap::new();
    for mistake in mistakes {
        *counts.entry(mistake.told.message.as_str()).or_default() += 1;
    }
    counts
}

/// The name of what does not get along with the target or with others.
fn about(error: &Error) -> Option<&str> {
    match error {
        Error::ImportConflict { name, .. }
        | Error::InstantiationArgMergeFailure { name, .. }
        | Error::ImportNotInTarget { name, .. }
        | Error::MissingTargetExport { name, .. }
        | Error::TargetMismatch { name, .. } => Some(name),
        _ => None,
    }
}
