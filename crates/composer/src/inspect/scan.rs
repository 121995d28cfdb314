//! The first look at bytes: what kind of file they are, before anything is parsed for real.

use crate::inspect::refusal::NotAComponent;
use crate::inspect::valid::validate;
use crate::limits;
use wasmparser::{Chunk, Parser, Payload, WasmFeatures};

/// The preamble's magic number, and the version and layer of a component; see `Binary.md` of the component model.
const MAGIC: &[u8] = b"\0asm";
const COMPONENT_VERSION: u16 = 0x0d;
const CORE_LAYER: u16 = 0;
const COMPONENT_LAYER: u16 = 1;

/// Refuses what is not a whole, valid component of bounded size.
pub(crate) fn scan(bytes: &[u8]) -> Result<(), NotAComponent> {
    scan_up_to(bytes, limits::COMPONENT_BYTES)
}

/// The same for components of at most `limit` bytes.
pub(crate) fn scan_up_to(bytes: &[u8], limit: usize) -> Result<(), NotAComponent> {
    glance_up_to(bytes, limit)?;
    Ok(validate(bytes)?)
}

/// Refuses what is not a whole component of bounded size, before a validator works on it.
pub(crate) fn glance(bytes: &[u8]) -> Result<(), NotAComponent> {
    glance_up_to(bytes, limits::COMPONENT_BYTES)
}

fn glance_up_to(bytes: &[u8], limit: usize) -> Result<(), NotAComponent> {
    if bytes.is_empty() {
        return Err(NotAComponent::Empty);
    }
    bounded(bytes, limit)?;
    preamble(bytes)?;
    sections(bytes)?;
    nesting(bytes)
}

/// Refuses what has more bytes than `limit`.
pub(crate) fn bounded(bytes: &[u8], limit: usize) -> Result<(), NotAComponent> {
    let size = bytes.len();
    match size > limit {
        true => Err(NotAComponent::TooLarge { size, limit }),
        false => Ok(()),
    }
}

/// Refuses what does not begin as a component does.
pub(crate) fn preamble(bytes: &[u8]) -> Result<(), NotAComponent> {
    let truncated = NotAComponent::Truncated {
        size: bytes.len(),
        section: 0,
    };
    if bytes.len() < MAGIC.len() && MAGIC.starts_with(bytes) {
        return Err(truncated);
    }
    if !bytes.starts_with(MAGIC) {
        return Err(NotAComponent::Garbage);
    }
    let [_, _, _, _, v0, v1, l0, l1, ..] = *bytes else {
        return Err(truncated);
    };
    let version = u16::from_le_bytes([v0, v1]);
    match u16::from_le_bytes([l0, l1]) {
        CORE_LAYER => Err(NotAComponent::CoreModule),
        COMPONENT_LAYER if version == COMPONENT_VERSION => Ok(()),
        COMPONENT_LAYER => Err(NotAComponent::OldPreamble { version }),
        _ => Err(NotAComponent::Garbage),
    }
}

/// Walks the outermost sections, skipping over what is nested: finds a cut file, and counts the ports.
fn sections(bytes: &[u8]) -> Result<(), NotAComponent> {
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut at = 0;
    let mut ports = 0u64;
    while at < bytes.len() {
        // Not told that this is the end, the parser asks for more where a section goes beyond it.
        let truncated = NotAComponent::Truncated {
            size: bytes.len(),
            section: at,
        };
        let Chunk::Parsed { payload, consumed } = parser.parse(&bytes[at..], false)? else {
            return Err(truncated);
        };
        at += consumed;
        match payload {
            Payload::ModuleSection {
                unchecked_range, ..
            }
            | Payload::ComponentSection {
                unchecked_range, ..
            } => {
                if unchecked_range.end > bytes.len() {
                    return Err(truncated);
                }
                // The parser counts on going on after the nested one.
                at = unchecked_range.end;
            }
            Payload::ComponentImportSection(section) => ports += u64::from(section.count()),
            Payload::ComponentExportSection(section) => ports += u64::from(section.count()),
            _ => {}
        }
    }
    at_most("imports and exports", ports, limits::PORTS as u64)
}

/// Bounds how deep components and type declarations can nest, before a validator keeps a state for each level of the
/// one, and reads the other by recursion: see [`limits::NESTED_COMPONENTS`] and [`limits::NESTED_TYPES`].
fn nesting(bytes: &[u8]) -> Result<(), NotAComponent> {
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut depth = 0;
    for payload in parser.parse_all(bytes) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => {
                depth += 1;
                at_most("levels of nesting", depth, limits::NESTED_COMPONENTS)?;
            }
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentTypeSection(section) => {
                let section = bytes.get(section.range()).unwrap_or_default();
                at_most(
                    "nested types in one section",
                    nested_types(section),
                    limits::NESTED_TYPES,
                )?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// An upper bound on the depth of type declarations, without reading them: a component or instance type (0x41, 0x42)
/// inside another follows the byte of a type declaration (0x01).
fn nested_types(section: &[u8]) -> u64 {
    let opens = |pair: &&[u8]| matches!(pair, [0x01, 0x41 | 0x42]);
    section.windows(2).filter(opens).count() as u64
}

/// Refuses a component with more than `limit` of something.
pub(crate) fn at_most(what: &'static str, found: u64, limit: u64) -> Result<(), NotAComponent> {
    match found > limit {
        true => Err(NotAComponent::TooComplex { what, found, limit }),
        false => Ok(()),
    }
}
