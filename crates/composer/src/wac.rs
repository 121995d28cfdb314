//! Compositions written in the WAC language.

mod arguments;
mod comments;
mod idents;
mod mismatch;
mod read;
mod sentence;
mod types;
mod words;
mod write;

pub use read::{WacGraph, read_wac};
pub use write::{WacText, write_wac};

use crate::assembly::embed::{Placeholder, embed};
use crate::assembly::encode::PROCESSOR;
use crate::fuse::FuseOptions;
use crate::guard::guarded;
use crate::inspect::scan::scan;
use crate::inspect::skeleton::strip;
use crate::limits;
use crate::world::trusted_world;
use bytes::Bytes;
use miette::Diagnostic;
use patchbay_model::analysis::{Mismatch, Problem, ProblemKind, Severity, World};
use semver::Version;
use std::collections::BTreeMap;
use std::fmt;
use wac_graph::EncodeOptions;
use wac_parser::lexer::{Lexer, Token};
use wac_parser::{Document, resolution};

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

/// The packages that the caller found: the bytes of components, or of WIT packages in binary form.
pub type Packages = BTreeMap<PackageName, Bytes>;

/// What there is to say of a source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct WacAnalysis {
    /// What is wrong with it; empty when it can be fused.
    pub problems: Vec<Problem>,
    /// The imports and exports of the result, when there is one.
    pub world: Option<World>,
}

/// The packages that must be supplied to resolve a source: all it names, but itself. Sorted, each once.
///
/// # Errors
/// A source that is too large or has a mistake in its grammar; `path` is what messages call it.
pub fn wac_packages(source: &str, path: &str) -> Result<Vec<PackageName>, Problem> {
    let document = parse(source, path)?;
    let own = document.directive.package.name;
    let mut lexer =
        Lexer::new(source).map_err(|(error, span)| at(source, path, span.offset(), &error))?;
    let mut names = std::collections::BTreeSet::new();
    // The grammar writes package names in no other way than these two tokens, and has been checked.
    while let Some((token, span)) = lexer.next() {
        if !matches!(token, Ok(Token::PackageName | Token::PackagePath)) {
            continue;
        }
        let text = lexer.source(span);
        let (path_part, version) = match text.split_once('@') {
            Some((path_part, version)) => (path_part, Version::parse(version).ok()),
            None => (text, None),
        };
        let name = path_part.split('/').next().unwrap_or(path_part);
        if name != own {
            names.insert(PackageName {
                name: name.to_string(),
                version,
            });
        }
    }
    Ok(names.into_iter().collect())
}

/// The text of a WIT package in binary form; `None` for a component.
pub fn wit_text(bytes: &[u8]) -> Option<String> {
    crate::wit::text::package(bytes)
}

/// Checks a source: its grammar, its names, its types, and the result as a whole, without the components' code.
pub fn check_wac(source: &str, path: &str, packages: &Packages) -> WacAnalysis {
    let world = scanned(path, packages).and_then(|()| {
        let bytes = encoded(source, path, &skeletons(packages), FuseOptions::default())?;
        trusted_world(&bytes).map_err(|refusal| vec![problem(path, &refusal.to_string())])
    });
    match world {
        Ok(world) => WacAnalysis {
            problems: Vec::new(),
            world: Some(world),
        },
        Err(problems) => WacAnalysis {
            problems,
            world: None,
        },
    }
}

/// The same packages without their code.
fn skeletons(packages: &Packages) -> Packages {
    let stripped = |bytes: &Bytes| strip(bytes).map_or(bytes.clone(), Bytes::from);
    let packages = packages.iter();
    packages
        .map(|(name, bytes)| (name.clone(), stripped(bytes)))
        .collect()
}

/// Composes what a source describes into one component, validated as a whole: the functions of its components first, then,
/// with skeletons in their place, what is around them.
///
/// # Errors
/// The first mistake, with its line and column: wac stops there. Of what instances are given, all mistakes.
pub fn fuse_wac(
    source: &str,
    path: &str,
    packages: &Packages,
    options: FuseOptions,
) -> Result<Vec<u8>, Vec<Problem>> {
    let size: usize = packages.values().map(|bytes| bytes.len()).sum();
    if size > limits::FUSED_BYTES {
        let message = format!(
            "the packages have {} MiB together; a result may have up to {} MiB",
            size >> 20,
            limits::FUSED_BYTES >> 20
        );
        return Err(vec![problem(path, &message)]);
    }
    scanned(path, packages)?;
    let placeholders: Vec<(&PackageName, Placeholder<'_>)> = packages
        .iter()
        .filter_map(|(name, bytes)| {
            let skeleton = strip(bytes)?;
            let placeholder = Placeholder::new(skeleton.into(), bytes, &name.to_string());
            Some((name, placeholder))
        })
        .collect();
    let mut marked = packages.clone();
    for (name, placeholder) in &placeholders {
        marked.insert((*name).clone(), placeholder.encoded().into());
    }
    let outline = encoded(source, path, &marked, options)?;
    let placeholders: Vec<_> = placeholders.into_iter().map(|(_, it)| it).collect();
    embed(&outline, &placeholders)
        .ok_or_else(|| vec![problem(path, "the result cannot be put together")])
}

/// Refuses packages that are not valid components (or WIT packages) of bounded size, before wac reads them.
fn scanned(path: &str, packages: &Packages) -> Result<(), Vec<Problem>> {
    packages.iter().try_for_each(|(name, bytes)| {
        scan(bytes).map_err(|refusal| {
            let message = format!("the package `{name}` cannot be used: {refusal}");
            vec![problem(path, &message)]
        })
    })
}

fn encoded(
    source: &str,
    path: &str,
    packages: &Packages,
    options: FuseOptions,
) -> Result<Vec<u8>, Vec<Problem>> {
    let document = parse(source, path).map_err(|problem| vec![problem])?;
    let resolution = resolved(&document, source, path, packages)?;
    let options = EncodeOptions {
        define_components: !options.import_dependencies,
        validate: !options.skip_validation,
        processor: Some(PROCESSOR),
    };
    match guarded(|| resolution.encode(options)) {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) => Err(mistakes(&document, source, path, packages, &error)),
        Err(panicked) => Err(vec![problem(path, &panicked.to_string())]),
    }
}

