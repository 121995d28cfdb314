//! Which exports fit which imports: what lights up while a link is dragged.

use crate::assembly::Assembly;
use crate::inspect::Component;
use crate::limits;
use crate::verdict::{Judge, TypedPort};
use crate::weight::Weigher;
use patchbay_model::analysis::{ComponentPort, PortFit};
use patchbay_model::component::{ComponentInfo, Port};
use patchbay_model::name::share_name;
use std::collections::HashMap;
use wac_types::{ItemKind, Type, Types, World};

/// Every pair of an export and an import among the components that fits, and every pair of one name that does not.
///
/// An import that asks for nothing (an interface without functions) is filled by everything; it is listed with its
/// namesakes alone.
pub(crate) fn fits(assembly: &Assembly<'_>) -> Vec<PortFit> {
    let types = assembly.types();
    let components = assembly.components();
    let mut judge = Judge::new(types);
    let mut known = KnownItems::new(types);
    let mut fits = Vec::new();
    let mut pairs = 0;
    let mut work = 0u64;
    for (importer, wants) in &components {
        for (import, kind) in imports(importer, wants) {
            let import_port = component_port(&importer.info, import);
            let wanted = typed(import, kind);
            let weight = known.weight(kind);
            let by_structure = !known.is_trivial(kind) && weight <= limits::STRUCTURE_ITEMS;
            for (exporter, offers) in &components {
                for (export, kind) in exports(exporter, offers) {
                    pairs += 1;
                    if pairs > limits::PAIRS
                        || work > limits::COMPARED_ITEMS
                        || fits.len() >= limits::FITS
                    {
                        return fits;
                    }
                    let offered = typed(export, kind);
                    let namesakes = share_name(offered.name, wanted.name);
                    let listed = namesakes
                        || by_structure
                            && same_kind(offered.kind, wanted.kind)
                            && known.weight(offered.kind) <= limits::STRUCTURE_ITEMS
                            && judge.agree(offered.kind, wanted.kind).is_ok();
                    work += weight;
                    if listed {
                        fits.push(PortFit {
                            export: component_port(&exporter.info, export),
                            import: import_port.clone(),
                            fit: judge.fit(offered, wanted),
                        });
                    }
                }
            }
        }
    }
    fits
}

fn imports<'a>(
    component: &'a Component,
    world: &'a World,
) -> impl Iterator<Item = (&'a Port, ItemKind)> {
    let kinds = world.imports.values().copied();
    component.info.imports.iter().zip(kinds)
}

fn exports<'a>(
    component: &'a Component,
    world: &'a World,
) -> impl Iterator<Item = (&'a Port, ItemKind)> {
    let kinds = world.exports.values().copied();
    component.info.exports.iter().zip(kinds)
}

fn typed(port: &Port, kind: ItemKind) -> TypedPort<'_> {
    TypedPort {
        name: &port.name,
        kind,
        wit: &port.wit,
    }
}

fn component_port(info: &ComponentInfo, port: &Port) -> ComponentPort {
    ComponentPort {
        component: info.digest.clone(),
        port: port.name.clone(),
    }
}

fn same_kind(a: ItemKind, b: ItemKind) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// What is asked of each item once, not once a pair.
struct KnownItems<'a> {
    types: &'a Types,
    weights: HashMap<ItemKind, u64>,
}

impl<'a> KnownItems<'a> {
    fn new(types: &'a Types) -> Self {
        Self {
            types,
            weights: HashMap::new(),
        }
    }

    fn weight(&mut self, kind: ItemKind) -> u64 {
        let types = self.types;
        *self
            .weights
            .entry(kind)
            .or_insert_with(|| Weigher::new(types).item(kind))
    }

    /// Whether nearly everything would fill an import of this type.
    fn is_trivial(&self, kind: ItemKind) -> bool {
        match kind {
            ItemKind::Instance(id) | ItemKind::Type(Type::Interface(id)) => !self.types[id]
                .exports
                .values()
                .any(|item| matches!(item, ItemKind::Func(_) | ItemKind::Instance(_))),
            ItemKind::Type(_) => true,
            _ => false,
        }
    }
}
