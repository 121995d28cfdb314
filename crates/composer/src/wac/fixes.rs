//! Ways out of the mistakes of a source, as changes of its text.
//!
//! What might help is guessed from the kind of the mistake, the names in reach, and what the components import and
//! export. Then each guess is tried: it is a fix where the changed source has the mistake no more and no other in its
//! place.

mod edits;
mod given;
mod guess;
mod named;
mod outcome;
mod scope;

pub use edits::edited;

use super::arguments::place;
use super::resolver::Resolver;
use super::syntax::give_nothing;
use super::{Mistake, tried};
use crate::guard::guarded;
use guess::Guesser;
use outcome::Outcome;
use patchbay_model::analysis::{Edit, Fix};
use wac_parser::Document;

/// How many times sources are resolved in one check, …
const READINGS: usize = 200;

/// … and how many bytes of them and their packages, about.
const READ_BYTES: usize = 32 << 20;

/// The most fixes of one mistake.
const FIXES: usize = 4;

/// What might help, and what it is called.
type Guess = (String, Vec<Edit>);

/// Tries fixes on a source.
pub(super) struct Fixer<'a> {
    document: &'a Document<'a>,
    /// The same, where instances that are given something wrong are given nothing: what they export can be looked up.
    readable: Document<'a>,
    source: &'a str,
    resolver: &'a Resolver<'a>,
    /// All that is wrong with it.
    mistakes: &'a [Mistake],
    /// Up to how many readings there may be.
    readings: usize,
}

impl<'a> Fixer<'a> {
    pub(super) fn new(
        document: &'a Document<'a>,
        source: &'a str,
        resolver: &'a Resolver<'a>,
        mistakes: &'a [Mistake],
    ) -> Self {
        let packages = resolver.packages().values();
        let packages_size: usize = packages.map(|bytes| bytes.len()).sum();
        let readings = READ_BYTES / (source.len() + packages_size).max(1);
        let mut readable = document.clone();
        let errors = mistakes.iter().filter_map(|mistake| mistake.error.as_ref());
        let mut places: Vec<_> = errors.filter_map(|error| place(document, error)).collect();
        places.dedup();
        for at in places {
            let statements = readable.statements.iter_mut();
            statements.for_each(|statement| give_nothing(statement, at));
        }
        Self {
            document,
            readable,
            source,
            resolver,
            mistakes,
            readings: resolver.readings() + readings.min(READINGS),
        }
    }

    /// The fixes of one of the mistakes; none where the tools below fail over a guess.
    pub(super) fn fixes(&self, mistake: &Mistake) -> Vec<Fix> {
        guarded(|| self.tried(mistake)).unwrap_or_default()
    }

    fn tried(&self, mistake: &Mistake) -> Vec<Fix> {
        let exhausted = || self.resolver.readings() >= self.readings;
        let mut fixes: Vec<Fix> = Vec::new();
        let Some(error) = mistake.error.as_ref().filter(|_| !exhausted()) else {
            return fixes;
        };
        let guesser = Guesser {
            document: self.document,
            readable: &self.readable,
            source: self.source,
            resolver: self.resolver,
        };
        for (label, edits) in guesser.guesses(error) {
            if fixes.len() == FIXES || exhausted() {
                break;
            }
            if fixes.iter().any(|fix| fix.edits == edits) {
                continue;
            }
            if self.helps(&guesser, mistake, &edits) {
                fixes.push(Fix::of_source(label, edits));
            }
        }
        fixes
    }

    fn helps(&self, guesser: &Guesser<'_>, mistake: &Mistake, edits: &[Edit]) -> bool {
        let Some(text) = edited(self.source, edits) else {
            return false;
        };
        let left = tried(&text, self.resolver);
        let outcome = Outcome {
            guesser,
            mistakes: self.mistakes,
            edits,
            text: &text,
            left: &left,
        };
        outcome.is_without(mistake)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{PackageName, Packages};
    use super::*;

    #[test]
    fn every_reading_counts() {
        let name = PackageName {
            name: "test:want".to_string(),
            version: None,
        };
        let want = "(component (import \"one\" (instance)) (import \"two\" (instance)))";
        let bytes = wat::parse_str(want).expect("it parses");
        let packages = Packages::from([(name, bytes.into())]);
        let resolver = Resolver::new(&packages);
        let news = (0..15).map(|n| format!("let a{n} = new test:want {{}};\n"));
        let source = format!("package a:b;\n{}", news.collect::<String>());
        let document = Document::parse(&source).expect("a document");
        let mistakes = tried(&source, &resolver);
        assert_eq!(mistakes.len(), 30);
        let once = resolver.readings();
        let fixer = Fixer::new(&document, &source, &resolver, &mistakes);
        let fixes: usize = mistakes.iter().map(|it| fixer.fixes(it).len()).sum();
        assert!(fixes > 0);
        // The last guess may be looked at as long as the source was.
        let read = resolver.readings() - once;
        assert!(read < READINGS + 2 * once, "{read}");
    }
}
