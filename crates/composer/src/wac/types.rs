//! The types of a graph's imports, as a source writes them: paths into WIT packages where an interface has a name, and
//! the types themselves where it has none.

use super::{PackageName, Packages};
use crate::assembly::Assembly;
use crate::limits;
use crate::wit::text::Decoded;
use crate::wit::type_text::{Bounded, TypeText};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use wac_graph::types::{ItemKind, Types};
use wac_graph::{CompositionGraph, EncodeOptions};
use wit_parser::{Resolve, WorldId, WorldItem};

/// What is written behind the colon of each import, by the import's name; and the WIT packages that this speaks of.
pub(super) fn of_imports(assembly: &Assembly<'_>) -> Result<(BTreeMap<String, String>, Packages)> {
    let mut written = BTreeMap::new();
    let mut packages = Packages::new();
    if assembly.drawn_imports().next().is_none() {
        return Ok((written, packages));
    }
    let bytes = alone(assembly)?;
    let decoded = Decoded::new(&bytes);
    let (resolve, world) = decoded.known().context("WIT cannot describe its imports")?;
    for (node, import, kind) in assembly.drawn_imports() {
        let text = type_text(
            &decoded,
            assembly.types(),
            (resolve, world),
            &import.name,
            kind,
        );
        let text = text.with_context(|| format!("the import `{}`", node.name))?;
        written.insert(import.name.clone(), text);
    }
    let root = resolve.worlds[world].package;
    for (id, package) in resolve.packages.iter().filter(|(id, _)| Some(*id) != root) {
        let name = PackageName {
            name: format!("{}:{}", package.name.namespace, package.name.name),
            version: package.name.version.clone(),
        };
        packages.insert(name, wit_component::encode(resolve, id)?.into());
    }
    Ok((written, packages))
}

/// A component with the drawn imports and nothing else, so that their WIT is one world.
fn alone(assembly: &Assembly<'_>) -> Result<Vec<u8>> {
    let mut alone = CompositionGraph::new();
    *alone.types_mut() = assembly.types().clone();
    for (_, import, kind) in assembly.drawn_imports() {
        alone.import(&import.name, kind)?;
    }
    Ok(alone.encode(EncodeOptions {
        validate: false,
        ..EncodeOptions::default()
    })?)
}

fn type_text(
    decoded: &Decoded,
    types: &Types,
    (resolve, world): (&Resolve, WorldId),
    name: &str,
    kind: ItemKind,
) -> Result<String> {
    if let ItemKind::Func(id) = kind {
        let mut text = Bounded::new(limits::WIT_BYTES);
        let printed = TypeText::of(types, kind).func(&mut text, id, false);
        printed.context("its type is too large")?;
        return Ok(text.into_text());
    }
    let items = resolve.worlds[world].imports.iter();
    let mut interfaces = items.filter_map(|(key, item)| match item {
        WorldItem::Interface { id, .. } => Some((resolve.name_world_key(key), *id)),
        _ => None,
    });
    let Some((_, id)) = interfaces.find(|(key, _)| key == name) else {
        bail!("a source imports functions and interfaces only");
    };
    if let Some(path) = resolve.id_of(id) {
        return Ok(path);
    }
    let text = decoded
        .interface(id, name)
        .context("its type cannot be printed")?;
    let body = text.find('{').map_or("", |at| &text[at..]);
    Ok(format!("interface {}", body.trim_end()))
}
