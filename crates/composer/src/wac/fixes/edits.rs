//! Changes of the text of a source.

use miette::SourceSpan;
use patchbay_model::analysis::Edit;
use wac_parser::{InstantiationArgument, NewExpr};

pub(super) fn end(span: SourceSpan) -> usize {
    span.offset() + span.len()
}

pub(super) fn replace(span: SourceSpan, text: impl Into<String>) -> Edit {
    Edit {
        start: span.offset(),
        end: end(span),
        text: text.into(),
    }
}

pub(super) fn insert(at: usize, text: impl Into<String>) -> Edit {
    Edit {
        start: at,
        end: at,
        text: text.into(),
    }
}

pub(super) fn remove(start: usize, end: usize) -> Edit {
    Edit {
        start,
        end,
        text: String::new(),
    }
}

/// Where an argument begins and ends.
pub(super) fn extent(source: &str, given: &InstantiationArgument<'_>) -> (usize, usize) {
    match given {
        InstantiationArgument::Inferred(id) => (id.span.offset(), end(id.span)),
        InstantiationArgument::Spread(id) => {
            let dots = source[..id.span.offset()].rfind("...");
            (dots.unwrap_or(id.span.offset()), end(id.span))
        }
        InstantiationArgument::Named(named) => (named.name.span().offset(), end(named.expr.span)),
        InstantiationArgument::Fill(span) => (span.offset(), end(*span)),
    }
}

/// Gives an instance one more argument, before what stands for all others.
pub(super) fn give(source: &str, new: &NewExpr<'_>, argument: &str) -> Edit {
    let (start, last) = match new.arguments.last() {
        None => {
            let brace = source[end(new.package.span)..end(new.span)].find('{');
            let inside = end(new.package.span) + brace.map_or(0, |at| at + 1);
            return match source[inside..].starts_with('}') {
                true => insert(inside, format!(" {argument} ")),
                false => insert(inside, format!(" {argument}")),
            };
        }
        Some(last) => (extent(source, last), last),
    };
    match last {
        InstantiationArgument::Fill(_) => insert(start.0, format!("{argument}, ")),
        _ => insert(start.1, format!(", {argument}")),
    }
}

/// Takes an argument out, and the comma with it.
pub(super) fn take(source: &str, new: &NewExpr<'_>, place: usize) -> Edit {
    let (start, stop) = extent(source, &new.arguments[place]);
    if let Some(next) = new.arguments.get(place + 1) {
        return remove(start, extent(source, next).0);
    }
    match place.checked_sub(1).map(|before| &new.arguments[before]) {
        Some(before) => remove(extent(source, before).1, stop),
        // A comma may stand behind the only one.
        None => {
            let rest = source[stop..end(new.span)].trim_start();
            match rest.strip_prefix(',') {
                Some(rest) => remove(start, end(new.span) - rest.len()),
                None => remove(start, stop),
            }
        }
    }
}

/// Has an instance import what is missing; `None` where it does already.
pub(super) fn fill(source: &str, new: &NewExpr<'_>) -> Option<Edit> {
    match new.arguments.last() {
        Some(InstantiationArgument::Fill(_)) => None,
        _ => Some(give(source, new, "...")),
    }
}

/// The text with changes made; `None` where they overlap or lie outside of it.
pub fn edited(source: &str, edits: &[Edit]) -> Option<String> {
    let mut edits: Vec<&Edit> = edits.iter().collect();
    edits.sort_by_key(|edit| edit.start);
    let mut text = String::new();
    let mut at = 0;
    for edit in edits {
        text += source.get(at..edit.start)?;
        text += &edit.text;
        at = edit.end.max(edit.start);
    }
    Some(text + source.get(at..)?)
}
