//! The functions of a resource, exported anew.
//!
//! A method belongs to a resource by its name, and to that of the scope it is exported in: its type must speak of the
//! resource that is exported beside it, and not of the one that came in, though both are the same. wac exports a
//! function with the type it has, so these are written behind what wac wrote, each with a type of its own.

use super::plan::{Offer, Part};
use crate::explain::spoken::{of_resource, plain};
use crate::generate::types::{Source, Spaces, TypeWriter};
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
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
    let spaces = Spaces::of(&bytes)?;
    let mut writer = TypeWriter::new(types, bytes, spaces);
    let mut sources: HashMap<usize, Source> = HashMap::new();
    for part in parts.iter().filter(|part| is_one(&part.name)) {
        let source = match sources.remove(&part.offer) {
            Some(known) => Ok(known),
            None => source(&writer.spaces, offers, names, parts, part.offer),
        };
        let written = source.and_then(|source| {
            function(types, &mut writer, &source, part)?;
            sources.insert(part.offer, source);
            Ok(())
        });
        written.with_context(|| format!("`{}` cannot be passed on", plain(&part.name)))?;
    }
    Ok(writer.bytes)
}

/// Where the functions of an offer come from.
fn source(
    spaces: &Spaces,
    offers: &[Offer<'_>],
    names: &[String],
    parts: &[Part],
    offer: usize,
) -> Result<Source> {
    let ItemKind::Instance(interface) = offers[offer].1 else {
        bail!("it comes from no interface");
    };
    let instance = spaces.imported.get(&names[offer]);
    let instance = *instance.context("its interface is not imported")?;
    // What is exported beside it, by what it is called where it comes from.
    let beside = parts.iter().filter(|part| part.offer == offer);
    let known = beside.filter_map(|part| {
        let index = spaces.exported.get(&part.name)?;
        Some((part.item.clone()?, *index))
    });
    Ok(Source {
        interface: Some(interface),
        instance,
        known: known.collect(),
    })
}

fn function(
    types: &Types,
    writer: &mut TypeWriter<'_>,
    source: &Source,
    part: &Part,
) -> Result<()> {
    let items = source.interface.map(|interface| &types[interface].exports);
    let item = items.zip(part.item.as_deref());
    let item = item.and_then(|(items, item)| items.get_key_value(item));
    let Some((item, ItemKind::Func(function))) = item else {
        bail!("its interface has no such function");
    };
    let index = writer.function_of(source.instance, item);
    let ty = ComponentTypeRef::Func(writer.function_type(source, *function)?);
    let mut exports = ComponentExportSection::new();
    exports.export(&part.name, ComponentExportKind::Func, index, Some(ty));
    exports.append_to_component(&mut writer.bytes);
    writer.spaces.funcs += 1;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use wac_graph::types::{PrimitiveType, ValueType};

    #[test]
    fn says_which_function_is_not_passed_on() {
        let kind = ItemKind::Value(ValueType::Primitive(PrimitiveType::Bool));
        let part = Part {
            name: "[method]bucket.get".to_string(),
            offer: 0,
            item: None,
        };
        let bytes = wat::parse_str("(component)").expect("it parses");
        let names = ["store".to_string()];
        let refused = append(
            &Types::default(),
            bytes,
            &[("store", kind)],
            &names,
            &[part],
        );
        assert_eq!(
            format!("{:#}", refused.expect_err("refused")),
            "`bucket.get` cannot be passed on: it comes from no interface"
        );
    }
}
