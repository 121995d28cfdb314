//! `/graphs`: saved graphs.

use super::error::Error;
use super::extract::{GraphBody, IfMatch};
use crate::state::AppState;
use crate::storage::Saved;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{ETAG, LOCATION};
use axum::response::{IntoResponse, Response};
use patchbay_model::Graph;
use patchbay_model::api::{GraphSummary, ProblemDetails, StoredGraph};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, save, delete))
}

/// The graphs saved last, the latest first; at most 200.
#[utoipa::path(get, path = "/graphs", tag = "graphs", responses(
    (status = 200, description = "The list", body = Vec<GraphSummary>),
))]
async fn list(State(state): State<AppState>) -> Result<Json<Vec<GraphSummary>>, Error> {
    Ok(Json(state.storage.graphs.list().await?))
}

/// Saves a new graph.
#[utoipa::path(post, path = "/graphs", tag = "graphs", request_body = Graph, responses(
    (status = 201, description = "Saved; Location says where, ETag which revision", body = StoredGraph),
    (status = 400, description = "Not JSON of a graph", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 413, description = "Larger than 4 MiB", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "A graph that contradicts itself", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn create(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Response, Error> {
    state.library.keep_samples_of(&graph).await?;
    let stored = state.storage.graphs.create(graph).await?;
    let location = [(LOCATION, format!("/api/v1/graphs/{}", stored.id))];
    Ok((StatusCode::CREATED, location, tagged(stored)).into_response())
}

/// A saved graph.
#[utoipa::path(get, path = "/graphs/{id}", tag = "graphs",
    params(("id" = String, Path, description = "As in `/g/<id>`")),
    responses(
        (status = 200, description = "The graph; ETag says which revision", body = StoredGraph),
        (status = 404, description = "No such graph", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn get(State(state): State<AppState>, Path(id): Path<String>) -> Result<Response, Error> {
    let stored = state.storage.graphs.get(&id).await?;
    Ok(tagged(stored.ok_or(Error::NotFound("graph"))?))
}

/// Saves a graph in place of the revision that `If-Match` names, and of no other one.
#[utoipa::path(put, path = "/graphs/{id}", tag = "graphs", request_body = Graph,
    params(
        ("id" = String, Path, description = "As in `/g/<id>`"),
        ("If-Match" = String, Header, description = "The revision that this replaces, in quotes: `\"3\"`"),
    ),
    responses(
        (status = 200, description = "Saved; ETag says which revision", body = StoredGraph),
        (status = 404, description = "No such graph", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 412, description = "Saved by someone else meanwhile; `revision` is the stored one", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 428, description = "No If-Match", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn save(
    State(state): State<AppState>,
    Path(id): Path<String>,
    IfMatch(revision): IfMatch,
    GraphBody(graph): GraphBody,
) -> Result<Response, Error> {
    state.library.keep_samples_of(&graph).await?;
    match state.storage.graphs.save(&id, revision, graph).await? {
        Saved::Stored(stored) => Ok(tagged(stored)),
        Saved::Stale { current } => Err(Error::Stale { current }),
        Saved::Missing => Err(Error::NotFound("graph")),
    }
}

/// Deletes a graph, with what its previews stored; they stop.
#[utoipa::path(delete, path = "/graphs/{id}", tag = "graphs",
    params(("id" = String, Path, description = "As in `/g/<id>`")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "No such graph", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn delete(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<StatusCode, Error> {
    if state.storage.graphs.get(&id).await?.is_none() {
        return Err(Error::NotFound("graph"));
    }
    // Its previews could store something that nothing leads to any more, and what is not forgotten now never is.
    state.previews.stop_all_of(&id);
    state.storage.forget_objects(&id).await?;
    match state.storage.graphs.delete(&id).await? {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Error::NotFound("graph")),
    }
}

fn tagged(stored: StoredGraph) -> Response {
    ([(ETAG, format!("\"{}\"", stored.revision))], Json(stored)).into_response()
}
