//! Answers that browsers save as files.

use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use patchbay_model::name::label_from;

/// A component as a file; its name comes from what a person called it.
pub fn wasm(name: &str, bytes: Bytes) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/wasm"));
    // A label has lower-case letters, digits and hyphens only: nothing to escape.
    let disposition = format!("attachment; filename=\"{}.wasm\"", label_from(name));
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(CONTENT_DISPOSITION, disposition);
    }
    response
}

/// The address names the bytes by their digest, so they never change.
pub fn keep_for_ever(response: &mut Response) {
    let value = HeaderValue::from_static("private, max-age=31536000, immutable");
    response.headers_mut().insert(CACHE_CONTROL, value);
}
