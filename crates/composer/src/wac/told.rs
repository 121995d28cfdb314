//! Mistakes in words, and where they are.

use super::words;
use miette::Diagnostic;
use patchbay_model::analysis::{Mismatch, Problem, ProblemKind, Severity};
use std::fmt;
use wac_parser::{Document, resolution};

/// A problem of a source as a whole.
pub(super) fn problem(path: &str, message: &str) -> Problem {
    Problem::new(
        Severity::Error,
        ProblemKind::Source,
        format!("{path}: {message}"),
    )
}

/// A mistake in words for newcomers, and where it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Told {
    pub(super) message: String,
    pub(super) offset: Option<usize>,
}

impl Told {
    /// A mistake in what a source says.
    pub(super) fn of(
        document: &Document<'_>,
        error: &resolution::Error,
        mismatch: Option<&Mismatch>,
    ) -> Self {
        let types = mismatch.zip(words::about_types(error));
        let message = match types {
            Some((mismatch, about)) => format!("{about} {}", mismatch.summary),
            None => match words::sentence(error) {
                Some(sentence) => sentence,
                None => return Self::plainly(error),
            },
        };
        let labelled = error.labels().and_then(|mut labels| labels.next());
        // What keeps a result from its target has no place of its own when it comes from an instance.
        let targets = document.directive.targets.as_ref();
        let offset = labelled.map(|label| label.offset());
        Self {
            message,
            offset: offset.or(targets.map(|path| path.span.offset())),
        }
    }

    /// An error in its own words with all its causes, at the place its first label points to.
    pub(super) fn plainly(error: &(impl Diagnostic + 'static)) -> Self {
        let mut message = error.to_string();
        let mut cause = std::error::Error::source(error);
        while let Some(inner) = cause {
            message = format!("{message}: {inner}");
            cause = inner.source();
        }
        if let Some(help) = error.help() {
            message = format!("{message} ({help})");
        }
        let label = error.labels().and_then(|mut labels| labels.next());
        let offset = label.map(|label| label.offset());
        Self { message, offset }
    }

    pub(super) fn nowhere(message: String) -> Self {
        let offset = None;
        Self { message, offset }
    }

    pub(super) fn problem(&self, source: &str, path: &str) -> Problem {
        match self.offset {
            Some(offset) => at(source, path, offset, &self.message),
            None => problem(path, &self.message),
        }
    }
}

/// A problem with its line and column and, below, the line itself with a mark.
pub(super) fn at(source: &str, path: &str, offset: usize, message: &dyn fmt::Display) -> Problem {
    let before = source.get(..offset).unwrap_or(source);
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let text = source[start..].lines().next().unwrap_or("");
    let column = before[start..].chars().count() + 1;
    // Long lines are shown around the place.
    let skipped = column.saturating_sub(60);
    let shown: String = text.chars().skip(skipped).take(100).collect();
    let mark = " ".repeat(column - 1 - skipped.min(column - 1));
    Problem::new(
        Severity::Error,
        ProblemKind::Source,
        format!("{path}:{line}:{column}: {message}\n  {shown}\n  {mark}^"),
    )
}
