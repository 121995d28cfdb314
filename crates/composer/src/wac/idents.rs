//! Names as the WAC language writes them.

use super::PackageName;
use crate::assembly::names;
use patchbay_model::name::{InterfaceName, check_label, label_from};
use std::collections::BTreeSet;
use wac_parser::lexer::{Lexer, Token};

/// A valid identifier that nobody else has: a node's name where that is one. Words of the language begin with a letter,
/// so `adder-2` becomes `adder2`.
pub(super) fn identifier(label: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = words(label);
    let mut free = plain.clone();
    let mut n = 2;
    while !taken.insert(free.clone()) {
        free = format!("{plain}{n}");
        n += 1;
    }
    free
}

/// A label whose words begin with letters.
fn words(label: &str) -> String {
    let mut text = String::new();
    for word in label_from(label).split('-') {
        if !text.is_empty() && word.starts_with(|c: char| c.is_ascii_lowercase()) {
            text.push('-');
        }
        text.push_str(word);
    }
    text
}

/// An identifier as it stands in a source, where it might be a word of the language.
pub(super) fn escaped(identifier: &str) -> String {
    match only_token(identifier) {
        Some(Token::Ident) => identifier.to_string(),
        _ => format!("%{identifier}"),
    }
}

/// Whether a name can be written as an identifier, with a `%` if need be.
pub(super) fn is_identifier(name: &str) -> bool {
    only_token(&format!("%{name}")) == Some(Token::Ident)
}

/// The name under which one of `names` can be spoken of briefly: itself, or the last part of an interface's, where it is
/// the only one of that.
pub(super) fn short<'n>(name: &'n str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let Some(parsed) = InterfaceName::parse(name) else {
        return is_identifier(name).then_some(name);
    };
    let last = parsed.interface;
    let mut others = names.filter(|other| {
        *other == last || InterfaceName::parse(other).is_some_and(|n| n.interface == last)
    });
    let alone = others.next() == Some(name) && others.next().is_none();
    (alone && is_identifier(last)).then_some(last)
}

/// The name of a package that a source can speak of, and that no other package has.
pub(super) fn package(full: &str, is_taken: impl Fn(&PackageName) -> bool) -> PackageName {
    let written = names::package(full)
        .ok()
        .map(|(name, version)| PackageName {
            name: name.to_string(),
            version,
        })
        .filter(|package| {
            let token = only_token(&package.to_string());
            token == Some(Token::PackageName)
        });
    let package = written.unwrap_or_else(|| {
        let bare = full.split('@').next().unwrap_or(full);
        let (namespace, name) = bare
            .split_once(':')
            .filter(|(a, b)| check_label(a).is_ok() && check_label(b).is_ok())
            .unwrap_or(("local", full));
        PackageName {
            name: format!("{}:{}", words(namespace), words(name)),
            version: names::package(full).ok().and_then(|(_, version)| version),
        }
    });
    // `local:adder`, `local:adder2`, …
    let mut free = package.clone();
    let mut n = 2;
    while is_taken(&free) {
        free.name = format!("{}{n}", package.name);
        n += 1;
    }
    free
}

/// What a text is to the language, if it is one word of it.
fn only_token(text: &str) -> Option<Token> {
    let mut lexer = Lexer::new(text).ok()?;
    let (token, span) = lexer.next()?;
    (span.len() == text.len()).then_some(token.ok()?)
}
