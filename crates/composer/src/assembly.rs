//! wac's graph, built afresh from ours.

use crate::guard::guarded;
use crate::inspect::Component;
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind, Severity, Side};
use patchbay_model::component::Digest;
use patchbay_model::graph::{Endpoint, ExportSource, Graph, Link, Node, NodeId};
use std::collections::BTreeMap;
use wac_graph::types::{ItemKind, Package, Types, World};
use wac_graph::{CompositionGraph, PackageId};

/// Which bytes stand for the components.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The types alone: enough to check.
    Skeleton,
    /// All of it: what a fuse embeds.
    Full,
}

/// An instance: a node whose component is here.
struct Instance<'a> {
    node: &'a Node,
    component: &'a Component,
    package: PackageId,
    id: wac_graph::NodeId,
}

/// A wac graph with an instantiation for each node whose component is here. It only ever grows.
pub(crate) struct Assembly<'a> {
    wac: CompositionGraph,
    instances: BTreeMap<&'a NodeId, Instance<'a>>,
}

impl<'a> Assembly<'a> {
    /// Instantiates every node, in the order of their ids, and says which cannot be. A component that several nodes
    /// share is registered, and later embedded, once.
    pub(crate) fn new(graph: &'a Graph, parts: &'a Parts, code: Code) -> (Self, Vec<Problem>) {
        let mut wac = CompositionGraph::new();
        let mut packages: BTreeMap<&Digest, Result<PackageId, String>> = BTreeMap::new();
        let mut instances = BTreeMap::new();
        let mut problems = Vec::new();
        for node in graph.nodes() {
            let Some(component) = parts.get(&node.component) else {
                problems.push(missing_component(node));
                continue;
            };
            let package = packages
                .entry(&component.info.digest)
                .or_insert_with(|| register(&mut wac, component, code));
            match package {
                Ok(package) => {
                    let id = wac.instantiate(*package);
                    wac.set_node_name(id, node.name.clone());
                    let package = *package;
                    let instance = Instance {
                        node,
                        component,
                        package,
                        id,
                    };
                    instances.insert(&node.id, instance);
                }
                Err(message) => problems.push(
                    Problem::new(
                        Severity::Error,
                        ProblemKind::Encoding,
                        format!(
                            "The component of `{}` cannot be composed: {message}",
                            node.name
                        ),
                    )
                    .at_node(&node.id),
                ),
            }
        }
        (Self { wac, instances }, problems)
    }

    /// The types of everything.
    pub(crate) fn types(&self) -> &Types {
        self.wac.types()
    }

    /// wac's graph, to encode.
    pub(crate) fn wac(&self) -> &CompositionGraph {
        &self.wac
    }

    /// The component of a node, where it is here.
    pub(crate) fn component(&self, node: &NodeId) -> Option<&'a Component> {
        self.instances.get(node).map(|i| i.component)
    }

    /// The imports and exports of a node.
    pub(crate) fn world(&self, node: &NodeId) -> Option<&World> {
        let instance = self.instances.get(node)?;
        Some(&self.types()[self.wac[instance.package].ty()])
    }

    /// Each component once, with its imports and exports, in the order of their first nodes.
    pub(crate) fn components(&self) -> Vec<(&'a Component, &World)> {
        let mut seen = std::collections::BTreeSet::new();
        self.instances
            .values()
            .filter(|i| seen.insert(&i.component.info.digest))
            .map(|i| (i.component, &self.types()[self.wac[i.package].ty()]))
            .collect()
    }

    /// What a port carries.
    pub(crate) fn port(&self, side: Side, end: &Endpoint) -> Option<ItemKind> {
        let world = self.world(&end.node)?;
        match side {
            Side::Import => world.imports.get(&end.port).copied(),
            Side::Export => world.exports.get(&end.port).copied(),
        }
    }

    /// The node behind one of wac's.
    pub(crate) fn node_of(&self, id: wac_graph::NodeId) -> Option<&'a Node> {
        self.instances.values().find(|i| i.id == id).map(|i| i.node)
    }

    /// The imports of nodes that no link fills.
    pub(crate) fn open_imports(&self, graph: &Graph) -> Vec<Endpoint> {
        let mut open = Vec::new();
        for instance in self.instances.values() {
            let world = &self.types()[self.wac[instance.package].ty()];
            for port in world.imports.keys() {
                let end = Endpoint {
                    node: instance.node.id.clone(),
                    port: port.clone(),
                };
                if graph.supplier(&end).is_none() {
                    open.push(end);
                }
            }
        }
        open
    }

    /// Gives an importer what an exporter exports.
    pub(crate) fn link(&mut self, link: &Link) -> anyhow::Result<()> {
        let from = self.export_node(&link.from.node, Some(&link.from.port))?;
        let to = self.instance(&link.to.node)?;
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

    fn instance(&self, node: &NodeId) -> anyhow::Result<wac_graph::NodeId> {
        let instance = self.instances.get(node);
        instance
            .map(|i| i.id)
            .ok_or_else(|| anyhow::anyhow!("the component of the node `{node}` is missing"))
    }

    fn export_node(
        &mut self,
        node: &NodeId,
        port: Option<&str>,
    ) -> anyhow::Result<wac_graph::NodeId> {
        let instance = self.instance(node)?;
        let wac = &mut self.wac;
        match port {
            Some(port) => Ok(guarded(|| wac.alias_instance_export(instance, port))??),
            None => Ok(instance),
        }
    }
}

fn register(
    wac: &mut CompositionGraph,
    component: &Component,
    code: Code,
) -> Result<PackageId, String> {
    let bytes = match code {
        Code::Skeleton => component.skeleton().to_vec(),
        Code::Full => component.bytes.to_vec(),
    };
    // Package names are not unique among uploads; digests are, and the name is not written into the result.
    let name = component.info.digest.as_str();
    let registered = guarded(|| {
        let package = Package::from_bytes(name, None, bytes, wac.types_mut())?;
        anyhow::Ok(wac.register_package(package)?)
    });
    match registered {
        Ok(Ok(id)) => Ok(id),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(panicked) => Err(panicked.to_string()),
    }
}

fn missing_component(node: &Node) -> Problem {
    let what = match &node.component.digest {
        Some(digest) => format!(
            "the component `{}` with the digest {}…",
            node.component.package,
            &digest.as_str()[..12]
        ),
        None => format!("a component called `{}`", node.component.package),
    };
    Problem::new(
        Severity::Error,
        ProblemKind::MissingComponent,
        format!(
            "`{}` is an instance of {what}, which is not here: upload it, or remove the node",
            node.name
        ),
    )
    .at_node(&node.id)
}
