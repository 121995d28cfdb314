//! Documents and packages as wac reads them.

use super::syntax::probe;
use super::{PackageName, Packages};
use indexmap::IndexMap;
use semver::Version;
use std::cell::Cell;
use wac_graph::types::{BorrowedPackageKey, ItemKind, Package, WorldId, are_semver_compatible};
use wac_graph::{CompositionGraph, NodeId};
use wac_parser::resolution::{Error, Resolution};
use wac_parser::{Document, Expr, PackageName as PackageRef, Statement};

/// Resolves documents over packages without their code, and counts how often.
pub(super) struct Resolver<'p> {
    packages: &'p Packages,
    readings: Cell<usize>,
}

impl<'p> Resolver<'p> {
    pub(super) fn new(packages: &'p Packages) -> Self {
        Self {
            packages,
            readings: Cell::new(0),
        }
    }

    pub(super) fn packages(&self) -> &'p Packages {
        self.packages
    }

    /// How many bytes a reading takes in, besides the source.
    pub(super) fn packages_size(&self) -> usize {
        self.packages.values().map(|bytes| bytes.len()).sum()
    }

    /// How many documents were resolved.
    pub(super) fn readings(&self) -> usize {
        self.readings.get()
    }

    pub(super) fn resolve<'d>(&self, document: &'d Document<'d>) -> Result<Resolution<'d>, Error>
    where
        'p: 'd,
    {
        self.readings.set(self.readings.get() + 1);
        document.resolve(keyed(self.packages))
    }

    /// The graph of some statements, without a target.
    pub(super) fn graph<'d>(
        &self,
        document: &Document<'d>,
        statements: Vec<Statement<'d>>,
    ) -> Option<CompositionGraph>
    where
        'p: 'd,
    {
        self.readings.set(self.readings.get() + 1);
        let mut probe = document.clone();
        probe.statements = statements;
        probe.directive.targets = None;
        let resolution = probe.resolve(keyed(self.packages)).ok()?;
        Some(resolution.into_graph())
    }

    /// The graph of the statements before one of them, and what some expressions are there. What follows may be wrong in
    /// other ways, and exports name nothing that comes later.
    pub(super) fn probed(
        &self,
        document: &Document<'_>,
        before: usize,
        exprs: Vec<Expr<'_>>,
    ) -> Option<(CompositionGraph, Vec<NodeId>)> {
        let mut read: Vec<Statement<'_>> = document.statements[..before].to_vec();
        read.retain(|statement| !matches!(statement, Statement::Export(_)));
        let names: Vec<String> = (0..exprs.len()).map(|n| format!("probe{n}")).collect();
        let exprs = exprs.into_iter().zip(&names);
        read.extend(exprs.map(|(expr, name)| probe(expr, name)));
        let graph = self.graph(document, read)?;
        let nodes: Option<Vec<NodeId>> = names.iter().map(|name| graph.get_export(name)).collect();
        Some((graph, nodes?))
    }

    /// A package, with its types in a graph.
    pub(super) fn package(
        &self,
        graph: &mut CompositionGraph,
        name: &str,
        version: Option<&Version>,
    ) -> Option<Package> {
        let key = PackageName {
            name: name.to_string(),
            version: version.cloned(),
        };
        let bytes = self.packages.get(&key)?.to_vec();
        Package::from_bytes(name, version, bytes, graph.types_mut()).ok()
    }

    /// The imports and exports of a component package.
    pub(super) fn world(
        &self,
        graph: &mut CompositionGraph,
        package: &PackageRef<'_>,
    ) -> Option<WorldId> {
        let package = self.package(graph, package.name, package.version.as_ref())?;
        Some(package.ty())
    }

    /// The names of the items that a path into a package may end in.
    pub(super) fn package_items(&self, name: &PackageName) -> Vec<String> {
        let mut graph = CompositionGraph::new();
        let package = self.package(&mut graph, &name.name, name.version.as_ref());
        let definitions = package.map(|package| package.definitions().clone());
        let names = definitions.into_iter().flat_map(|all| all.into_keys());
        names.collect()
    }
}

/// The packages as wac takes them.
pub(super) fn keyed(packages: &Packages) -> IndexMap<BorrowedPackageKey<'_>, Vec<u8>> {
    let keyed = packages.iter().map(|(name, bytes)| {
        let key = BorrowedPackageKey::from_name_and_version(&name.name, name.version.as_ref());
        (key, bytes.to_vec())
    });
    keyed.collect()
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
