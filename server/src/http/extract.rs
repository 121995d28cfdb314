//! What handlers take out of requests, with refusals in the API's own words.

use super::error::Error;
use crate::panel::Form;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, IF_MATCH};
use axum::http::request::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use patchbay_model::Graph;
use patchbay_model::graph::MAX_DOCUMENT_BYTES;
use serde::de::DeserializeOwned;

/// The most that a JSON body other than a graph may have: a request to a preview, with its body as text.
const MAX_JSON_BYTES: usize = 16 << 20;

/// A graph document as the body.
pub struct GraphBody(pub Graph);

impl<S: Send + Sync> FromRequest<S> for GraphBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let body = json(request, "a graph", MAX_DOCUMENT_BYTES).await?;
        let text = std::str::from_utf8(&body)
            .map_err(|_| Error::BadRequest("The body is not UTF-8.".into()))?;
        Ok(Self(Graph::from_json(text)?))
    }
}

/// Text as the body: a `.wac` source.
pub struct TextBody(pub String);

impl<S: Send + Sync> FromRequest<S> for TextBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let limit = patchbay_composer::limits::SOURCE_BYTES;
        let body = body(request, "text/plain", "a source", limit).await?;
        let text = String::from_utf8(body.to_vec());
        text.map(Self)
            .map_err(|_| Error::BadRequest("The body is not UTF-8.".into()))
    }
}

/// A form of a page as the body.
pub struct FormBody(pub Form);

impl<S: Send + Sync> FromRequest<S> for FormBody {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let form = "application/x-www-form-urlencoded";
        let body = body(request, form, "a form", MAX_JSON_BYTES).await?;
        Ok(Self(Form::read(&body)))
    }
}

/// Any other JSON as the body.
pub struct JsonBody<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for JsonBody<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &S) -> Result<Self, Error> {
        let body = json(request, "this request", MAX_JSON_BYTES).await?;
        let value = serde_json::from_slice(&body);
        value
            .map(Self)
            .map_err(|e| Error::BadRequest(format!("The body cannot be read: {e}.")))
    }
}

/// The revision that a save replaces: `If-Match: "3"`.
pub struct IfMatch(pub u64);

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let tag = parts.headers.get(IF_MATCH).ok_or(Error::NoRevision)?;
        let tag = tag.to_str().ok().and_then(|tag| {
            tag.trim()
                .strip_prefix('"')?
                .strip_suffix('"')?
                .parse()
                .ok()
        });
        let revision = tag.ok_or_else(|| {
            Error::BadRequest("If-Match is not a revision in quotes, such as \"3\".".to_owned())
        })?;
        Ok(Self(revision))
    }
}

/// The media type, without its parameters, in lower case.
pub fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let essence = value.split(';').next().unwrap_or(value);
    Some(essence.trim().to_ascii_lowercase())
}

/// What the sender says the body has.
pub fn announced_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

async fn json(request: Request<Body>, what: &'static str, limit: usize) -> Result<Bytes, Error> {
    body(request, "application/json", what, limit).await
}

async fn body(
    request: Request<Body>,
    media: &'static str,
    what: &'static str,
    limit: usize,
) -> Result<Bytes, Error> {
    if media_type(request.headers()).as_deref() != Some(media) {
        return Err(Error::MediaType(media));
    }
    match Limited::new(request.into_body(), limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Error::TooLarge {
            what,
            limit: limit as u64,
        }),
        Err(_) => Err(Error::BadRequest("The request broke off.".to_owned())),
    }
}
