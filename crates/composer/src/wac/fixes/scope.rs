//! What a source could say in a place: the instances that have names there, and what they export.

use super::super::idents::{escaped, short};
use super::super::syntax::reference;
use super::guess::Guesser;
use indexmap::IndexMap;
use patchbay_model::name::InterfaceName;
use wac_graph::CompositionGraph;
use wac_graph::types::{Interface, ItemKind, are_semver_compatible};
use wac_parser::{Document, Expr, Ident, NewExpr, Statement};

/// How many of the names before a place are looked at: the last of them.
const NAMES: usize = 100;

/// The names that statements before this one define.
pub(super) fn names<'d>(document: &Document<'d>, before: usize) -> Vec<Ident<'d>> {
    document.statements[..before]
        .iter()
        .filter_map(name)
        .collect()
}

/// The name that a statement defines.
pub(super) fn name<'d>(statement: &Statement<'d>) -> Option<Ident<'d>> {
    match statement {
        Statement::Let(statement) => Some(statement.id),
        Statement::Import(statement) => Some(statement.id),
        Statement::Export(_) | Statement::Type(_) => None,
    }
}

impl<'a> Guesser<'a> {
    /// What a component imports.
    pub(super) fn imports(&self, new: &NewExpr<'_>) -> Option<IndexMap<String, ItemKind>> {
        let mut graph = CompositionGraph::new();
        let world = self.resolver.world(&mut graph, &new.package)?;
        Some(graph.types()[world].imports.clone())
    }

    /// The names that an instance exports.
    pub(super) fn exported(&self, before: usize, expr: Expr<'a>) -> Option<Vec<String>> {
        let probed = self.resolver.probed(self.readable, before, vec![expr]);
        let (graph, nodes) = probed?;
        let interface = interface(&graph, graph[*nodes.first()?].item_kind())?;
        Some(interface.exports.keys().cloned().collect())
    }

    /// What could be given where an item of that name is wanted: the expression, and the instance it is of. The nearest
    /// names first: itself, then compatible versions, then others of the same interface.
    pub(super) fn offers(&self, before: usize, wanted: &str) -> Vec<(String, &'a str)> {
        let names = names(self.readable, before);
        let names = &names[names.len().saturating_sub(NAMES)..];
        let exprs = names.iter().map(|name| reference(*name)).collect();
        let probed = self.resolver.probed(self.readable, before, exprs);
        let Some((graph, nodes)) = probed else {
            return Vec::new();
        };
        let mut offers = Vec::new();
        for (name, node) in names.iter().zip(nodes) {
            let interface = interface(&graph, graph[node].item_kind());
            let id = interface.and_then(|interface| interface.id.as_deref());
            let own = graph.get_import_name(node).into_iter().chain(id);
            if let Some(rank) = own.filter_map(|own| rank(own, wanted)).min() {
                offers.push((rank, escaped(name.string), name.string));
            }
            let Some(Interface { exports, .. }) = interface else {
                continue;
            };
            for export in exports.keys() {
                if let Some(rank) = rank(export, wanted) {
                    let access = access(export, exports.keys());
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
}

fn interface(graph: &CompositionGraph, kind: ItemKind) -> Option<&Interface> {
    match kind {
        ItemKind::Instance(id) => Some(&graph.types()[id]),
        _ => None,
    }
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
pub(super) fn access<'n>(name: &'n str, all: impl Iterator<Item = &'n String>) -> String {
    match short(name, all.map(String::as_str)) {
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
