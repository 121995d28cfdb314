//! What might be wrong with names: of instances, packages, their items, and of what the result exports.

use super::super::idents::{escaped, is_identifier};
use super::super::packages::{PackageName, other_packages};
use super::super::syntax::expressions;
use super::Guess;
use super::edits::{end, insert, remove, replace};
use super::guess::Guesser;
use super::scope::{access, names};
use crate::explain::nearest::nearest;
use miette::SourceSpan;
use patchbay_model::name::{InterfaceName, label_from};
use std::collections::HashSet;
use wac_parser::{ExportOptions, ExportStatement, Expr, ImportType, Statement};

impl<'a> Guesser<'a> {
    pub(super) fn known_name(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let before = self
            .statement(span)
            .unwrap_or(self.document.statements.len());
        let known = names(self.document, before);
        let known: Vec<String> = known.iter().map(|id| id.string.to_string()).collect();
        let mut guesses = Vec::new();
        if let Some(near) = nearest(name, known.iter()) {
            let edit = replace(span, escaped(near));
            guesses.push((format!("Write `{near}`"), vec![edit]));
        }
        // Links that go round in a circle end in a name that is not there yet.
        guesses.extend(self.imported_at(span));
        guesses
    }

    pub(super) fn new_name(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let all = names(self.document, self.document.statements.len());
        let taken: HashSet<&str> = all.iter().map(|id| id.string).collect();
        let free = (2..).map(|n| format!("{name}{n}"));
        let mut free = free
            .take(all.len() + 2)
            .filter(|name| !taken.contains(name.as_str()));
        let free = free.next().into_iter();
        free.map(|free| {
            (
                format!("Call the second one `{free}`"),
                vec![replace(span, free)],
            )
        })
        .collect()
    }

    pub(super) fn known_package(&self, span: SourceSpan) -> Vec<Guess> {
        let missing = PackageName::of_path(&self.source[span.offset()..end(span)]);
        let known = self.resolver.packages().keys();
        let known: Vec<String> = known.map(ToString::to_string).collect();
        let fixes = other_packages(self.source, &[&missing], &known);
        let fixes = fixes.into_values();
        fixes.map(|fix| (fix.label, fix.edits)).collect()
    }

