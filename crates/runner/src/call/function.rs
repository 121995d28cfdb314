//! What of a component can be called by hand.

use super::value_type::{Obstacle, Reader, ValueType};
use wasmtime::component::types::{ComponentFunc, ComponentItem};
use wasmtime::component::{Component, ResourceType};

/// A function that a component exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// `docs:calculator/add@0.1.0#add`, or `add` alone where the component exports it itself.
    pub name: String,
    /// Its types, or why it cannot be called by hand.
    pub signature: Result<Signature, Obstacle>,
}

/// What a function takes and gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// By name and type.
    pub parameters: Vec<(String, ValueType)>,
    /// None where it gives nothing.
    pub result: Option<ValueType>,
}

/// The name of the interface, if there is one, and that of the function in it.
pub(super) fn split(name: &str) -> (Option<&str>, &str) {
    match name.split_once('#') {
        Some((interface, function)) => (Some(interface), function),
        None => (None, name),
    }
}

/// All functions that a component exports, in its own order.
pub(crate) fn functions(component: &Component) -> Vec<Function> {
    let engine = component.engine();
    let world = component.component_type();
    let mut resources = Vec::new();
    let items = world.imports(engine).chain(world.exports(engine));
    for (name, item) in items {
        name_resources(component, name, &item.ty, &mut resources);
    }
    let mut found = Vec::new();
    for (name, item) in world.exports(engine) {
        match item.ty {
            ComponentItem::ComponentFunc(ty) => {
                found.push(function(name.to_owned(), &ty, &resources));
            }
            ComponentItem::ComponentInstance(instance) => {
                for (inner, item) in instance.exports(engine) {
                    if let ComponentItem::ComponentFunc(ty) = item.ty {
                        found.push(function(format!("{name}#{inner}"), &ty, &resources));
                    }
                }
            }
            _ => {}
        }
    }
    found
}

fn name_resources(
    component: &Component,
    name: &str,
    item: &ComponentItem,
    found: &mut Vec<(ResourceType, String)>,
) {
    match item {
        ComponentItem::Resource(ty) => found.push((*ty, name.to_owned())),
        ComponentItem::ComponentInstance(instance) => {
            for (name, item) in instance.exports(component.engine()) {
                if let ComponentItem::Resource(ty) = item.ty {
                    found.push((ty, name.to_owned()));
                }
            }
        }
        _ => {}
    }
}

fn function(name: String, ty: &ComponentFunc, resources: &[(ResourceType, String)]) -> Function {
    let mut reader = Reader::new(resources);
    let mut signature = || {
        let parameters = ty
            .params()
            .map(|(name, ty)| Ok((name.to_owned(), reader.read(&ty)?)))
            .collect::<Result<_, _>>()?;
        // A function of the component model has one result or none.
        let result = ty.results().next().map(|ty| reader.read(&ty)).transpose()?;
        Ok(Signature { parameters, result })
    };
    Function {
        signature: signature(),
        name,
    }
}
