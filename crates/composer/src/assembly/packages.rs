//! The components of a graph, as wac's graph has them.

use super::embed::Placeholder;
use super::{Code, names};
use crate::check::imports;
use crate::guard::guarded;
use crate::inspect::Component;
use crate::memory::Register;
use crate::parts::Parts;
use crate::wit::world::world_of;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::component::{ComponentRef, Digest};
use patchbay_model::graph::{Graph, Import, Node, TypeSource};
use std::collections::BTreeMap;
use std::sync::Arc;
use wac_graph::types::{ItemKind, Package};
use wac_graph::{CompositionGraph, PackageId};

/// The packages that are registered so far, each component once.
pub(super) struct Packages<'a> {
    pub(super) parts: &'a Parts,
    pub(super) code: Code,
    pub(super) registered: BTreeMap<&'a Digest, Result<PackageId, String>>,
}

impl<'a> Packages<'a> {
    /// A wac graph in which the components are registered that the graph speaks of, by what is known from earlier
    /// checks.
    pub(super) fn prepared(&mut self, graph: &'a Graph) -> CompositionGraph {
        let components: BTreeMap<&'a Digest, &'a Component> = graph
            .references()
            .filter_map(|reference| self.parts.get(reference))
            .map(|component| (&component.info.digest, component))
            .collect();
        let memory = self.parts.memory();
        let wanted: Vec<&Digest> = components.keys().copied().collect();
        let begun = memory.register(&wanted);
        let mut register = Register::clone(&begun);
        for (digest, component) in components {
            let known = register.packages.get(digest).copied();
            let package = known.map_or_else(
                || self::register(&mut register.wac, component, "", self.code),
                Ok,
            );
            if let Ok(package) = package
                && register.packages.insert(digest.clone(), package).is_none()
            {
                register.weight += component.skeleton().len();
            }
            self.registered.insert(digest, package);
        }
        let whole = self.registered.values().all(Result::is_ok);
        if whole && register.packages.len() > begun.packages.len() {
            memory.keep(&begun, Arc::new(register.clone()));
        }
        register.wac
    }

    /// The component that a node speaks of, ready to be instantiated.
    pub(super) fn get(
        &mut self,
        wac: &mut CompositionGraph,
        node: &Node,
        reference: &ComponentRef,
    ) -> Result<(&'a Component, PackageId), Problem> {
        let component = self.parts.get(reference);
        let component = component.ok_or_else(|| missing_component(node, reference))?;
        let code = self.code;
        let package = self
            .registered
            .entry(&component.info.digest)
            .or_insert_with(|| register(wac, component, &reference.package, code));
        match package {
            Ok(package) => Ok((component, *package)),
            Err(message) => Err(Problem::new(
                Severity::Error,
                ProblemKind::Encoding,
                format!(
                    "The component of `{}` cannot be composed: {message}",
                    node.name
                ),
            )
            .at_node(&node.id)),
        }
    }

    /// What an import of the result carries.
    pub(super) fn kind_of(
        &mut self,
        wac: &mut CompositionGraph,
        node: &Node,
        import: &Import,
    ) -> Result<ItemKind, Problem> {
        let world = match &import.of {
            TypeSource::Component(reference) => {
                let (_, package) = self.get(wac, node, reference)?;
                wac[package].ty()
            }
            TypeSource::Wit(wit) => world_of(wac.types_mut(), wit)
                .map_err(|why| imports::untyped(node, import, &why))?,
        };
        let items = &wac.types()[world].imports;
        let kind = items.get(import.item()).map(|kind| kind.promote());
        kind.ok_or_else(|| imports::missing_item(node, import, items.keys()))
    }
}

fn register(
    wac: &mut CompositionGraph,
    component: &Component,
    package: &str,
    code: Code,
) -> Result<PackageId, String> {
    let bytes = match code {
        Code::Skeleton => Placeholder::of(component).encoded(),
        Code::Imported => component.skeleton().to_vec(),
    };
    // Package names are not unique among uploads; digests are, and the name is not written into a result that embeds it.
    let (name, version) = match code {
        Code::Imported => names::package(package)?,
        Code::Skeleton => (component.info.digest.as_str(), None),
    };
    if wac.get_package_by_name(name, version.as_ref()).is_some() {
        return Err(format!(
            "another component is called `{package}`, too, and a result imports its components by their names"
        ));
    }
    let registered = guarded(|| {
        let package = Package::from_bytes(name, version.as_ref(), bytes, wac.types_mut())?;
        anyhow::Ok(wac.register_package(package)?)
    });
    match registered {
        Ok(Ok(id)) => Ok(id),
        Ok(Err(error)) => Err(format!("{error:#}")),
        Err(panicked) => Err(panicked.to_string()),
    }
}

fn missing_component(node: &Node, reference: &ComponentRef) -> Problem {
    let what = match &reference.digest {
        Some(digest) => format!(
            "the component `{}` with the digest {}…",
            reference.package,
            &digest.as_str()[..12]
        ),
        None => format!("a component called `{}`", reference.package),
    };
    let is = match node.import() {
        None => "is an instance of",
        Some(_) => "takes its type from",
    };
    Problem::new(
        Severity::Error,
        ProblemKind::MissingComponent,
        format!(
            "`{}` {is} {what}, which is not here: upload it, or remove the node",
            node.name
        ),
    )
    .at_node(&node.id)
}
