//! `/shares`: graphs to look at and to copy.

use super::error::Error;
use super::extract::GraphBody;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use patchbay_model::Graph;
use patchbay_model::api::{ProblemDetails, StoredGraph};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(create))
        .routes(routes!(get))
}

/// Shares a graph as it is: whoever has the address `/s/<id>` sees it, and nobody changes it. It is in no list.
#[utoipa::path(post, path = "/shares", tag = "graphs", request_body = Graph, responses(
    (status = 201, description = "Shared; Location says where. There is never more than one revision", body = StoredGraph),
    (status = 400, description = "Not JSON of a graph", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 413, description = "Larger than 4 MiB", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "A graph that contradicts itself", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn create(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Response, Error> {
    state.library.keep_samples_of(&graph).await?;
    let id = state.storage.shares.create(&graph).await?;
    let location = [(LOCATION, format!("/api/v1/shares/{id}"))];
    let shared = StoredGraph {
        id,
        revision: 1,
        graph,
    };
    Ok((StatusCode::CREATED, location, Json(shared)).into_response())
}

/// A shared graph.
#[utoipa::path(get, path = "/shares/{id}", tag = "graphs",
    params(("id" = String, Path, description = "As in `/s/<id>`")),
    responses(
        (status = 200, description = "The graph", body = Graph),
        (status = 404, description = "No such graph", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn get(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<Graph>, Error> {
    let graph = state.storage.shares.get(&id).await?;
    Ok(Json(graph.ok_or(Error::NotFound("shared graph"))?))
}
