//! What a source could say in a place: the instances that have names there, and what they export.

use super::super::Packages;
use super::super::idents::{escaped, short};
use super::super::mismatch::{probe, reference, resolved, world};
use indexmap::IndexMap;
use patchbay_model::name::InterfaceName;
use wac_graph::CompositionGraph;
use wac_graph::types::{ItemKind, are_semver_compatible};
use wac_parser::{Document, Expr, Ident, NewExpr, Statement};

/// The names that statements before this one define.
pub(super) fn names<'d>(document: &Document<'d>, before: usize) -> Vec<Ident<'d>> {
    let statements = document.statements[..before].iter();
    let names = statements.filter_map(|statement| match statement {
        Statement::Let(statement) => Some(statement.id),
        Statement::Import(statement) => Some(statement.id),
        Statement::Export(_) | Statement::Type(_) => None,
    });
    names.collect()
}

/// What a component imports.
pub(super) fn imports(
    packages: &Packages,
    new: &NewExpr<'_>,
) -> Option<IndexMap<String, ItemKind>> {
    let mut graph = CompositionGraph::new();
    let package = &new.package;
    let world = world(&mut graph, packages, package.name, package.version.as_ref())?;
    Some(graph.types()[world].imports.clone())
}

/// What some expressions are: the names of the whole of each, and of its exports.
fn exports(
    document: &Document<'_>,
    packages: &Packages,
    before: usize,
    exprs: Vec<Expr<'_>>,
) -> Option<Vec<(Vec<String>, Vec<String>)>> {
    let mut read: Vec<Statement<'_>> = document.statements[..before].to_vec();
    read.retain(|statement| !matches!(statement, Statement::Export(_)));
    let probes: Vec<String> = (0..exprs.len()).map(|n| format!("probe{n}")).collect();
    let exprs = exprs.into_iter().zip(&probes);
    read.extend(exprs.map(|(expr, name)| probe(expr, name)));
    let graph = resolved(document, read, packages)?;
    let of = |name: &String| {
        let node = graph.get_export(name)?;
        let import = graph.get_import_name(node).map(str::to_string);
        Some(match graph[node].item_kind() {
            ItemKind::Instance(id) => {
                let interface = &graph.types()[id];
                let own = import.into_iter().chain(interface.id.clone());
                (own.collect(), interface.exports.keys().cloned().collect())
            }
            _ => (import.into_iter().collect(), Vec::new()),
        })
    };
    Some(
        probes
            .iter()
            .map(|name| of(name).unwrap_or_default())
            .collect(),
    )
}

/// The names that an instance exports.
pub(super) fn exported(
    document: &Document<'_>,
    packages: &Packages,
    before: usize,
    expr: Expr<'_>,
) -> Option<Vec<String>> {
    let (_, names) = exports(document, packages, before, vec![expr])?.pop()?;
    Some(names)
}

/// What could be given where an item of that name is wanted: the expression, and the instance it is of. The nearest
/// names first: itself, then compatible versions, then others of the same interface.
pub(super) fn offers<'d>(
    document: &Document<'d>,
    packages: &Packages,
    before: usize,
    wanted: &str,
) -> Vec<(String, &'d str)> {
    let names = names(document, before);
    let exprs = names.iter().map(|name| reference(*name)).collect();
    let all = exports(document, packages, before, exprs).unwrap_or_default();
    let mut offers = Vec::new();
    for (name, (own, exports)) in names.iter().zip(all) {
        if let Some(rank) = own.iter().filter_map(|own| rank(own, wanted)).min() {
            offers.push((rank, escaped(name.string), name.string));
        }
        for export in &exports {
            if let Some(rank) = rank(export, wanted) {
                let access = access(export, &exports);
                offers.push((rank, escaped(name.string) + &access, name.string));
            }
        }
    }
    offers.sort_by_key(|(rank, ..)| *rank);
    offers
        .into_iter()
        .map(|(_, expr, name)| (expr, name))
        .collect()
}

fn rank(have: &str, wanted: &str) -> Option<u8> {
    if have == wanted {
        return Some(0);
    }
    if are_semver_compatible(have, wanted) {
        return Some(1);
    }
    let (have, wanted) = (InterfaceName::parse(have)?, InterfaceName::parse(wanted)?);
    have.same_interface(&wanted).then_some(2)
}

/// How an export is spoken of behind the instance: `.store`, or in full.
pub(super) fn access(name: &str, all: &[String]) -> String {
    match short(name, all.iter().map(String::as_str)) {
        Some(short) => format!(".{}", escaped(short)),
        None => format!("[\"{name}\"]"),
    }
}

/// How an argument is named.
pub(super) fn spelled<'a>(name: &'a str, all: impl Iterator<Item = &'a String>) -> String {
    match short(name, all.map(String::as_str)) {
        Some(short) => escaped(short),
        None => format!("\"{name}\""),
    }
}
