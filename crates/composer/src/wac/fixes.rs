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
use miette::SourceSpan;
use outcome::Outcome;
use patchbay_model::analysis::{Edit, Fix};
use std::cell::RefCell;
use std::collections::HashMap;
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
    /// The instances that are given something wrong.
    faulty: Vec<SourceSpan>,
    /// What mends all mistakes of one wording together, where that was looked for.
    common: RefCell<HashMap<&'a str, Option<Fix>>>,
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
        let readings = READ_BYTES / (source.len() + resolver.packages_size()).max(1);
        let mut readable = document.clone();
        let errors = mistakes.iter().filter_map(|mistake| mistake.error.as_ref());
        let mut faulty: Vec<_> = errors.filter_map(|error| place(document, error)).collect();
        faulty.dedup();
        for at in &faulty {
            let statements = readable.statements.iter_mut();
            statements.for_each(|statement| give_nothing(statement, *at));
        }
        Self {
            document,
            readable,
            source,
            resolver,
            mistakes,
            faulty,
            common: RefCell::default(),
            readings: resolver.readings() + readings.min(READINGS),
        }
    }

    /// The fixes of one of the mistakes; none where the tools below fail over a guess.
    pub(super) fn fixes(&self, mistake: &'a Mistake) -> Vec<Fix> {
        guarded(|| self.tried(mistake)).unwrap_or_default()
    }

    fn is_exhausted(&self) -> bool {
        self.resolver.readings() >= self.readings
    }

    fn tried(&self, mistake: &'a Mistake) -> Vec<Fix> {
        let mut fixes: Vec<Fix> = Vec::new();
        let Some(error) = &mistake.error else {
            return fixes;
        };
        let guesser = Guesser {
            document: self.document,
            readable: &self.readable,
            source: self.source,
            resolver: self.resolver,
        };
        let guesses = match self.is_exhausted() {
            true => Vec::new(),
            false => guesser.guesses(error),
        };
        for (label, edits) in guesses {
            if fixes.len() == FIXES || self.is_exhausted() {
                break;
            }
            if fixes.iter().any(|fix| fix.edits == edits) {
                continue;
            }
            if self.helps(&guesser, &[mistake], &edits) {
                fixes.push(Fix::of_source(label, edits));
            }
        }
        if let Some(common) = self.common(&guesser, mistake, fixes.first()) {
            fixes.truncate(FIXES - 1);
            fixes.insert(fixes.len().min(1), common);
        }
        fixes
    }

    /// What mends all mistakes of that wording: for each what mends the first.
    fn common(
        &self,
        guesser: &Guesser<'_>,
        mistake: &'a Mistake,
        first: Option<&Fix>,
    ) -> Option<Fix> {
        let message = mistake.told.message.as_str();
        if let Some(known) = self.common.borrow().get(message) {
            return known.clone();
        }
        let label = &first?.label;
        let same = self.mistakes.iter().filter(|it| it.told.message == message);
        let same: Vec<&Mistake> = same.collect();
        let mend_all = || {
            let mut edits = Vec::new();
            for mistake in &same {
                let guesses = match self.is_exhausted() {
                    true => return None,
                    false => guesser.guesses(mistake.error.as_ref()?),
                };
                let (_, guessed) = guesses.into_iter().find(|(other, _)| other == label)?;
                edits.extend(guessed);
            }
            edits.sort_by_key(|edit| edit.start);
            let all = format!("{label}, in all {} places", same.len());
            let helps = self.helps(guesser, &same, &edits);
            helps.then(|| Fix::of_source(all, edits))
        };
        let common = if same.len() > 1 { mend_all() } else { None };
        self.common.borrow_mut().insert(message, common.clone());
        common
    }

    /// Whether mistakes of one wording are gone after a change, and there are no others in their place. The other instances
    /// that are given something wrong are left alone: they are given nothing meanwhile.
    fn helps(&self, guesser: &Guesser<'_>, mistakes: &[&Mistake], edits: &[Edit]) -> bool {
        let Some(text) = edited(self.source, edits) else {
            return false;
        };
        let place = |mistake: &Mistake| place(self.document, mistake.error.as_ref()?);
        let own: Vec<_> = mistakes.iter().filter_map(|it| place(it)).collect();
        let others = self.faulty.iter().filter(|at| !own.contains(at));
        let others: Vec<_> = others.map(|at| moved(*at, edits)).collect();
        let left = tried(&text, self.resolver, &others);
        let before = self.mistakes.iter();
        let before = before.filter(|it| place(it).is_none_or(|at| own.contains(&at)));
        let outcome = Outcome {
            guesser,
            mistakes: before.collect(),
            edits,
            text: &text,
            left: &left,
        };
        outcome.is_without(mistakes)
    }
}

/// Where a place is after a change of other places.
fn moved(at: SourceSpan, edits: &[Edit]) -> SourceSpan {
    let before = edits.iter().filter(|edit| edit.end <= at.offset());
    let (gone, new) = before.fold((0, 0), |(gone, new), edit| {
        (gone + edit.end - edit.start, new + edit.text.len())
    });
    (at.offset() + new - gone, at.len()).into()
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
        let mistakes = tried(&source, &resolver, &[]);
        assert_eq!(mistakes.len(), 30);
        let once = resolver.readings();
        let fixer = Fixer::new(&document, &source, &resolver, &mistakes);
        let fixes: usize = mistakes.iter().map(|it| fixer.fixes(it).len()).sum();
        assert!(fixes > 0);
        // The last guess may be looked at as long as the source was.
        let read = resolver.readings() - once;
        assert!(read < READINGS + 2 * once, "{read}");
    }

    #[test]
    fn any_number_of_mistakes_of_one_wording_are_mended_together() {
        let package = |name: &str, wat: &str| {
            let name = PackageName {
                name: name.to_string(),
                version: None,
            };
            (name, wat::parse_str(wat).expect("it parses").into())
        };
        let packages = Packages::from([
            package(
                "test:have",
                "(component (instance $i) (export \"thing\" (instance $i)))",
            ),
            package("test:want", "(component (import \"thing\" (instance)))"),
        ]);
        for count in [2, 19, 21, 60, 100] {
            let resolver = Resolver::new(&packages);
            let wrong = "thnig: h.thing";
            let news = (0..count).map(|n| format!("let a{n} = new test:want {{ {wrong} }};\n"));
            let news: String = news.collect();
            let source = format!("package a:b;\nlet h = new test:have {{}};\n{news}");
            let document = Document::parse(&source).expect("a document");
            let mistakes = tried(&source, &resolver, &[]);
            let fixer = Fixer::new(&document, &source, &resolver, &mistakes);
            let mut found = 0;
            for mistake in mistakes
                .iter()
                .filter(|it| it.told.message.contains("thnig"))
            {
                let fixes = fixer.fixes(mistake);
                let all = format!("Name the argument `thing`, in all {count} places");
                let fix = fixes.iter().find(|fix| fix.label == all);
                let fix = fix.unwrap_or_else(|| panic!("{count}: {fixes:?}"));
                let text = edited(&source, &fix.edits).expect("a text");
                assert_eq!(text, source.replace("thnig", "thing"));
                found += 1;
            }
            assert_eq!(found, count);
        }
    }
}
