//! Components in the place of their skeletons, in the bytes of a result.
//!
//! Nothing in a result refers to what is inside of the components that it embeds, so the result is encoded with their
//! skeletons, each with a mark behind it, and every byte of the components is copied once.

use crate::inspect::Component;
use wasm_encoder::{ComponentSection, CustomSection, Encode};
use wasmparser::BinaryReader;

/// The mark: a custom section of this name, with the component's digest.
const MARK: &str = "patchbay:stands-for";

/// The id of a nested component's section, in `Binary.md` of the component model.
const COMPONENT_SECTION: u8 = 4;

/// The bytes of a preamble.
const PREAMBLE: usize = 8;

/// What stands for a component: its skeleton and its mark.
pub(crate) fn placeholder(component: &Component) -> Vec<u8> {
    let mut bytes = component.skeleton().to_vec();
    mark(component).append_to_component(&mut bytes);
    bytes
}

fn mark(component: &Component) -> CustomSection<'_> {
    CustomSection {
        name: MARK.into(),
        data: component.info.digest.as_str().as_bytes().into(),
    }
}

/// The result with each of these components in the place of what stands for it; `None` for bytes that were not encoded
/// with placeholders.
pub(crate) fn embed(outline: &[u8], components: &[&Component]) -> Option<Vec<u8>> {
    let placeholders: Vec<(Vec<u8>, &Component)> = components
        .iter()
        .map(|component| {
            let mut end = Vec::new();
            mark(component).append_to_component(&mut end);
            (end, *component)
        })
        .collect();
    let size: usize = components.iter().map(|c| c.bytes.len() + 8).sum();
    let mut out = Vec::with_capacity(outline.len() + size);
    out.extend(outline.get(..PREAMBLE)?);
    let mut reader = BinaryReader::new(outline.get(PREAMBLE..)?, 0);
    while !reader.eof() {
        let id = reader.read_u8().ok()?;
        let size = reader.read_var_u32().ok()?;
        let content = reader.read_bytes(size as usize).ok()?;
        let stands_for = |(end, component): &&(Vec<u8>, &Component)| {
            content.len() == component.skeleton().len() + end.len() && content.ends_with(end)
        };
        let found = placeholders.iter().find(stands_for);
        out.push(id);
        match found.filter(|_| id == COMPONENT_SECTION) {
            Some((_, component)) => component.bytes.encode(&mut out),
            None => content.encode(&mut out),
        }
    }
    Some(out)
}
