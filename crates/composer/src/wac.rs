//! Compositions written in the WAC language.

mod arguments;
mod comments;
mod fixes;
mod idents;
mod mismatch;
mod packages;
mod read;
mod resolver;
mod sentence;
mod syntax;
mod told;
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
use crate::guard::{Panicked, guarded};
use crate::inspect::scan::scan;
use crate::inspect::skeleton::strip;
use crate::limits;
use crate::world::trusted_world;
use bytes::Bytes;
use fixes::Fixer;
use miette::SourceSpan;
use patchbay_model::analysis::{Fix, Mismatch, Problem, ProblemKind, World};
use resolver::{Resolver, keyed};
use std::collections::BTreeMap;
use syntax::give_nothing;
use told::{Told, at, problem};
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
    let options = EncodeOptions {
        define_components: !options.import_dependencies,
        validate: !options.skip_validation,
        processor: Some(PROCESSOR),
    };
    let bytes = guarded(|| document.resolve(keyed(packages))?.encode(options));
    explained(bytes, &document, source, path, packages)
}

fn resolved<'d>(
    document: &'d Document<'d>,
    source: &str,
    path: &str,
    packages: &'d Packages,
) -> Result<resolution::Resolution<'d>, Vec<Problem>> {
    let resolution = guarded(|| document.resolve(keyed(packages)));
    explained(resolution, document, source, path, packages)
}

/// What wac made of a source, or all mistakes that can be told, with ways out.
fn explained<T>(
    made: Result<Result<T, resolution::Error>, Panicked>,
    document: &Document<'_>,
    source: &str,
    path: &str,
    packages: &Packages,
) -> Result<T, Vec<Problem>> {
    let error = match made {
        Ok(Ok(made)) => return Ok(made),
        Ok(Err(error)) => error,
        Err(panicked) => return Err(vec![problem(path, &panicked.to_string())]),
    };
    let packages = skeletons(packages);
    let resolver = Resolver::new(&packages);
    let mistakes = mistakes(document, &resolver, error);
    let fixer = Fixer::new(document, source, &resolver, &mistakes);
    let fixes: Vec<Vec<Fix>> = mistakes.iter().map(|it| fixer.fixes(it)).collect();
    let problems = mistakes.into_iter().zip(fixes).map(|(mistake, fixes)| {
        let mut problem = mistake.told.problem(source, path);
        problem.fixes = fixes;
        problem.mismatch = mistake.mismatch;
        problem
    });
    Err(problems.collect())
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

/// Something that is wrong with a source.
struct Mistake {
    told: Told,
    /// In wac's terms; `None` for mistakes in grammar.
    error: Option<resolution::Error>,
    /// Both types, where two do not fit.
    mismatch: Option<Mismatch>,
}

impl Mistake {
    fn only(told: Told) -> Self {
        Self {
            told,
            error: None,
            mismatch: None,
        }
    }
}

/// The mistake that wac stopped at; and where it is one in what an instance is given, all others of that kind.
fn mistakes(
    document: &Document<'_>,
    resolver: &Resolver<'_>,
    error: resolution::Error,
) -> Vec<Mistake> {
    let mut faults = arguments::faults(document, resolver, &error);
    if faults.is_empty() {
        let mismatch = mismatch::mismatch(document, &error, resolver);
        faults.push((error, mismatch));
    }
    let faults = faults.into_iter();
    faults
        .map(|(error, mismatch)| Mistake {
            told: Told::of(document, &error, mismatch.as_ref()),
            error: Some(error),
            mismatch,
        })
        .collect()
}

/// What is wrong with a source, where some instances are given nothing.
fn tried(source: &str, resolver: &Resolver<'_>, emptied: &[SourceSpan]) -> Vec<Mistake> {
    let mut document = match guarded(|| Document::parse(source)) {
        Ok(Ok(document)) => document,
        Ok(Err(error)) => return vec![Mistake::only(Told::plainly(&error))],
        Err(panicked) => return vec![Mistake::only(Told::nowhere(panicked.to_string()))],
    };
    for statement in &mut document.statements {
        emptied.iter().for_each(|at| give_nothing(statement, *at));
    }
    let options = EncodeOptions {
        define_components: true,
        validate: true,
        processor: None,
    };
    match guarded(|| resolver.resolve(&document)?.encode(options)) {
        Ok(Ok(_)) => Vec::new(),
        Ok(Err(error)) => mistakes(&document, resolver, error),
        Err(panicked) => vec![Mistake::only(Told::nowhere(panicked.to_string()))],
    }
}
