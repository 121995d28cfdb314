//! From the type of an import to WIT text that stands alone.

use crate::check::verdict::Judge;
use crate::inspect::weight::Weigher;
use crate::limits;
use crate::wit::text::Decoded;
use crate::wit::world::world_of;
use patchbay_model::graph::{Import, TypeSource};
use patchbay_model::name::InterfaceName;
use wac_graph::types::{ItemKind, Types};
use wac_graph::{CompositionGraph, EncodeOptions};

/// An import of the result under that name, with its type as text.
///
/// # Errors
/// Why its type has no WIT, in a few words.
pub(crate) fn import(types: &Types, name: &str, kind: ItemKind) -> anyhow::Result<Import> {
    if Weigher::new(types).item(kind) > limits::WIT_ITEMS {
        anyhow::bail!("its type is too large");
    }
    // An interface under a plain name is written under its own, so that it keeps it.
    let item = match kind {
        ItemKind::Instance(id) if InterfaceName::parse(name).is_none() => {
            types[id].id.as_deref().unwrap_or(name)
        }
        _ => name,
    };
    let mut alone = CompositionGraph::new();
    *alone.types_mut() = types.clone();
    alone.import(item, kind)?;
    let bytes = alone.encode(EncodeOptions {
        validate: false,
        ..EncodeOptions::default()
    })?;
    let wit = Decoded::new(&bytes).whole();
    let wit = wit.ok_or_else(|| anyhow::anyhow!("WIT has no way to say its type"))?;
    let types = alone.types_mut();
    let world = world_of(types, &wit).map_err(anyhow::Error::msg)?;
    let read = types[world].imports.get(item).copied();
    let read = read.ok_or_else(|| anyhow::anyhow!("WIT has no way to say its type"))?;
    let mut judge = Judge::new(types);
    let same = judge
        .agree(read, kind)
        .and_then(|()| judge.agree(kind, read));
    same.map_err(|why| anyhow::anyhow!("its WIT would be another type: {why}"))?;
    Ok(Import {
        name: name.to_string(),
        item: (item != name).then(|| item.to_string()),
        of: TypeSource::Wit(wit),
    })
}
