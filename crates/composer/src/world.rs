//! The imports and exports of a component as a whole.

use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::scan;
use crate::inspect::skeleton::strip;
use crate::inspect::weight::Weigher;
use crate::inspect::{load, port_kind};
use crate::threads::both;
use crate::wit::text::{self, Decoded};
use indexmap::IndexMap;
use patchbay_model::analysis::{World, WorldItem};
use wac_types::{ItemKind, Types, WorldId};

/// The world of any component; the items have no ports behind them, since bytes know of no graph.
///
/// # Errors
/// What the bytes are instead of a component.
pub fn world(bytes: &[u8]) -> Result<World, NotAComponent> {
    scan(bytes)?;
    trusted_world(&strip(bytes).unwrap_or_else(|| bytes.to_vec()))
}

/// Refuses what has no world that could be read, for whom the world itself does not matter.
pub(crate) fn bounded_outline(bytes: &[u8]) -> Result<(), NotAComponent> {
    bounded(bytes).map(|_| ())
}

fn bounded(bytes: &[u8]) -> Result<(Types, WorldId), NotAComponent> {
    let mut types = Types::default();
    let id = load(&mut types, "result", bytes)?;
    let world = &types[id];
    Weigher::new(&types).bound(world.imports.iter().chain(&world.exports))?;
    Ok((types, id))
}

/// The world of a component that is known to be valid.
pub(crate) fn trusted_world(bytes: &[u8]) -> Result<World, NotAComponent> {
    let (types, id) = bounded(bytes)?;
    let decoded = Decoded::typed(bytes, &types, &types[id]);
    Ok(told(&types, &types[id], &decoded))
}

/// The same of a result whose components were each read before, so that nothing in it is beyond measure: both readings
/// take about as long, and are done at once, unless an export is one that WIT may not be able to describe.
pub(crate) fn world_of_result(bytes: &[u8], sayable: bool) -> Result<World, NotAComponent> {
    if !sayable {
        return trusted_world(bytes);
    }
    let (decoded, bounded) = both(&|| Decoded::of_sayable(bytes), || bounded(bytes));
    let (types, id) = bounded?;
    Ok(told(&types, &types[id], &decoded))
}

fn told(types: &Types, world: &wac_types::World, decoded: &Decoded) -> World {
    let items = |items: &IndexMap<String, ItemKind>| {
        items
            .iter()
            .map(|(name, kind)| WorldItem {
                name: name.clone(),
                kind: port_kind(*kind),
                ports: Vec::new(),
                note: None,
            })
            .collect()
    };
    World {
        imports: items(&world.imports),
        exports: items(&world.exports),
        wit: text::whole(decoded, types, world),
    }
}
