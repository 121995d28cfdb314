//! What stands in for imports that nothing provides, so that a graph can be tried before it is finished.

use crate::capability::Import;
use crate::guest::Guest;
use wasmtime::Engine;
use wasmtime::component::types::ComponentItem;
use wasmtime::component::{Component, Linker, LinkerInstance, ResourceType};

/// Raised when a guest calls an import that nothing provides.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{function} is not linked to anything")]
pub(crate) struct NotLinked {
    /// `docs:greet/greeter@1.0.0#greet`
    pub(crate) function: String,
}

/// The resources behind the types of imports that nothing provides. There are never any.
struct Nothing;

/// Defines what the component imports and the sandbox does not know, of these imports.
///
/// # Errors
///
/// The names of imports that cannot be stood in for: core modules and components.
pub(crate) fn define(
    linker: &mut Linker<Guest>,
    component: &Component,
    imports: &[Import],
) -> Result<(), Vec<String>> {
    let engine = component.engine();
    let world = component.component_type();
    let mut missing = Vec::new();
    // A type that an earlier import brought is not to be defined again.
    let mut seen = Vec::new();
    for (name, import) in world.imports(engine) {
        let Some(known) = imports.iter().find(|it| it.name == name) else {
            continue;
        };
        if known.capability.is_some() {
            if let ComponentItem::ComponentInstance(instance) = &import.ty {
                let items = instance.exports(engine).map(|(_, item)| item.ty);
                seen.extend(items.filter_map(resource));
            }
            continue;
        }
        let defined = define_item(&mut linker.root(), engine, "", name, &import.ty, &mut seen);
        if defined.is_err() {
            missing.push(name.to_owned());
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing)
    }
}

fn resource(item: ComponentItem) -> Option<ResourceType> {
    match item {
        ComponentItem::Resource(ty) => Some(ty),
        _ => None,
    }
}

fn define_item(
    linker: &mut LinkerInstance<'_, Guest>,
    engine: &Engine,
    path: &str,
    name: &str,
    item: &ComponentItem,
    seen: &mut Vec<ResourceType>,
) -> wasmtime::Result<()> {
    match item {
        ComponentItem::ComponentFunc(ty) => {
            let error = NotLinked {
                function: format!("{path}{name}"),
            };
            if ty.async_() {
                linker.func_new_concurrent(name, move |_, _, _, _| {
                    let error = error.clone();
                    Box::pin(async { Err(error.into()) })
                })
            } else {
                linker.func_new(name, move |_, _, _, _| Err(error.clone().into()))
            }
        }
        ComponentItem::ComponentInstance(instance) => {
            let mut linker = linker.instance(name)?;
            let path = format!("{path}{name}#");
            for (name, item) in instance.exports(engine) {
                define_item(&mut linker, engine, &path, name, &item.ty, seen)?;
            }
            Ok(())
        }
        ComponentItem::Resource(ty) if seen.contains(ty) => Ok(()),
        ComponentItem::Resource(ty) => {
            seen.push(*ty);
            linker.resource(name, ResourceType::host::<Nothing>(), |_, _| Ok(()))
        }
        ComponentItem::Type(_) => Ok(()),
        _ => Err(wasmtime::Error::msg("cannot be stood in for")),
    }
}
