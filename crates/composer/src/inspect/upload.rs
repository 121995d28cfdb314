//! Files as people drop them: text or binary, with a file name.

use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::bounded;
use crate::inspect::{Component, inspect_whole};
use crate::limits;
use patchbay_model::name::label_from;
use std::borrow::Cow;

/// Reads a file that a person uploads; what it is, is told by its content, whatever its name ends in.
///
/// Text (WAT) is translated first, and the component is the binary: the same text is the same component. The package is
/// `local:` and the file's stem as a label.
///
/// # Errors
/// What the file is instead, in a sentence.
pub fn inspect_upload(file_name: &str, bytes: Vec<u8>) -> Result<Component, NotAComponent> {
    let package = format!("local:{}", label_from(stem(file_name)));
    let translated = match binary_of(&bytes, limits::COMPONENT_BYTES)? {
        Cow::Owned(binary) => Some(binary),
        Cow::Borrowed(_) => None,
    };
    inspect_whole(&package, translated.unwrap_or(bytes).into())
}

/// `hello` of `downloads/hello.wasm`.
pub(crate) fn stem(file_name: &str) -> &str {
    let name = file_name.rsplit(['/', '\\']).next().unwrap_or(file_name);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The binary that at most `limit` bytes are, or that they are the text of.
///
/// # Errors
/// More bytes, or text with a mistake in it. What is neither binary nor text is taken for a binary.
pub(crate) fn binary_of(bytes: &[u8], limit: usize) -> Result<Cow<'_, [u8]>, NotAComponent> {
    bounded(bytes, limit)?;
    match text_of(bytes) {
        Some(text) => binary(text).map(Cow::Owned),
        None => Ok(Cow::Borrowed(bytes)),
    }
}

/// The text, when the bytes are WebAssembly text or nothing but blanks.
fn text_of(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let start = text.trim_start();
    let is_text = start.is_empty() || start.starts_with('(') || start.starts_with(";;");
    (is_text && !bytes.is_empty()).then_some(text)
}

fn binary(text: &str) -> Result<Vec<u8>, NotAComponent> {
    if text.trim().is_empty() {
        return Err(NotAComponent::Empty);
    }
    wat::parse_str(text).map_err(|error| text_error(&error.to_string()))
}

/// Takes wast's rendering apart, the only form in which it tells the place:
/// `message`, then `     --> <anon>:3:5`, then an excerpt.
fn text_error(rendered: &str) -> NotAComponent {
    let mut lines = rendered.lines();
    let message = lines.next().unwrap_or("it cannot be read").to_string();
    let place = lines.next().and_then(|line| {
        let (rest, column) = line.trim().rsplit_once(':')?;
        let (_, line) = rest.rsplit_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?))
    });
    let (line, column) = place.unwrap_or((1, 1));
    NotAComponent::Text {
        message,
        line,
        column,
    }
}
