//! Components without their code.
//!
//! What a component's functions *do* has no part in its type, so checks use a copy in which every core function is a
//! single `unreachable` and all data is gone: some kilobytes in place of megabytes. Everything at the level of
//! components (types, imports, exports, aliases, canonical functions) is kept byte for byte, so that even the identity
//! of resources comes out the same.

use wasm_encoder::Encode;
use wasmparser::{Chunk, Parser, Payload, WasmFeatures};

/// Section ids of the binary formats: `Binary.md` of the component model, and the core specification.
mod section {
    pub const CORE_MODULE: u8 = 1;
    pub const COMPONENT: u8 = 4;
    pub const CORE_CODE: u8 = 10;
}

/// The body of a function that traps: its size, no locals, `unreachable`, `end`.
const UNREACHABLE: [u8; 4] = [3, 0x00, 0x00, 0x0b];

/// How deep components may nest; whoever nests deeper is checked with all its code.
const DEPTH: u32 = 32;

/// The same component without code, data, elements, start functions and custom sections; `None` for bytes that cannot
/// be taken apart. The caller checks that the type is the same.
pub(crate) fn strip(bytes: &[u8]) -> Option<Vec<u8>> {
    strip_at(bytes, 0)
}

fn strip_at(bytes: &[u8], depth: u32) -> Option<Vec<u8>> {
    if depth > DEPTH {
        return None;
    }
    // Modules and components both begin with eight bytes of preamble.
    let mut out = bytes.get(..8)?.to_vec();
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut at = 0;
    loop {
        let Chunk::Parsed { payload, consumed } = parser.parse(bytes.get(at..)?, true).ok()? else {
            return None;
        };
        at += consumed;
        match payload {
            Payload::End(_) => return Some(out),
            Payload::Version { .. }
            | Payload::CustomSection(_)
            | Payload::StartSection { .. }
            | Payload::ElementSection(_)
            | Payload::DataCountSection { .. }
            | Payload::DataSection(_) => {}
            Payload::ModuleSection {
                unchecked_range, ..
            } => {
                at = unchecked_range.end;
                let module = strip_at(bytes.get(unchecked_range)?, depth + 1)?;
                push(&mut out, section::CORE_MODULE, &module);
            }
            Payload::ComponentSection {
                unchecked_range, ..
            } => {
                at = unchecked_range.end;
                let component = strip_at(bytes.get(unchecked_range)?, depth + 1)?;
                push(&mut out, section::COMPONENT, &component);
            }
            Payload::CodeSectionStart { count, range, .. } => {
                parser.skip_section();
                at = range.end;
                // A body takes two bytes at least; more bodies than that are a lie.
                if count as usize > range.len() {
                    return None;
                }
                let mut bodies = Vec::with_capacity(5 + count as usize * UNREACHABLE.len());
                count.encode(&mut bodies);
                for _ in 0..count {
                    bodies.extend(UNREACHABLE);
                }
                push(&mut out, section::CORE_CODE, &bodies);
            }
            other => {
                let (id, range) = other.as_section()?;
                push(&mut out, id, bytes.get(range)?);
            }
        }
    }
}

/// A section is its id, its length and its content.
fn push(out: &mut Vec<u8>, id: u8, content: &[u8]) {
    out.push(id);
    content.encode(out);
}
