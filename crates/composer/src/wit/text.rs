//! The WIT of a component's ports and of its whole world.

use crate::guard::guarded;
use crate::inspect::load;
use crate::inspect::weight::Weigher;
use crate::limits;
use crate::wit::printer;
use std::collections::HashMap;
use wac_types::{ItemKind, Types, World};
use wit_component::{DecodedWasm, Output, OutputToString, WitPrinter};
use wit_parser::{InterfaceId, PackageId, Resolve, WorldId, WorldItem, WorldKey};

/// What wit-component reads of a component; empty for components that WIT cannot describe, such as those that import
/// components.
#[derive(Default)]
pub(crate) struct Decoded {
    known: Option<(Resolve, WorldId)>,
    is_wit_package: bool,
}

impl Decoded {
    /// Decodes a skeleton whose types are not known yet.
    pub(crate) fn new(skeleton: &[u8]) -> Self {
        let mut types = Types::default();
        match load(&mut types, "component", skeleton) {
            Ok(world) => Self::typed(skeleton, &types, &types[world]),
            Err(_) => Self::of_sayable(skeleton),
        }
    }

    /// Decodes a skeleton of that world.
    pub(crate) fn typed(skeleton: &[u8], types: &Types, world: &World) -> Self {
        match is_beyond_wit(types, world) {
            true => Self::default(),
            false => Self::of_sayable(skeleton),
        }
    }

    /// Decodes a skeleton of a world that WIT is likely to describe: wit-component panics over some others.
    pub(crate) fn of_sayable(skeleton: &[u8]) -> Self {
        match guarded(|| wit_component::decode(skeleton)) {
            Ok(Ok(DecodedWasm::Component(resolve, world))) => Self {
                known: Some((resolve, world)),
                is_wit_package: false,
            },
            Ok(Ok(DecodedWasm::WitPackage(..))) => Self {
                known: None,
                is_wit_package: true,
            },
            Ok(Err(_)) | Err(_) => Self::default(),
        }
    }

    /// Everything decoded, and the component's world in it.
    pub(crate) fn known(&self) -> Option<(&Resolve, WorldId)> {
        self.known
            .as_ref()
            .map(|(resolve, world)| (resolve, *world))
    }

    /// Everything decoded, to write comments into.
    pub(crate) fn known_mut(&mut self) -> Option<&mut Resolve> {
        self.known.as_mut().map(|(resolve, _)| resolve)
    }

    /// Whether the bytes describe interfaces in place of implementing them.
    pub(crate) fn is_wit_package(&self) -> bool {
        self.is_wit_package
    }

    /// The interfaces among the imports or exports, by full name.
    pub(crate) fn interfaces(&self, exports: bool) -> HashMap<String, InterfaceId> {
        let Some((resolve, world)) = &self.known else {
            return HashMap::new();
        };
        let world = &resolve.worlds[*world];
        let items = if exports {
            &world.exports
        } else {
            &world.imports
        };
        items
            .iter()
            .filter_map(|(key, item)| match item {
                WorldItem::Interface { id, .. } => Some((resolve.name_world_key(key), *id)),
                _ => None,
            })
            .collect()
    }

    /// The text of an interface, under the last part of a port's name where it has none itself.
    pub(crate) fn interface(&self, id: InterfaceId, port: &str) -> Option<String> {
        let (resolve, _) = self.known.as_ref()?;
        let name = resolve.interfaces[id].name.as_deref();
        let name = name.unwrap_or_else(|| printer::bare(port));
        let printed = guarded(|| {
            let mut printer = WitPrinter::new(OutputToString::default());
            printer.print_interface_outer(resolve, id, name)?;
            printer.output.indent_start();
            printer.print_interface(resolve, id)?;
            printer.output.indent_end();
            anyhow::Ok(String::from(printer.output))
        });
        printed.ok()?.ok()
    }

    /// The whole world with every package that it speaks of.
    pub(crate) fn whole(&self) -> Option<String> {
        let (resolve, world) = self.known.as_ref()?;
        let packages = resolve.packages.iter().map(|(id, _)| id);
        printed_world(resolve, *world, packages.collect())
    }