    /// An item of a package: `test:data/things`.
    pub(super) fn defined(&self, item: &str, span: SourceSpan) -> Vec<Guess> {
        let before = &self.source[..span.offset()];
        let start = before
            .rfind(|c: char| c.is_whitespace() || c == '{')
            .map_or(0, |at| at + 1);
        let package = before[start..].split('/').next().unwrap_or_default();
        let version = self.source[end(span)..].strip_prefix('@').map(|rest| {
            let stop = rest.find(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '{' | '}'));
            &rest[..stop.unwrap_or(rest.len())]
        });
        let of_it = |name: &PackageName| {
            name.name == package
                && name.version.as_ref().map(ToString::to_string).as_deref() == version
        };
        let mut known = self.resolver.packages().keys();
        let Some(name) = known.find(|name| of_it(name)) else {
            return Vec::new();
        };
        let items = self.resolver.package_items(name);
        let near = nearest(item, items.iter()).into_iter();
        near.map(|near| (format!("Write `{near}`"), vec![replace(span, near)]))
            .collect()
    }

    /// What an instance has instead of an export that it has not.
    pub(super) fn known_export(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let found = self
            .document
            .statements
            .iter()
            .enumerate()
            .find_map(|(n, statement)| {
                let accessed =
                    |expr: &&'a Expr<'a>| expr.postfix.iter().any(|step| step.span() == span);
                Some((n, expressions(statement).into_iter().find(accessed)?))
            });
        let Some((before, expr)) = found else {
            return Vec::new();
        };
        let mut instance = expr.clone();
        let steps = instance.postfix.iter().position(|step| step.span() == span);
        instance.postfix.truncate(steps.unwrap_or(0));
        let names = self.exported(before, instance).unwrap_or_default();
        // `things` may stand for `test:data/things@1.0.0`.
        let brief = |full: &&String| {
            InterfaceName::parse(full)
                .is_some_and(|it| nearest(name, [it.interface.to_string()].iter()).is_some())
        };
        let near = nearest(name, names.iter());
        let near = near.or_else(|| names.iter().find(brief).map(String::as_str));
        let near = near.or(match names.as_slice() {
            [only] => Some(only),
            _ => None,
        });
        let write = |near: &str| {
            let access = access(near, names.iter());
            (format!("Write `{access}`"), vec![replace(span, access)])
        };
        near.map(write).into_iter().collect()
    }

    fn exports(&self) -> impl Iterator<Item = &'a ExportStatement<'a>> {
        self.document
            .statements
            .iter()
            .filter_map(|statement| match statement {
                Statement::Export(statement) => Some(statement),
                _ => None,
            })
    }

    /// Where a statement that exports begins and ends, with its line where it has one of its own.
    fn export_extent(&self, statement: &ExportStatement<'_>) -> Option<(usize, usize)> {
        let start = self.source[..statement.expr.span.offset()].rfind("export")?;
        let last = match &statement.options {
            ExportOptions::None => end(statement.expr.span),
            ExportOptions::Spread(span) => end(*span),
            ExportOptions::Rename(name) => end(name.span()),
        };
        let stop = last + self.source[last..].find(';')? + 1;
        match self.source[stop..].starts_with('\n') {
            true => Some((start, stop + 1)),
            false => Some((start, stop)),
        }
    }

    pub(super) fn without_export(&self, span: SourceSpan) -> Vec<Guess> {
        let mut exports = self.exports();
        let found = exports.find(|statement| statement.expr.span == span);
        let extent = found.and_then(|statement| self.export_extent(statement));
        let remove = |(start, stop)| ("Remove the export".to_string(), vec![remove(start, stop)]);
        extent.map(remove).into_iter().collect()
    }

    /// Another name for the second of two imports or exports.
    pub(super) fn other_extern(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let base = InterfaceName::parse(name).map_or(name, |name| name.interface);
        let free = format!("{}2", label_from(base));
        let label = format!("Call it `{free}`");
        let mut guesses = Vec::new();
        for statement in self.exports() {
            let extent = self.export_extent(statement);
            match &statement.options {
                ExportOptions::None if statement.expr.span == span => {
                    let edit = insert(end(span), format!(" as {free}"));
                    guesses.push((label.clone(), vec![edit]));
                }
                ExportOptions::Rename(name) if name.span() == span => {
                    guesses.push((label.clone(), vec![replace(span, free.clone())]));
                }
                _ => continue,
            }
            let remove = |(start, stop)| {
                (
                    "Remove the second export".to_string(),
                    vec![remove(start, stop)],
                )
            };
            guesses.extend(extent.map(remove));
        }
        for statement in &self.document.statements {
            let Statement::Import(import) = statement else {
                continue;
            };
            let named_after = match &import.ty {
                ImportType::Package(path) => path.span,
                _ => import.id.span,
            };
            match &import.name {
                None if named_after == span => {
                    let edit = insert(end(import.id.span), format!(" as {free}"));
                    guesses.push((label.clone(), vec![edit]));
                }
                Some(name) if name.span() == span => {
                    guesses.push((label.clone(), vec![replace(span, free.clone())]));
                }
                _ => {}
            }
        }
        guesses
    }

    /// The resource itself in place of a borrowed handle.
    pub(super) fn owned(&self, span: SourceSpan) -> Vec<Guess> {
        let rest = &self.source[span.offset()..];
        let borrowed = rest.find("borrow<").and_then(|at| {
            let inside = at + "borrow<".len();
            let stop = inside + rest[inside..].find('>')?;
            Some((
                span.offset() + at,
                span.offset() + stop + 1,
                rest[inside..stop].trim(),
            ))
        });
        let write = |(start, stop, resource): (usize, usize, &str)| {
            let edit = replace((start, stop - start).into(), resource);
            (format!("Return `{resource}` itself"), vec![edit])
        };
        borrowed.map(write).into_iter().collect()
    }

    /// Exports what the target wants, at the end.
    pub(super) fn exported_too(&self, name: &str) -> Vec<Guess> {
        let all = self.document.statements.len();
        let offers = self.offers(all, name);
        let export = |(expr, of): (String, &str)| {
            let as_name = match (is_identifier(name), expr == escaped(of)) {
                (true, true) => format!(" as {}", escaped(name)),
                (false, true) => format!(" as \"{name}\""),
                _ => String::new(),
            };
            let text = format!("\nexport {expr}{as_name};\n");
            let at = self.source.trim_end().len();
            let edit = replace((at, self.source.len() - at).into(), text);
            (format!("Export `{expr}`"), vec![edit])
        };
        offers.into_iter().map(export).collect()
    }

    /// Exports the same of another instance.
    pub(super) fn exported_instead(&self, name: &str, span: SourceSpan) -> Vec<Guess> {
        let before = self.statement(span).unwrap_or(0);
        let offers = self.offers(before, name);
        let instead = |(expr, _): (String, &str)| {
            (
                format!("Export `{expr}` instead"),
                vec![replace(span, expr)],
            )
        };
        offers.into_iter().map(instead).collect()
    }

    /// What helps, or else a result that need not fit the target.
    pub(super) fn then_no_target(&self, mut guesses: Vec<Guess>) -> Vec<Guess> {
        let Some(target) = &self.document.directive.targets else {
            return guesses;
        };
        let package = end(self.document.directive.package.span);
        let name = &self.source[target.span.offset()..end(target.span)];
        let edit = remove(package, end(target.span));
        guesses.push((format!("Do not target `{name}`"), vec![edit]));
        guesses
    }
}
