//! What might help against each kind of mistake.

use super::super::idents::escaped;
use super::super::resolver::Resolver;
use super::super::syntax::{at, expressions, news};
use super::Guess;
use super::edits::{end, insert, replace};
use miette::SourceSpan;
use patchbay_model::name::label_from;
use wac_parser::resolution::Error;
use wac_parser::{Document, NewExpr, Statement};

/// Guesses what was meant.
pub(super) struct Guesser<'a> {
    pub(super) document: &'a Document<'a>,
    /// With nothing wrong in what instances are given, as far as that is known: see [`super::Fixer`].
    pub(super) readable: &'a Document<'a>,
    pub(super) source: &'a str,
    pub(super) resolver: &'a Resolver<'a>,
}

impl<'a> Guesser<'a> {
    /// The likeliest first.
    pub(super) fn guesses(&self, error: &Error) -> Vec<Guess> {
        match error {
            Error::MissingComponentImport { import, span, .. } => self.other_name(import, *span),
            Error::MissingInstantiationArg { name, span, .. } => self.argument(name, *span),
            Error::MismatchedInstantiationArg { name, span, .. } => {
                self.other_supplier(name, *span)
            }
            Error::DuplicateInstantiationArg { name, span } => self.only_once(name, *span),
            Error::SpreadInstantiationNoMatch { span } => self.without(*span),
            Error::FillArgumentNotLast { span } => self.rest_last(*span),
            Error::UndefinedName { name, span } => self.known_name(name, *span),
            Error::DuplicateName { name, span, .. } => self.new_name(name, *span),
            Error::UnknownPackage { span, .. } => self.known_package(*span),
            Error::PackageMissingExport { export, span, .. }
            | Error::PackagePathMissingExport { export, span, .. } => self.defined(export, *span),
            Error::MissingInstanceExport { name, span } => self.known_export(name, *span),
            Error::DuplicateExternName { name, span, .. } => self.other_extern(name, *span),
            Error::InvalidExternName { name, span, .. } => {
                let name = label_from(name);
                let edit = replace(*span, escaped(&name));
                vec![(format!("Call it `{name}`"), vec![edit])]
            }
            Error::ExportRequiresAs { span } => vec![
                (
                    "Export all that it exports".to_string(),
                    vec![insert(end(*span), "...")],
                ),
                (
                    "Export it as `whole`".to_string(),
                    vec![insert(end(*span), " as whole")],
                ),
            ],
            Error::SpreadExportNoEffect { span } => self.without_export(*span),
            Error::ImportConflict {
                name,
                import,
                instantiation,
                ..
            } => {
                let mut guesses = self.passed_on(name, *instantiation);
                guesses.extend(self.other_extern(name, *import));
                guesses
            }
            Error::InstantiationArgMergeFailure { name, .. } => self.supplied(name),
            Error::ValidationFailure { .. } => self.one_maker(),
            Error::BorrowInResult { span } => self.owned(*span),
            Error::ImportNotInTarget { name, .. } => self.then_no_target(self.supplied(name)),
            Error::MissingTargetExport { name, .. } => self.then_no_target(self.exported_too(name)),
            Error::TargetMismatch { name, span, .. } => {
                let mut guesses = self.supplied(name);
                guesses.extend(
                    span.map(|span| self.exported_instead(name, span))
                        .into_iter()
                        .flatten(),
                );
                self.then_no_target(guesses)
            }
            _ => Vec::new(),
        }
    }

    /// Every instance, with the statement it stands in.
    pub(super) fn all_news(&self) -> impl Iterator<Item = (usize, &'a NewExpr<'a>)> {
        let statements = self.document.statements.iter().enumerate();
        statements.flat_map(|(n, statement)| news(statement).into_iter().map(move |new| (n, new)))
    }

    /// The instance with an argument there, and which of its arguments that is.
    pub(super) fn given(&self, span: SourceSpan) -> Option<(usize, &'a NewExpr<'a>, usize)> {
        self.all_news().find_map(|(n, new)| {
            let place = new.arguments.iter().position(|given| at(given) == span)?;
            Some((n, new, place))
        })
    }

    pub(super) fn new_of_package(&self, span: SourceSpan) -> Option<(usize, &'a NewExpr<'a>)> {
        self.all_news().find(|(_, new)| new.package.span == span)
    }

    /// The statement that a place is in.
    pub(super) fn statement(&self, span: SourceSpan) -> Option<usize> {
        let is_in = |statement: &Statement<'_>| {
            expressions(statement)
                .iter()
                .any(|expr| holds(expr.span, span))
        };
        self.document.statements.iter().position(is_in)
    }
}

/// Whether one place lies in another.
pub(super) fn holds(outer: SourceSpan, inner: SourceSpan) -> bool {
    outer.offset() <= inner.offset() && end(inner) <= end(outer)
}
