//! What a stub provides and what it needs: a world, taken from a component's imports or from WIT text.

use super::bound::bound;
use crate::explain::nearest::nearest;
use crate::generate::GenerateError;
use crate::guard::guarded;
use crate::inspect::{Component, load};
use crate::limits;
use crate::wit::text::is_beyond_wit;
use crate::wit::wasi;
use crate::wit::world::too_deep;
use indexmap::IndexMap;
use patchbay_model::component::short_name;
use patchbay_model::name::InterfaceName;
use std::collections::HashSet;
use wac_types::Types;
use wit_component::DecodedWasm;
use wit_parser::{
    Handle, InterfaceId, PackageId, Resolve, Type, TypeDefKind, TypeId, WorldId, WorldItem,
    WorldKey,
};

/// The world of a stub.
pub(in crate::generate) struct Subject {
    pub(in crate::generate) resolve: Resolve,
    pub(in crate::generate) world: WorldId,
    /// What the stub is called after.
    pub(super) name: String,
    /// Whether the imports were written by a person, who wants to see them all; what only brings types in is left out
    /// where nothing needs it.
    pub(super) keep_imports: bool,
}

/// The world of a component, as WIT has it.
pub(in crate::generate) fn decoded(
    component: &Component,
) -> Result<(Resolve, WorldId), GenerateError> {
    read(component.skeleton(), &component.info.package)
}

/// The world of the bytes of a component that is called `package`.
fn read(component: &[u8], package: &str) -> Result<(Resolve, WorldId), GenerateError> {
    let not_wit = |reason: String| GenerateError::NotWit {
        package: package.to_string(),
        reason,
    };
    let mut types = Types::default();
    let outline = load(&mut types, "component", component);
    if outline.is_ok_and(|world| is_beyond_wit(&types, &types[world])) {
        let reason = "one of its interfaces has functions of a resource that it takes from another";
        return Err(not_wit(reason.to_string()));
    }
    let (resolve, world) = match guarded(|| wit_component::decode(component)) {
        Ok(Ok(DecodedWasm::Component(resolve, world))) => (resolve, world),
        Ok(Ok(DecodedWasm::WitPackage(..))) => return Err(not_wit("it is a WIT package".into())),
        Ok(Err(error)) => return Err(not_wit(format!("{error:#}"))),
        Err(panicked) => return Err(not_wit(panicked.to_string())),
    };
    bound(&resolve)?;
    Ok((resolve, world))
}

/// The world that exports what a component imports.
pub(super) fn of_imports(
    component: &Component,
    wanted: &[String],
) -> Result<Subject, GenerateError> {
    imported(component.skeleton(), &component.info.package, wanted)
}

/// The same of the bytes of a component that is called `package`.
pub(in crate::generate) fn imported(
    component: &[u8],
    package: &str,
    wanted: &[String],
) -> Result<Subject, GenerateError> {
    let (mut resolve, world) = read(component, package)?;
    let imports = std::mem::take(&mut resolve.worlds[world].imports);
    let names: Vec<String> = imports
        .keys()
        .map(|key| resolve.name_world_key(key))
        .collect();
    if let Some(missing) = wanted.iter().find(|name| !names.contains(name)) {
        return Err(GenerateError::NoSuchPort {
            package: package.to_string(),
            side: "import",
            name: missing.clone(),
            near: nearest(missing, names.iter()).map(str::to_string),
        });
    }
    let chosen = |key: &WorldKey, item: &WorldItem| {
        !matches!(item, WorldItem::Type { .. })
            && (wanted.is_empty() || wanted.contains(&resolve.name_world_key(key)))
    };
    let (exports, mut others): (IndexMap<_, _>, IndexMap<_, _>) = imports
        .into_iter()
        .partition(|(key, item)| chosen(key, item));
    let name = match wanted {
        [one] => InterfaceName::parse(one)
            .map_or(one.as_str(), |name| name.interface)
            .to_string(),
        _ => short_name(package).to_string(),
    };
    let functions = exports
        .values()
        .any(|item| matches!(item, WorldItem::Function(_)));
    others.retain(|_, item| functions || !matches!(item, WorldItem::Type { .. }));
    let types = others
        .values()
        .filter(|item| matches!(item, WorldItem::Type { .. }));
    let needed = needed(&resolve, exports.values().chain(types));
    others.retain(|_, item| match item {
        WorldItem::Interface { id, .. } => needed.contains(id),
        WorldItem::Type { .. } => true,
        WorldItem::Function(_) => false,
    });
    let stub = &mut resolve.worlds[world];
    (stub.imports, stub.exports) = (others, exports);
    Ok(Subject {
        resolve,
        world,
        name,
        keep_imports: false,
    })
}

