//! wac's graph, built afresh from ours.

pub(crate) mod embed;
pub(crate) mod encode;
pub(crate) mod names;
mod packages;

use crate::check::imports;
use crate::guard::guarded;
use crate::inspect::Component;
use crate::limits;
use crate::parts::Parts;
use crate::wit::printer;
use packages::Packages;
use patchbay_model::analysis::{Problem, Side};
use patchbay_model::graph::{
    Endpoint, ExportSource, Graph, Import, Link, Node, NodeId, NodeKind, inner,
};
use std::collections::BTreeMap;
use wac_graph::types::{ItemKind, Types, World};
use wac_graph::{CompositionGraph, PackageId};

/// What becomes of the components. The types are enough either way: see [`embed`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// They stand in the result without their code.
    Skeleton,
    /// The result imports them by their package names.
    Imported,
}

/// A node that stands in wac's graph, since its component is here, or its import has a type.
struct Placed<'a> {
    node: &'a Node,
    id: wac_graph::NodeId,
    /// What it is an instance of; `None` for an import of the result.
    instance_of: Option<(&'a Component, PackageId)>,
}

/// A wac graph with an instantiation for each node whose component is here, and an import for each node that is one. It
/// only ever grows.
pub(crate) struct Assembly<'a> {
    wac: CompositionGraph,
    placed: BTreeMap<&'a NodeId, Placed<'a>>,
}

impl<'a> Assembly<'a> {
    /// Places every node, in the order of their ids, and says which cannot be. A component that several nodes share is
    /// registered, and later embedded, once.
    pub(crate) fn new(graph: &'a Graph, parts: &'a Parts, code: Code) -> (Self, Vec<Problem>) {
        let mut assembly = Self {
            wac: CompositionGraph::new(),
            placed: BTreeMap::new(),
        };
        let mut packages = Packages {
            parts,
            code,
            registered: BTreeMap::new(),
        };
        if code == Code::Skeleton {
            assembly.wac = packages.prepared(graph);
        }
        let placed = graph
            .nodes()
            .map(|node| assembly.place(node, &mut packages));
        let problems = placed.filter_map(Result::err).collect();
        (assembly, problems)
    }

    fn place(&mut self, node: &'a Node, packages: &mut Packages<'a>) -> Result<(), Problem> {
        let wac = &mut self.wac;
        let (id, instance_of) = match &node.kind {
            NodeKind::Instance(reference) => {
                let (component, package) = packages.get(wac, node, reference)?;
                (wac.instantiate(package), Some((component, package)))
            }
            NodeKind::Import(import) => {
                let kind = packages.kind_of(wac, node, import)?;
                imports::check_name(node, import, kind)?;
                let id = wac.import(&import.name, kind);
                (id.map_err(|e| imports::refused(node, import, &e))?, None)
            }
        };
        self.wac.set_node_name(id, node.name.clone());
        let placed = Placed {
            node,
            id,
            instance_of,
        };
        self.placed.insert(&node.id, placed);
        Ok(())
    }

    /// The types of everything.
    pub(crate) fn types(&self) -> &Types {
        self.wac.types()
    }

    /// wac's graph, to encode.
    pub(crate) fn wac(&self) -> &CompositionGraph {
        &self.wac
    }

    /// Whether a node is part of it: a problem has been told of each that is not.
    pub(crate) fn has(&self, node: &NodeId) -> bool {
        self.placed.contains_key(node)
    }

