//! The packages that a source speaks of.

use super::{at, parse};
use crate::explain::nearest::nearest;
use crate::limits;
use patchbay_model::analysis::{Edit, Fix, Problem};
use semver::Version;
use std::collections::{BTreeMap, BTreeSet};
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
    pub(super) fn of_path(text: &str) -> Self {
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

/// Ways out where packages are not there: to speak, in the whole source, of the nearest of those that are. For the first
/// [`limits::MENDED_PACKAGES`] of them.
pub fn other_packages(
    source: &str,
    missing: &[&PackageName],
    known: &[String],
) -> BTreeMap<PackageName, Fix> {
    let mut places: BTreeMap<PackageName, Vec<(usize, &str)>> = BTreeMap::new();
    for (start, text) in spoken_of(source).unwrap_or_default() {
        let of_it = places.entry(PackageName::of_path(text)).or_default();
        of_it.push((start, text));
    }
    let missing = missing.iter().take(limits::MENDED_PACKAGES);
    missing
        .filter_map(|name| {
            let near = near_package(name, known)?;
            let instead = PackageName::of_path(near);
            let version = instead.version.as_ref();
            let version = version.map_or_else(String::new, |version| format!("@{version}"));
            let edits = places.get(name)?.iter().map(|(start, text)| {
                let path = text.split('@').next().unwrap_or(text);
                Edit {
                    start: *start,
                    end: start + text.len(),
                    text: format!("{}{}{version}", instead.name, &path[name.name.len()..]),
                }
            });
            let fix = Fix::of_source(format!("Write `{near}`"), edits.collect());
            Some(((*name).clone(), fix))
        })
        .collect()
}

/// Another version of a package, or one whose name is nearly the same.
fn near_package<'k>(missing: &PackageName, known: &'k [String]) -> Option<&'k str> {
    let mut known_names = known.iter();
    let version = known_names.find(|name| PackageName::of_path(name).name == missing.name);
    version
        .map(String::as_str)
        .or_else(|| nearest(&missing.to_string(), known.iter()))
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