/// The interfaces whose types these items use.
fn needed<'a>(
    resolve: &Resolve,
    items: impl Iterator<Item = &'a WorldItem>,
) -> HashSet<InterfaceId> {
    let mut queue: Vec<InterfaceId> = Vec::new();
    for item in items {
        match item {
            WorldItem::Interface { id, .. } => queue.extend(resolve.interface_direct_deps(*id)),
            WorldItem::Type { id, .. } => queue.extend(resolve.type_interface_dep(*id)),
            WorldItem::Function(_) => {}
        }
    }
    let mut needed = HashSet::new();
    while let Some(id) = queue.pop() {
        if needed.insert(id) {
            queue.extend(resolve.interface_direct_deps(id));
        }
    }
    needed
}

/// A world of WIT text.
pub(super) fn of_wit(
    file_name: &str,
    text: &str,
    world: Option<&str>,
) -> Result<Subject, GenerateError> {
    GenerateError::at_most(
        "bytes of WIT",
        text.len() as u64,
        limits::SOURCE_BYTES as u64,
    )?;
    if too_deep(text) {
        return Err(GenerateError::Wit("it nests too deeply".to_string()));
    }
    let (resolve, package) = parse(file_name, text)?;
    bound(&resolve)?;
    let has_world = !resolve.packages[package].worlds.is_empty();
    let (resolve, world) = match (world, has_world) {
        (None, false) => all_interfaces(resolve, package)?,
        (world, _) => {
            let found = resolve.select_world(&[package], world);
            let found = found.map_err(|error| GenerateError::Wit(format!("{error:#}")))?;
            (resolve, found)
        }
    };
    let name = match has_world {
        true => resolve.worlds[world].name.clone(),
        false => resolve.packages[package].name.name.clone(),
    };
    Ok(Subject {
        resolve,
        world,
        name,
        keep_imports: true,
    })
}

fn parse(file_name: &str, text: &str) -> Result<(Resolve, PackageId), GenerateError> {
    let parsed = guarded(|| {
        let mut resolve = Resolve {
            all_features: true,
            ..Resolve::default()
        };
        match wasi::push(&mut resolve, file_name, text) {
            Ok(package) => Ok((resolve, package)),
            Err(error) => Err(GenerateError::Wit(resolve.render_error(&error))),
        }
    });
    parsed.map_err(|panicked| GenerateError::Wit(panicked.to_string()))?
}

/// A world that exports every interface of a package.
fn all_interfaces(
    mut resolve: Resolve,
    package: PackageId,
) -> Result<(Resolve, WorldId), GenerateError> {
    let interfaces = resolve.packages[package].interfaces.values();
    let exports: Vec<String> = interfaces
        .filter_map(|id| resolve.id_of(*id))
        .map(|name| format!("  export {name};\n"))
        .collect();
    if exports.is_empty() {
        let what = "it has neither a world nor an interface".to_string();
        return Err(GenerateError::Wit(what));
    }
    let text = format!(
        "package patchbay:stub;\nworld stub {{\n{}}}\n",
        exports.concat()
    );
    let failed = |error: anyhow::Error| GenerateError::Wit(format!("{error:#}"));
    let stub = resolve.push_source("stub.wit", &text).map_err(failed)?;
    let world = resolve.select_world(&[stub], None).map_err(failed)?;
    Ok((resolve, world))
}

/// A resource, and which side of the stub makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::generate) struct Resource {
    /// Where it is declared.
    pub(in crate::generate) id: TypeId,
    /// Whether the stub exports it.
    pub(in crate::generate) own: bool,
}

impl Subject {
    /// The resource of a handle, and whether the handle is an owned one.
    pub(super) fn resource(&self, handle: &Handle) -> (Resource, bool) {
        let (mut id, owned) = match handle {
            Handle::Own(id) => (*id, true),
            Handle::Borrow(id) => (*id, false),
        };
        while let TypeDefKind::Type(Type::Id(next)) = self.resolve.types[id].kind {
            id = next;
        }
        let own = self.interface_of(id, true).is_some();
        (Resource { id, own }, owned)
    }

    /// Under which name the interface that declares a type is exported or imported.
    pub(super) fn interface_of(&self, ty: TypeId, exported: bool) -> Option<&WorldKey> {
        let wit_parser::TypeOwner::Interface(owner) = self.resolve.types[ty].owner else {
            return None;
        };
        let world = &self.resolve.worlds[self.world];
        let items = if exported {
            &world.exports
        } else {
            &world.imports
        };
        items.iter().find_map(|(key, item)| match item {
            WorldItem::Interface { id, .. } if *id == owner => Some(key),
            _ => None,
        })
    }
}
