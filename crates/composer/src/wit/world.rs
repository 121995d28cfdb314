//! WIT text in: the types of a world, as wac has them.

use crate::guard::guarded;
use crate::inspect::scan::scan;
use crate::inspect::weight::Weigher;
use crate::limits;
use crate::wit::wasi;
use wac_types::{ItemKind, Package, Type, Types, WorldId};
use wit_parser::Resolve;

/// Reads WIT text that stands alone, but for the packages of WASI, and gives the types of its world: the only one of its main package.
///
/// # Errors
/// What is wrong with the text, in a sentence.
pub(crate) fn world_of(types: &mut Types, wit: &str) -> Result<WorldId, String> {
    if wit.len() > limits::SOURCE_BYTES {
        return Err(format!(
            "its type may have up to {} MiB of WIT",
            limits::SOURCE_BYTES >> 20
        ));
    }
    if too_deep(wit) {
        return Err("its type is nested too deeply".to_string());
    }
    let read = guarded(|| {
        let (bytes, world) = encoded(wit)?;
        scan(&bytes)?;
        let package = Package::from_bytes("wit", None, bytes, types)?;
        match package.definitions().get(&world) {
            Some(ItemKind::Type(Type::World(id))) => Ok(*id),
            _ => anyhow::bail!("the world `{world}` cannot be read"),
        }
    });
    let world = match read {
        Ok(Ok(world)) => world,
        Ok(Err(error)) => return Err(format!("its WIT cannot be used: {error:#}")),
        Err(panicked) => return Err(panicked.to_string()),
    };
    let imports = types[world].imports.iter();
    Weigher::new(types)
        .bound(imports)
        .map_err(|refusal| refusal.to_string())?;
    Ok(world)
}

/// The main package as a binary, and the name of its world.
fn encoded(wit: &str) -> anyhow::Result<(Vec<u8>, String)> {
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let package = wasi::push(&mut resolve, "wit", wit)?;
    let world = resolve.select_world(&[package], None)?;
    let name = resolve.worlds[world].name.clone();
    Ok((wit_component::encode(&resolve, package)?, name))
}

/// Whether text nests deeper than [`limits::TEXT_DEPTH`], counting every bracket in it, also in comments.
pub(crate) fn too_deep(text: &str) -> bool {
    let mut depth = 0usize;
    // The head of an arrow closes nothing.
    text.replace("->", "").bytes().any(|byte| {
        match byte {
            b'(' | b'<' | b'{' | b'[' => depth += 1,
            b')' | b'>' | b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > limits::TEXT_DEPTH
    })
}