    /// The component of a node, where it is here.
    pub(crate) fn component(&self, node: &NodeId) -> Option<&'a Component> {
        self.placed.get(node)?.instance_of.map(|(c, _)| c)
    }

    /// The imports and exports of an instance.
    pub(crate) fn world(&self, node: &NodeId) -> Option<&World> {
        let (_, package) = self.placed.get(node)?.instance_of?;
        Some(&self.types()[self.wac[package].ty()])
    }

    /// Each component once, with its imports and exports, in the order of their first nodes.
    pub(crate) fn components(&self) -> Vec<(&'a Component, &World)> {
        let mut seen = std::collections::BTreeSet::new();
        self.placed
            .values()
            .filter_map(|placed| placed.instance_of)
            .filter(|(component, _)| seen.insert(&component.info.digest))
            .map(|(component, package)| (component, &self.types()[self.wac[package].ty()]))
            .collect()
    }

    /// What a port carries.
    pub(crate) fn port(&self, side: Side, end: &Endpoint) -> Option<ItemKind> {
        match side {
            Side::Import => self.world(&end.node)?.imports.get(&end.port).copied(),
            Side::Export => self.source(&end.node, &end.port),
        }
    }

    /// What stands at the source of a link or of an export: see [`inner`].
    fn source(&self, node: &NodeId, port: &str) -> Option<ItemKind> {
        let placed = self.placed.get(node)?;
        let start = self.wac[placed.id].item_kind();
        placed.path(port)?.try_fold(start, |kind, name| match kind {
            ItemKind::Instance(id) => self.types()[id].exports.get(name).copied(),
            _ => None,
        })
    }

    /// What could have been meant in place of an export that is not there: those of the same instance or interface.
    pub(crate) fn beside(&self, end: &Endpoint) -> Vec<String> {
        let outer = inner::outer(&end.port);
        match self.source(&end.node, outer) {
            Some(ItemKind::Instance(id)) => {
                let names = self.types()[id].exports.keys();
                names.map(|name| inner::within(outer, name)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// A port with its name and its WIT, as they are compared.
    pub(crate) fn typed<'e>(
        &'e self,
        side: Side,
        end: &'e Endpoint,
    ) -> Option<(&'e str, ItemKind, String)> {
        let kind = self.port(side, end)?;
        let node = self.placed.get(&end.node)?.node;
        let known = self.component(&end.node).and_then(|c| match side {
            Side::Import => c.info.import(&end.port),
            Side::Export => c.info.export(&end.port),
        });
        if let Some(port) = known {
            return Some((&port.name, kind, port.wit.clone()));
        }
        let name = match node.import() {
            Some(import) if end.port == import.name => import.item(),
            _ if end.port.is_empty() => &node.name,
            _ => inner::last(&end.port),
        };
        let wit = printer::port(self.types(), name, kind, limits::WIT_BYTES);
        Some((name, kind, wit))
    }

    /// The node behind one of wac's.
    pub(crate) fn node_of(&self, id: wac_graph::NodeId) -> Option<&'a Node> {
        self.placed.values().find(|i| i.id == id).map(|i| i.node)
    }

    /// The nodes that are imports of the result, with what they carry.
    pub(crate) fn drawn_imports(&self) -> impl Iterator<Item = (&'a Node, &'a Import, ItemKind)> {
        self.placed.values().filter_map(|placed| {
            let kind = self.wac[placed.id].item_kind();
            Some((placed.node, placed.node.import()?, kind))
        })
    }

    /// The imports of nodes that no link fills.
    pub(crate) fn open_imports(&self, graph: &Graph) -> Vec<Endpoint> {
        let ports = self.placed.keys().flat_map(|node| {
            let world = self.world(node).into_iter();
            let ports = world.flat_map(|world| world.imports.keys());
            ports.map(|port| Endpoint {
                node: (*node).clone(),
                port: port.clone(),
            })
        });
        ports.filter(|end| graph.supplier(end).is_none()).collect()
    }

    /// Gives an importer what an exporter exports.
    pub(crate) fn link(&mut self, link: &Link) -> anyhow::Result<()> {
        let from = self.export_node(&link.from.node, Some(&link.from.port))?;
        let to = self.placed(&link.to.node)?.id;
        let wac = &mut self.wac;
        guarded(|| wac.set_instantiation_argument(to, &link.to.port, from))??;
        Ok(())
    }

    /// Exports a port, or a whole instance, from the result.
    pub(crate) fn export(&mut self, name: &str, source: &ExportSource) -> anyhow::Result<()> {
        let node = self.export_node(&source.node, source.port.as_deref())?;
        let wac = &mut self.wac;
        guarded(|| wac.export(node, name))??;
        Ok(())
    }

    fn placed(&self, node: &NodeId) -> anyhow::Result<&Placed<'a>> {
        let placed = self.placed.get(node);
        placed.ok_or_else(|| anyhow::anyhow!("the component of the node `{node}` is missing"))
    }

    /// wac's node of what stands at the source of a link or of an export.
    fn export_node(
        &mut self,
        node: &NodeId,
        port: Option<&str>,
    ) -> anyhow::Result<wac_graph::NodeId> {
        let placed = self.placed(node)?;
        let path = placed.path(port.unwrap_or_default());
        let path = path.ok_or_else(|| anyhow::anyhow!("the node `{node}` has no such export"))?;
        let mut at = placed.id;
        for name in path.collect::<Vec<_>>() {
            let wac = &mut self.wac;
            at = guarded(|| wac.alias_instance_export(at, name))??;
        }
        Ok(at)
    }
}

impl Placed<'_> {
    /// The names that lead from wac's node to a port. An import of the result is its own only export.
    fn path<'p>(&self, port: &'p str) -> Option<impl Iterator<Item = &'p str>> {
        let (outer, inside) = inner::steps(port);
        let own = match self.node.import() {
            _ if outer.is_empty() => true,
            Some(import) if import.name == outer => true,
            Some(_) => return None,
            None => false,
        };
        Some((!own).then_some(outer).into_iter().chain(inside))
    }
}
