//! How a generated component says that it is one: a custom section, the last of the component, with one word.

use patchbay_model::component::Generated;
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Parser, Payload, WasmFeatures};

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
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut depth = 0u32;
    for payload in parser.parse_all(component).map_while(Result::ok) {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::CustomSection(section) if depth == 0 && section.name() == SECTION => {
                return [Generated::Adapter, Generated::Stub]
                    .into_iter()
                    .find(|kind| kind.word().as_bytes() == section.data());
            }
            _ => {}
        }
    }
    None
}