    /// The world without its exports and, where `name` is an interface, without the other imports: WIT that stands alone
    /// and has the type of that import. `None` where there is no such import, or WIT cannot describe it.
    pub(crate) fn import_alone(&self, name: &str) -> Option<String> {
        let (resolve, world) = self.known.as_ref()?;
        let mut resolve = resolve.clone();
        resolve.worlds[*world].exports.clear();
        let imports = resolve.worlds[*world].imports.iter();
        let mut interfaces = imports.filter_map(|(key, item)| match item {
            WorldItem::Interface { id, .. } if resolve.name_world_key(key) == name => {
                Some((key.clone(), *id))
            }
            _ => None,
        });
        let Some((key, interface)) = interfaces.next() else {
            // Functions and types may speak of all that is in the world.
            let imports = &resolve.worlds[*world].imports;
            imports.get(&WorldKey::Name(name.to_string()))?;
            let packages = resolve.packages.iter().map(|(id, _)| id);
            return printed_world(&resolve, *world, packages.collect());
        };
        drop(interfaces);
        let mut packages: Vec<PackageId> = resolve
            .interface_direct_deps(interface)
            .chain([interface])
            .filter_map(|id| resolve.interfaces[id].package)
            .collect();
        let mut next = 0;
        while let Some(package) = packages.get(next).copied() {
            next += 1;
            for dependency in resolve.package_direct_deps(package) {
                if !packages.contains(&dependency) {
                    packages.push(dependency);
                }
            }
        }
        let imports = &mut resolve.worlds[*world].imports;
        imports.retain(|other, _| *other == key);
        printed_world(&resolve, *world, packages)
    }
}

/// Whether there is an interface in a world that WIT has no way to describe. One that is exported under the name of an
/// import stands for the same.
pub(crate) fn is_beyond_wit(types: &Types, world: &World) -> bool {
    let exports = world.exports.iter();
    let exports = exports.filter(|(name, _)| !world.imports.contains_key(*name));
    let mut items = world.imports.iter().chain(exports);
    items.any(|(_, kind)| match kind {
        ItemKind::Instance(id) => printer::is_beyond_wit(types, *id),
        _ => false,
    })
}

/// The package of a world, with others of these packages inside of it.
fn printed_world(
    resolve: &Resolve,
    world: WorldId,
    mut packages: Vec<PackageId>,
) -> Option<String> {
    let package = resolve.worlds[world].package?;
    packages.retain(|id| *id != package);
    packages.sort();
    packages.dedup();
    let printed = guarded(|| {
        let mut printer = WitPrinter::new(OutputToString::default());
        printer.print(resolve, package, &packages)?;
        anyhow::Ok(String::from(printer.output))
    });
    printed.ok()?.ok()
}

/// The text of a WIT package in binary form; `None` for anything else.
pub(crate) fn package(bytes: &[u8]) -> Option<String> {
    let printed = guarded(|| {
        let DecodedWasm::WitPackage(resolve, package) = wit_component::decode(bytes)? else {
            anyhow::bail!("a component");
        };
        let mut printer = WitPrinter::new(OutputToString::default());
        printer.print(&resolve, package, &[])?;
        anyhow::Ok(String::from(printer.output))
    });
    printed.ok()?.ok()
}

/// The WIT of every import or export, in order.
pub(crate) fn ports(decoded: &Decoded, types: &Types, world: &World, exports: bool) -> Vec<String> {
    let interfaces = decoded.interfaces(exports);
    let items = if exports {
        &world.exports
    } else {
        &world.imports
    };
    items
        .iter()
        .map(|(name, kind)| {
            let own = || printer::port(types, name, *kind, limits::WIT_BYTES);
            let light = Weigher::new(types).item(*kind) <= limits::WIT_ITEMS;
            match interfaces.get(name) {
                Some(id) if light => decoded
                    .interface(*id, name)
                    .map_or_else(own, |text| printer::cut(text, limits::WIT_BYTES)),
                _ => own(),
            }
        })
        .collect()
}

/// The whole world with every interface that it speaks of.
pub(crate) fn whole(decoded: &Decoded, types: &Types, world: &World) -> String {
    let weight = |kind: &ItemKind| Weigher::new(types).item(*kind);
    let total: u64 = world
        .imports
        .values()
        .chain(world.exports.values())
        .map(weight)
        .fold(0, u64::saturating_add);
    // A world repeats no interface, so it is bounded by its ports together.
    let printed = match total <= 20 * limits::WIT_ITEMS {
        true => decoded.whole(),
        false => None,
    };
    let text = printed.unwrap_or_else(|| own_world(types, world));
    printer::cut(text, limits::WORLD_WIT_BYTES)
}

fn own_world(types: &Types, world: &World) -> String {
    let mut text = String::from("world root {\n");
    for (word, items) in [("import", &world.imports), ("export", &world.exports)] {
        for (name, kind) in items {
            if text.len() > limits::WORLD_WIT_BYTES {
                return text;
            }
            let port = printer::port(types, name, *kind, limits::WIT_BYTES);
            text.push_str(&format!("  {word} {name}:\n"));
            for line in port.lines() {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
    text.push_str("}\n");
    text
}
