//! Components made of WIT and a core module by hand.

use bytes::Bytes;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

/// The component of that core module, whose imports and exports have the names of the canonical ABI for the first world
/// in `wit`.
pub fn component(wit: &str, core: &str) -> Bytes {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("guest.wit", wit).expect("WIT that parses");
    let world = resolve
        .select_world(&[package], None)
        .expect("a single world");
    let mut module = wat::parse_str(core).expect("a module that assembles");
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)
        .expect("metadata that fits");
    ComponentEncoder::default()
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .expect("a module that implements its world")
        .into()
}
