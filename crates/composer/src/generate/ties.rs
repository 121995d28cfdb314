//! What of a component's world works with the resources of its imports, and so must have them from the same place.

use super::GenerateError;
use super::stub::{decoded, parts};
use crate::inspect::Component;
use patchbay_model::analysis::Side;
use std::collections::{BTreeMap, HashMap, HashSet};
use wit_parser::{Handle, InterfaceId, Resolve, Type, TypeDefKind, TypeId, TypeOwner, WorldItem};

/// A port of a component that works with a resource of one of its imports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tie {
    /// The side of the port.
    pub(super) side: Side,
    /// Its name.
    pub(super) port: String,
    /// The name of the resource.
    pub(super) resource: String,
}

/// The ports that work with the resources of each import.
///
/// # Errors
/// For types that WIT cannot describe.
pub(super) fn ties(component: &Component) -> Result<BTreeMap<String, Vec<Tie>>, GenerateError> {
    let (resolve, world) = decoded(component)?;
    let world = &resolve.worlds[world];
    let imported: HashMap<InterfaceId, String> = world
        .imports
        .iter()
        .filter_map(|(key, item)| Some((interface(item)?, resolve.name_world_key(key))))
        .collect();
    let exported: HashSet<InterfaceId> = world.exports.values().filter_map(interface).collect();
    let mut ties: BTreeMap<String, Vec<Tie>> = BTreeMap::new();
    for (side, items) in [
        (Side::Import, &world.imports),
        (Side::Export, &world.exports),
    ] {
        for (key, item) in items {
            for (owner, resource) in resources(&resolve, types(&resolve, item)) {
                // What an interface declares is its own; and exports use what is exported beside them.
                let elsewhere = interface(item) != Some(owner)
                    && (side == Side::Import || !exported.contains(&owner));
                if let Some(import) = imported.get(&owner).filter(|_| elsewhere) {
                    let port = resolve.name_world_key(key);
                    let tie = Tie {
                        side,
                        port,
                        resource,
                    };
                    ties.entry(import.clone()).or_default().push(tie);
                }
            }
        }
    }
    Ok(ties)
}

fn interface(item: &WorldItem) -> Option<InterfaceId> {
    match item {
        WorldItem::Interface { id, .. } => Some(*id),
        WorldItem::Function(_) | WorldItem::Type { .. } => None,
    }
}

/// The types that an item speaks of. Types of the world are in its functions.
fn types(resolve: &Resolve, item: &WorldItem) -> Vec<Type> {
    match item {
        WorldItem::Interface { id, .. } => {
            let types = resolve.interfaces[*id].types.values();
            types.map(|ty| Type::Id(*ty)).collect()
        }
        WorldItem::Function(function) => {
            let params = function.params.iter().map(|param| param.ty);
            params.chain(function.result).collect()
        }
        WorldItem::Type { .. } => Vec::new(),
    }
}

/// The resources that values of these types are handles to: the interface that declares each, and its name.
fn resources(resolve: &Resolve, types: Vec<Type>) -> Vec<(InterfaceId, String)> {
    let mut queue = types;
    let mut seen: HashSet<TypeId> = HashSet::new();
    let mut found = Vec::new();
    while let Some(ty) = queue.pop() {
        let Type::Id(id) = ty else { continue };
        if !seen.insert(id) {
            continue;
        }
        let ty = &resolve.types[id];
        match &ty.kind {
            TypeDefKind::Handle(Handle::Own(resource) | Handle::Borrow(resource)) => {
                queue.push(Type::Id(*resource));
            }
            TypeDefKind::Resource => {
                if let (TypeOwner::Interface(owner), Some(name)) = (ty.owner, &ty.name) {
                    found.push((owner, name.clone()));
                }
            }
            other => queue.extend(parts(other)),
        }
    }
    found.sort();
    found
}
