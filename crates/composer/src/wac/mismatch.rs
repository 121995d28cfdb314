//! Both types behind a mistake in a source: wac tells the first difference only, and keeps the types to itself.

use super::Packages;
use crate::check::verdict::TypedPort;
use crate::explain::{Side, explain, explain_merge};
use crate::guard::guarded;
use crate::limits;
use crate::wit::printer;
use indexmap::IndexMap;
use miette::SourceSpan;
use patchbay_model::analysis::Mismatch;
use semver::Version;
use wac_graph::CompositionGraph;
use wac_graph::types::{
    BorrowedPackageKey, ExternKind, ItemKind, Package, Type, Types, WorldId, are_semver_compatible,
};
use wac_parser::resolution::Error;
use wac_parser::{
    Document, ExportOptions, ExportStatement, Expr, ExternName, Ident, InstantiationArgument,
    NewExpr, PrimaryExpr, Statement,
};

/// The two types that do not fit, with all their differences; `None` for mistakes of other kinds.
pub(super) fn mismatch(
    document: &Document<'_>,
    error: &Error,
    packages: &Packages,
) -> Option<Mismatch> {
    let find = || match error {
        Error::InstantiationArgMergeFailure {
            name,
            span,
            instantiation,
            source,
        } => merge(
            document,
            packages,
            name,
            (*instantiation, *span),
            &format!("{source:#}"),
        ),
        Error::TargetMismatch { kind, name, .. } => target(document, packages, *kind, name),
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
    packages: &Packages,
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
    let one = world(&mut graph, packages, first.name, first.version.as_ref())?;
    let other = world(&mut graph, packages, second.name, second.version.as_ref())?;
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
    packages: &Packages,
    kind: ExternKind,
    name: &str,
) -> Option<Mismatch> {
    let path = document.directive.targets.as_ref()?;
    let mut graph = resolved(document, document.statements.clone(), packages)?;
    let imported = graph.imports().find(|(import, ..)| *import == name);
    let ours = match kind {
        ExternKind::Import => imported.map(|(_, kind, _)| kind)?,
        ExternKind::Export => graph[graph.get_export(name)?].item_kind(),
    };
    let package = load(&mut graph, packages, path.name, path.version.as_ref())?;
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

/// The packages as wac takes them.
pub(super) fn keyed(packages: &Packages) -> IndexMap<BorrowedPackageKey<'_>, Vec<u8>> {
    let keyed = packages.iter().map(|(name, bytes)| {
        let key = BorrowedPackageKey::from_name_and_version(&name.name, name.version.as_ref());
        (key, bytes.to_vec())
    });
    keyed.collect()
}

/// A statement that exports an expression, so that its type can be looked up.
pub(super) fn probe<'d>(expr: Expr<'d>, name: &'d str) -> Statement<'d> {
    let span = expr.span;
    Statement::Export(ExportStatement {
        docs: Vec::new(),
        expr,
        options: ExportOptions::Rename(ExternName::Ident(Ident { string: name, span })),
    })
}

/// The graph of some statements, without a target.
pub(super) fn resolved<'d>(
    document: &Document<'d>,
    statements: Vec<Statement<'d>>,
    packages: &Packages,
) -> Option<CompositionGraph> {
    let mut probe = document.clone();
    probe.statements = statements;
    probe.directive.targets = None;
    Some(probe.resolve(keyed(packages)).ok()?.into_graph())
}

fn load(
    graph: &mut CompositionGraph,
    packages: &Packages,
    name: &str,
    version: Option<&Version>,
) -> Option<Package> {
    let key = super::PackageName {
        name: name.to_string(),
        version: version.cloned(),
    };
    let bytes = packages.get(&key)?.to_vec();
    Package::from_bytes(name, version, bytes, graph.types_mut()).ok()
}

/// The imports and exports of a component package.
pub(super) fn world(
    graph: &mut CompositionGraph,
    packages: &Packages,
    name: &str,
    version: Option<&Version>,
) -> Option<WorldId> {
    Some(load(graph, packages, name, version)?.ty())
}

/// The names of the items that a path into a package may end in.
pub(super) fn package_items(packages: &Packages, name: &super::PackageName) -> Vec<String> {
    let mut graph = CompositionGraph::new();
    let package = load(&mut graph, packages, &name.name, name.version.as_ref());
    let definitions = package.map(|package| package.definitions().clone());
    let names = definitions.into_iter().flat_map(|all| all.into_keys());
    names.collect()
}

/// The item of that name, or of a compatible version.
pub(super) fn find<'i>(
    items: &'i IndexMap<String, ItemKind>,
    name: &str,
) -> Option<(&'i str, ItemKind)> {
    let exact = items.get_key_value(name);
    let compatible = || {
        let mut items = items.iter();
        items.find(|(other, _)| are_semver_compatible(other, name))
    };
    let (name, kind) = exact.or_else(compatible)?;
    Some((name, *kind))
}

/// Every instantiation in a statement, also inside of arguments.
pub(super) fn news<'s, 'd>(statement: &'s Statement<'d>) -> Vec<&'s NewExpr<'d>> {
    let all = expressions(statement).into_iter();
    all.filter_map(|expr| match &expr.primary {
        PrimaryExpr::New(new) => Some(new),
        _ => None,
    })
    .collect()
}

/// Every expression in a statement.
pub(super) fn expressions<'s, 'd>(statement: &'s Statement<'d>) -> Vec<&'s Expr<'d>> {
    let mut found = Vec::new();
    let mut waiting: Vec<&Expr<'d>> = match statement {
        Statement::Let(statement) => vec![&statement.expr],
        Statement::Export(statement) => vec![&statement.expr],
        Statement::Import(_) | Statement::Type(_) => Vec::new(),
    };
    while let Some(expr) = waiting.pop() {
        found.push(expr);
        match &expr.primary {
            PrimaryExpr::New(new) => {
                waiting.extend(new.arguments.iter().filter_map(|given| match given {
                    InstantiationArgument::Named(named) => Some(&named.expr),
                    _ => None,
                }));
            }
            PrimaryExpr::Nested(nested) => waiting.push(&nested.inner),
            PrimaryExpr::Ident(_) => {}
        }
    }
    found
}

pub(super) fn reference<'d>(id: Ident<'d>) -> Expr<'d> {
    Expr {
        span: id.span,
        primary: PrimaryExpr::Ident(id),
        postfix: Vec::new(),
    }
}
