//! `/components`: the palette, uploads, and the bytes of each component.

use super::error::Error;
use super::extract::{announced_length, media_type};
use super::file;
use crate::library::Upload;
use crate::state::AppState;
use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use patchbay_model::api::{MAX_COMPONENT_BYTES, ProblemDetails};
use patchbay_model::opened::OpenedGraph;
use patchbay_model::{ComponentInfo, Digest};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What an upload may call itself. A page of another origin cannot send the first two without asking first.
const UPLOAD_TYPES: [&str; 4] = [
    "application/wasm",
    "application/octet-stream",
    "text/plain",
    "text/wat",
];

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, upload))
        .routes(routes!(info))
        .routes(routes!(bytes))
        .routes(routes!(open))
        .routes(routes!(open_stored))
}

/// The components of the palette: the samples first.
#[utoipa::path(get, path = "/components", tag = "components", responses(
    (status = 200, description = "The palette", body = Vec<ComponentInfo>),
))]
async fn list(State(state): State<AppState>) -> Result<Json<Vec<ComponentInfo>>, Error> {
    Ok(Json(state.library.list().await?))
}

#[derive(Deserialize, IntoParams)]
struct UploadName {
    /// The name of the file; the component is called after it.
    name: String,
}

/// Takes a component in, as `.wasm` or `.wat`; or a world that nobody wrote yet, as `.wit`: the component is a stub of it
/// then, whose functions trap. WASI's packages are known; others that it speaks of stand in it as nested packages.
///
/// The body is the file. The same bytes are one component, which keeps its first name.
#[utoipa::path(post, path = "/components", tag = "components", params(UploadName),
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses(
        (status = 201, description = "A new component", body = ComponentInfo),
        (status = 200, description = "A component that was here already", body = ComponentInfo),
        (status = 413, description = "Larger than 64 MiB", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "Another media type", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "Not a component; says what it is", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn upload(
    State(state): State<AppState>,
    name: Result<Query<UploadName>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Error> {
    let (name, upload) = receive(&state, name, &headers, body).await?;
    let (info, new) = match name.to_ascii_lowercase().ends_with(".wit") {
        true => state.workbench.stub_of(upload).await?,
        false => state.library.add(&name, upload).await?,
    };
    let status = if new {
        state.ahead.part(info.digest.clone());
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok((status, Json(info)).into_response())
}

/// Opens a composed component as a graph, and takes in the components inside.
///
/// The body is the file, as `.wasm` or `.wat`; it is not kept itself. What the graph does not say is in `notes`. A
/// component that is not composed of others is a graph of one node.
#[utoipa::path(post, path = "/open", tag = "components", params(UploadName),
    request_body(content = Vec<u8>, content_type = "application/wasm"),
    responses(
        (status = 200, description = "The graph", body = OpenedGraph),
        (status = 413, description = "Larger than 64 MiB", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "Another media type", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "Not a component; says what it is", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn open(
    State(state): State<AppState>,
    name: Result<Query<UploadName>, QueryRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<OpenedGraph>, Error> {
    let (name, upload) = receive(&state, name, &headers, body).await?;
    let read = move || upload.read().map(Bytes::from);
    take_in(&state, name, read).await
}

/// Opens a component that is here as a graph, and takes in the components inside.
#[utoipa::path(post, path = "/components/{digest}/open", tag = "components",
    params(("digest" = String, Path, description = "The SHA-256 of its bytes")),
    responses(
        (status = 200, description = "The graph", body = OpenedGraph),
        (status = 404, description = "No such component", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn open_stored(
    State(state): State<AppState>,
    Path(digest): Path<String>,
) -> Result<Json<OpenedGraph>, Error> {
    let component = state.library.component(&parse(digest)?).await?;
    let component = component.ok_or(Error::NotFound("component"))?;
    let name = component.info.short_name().to_owned();
    take_in(&state, name, move || Ok(component.bytes)).await
}

async fn take_in(
    state: &AppState,
    name: String,
    read: impl FnOnce() -> std::io::Result<Bytes> + Send + 'static,
) -> Result<Json<OpenedGraph>, Error> {
    let opened = state.library.open(name, read).await?;
    for component in &opened.components {
        state.ahead.part(component.digest.clone());
    }
    Ok(Json(opened))
}

/// Receives a file of bounded size, with its name.
async fn receive(
    state: &AppState,
    name: Result<Query<UploadName>, QueryRejection>,
    headers: &HeaderMap,
    body: Body,
) -> Result<(String, Upload), Error> {
    let Ok(Query(UploadName { name })) = name else {
        return Err(Error::BadRequest(
            "Give the name of the file, as in ?name=hello.wasm.".to_owned(),
        ));
    };
    if !media_type(headers).is_some_and(|it| UPLOAD_TYPES.contains(&it.as_str())) {
        return Err(Error::MediaType(
            "application/wasm, application/octet-stream or text/plain",
        ));
    }
    let limit = MAX_COMPONENT_BYTES;
    // One that says it is far too large is not read at all; up to twice the limit, the answer can follow the body.
    if announced_length(headers).is_some_and(|length| length > 2 * limit) {
        return Err(Error::TooLarge {
            what: "a component",
            limit,
        });
    }
    let upload = Upload::receive(body.into_data_stream(), state.storage.uploads(), limit).await?;
    Ok((name, upload))
}

/// What is known of a component.
#[utoipa::path(get, path = "/components/{digest}", tag = "components",
    params(("digest" = String, Path, description = "The SHA-256 of its bytes")),
    responses(
        (status = 200, description = "The component", body = ComponentInfo),
        (status = 404, description = "No such component", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn info(
    State(state): State<AppState>,
    Path(digest): Path<String>,
) -> Result<Json<ComponentInfo>, Error> {
    let info = state.library.info(&parse(digest)?).await?;
    Ok(Json(info.ok_or(Error::NotFound("component"))?))
}

/// The bytes of a component.
#[utoipa::path(get, path = "/components/{digest}/wasm", tag = "components",
    params(("digest" = String, Path, description = "The SHA-256 of its bytes")),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/wasm"),
        (status = 404, description = "No such component", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn bytes(
    State(state): State<AppState>,
    Path(digest): Path<String>,
) -> Result<Response, Error> {
    let component = state.library.component(&parse(digest)?).await?;
    let component = component.ok_or(Error::NotFound("component"))?;
    let name = component.info.short_name().to_owned();
    let mut response = file::wasm(&name, component.bytes);
    file::keep_for_ever(&mut response);
    Ok(response)
}

/// A text that is not a digest names nothing.
fn parse(digest: String) -> Result<Digest, Error> {
    Digest::try_from(digest).map_err(|_| Error::NotFound("component"))
}
