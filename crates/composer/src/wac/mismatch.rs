//! Both types behind a mistake in a source: wac tells the first difference only, and keeps the types to itself.

use super::resolver::{Resolver, find};
use super::syntax::news;
use crate::check::verdict::TypedPort;
use crate::explain::{Side, explain, explain_merge};
use crate::guard::guarded;
use crate::limits;
use crate::wit::printer;
use miette::SourceSpan;
use patchbay_model::analysis::Mismatch;
use wac_graph::CompositionGraph;
use wac_graph::types::{ExternKind, ItemKind, Type, Types};
use wac_parser::Document;
use wac_parser::resolution::Error;

/// The two types that do not fit, with all their differences; `None` for mistakes of other kinds.
pub(super) fn mismatch(
    document: &Document<'_>,
    error: &Error,
    resolver: &Resolver<'_>,
) -> Option<Mismatch> {
    let find = || match error {
        Error::InstantiationArgMergeFailure {
            name,
            span,
            instantiation,
            source,
        } => merge(
            document,
            resolver,
            name,
            (*instantiation, *span),
            &format!("{source:#}"),
        ),
        Error::TargetMismatch { kind, name, .. } => target(document, resolver, *kind, name),
        _ => None,
    };
    guarded(find).ok().flatten()
}

/// A type with its name and its text.
pub(super) struct Typed<'a>(&'a str, ItemKind, String);

impl<'a> Typed<'a> {
    pub(super) fn of(types: &Types, name: &'a str, kind: ItemKind) -> Self {
        Self(
            name,
            kind,
            printer::port(types, name, kind, limits::WIT_BYTES),
        )
    }

    pub(super) fn port(&self) -> TypedPort<'_> {
        TypedPort {
            name: self.0,
            kind: self.1,
            wit: &self.2,
        }
    }
}

fn merge(
    document: &Document<'_>,
    resolver: &Resolver<'_>,
    name: &str,
    (first, second): (SourceSpan, SourceSpan),
    chain: &str,
) -> Option<Mismatch> {
    let package = |span: SourceSpan| {
        let all = document.statements.iter().flat_map(news);
        all.map(|new| &new.package).find(|p| p.span == span)
    };
    let (first, second) = (package(first)?, package(second)?);
    let mut graph = CompositionGraph::new();
    let one = resolver.world(&mut graph, first)?;
    let other = resolver.world(&mut graph, second)?;
    let types = graph.types();
    let one = Typed::of(types, name, find(&types[one].imports, name)?.1);
    let other = Typed::of(types, name, find(&types[other].imports, name)?.1);
    let names = [first, second].map(|package| format!("`{}`", package.name));
    let titles = [first, second].map(|package| format!("{} wants", package.name));
    explain_merge(
        types,
        Side::new(&names[0], &titles[0], one.port()),
        Side::new(&names[1], &titles[1], other.port()),
        chain,
    )
}

fn target(
    document: &Document<'_>,
    resolver: &Resolver<'_>,
    kind: ExternKind,
    name: &str,
) -> Option<Mismatch> {
    let path = document.directive.targets.as_ref()?;
    let mut graph = resolver.graph(document, document.statements.clone())?;
    let imported = graph.imports().find(|(import, ..)| *import == name);
    let ours = match kind {
        ExternKind::Import => imported.map(|(_, kind, _)| kind)?,
        ExternKind::Export => graph[graph.get_export(name)?].item_kind(),
    };
    let package = resolver.package(&mut graph, path.name, path.version.as_ref())?;
    let ItemKind::Type(Type::World(world)) = *package.definitions().get(path.segments)? else {
        return None;
    };
    let types = graph.types();
    let theirs = match kind {
        ExternKind::Import => {
            let implicit = types[world].implicit_imported_interfaces(types);
            let implicit = implicit.get(name).copied();
            implicit.or_else(|| types[world].imports.get(name).copied())?
        }
        ExternKind::Export => *types[world].exports.get(name)?,
    };
    let ours = Typed::of(types, name, ours);
    let theirs = Typed::of(types, name, theirs.promote());
    let chain = "wac finds a difference that is not known here";
    Some(match kind {
        ExternKind::Import => explain(
            types,
            Side::new("the target", "The target offers", theirs.port()),
            Side::new("the result", "The result wants", ours.port()),
            chain,
        ),
        ExternKind::Export => explain(
            types,
            Side::new("the result", "The result has", ours.port()),
            Side::new("the target", "The target wants", theirs.port()),
            chain,
        ),
    })
}
