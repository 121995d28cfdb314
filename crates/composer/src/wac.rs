//! Compositions written in the WAC language.

mod arguments;
mod comments;
mod fixes;
mod idents;
mod mismatch;
mod packages;
mod read;
mod sentence;
mod types;
mod words;
mod write;

pub use fixes::edited;
pub use packages::{PackageName, other_packages, wac_packages};
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
use fixes::Fixer;
use miette::Diagnostic;
use patchbay_model::analysis::{Mismatch, Problem, ProblemKind, Severity, World};
use std::collections::BTreeMap;
use std::fmt;
use wac_graph::EncodeOptions;
use wac_parser::lexer::{Lexer, Token};
use wac_parser::{Document, resolution};

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
        Ok(Err(error)) => Err(mistakes(&document, source, path, packages, error)),
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
        Ok(Err(error)) => Err(mistakes(document, source, path, packages, error)),
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
        Ok(Err(error)) => Err(Told::plainly(&error).problem(source, path)),
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
    error: resolution::Error,
) -> Vec<Problem> {
    let packages = &skeletons(packages);
    let faults = faults(document, packages, error);
    let told: Vec<Told> = faults
        .iter()
        .map(|(error, mismatch)| Told::of(document, error, mismatch.as_ref()))
        .collect();
    let mut fixer = Fixer::new(document, source, packages, &told);
    let faults = faults.into_iter().zip(&told);
    faults
        .map(|((error, mismatch), told)| {
            let mut problem = told.problem(source, path);
            problem.fixes = fixer.fixes(&error, told);
            problem.mismatch = mismatch;
            problem
        })
        .collect()
}

/// A mistake, or all of those in what instances are given, with both types where two do not fit.
fn faults(
    document: &Document<'_>,
    packages: &Packages,
    error: resolution::Error,
) -> Vec<arguments::Fault> {
    let faults = arguments::faults(document, packages, &error);
    if !faults.is_empty() {
        return faults;
    }
    let mismatch = mismatch::mismatch(document, &error, packages);
    vec![(error, mismatch)]
}

/// What is wrong with a source, over packages without their code.
fn tried(source: &str, packages: &Packages) -> Vec<Told> {
    let document = match guarded(|| Document::parse(source)) {
        Ok(Ok(document)) => document,
        Ok(Err(error)) => return vec![Told::plainly(&error)],
        Err(panicked) => return vec![Told::nowhere(panicked.to_string())],
    };
    let options = EncodeOptions {
        define_components: true,
        validate: true,
        processor: None,
    };
    let encoded = guarded(|| document.resolve(mismatch::keyed(packages))?.encode(options));
    match encoded {
        Ok(Ok(_)) => Vec::new(),
        Ok(Err(error)) => faults(&document, packages, error)
            .iter()
            .map(|(error, mismatch)| Told::of(&document, error, mismatch.as_ref()))
            .collect(),
        Err(panicked) => vec![Told::nowhere(panicked.to_string())],
    }
}

/// A mistake in words for newcomers, and where it is.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    message: String,
    offset: Option<usize>,
}

impl Told {
    /// A mistake in what a source says.
    fn of(document: &Document<'_>, error: &resolution::Error, mismatch: Option<&Mismatch>) -> Self {
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
    fn plainly(error: &(impl Diagnostic + 'static)) -> Self {
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

    fn nowhere(message: String) -> Self {
        let offset = None;
        Self { message, offset }
    }

    fn problem(&self, source: &str, path: &str) -> Problem {
        match self.offset {
            Some(offset) => at(source, path, offset, &self.message),
            None => problem(path, &self.message),
        }
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
