//! The packages that a source speaks of.

use super::{at, parse};
use crate::explain::nearest::nearest;
use patchbay_model::analysis::{Edit, Fix, Problem};
use semver::Version;
use std::collections::BTreeSet;
use std::fmt;
use wac_parser::lexer::{Lexer, Token};

/// A package that a source speaks of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName {
    /// `wasi:http`
    pub name: String,
    /// The version, where the source gives one.
    pub version: Option<Version>,
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.version {
            Some(version) => write!(f, "{}@{version}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

impl PackageName {
    /// Reads `wasi:http@0.2.0`, or the same with a path, `wasi:http/proxy@0.2.0`.
    fn of_path(text: &str) -> Self {
        let (path, version) = match text.split_once('@') {
            Some((path, version)) => (path, Version::parse(version).ok()),
            None => (text, None),
        };
        let name = path.split('/').next().unwrap_or(path).to_string();
        Self { name, version }
    }
}

/// The packages that must be supplied to resolve a source: all it names, but itself. Sorted, each once.
///
/// # Errors
/// A source that is too large or has a mistake in its grammar; `path` is what messages call it.
pub fn wac_packages(source: &str, path: &str) -> Result<Vec<PackageName>, Problem> {
    let document = parse(source, path)?;
    let own = document.directive.package.name;
    let spoken_of =
        spoken_of(source).map_err(|(error, offset)| at(source, path, offset, &error))?;
    let names: BTreeSet<PackageName> = spoken_of
        .into_iter()
        .map(|(_, text)| PackageName::of_path(text))
        .filter(|name| name.name != own)
        .collect();
    Ok(names.into_iter().collect())
}

/// A way out where a package is not there: to speak of the nearest of those that are, in the whole source.
pub fn other_package(source: &str, missing: &PackageName, known: &[String]) -> Option<Fix> {
    let wanted = missing.to_string();
    // Another version of it, or a name that is nearly the same.
    let version = known
        .iter()
        .find(|name| PackageName::of_path(name).name == missing.name);
    let near = version
        .map(String::as_str)
        .or_else(|| nearest(&wanted, known.iter()))?;
    let instead = PackageName::of_path(near);
    let edits = spoken_of(source)
        .ok()?
        .into_iter()
        .filter_map(|(start, text)| {
            if PackageName::of_path(text) != *missing {
                return None;
            }
            let path = text.split('@').next().unwrap_or(text);
            let version = instead.version.as_ref();
            let version = version.map_or_else(String::new, |version| format!("@{version}"));
            Some(Edit {
                start,
                end: start + text.len(),
                text: format!("{}{}{version}", instead.name, &path[missing.name.len()..]),
            })
        });
    let edits: Vec<Edit> = edits.collect();
    (!edits.is_empty()).then(|| Fix::of_source(format!("Write `{near}`"), edits))
}

/// Every name of a package or path into one, with where it stands.
fn spoken_of(source: &str) -> Result<Vec<(usize, &str)>, (wac_parser::lexer::Error, usize)> {
    let mut lexer = Lexer::new(source).map_err(|(error, span)| (error, span.offset()))?;
    let mut found = Vec::new();
    // The grammar writes package names in no other way than these two tokens.
    while let Some((token, span)) = lexer.next() {
        if matches!(token, Ok(Token::PackageName | Token::PackagePath)) {
            found.push((span.offset(), lexer.source(span)));
        }
    }
    Ok(found)
}
