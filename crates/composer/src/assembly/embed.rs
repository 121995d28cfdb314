//! Components in the place of their skeletons, in the bytes of a result.
//!
//! Nothing in a result refers to what is inside of the components that it embeds, so the result is encoded with their
//! skeletons, each with a mark behind it, and every byte of the components is copied once.

use crate::inspect::Component;
use std::borrow::Cow;
use wasm_encoder::{ComponentSection, CustomSection, Encode};
use wasmparser::BinaryReader;

/// The mark: a custom section of this name, with what the component is known by.
const MARK: &str = "patchbay:stands-for";

/// The id of a nested component's section, in `Binary.md` of the component model.
const COMPONENT_SECTION: u8 = 4;

/// The bytes of a preamble.
const PREAMBLE: usize = 8;

/// What stands for a component while a result is encoded.
pub(crate) struct Placeholder<'a> {
    skeleton: Cow<'a, [u8]>,
    /// The component itself.
    bytes: &'a [u8],
    /// The custom section that tells one skeleton from another.
    mark: Vec<u8>,
}

impl<'a> Placeholder<'a> {
    /// A placeholder by the digest of its component.
    pub(crate) fn of(component: &'a Component) -> Self {
        let skeleton = Cow::Borrowed(&component.skeleton()[..]);
        Self::new(skeleton, &component.bytes, component.info.digest.as_str())
    }

    /// A placeholder by a name that no other one has in the same result.
    pub(crate) fn new(skeleton: Cow<'a, [u8]>, bytes: &'a [u8], name: &str) -> Self {
        let section = CustomSection {
            name: MARK.into(),
            data: name.as_bytes().into(),
        };
        let mut mark = Vec::new();
        section.append_to_component(&mut mark);
        Self {
            skeleton,
            bytes,
            mark,
        }
    }

    /// The skeleton with its mark: a component to encode with.
    pub(crate) fn encoded(&self) -> Vec<u8> {
        [&self.skeleton, &self.mark[..]].concat()
    }

    fn is(&self, content: &[u8]) -> bool {
        content.len() == self.skeleton.len() + self.mark.len() && content.ends_with(&self.mark)
    }
}

/// The result with each of these components in the place of what stands for it; `None` for bytes that were not encoded
/// with placeholders.
pub(crate) fn embed(outline: &[u8], placeholders: &[Placeholder<'_>]) -> Option<Vec<u8>> {
    let size: usize = placeholders.iter().map(|it| it.bytes.len() + 8).sum();
    let mut out = Vec::with_capacity(outline.len() + size);
    out.extend(outline.get(..PREAMBLE)?);
    let mut reader = BinaryReader::new(outline.get(PREAMBLE..)?, 0);
    while !reader.eof() {
        let id = reader.read_u8().ok()?;
        let size = reader.read_var_u32().ok()?;
        let content = reader.read_bytes(size as usize).ok()?;
        let found = placeholders.iter().find(|it| it.is(content));
        out.push(id);
        match found.filter(|_| id == COMPONENT_SECTION) {
            Some(placeholder) => placeholder.bytes.encode(&mut out),
            None => content.encode(&mut out),
        }
    }
    Some(out)
}