fn resolved<'d>(
    document: &'d Document<'d>,
    source: &str,
    path: &str,
    packages: &'d Packages,
) -> Result<resolution::Resolution<'d>, Vec<Problem>> {
    match guarded(|| document.resolve(mismatch::keyed(packages))) {
        Ok(Ok(resolution)) => Ok(resolution),
        Ok(Err(error)) => Err(mistakes(document, source, path, packages, &error)),
        Err(panicked) => Err(vec![problem(path, &panicked.to_string())]),
    }
}

fn parse<'s>(source: &'s str, path: &str) -> Result<Document<'s>, Problem> {
    if source.len() > limits::SOURCE_BYTES {
        let limit = limits::SOURCE_BYTES >> 20;
        let mut problem = problem(path, &format!("a source may have up to {limit} MiB"));
        problem.kind = ProblemKind::TooLarge;
        return Err(problem);
    }
    deep(source, path)?;
    match guarded(|| Document::parse(source)) {
        Ok(Ok(document)) => Ok(document),
        Ok(Err(error)) => Err(explained(source, path, &error)),
        Err(panicked) => Err(problem(path, &panicked.to_string())),
    }
}

/// wac-parser reads nested expressions and types by recursion, without a bound of its own.
fn deep(source: &str, path: &str) -> Result<(), Problem> {
    // A character that no source may have is the parser's to report.
    let Ok(lexer) = Lexer::new(source) else {
        return Ok(());
    };
    let mut depth = 0usize;
    for (token, span) in lexer {
        use Token as T;
        match token {
            Ok(T::OpenParen | T::OpenAngle | T::OpenBrace | T::OpenBracket) => depth += 1,
            Ok(T::CloseParen | T::CloseAngle | T::CloseBrace | T::CloseBracket) => {
                depth = depth.saturating_sub(1);
            }
            Ok(_) => {}
            Err(_) => return Ok(()),
        }
        if depth > limits::TEXT_DEPTH {
            return Err(at(
                source,
                path,
                span.offset(),
                &"this is nested too deeply",
            ));
        }
    }
    Ok(())
}

fn problem(path: &str, message: &str) -> Problem {
    Problem::new(
        Severity::Error,
        ProblemKind::Source,
        format!("{path}: {message}"),
    )
}

/// The mistake that wac stopped at; and where it is one in what an instance is given, all others of that kind.
fn mistakes(
    document: &Document<'_>,
    source: &str,
    path: &str,
    packages: &Packages,
    error: &resolution::Error,
) -> Vec<Problem> {
    let packages = &skeletons(packages);
    let faults = arguments::faults(document, packages, error);
    if faults.is_empty() {
        let mismatch = mismatch::mismatch(document, error, packages);
        return vec![mistake(document, source, path, error, mismatch)];
    }
    let faults = faults.into_iter();
    faults
        .map(|(error, mismatch)| mistake(document, source, path, &error, mismatch))
        .collect()
}

/// A mistake in what a source says, in words for newcomers, with both types where two do not fit.
fn mistake(
    document: &Document<'_>,
    source: &str,
    path: &str,
    error: &resolution::Error,
    mismatch: Option<Mismatch>,
) -> Problem {
    let types = mismatch.as_ref().zip(words::about_types(error));
    let message = match types {
        Some((mismatch, about)) => format!("{about} {}", mismatch.summary),
        None => match words::sentence(error) {
            Some(sentence) => sentence,
            None => return explained(source, path, error),
        },
    };
    let labelled = error.labels().and_then(|mut labels| labels.next());
    // What keeps a result from its target has no place of its own when it comes from an instance.
    let targets = document.directive.targets.as_ref();
    let offset = labelled.map(|label| label.offset());
    let mut problem = match offset.or(targets.map(|path| path.span.offset())) {
        Some(offset) => at(source, path, offset, &message),
        None => problem(path, &message),
    };
    problem.mismatch = mismatch;
    problem
}

/// An error at the place its first label points to, with all its causes.
fn explained(source: &str, path: &str, error: &(impl Diagnostic + 'static)) -> Problem {
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
    match label {
        Some(label) => at(source, path, label.offset(), &message),
        None => problem(path, &message),
    }
}

/// A problem with its line and column and, below, the line itself with a mark.
fn at(source: &str, path: &str, offset: usize, message: &dyn fmt::Display) -> Problem {
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
