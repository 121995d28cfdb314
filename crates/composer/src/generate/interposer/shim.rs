//! The component inside of an interposer that its interface is exported from.
//!
//! The methods of a resource can be exported only beside the resource, each with a type that speaks of what is exported
//! there. So a component takes all types and all functions under names that mean nothing, and exports them under their
//! own: an instance of it is the interface.

use crate::generate::types::{Source, Spaces, TypeWriter};
use anyhow::{Result, bail};
use std::collections::HashMap;
use wac_graph::types::{InterfaceId, ItemKind, Type, Types};
use wasm_encoder::{
    Component, ComponentExportKind, ComponentExportSection, ComponentImportSection,
    ComponentInstanceSection, ComponentSection, ComponentSectionId, ComponentTypeRef,
    ComponentValType, RawSection, TypeBounds,
};

/// Exports the interface from a component that has these functions, with the types that came in.
pub(super) fn export(
    types: &Types,
    mut writer: TypeWriter<'_>,
    source: &Source,
    interface: InterfaceId,
    name: &str,
    functions: &[(&str, u32)],
) -> Result<Vec<u8>> {
    let mut arguments = Vec::new();
    let mut named = Vec::new();
    for (name, kind) in &types[interface].exports {
        match kind {
            ItemKind::Type(ty) => {
                let index = writer.named(source, name);
                arguments.push((type_name(named.len()), ComponentExportKind::Type, index));
                named.push((name.as_str(), *ty));
            }
            ItemKind::Func(_) => {}
            _ => bail!("`{name}` is neither a type nor a function"),
        }
    }
    for (n, (_, index)) in functions.iter().enumerate() {
        arguments.push((function_name(n), ComponentExportKind::Func, *index));
    }
    let component = component(types, interface, &named, functions)?;
    let bytes = &mut writer.bytes;
    let section = RawSection {
        id: ComponentSectionId::Component.into(),
        data: &component,
    };
    section.append_to_component(bytes);
    let mut instances = ComponentInstanceSection::new();
    instances.instantiate(0, arguments);
    instances.append_to_component(bytes);
    let mut exports = ComponentExportSection::new();
    let instance = writer.spaces.instances;
    exports.export(name, ComponentExportKind::Instance, instance, None);
    exports.append_to_component(bytes);
    Ok(writer.bytes)
}

fn component(
    types: &Types,
    interface: InterfaceId,
    named: &[(&str, Type)],
    functions: &[(&str, u32)],
) -> Result<Vec<u8>> {
    let header = Component::HEADER.to_vec();
    let mut writer = TypeWriter::new(types, header, Spaces::default());
    let mut source = Source {
        interface: Some(interface),
        instance: 0,
        known: HashMap::new(),
    };
    for (n, (name, ty)) in named.iter().enumerate() {
        let bounds = match ty {
            Type::Resource(id) => {
                let made = types.resolve_resource(*id);
                let is_it = |ty: &Type| matches!(ty, Type::Resource(id) if types.resolve_resource(*id) == made);
                let first = writer.name(&source, is_it);
                let same = first.and_then(|first| source.known.get(&first));
                same.map_or(TypeBounds::SubResource, |same| TypeBounds::Eq(*same))
            }
            Type::Value(value) => {
                let index = match writer.definition(&source, name, *value)? {
                    ComponentValType::Type(index) => index,
                    ComponentValType::Primitive(ty) => {
                        writer.defined(|encoder| encoder.primitive(ty))
                    }
                };
                TypeBounds::Eq(index)
            }
            _ => bail!("`{name}` is the type of neither a value nor a resource"),
        };
        let mut imports = ComponentImportSection::new();
        imports.import(type_name(n).as_str(), ComponentTypeRef::Type(bounds));
        imports.append_to_component(&mut writer.bytes);
        let index = writer.new_type();
        source.known.insert((*name).to_owned(), index);
    }
    let mut typed = Vec::new();
    for (n, (name, _)) in functions.iter().enumerate() {
        let Some(ItemKind::Func(ty)) = types[interface].exports.get(*name) else {
            bail!("`{name}` is no function");
        };
        let index = writer.function_type(&source, *ty)?;
        let mut imports = ComponentImportSection::new();
        imports.import(function_name(n).as_str(), ComponentTypeRef::Func(index));
        imports.append_to_component(&mut writer.bytes);
        typed.push((*name, *ty));
    }
    // From here on, the types are those that are exported.
    for (name, _) in named {
        let mut exports = ComponentExportSection::new();
        let index = writer.named(&source, name);
        exports.export(*name, ComponentExportKind::Type, index, None);
        exports.append_to_component(&mut writer.bytes);
        let index = writer.new_type();
        source.known.insert((*name).to_owned(), index);
    }
    for (n, (name, ty)) in (0..).zip(typed) {
        let ty = ComponentTypeRef::Func(writer.function_type(&source, ty)?);
        let mut exports = ComponentExportSection::new();
        // Each export is a function more, behind those that were imported.
        exports.export(name, ComponentExportKind::Func, n, Some(ty));
        exports.append_to_component(&mut writer.bytes);
    }
    Ok(writer.bytes)
}

fn type_name(n: usize) -> String {
    format!("type{n}")
}

fn function_name(n: usize) -> String {
    format!("function{n}")
}
