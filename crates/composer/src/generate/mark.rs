//! How a generated component says that it is one: a custom section, the last of the component, with one word.

use crate::inspect::sections::own_sections;
use patchbay_model::component::Generated;
use wasm_encoder::{ComponentSection, CustomSection};

/// The name of the section; its content is `stub` or `adapter`.
const SECTION: &str = "patchbay-generated";

/// The same component with the mark.
pub(crate) fn marked(mut component: Vec<u8>, kind: Generated) -> Vec<u8> {
    CustomSection {
        name: SECTION.into(),
        data: kind.word().as_bytes().into(),
    }
    .append_to_component(&mut component);
    component
}

/// The mark of a component; components inside do not count, since a fused one may well embed a stub.
pub(crate) fn mark_of(component: &[u8]) -> Option<Generated> {
    let (_, content) = own_sections(component).find(|(name, _)| *name == SECTION)?;
    [Generated::Adapter, Generated::Stub]
        .into_iter()
        .find(|kind| kind.word().as_bytes() == content)
}
