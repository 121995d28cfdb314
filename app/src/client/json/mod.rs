//! JSON for the page, with the browser's own parser.
//!
//! serde_json would be a twelfth of what a page may download: every type would bring its own copy of a parser, and the
//! numbers their tables. What `JSON.parse` returns is read by a deserializer that knows only what JSON has.

mod read;
mod write;

use js_sys::JSON;
use patchbay_model::graph::ReadJson;
use read::Reader;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;
use wasm_bindgen::JsValue;
use write::Writer;

/// Why a value is not what was asked for, or cannot be written.
///
/// There is nothing to drop in it, which spares every step of reading the code to do so; the few sentences that are not
/// the same each time stay in memory until the page goes.
#[derive(Clone, Copy, Debug)]
pub struct Unsuitable(&'static str);

impl Unsuitable {
    fn shape() -> Self {
        Self("it has another shape than it should")
    }

    #[cold]
    #[inline(never)]
    fn because(why: String) -> Self {
        Self(why.leak())
    }
}

impl fmt::Display for Unsuitable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Unsuitable {}

impl serde::ser::Error for Unsuitable {
    fn custom<T: fmt::Display>(why: T) -> Self {
        Self::because(why.to_string())
    }
}

/// The browser's reader, for documents that check more than their shape.
pub struct BrowserJson;

impl ReadJson for BrowserJson {
    fn read<T: DeserializeOwned>(&self, text: &str) -> Result<T, String> {
        decode(text)
    }
}

/// Reads JSON.
///
/// # Errors
/// A sentence without a full stop: what is wrong with the text.
pub fn decode<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let value = JSON::parse(text).map_err(|_| "it is no JSON".to_string())?;
    T::deserialize(Reader(value)).map_err(|Unsuitable(why)| why.to_string())
}

/// Writes JSON on one line.
///
/// # Errors
/// When the value has something that JSON cannot say.
pub fn encode<T: Serialize>(value: &T) -> Result<String, String> {
    let mut text = String::new();
    let written = value.serialize(Writer(&mut text));
    written
        .map(|()| text)
        .map_err(|Unsuitable(why)| why.to_string())
}

/// JSON as people read it.
///
/// # Errors
/// When the text is no JSON.
pub fn indented(json: &str) -> Result<String, String> {
    JSON::parse(json)
        .and_then(|value| {
            JSON::stringify_with_replacer_and_space(&value, &JsValue::NULL, &2.into())
        })
        .map(String::from)
        .map_err(|_| "it is no JSON".to_string())
}
