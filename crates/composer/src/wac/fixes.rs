//! Ways out of the mistakes of a source, as changes of its text.
//!
//! What might help is guessed from the kind of the mistake, the names in reach, and what the components import and
//! export. Then each guess is tried: it is a fix where the changed source has the mistake no more and no other in its
//! place.

mod edits;
mod given;
mod guess;
mod named;
mod scope;

pub use edits::edited;

use super::{Packages, Told, tried};
use crate::guard::guarded;
use guess::Guesser;
use patchbay_model::analysis::{Edit, Fix};
use wac_parser::Document;
use wac_parser::resolution::Error;

/// How many changed sources are read in one check, …
const TRIALS: usize = 60;

/// … and how many bytes of them and their packages, about.
const TRIED_BYTES: usize = 16 << 20;

/// The most fixes of one mistake.
const FIXES: usize = 4;

/// What might help, and what it is called.
type Guess = (String, Vec<Edit>);

/// Tries fixes on a source.
pub(super) struct Fixer<'a> {
    document: &'a Document<'a>,
    source: &'a str,
    packages: &'a Packages,
    /// All that is wrong with it.
    told: &'a [Told],
    trials: usize,
}

impl<'a> Fixer<'a> {
    /// The packages are without their code.
    pub(super) fn new(
        document: &'a Document<'a>,
        source: &'a str,
        packages: &'a Packages,
        told: &'a [Told],
    ) -> Self {
        let packages_size: usize = packages.values().map(|bytes| bytes.len()).sum();
        let trials = TRIED_BYTES / (source.len() + packages_size).max(1);
        Self {
            document,
            source,
            packages,
            told,
            trials: trials.min(TRIALS),
        }
    }

    /// The fixes of one of the mistakes; none where the tools below fail over a guess.
    pub(super) fn fixes(&mut self, error: &Error, told: &Told) -> Vec<Fix> {
        guarded(|| self.tried(error, told)).unwrap_or_default()
    }

    fn tried(&mut self, error: &Error, told: &Told) -> Vec<Fix> {
        // Guessing takes about as long as a trial.
        let Some(trials) = self.trials.checked_sub(1) else {
            return Vec::new();
        };
        self.trials = trials;
        let guesser = Guesser {
            document: self.document,
            source: self.source,
            packages: self.packages,
        };
        let mut fixes: Vec<Fix> = Vec::new();
        for (label, edits) in guesser.guesses(error) {
            if fixes.len() == FIXES || self.trials == 0 {
                break;
            }
            if fixes.iter().any(|fix| fix.edits == edits) {
                continue;
            }
            self.trials -= 1;
            if self.helps(told, &edits) {
                fixes.push(Fix::of_source(label, edits));
            }
        }
        fixes
    }

    fn helps(&self, told: &Told, edits: &[Edit]) -> bool {
        let Some(text) = edited(self.source, edits) else {
            return false;
        };
        let left = tried(&text, self.packages);
        let count =
            |all: &[Told], message: &str| all.iter().filter(|it| it.message == message).count();
        if count(&left, &told.message) >= count(self.told, &told.message) {
            return false;
        }
        // wac stops at the first mistake: what comes in later statements is not the fault of the change.
        let grown = text.len().saturating_sub(self.source.len());
        let changed = edits.iter().map(|edit| edit.end + grown).max().unwrap_or(0);
        let reach = text
            .get(changed..)
            .and_then(|rest| rest.find(';'))
            .map(|at| changed + at);
        let later = |left: &Told| {
            left.offset
                .zip(reach)
                .is_some_and(|(offset, reach)| told.offset.is_some() && offset > reach)
        };
        left.iter()
            .all(|left| count(self.told, &left.message) > 0 || later(left))
    }
}
