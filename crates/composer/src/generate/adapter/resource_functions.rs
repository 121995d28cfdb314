//! The functions of a resource, exported anew.
//!
//! A method belongs to a resource by its name, and to that of the scope it is exported in: its type must speak of the
//! resource that is exported beside it, and not of the one that came in, though both are the same. wac exports a
//! function with the type it has, so these are written behind what wac wrote, each with a type of its own.

use super::plan::{Offer, Part};
use crate::explain::spoken::of_resource;
use crate::generate::types::{Source, Spaces, TypeWriter};
use anyhow::{Context, Result, bail};
use wac_graph::types::{ItemKind, Types};
use wasm_encoder::{
    ComponentExportKind, ComponentExportSection, ComponentSection, ComponentTypeRef,
};

/// Whether an item is a function of a resource.
pub(super) fn is_one(name: &str) -> bool {
    of_resource(name).is_some()
}

/// Exports them from a component that imports the offers under these names, and exports everything else.
pub(super) fn append(
    types: &Types,
    bytes: Vec<u8>,
    offers: &[Offer<'_>],
    names: &[String],
    parts: &[Part],
) -> Result<Vec<u8>> {
    let functions: Vec<&Part> = parts.iter().filter(|part| is_one(&part.name)).collect();
    let spaces = Spaces::of(&bytes)?;
    let mut writer = TypeWriter::new(types, bytes, spaces);
    for part in functions {
        let (ItemKind::Instance(interface), Some(item)) = (offers[part.offer].1, &part.item) else {
            bail!("`{}` is no function of a resource", part.name);
        };
        let Some(ItemKind::Func(function)) = types[interface].exports.get(item) else {
            bail!("`{item}` is no function");
        };
        let imported = writer.spaces.imported.get(&names[part.offer]);
        let instance = *imported.context("no import")?;
        // What is exported beside it, by what it is called where it comes from.
        let exported = parts
            .iter()
            .filter(|other| other.offer == part.offer)
            .filter_map(|other| {
                let index = writer.spaces.exported.get(&other.name)?;
                Some((other.item.clone()?, *index))
            })
            .collect();
        let source = Source {
            interface: Some(interface),
            instance,
            known: exported,
        };
        let index = writer.function_of(instance, item);
        let ty = ComponentTypeRef::Func(writer.function_type(&source, *function)?);
        let mut exports = ComponentExportSection::new();
        exports.export(&part.name, ComponentExportKind::Func, index, Some(ty));
        exports.append_to_component(&mut writer.bytes);
        writer.spaces.funcs += 1;
    }
    Ok(writer.bytes)
}
