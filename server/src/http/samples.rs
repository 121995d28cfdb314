//! `/samples`: the graphs that come with Patchbay.

use super::error::Error;
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use patchbay_model::Graph;
use patchbay_model::api::{ProblemDetails, SampleSummary};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(get))
}

/// The sample graphs, and which of their components have not been built yet.
#[utoipa::path(get, path = "/samples", tag = "samples", responses(
    (status = 200, description = "The list", body = Vec<SampleSummary>),
))]
async fn list(State(state): State<AppState>) -> Json<Vec<SampleSummary>> {
    Json(state.samples.list(&state.library).await)
}

/// A sample graph, with digests for the components that have been built.
#[utoipa::path(get, path = "/samples/{id}", tag = "samples",
    params(("id" = String, Path, description = "As in `/?sample=<id>`")),
    responses(
        (status = 200, description = "The graph", body = Graph),
        (status = 404, description = "No such sample", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn get(State(state): State<AppState>, Path(id): Path<String>) -> Result<Json<Graph>, Error> {
    let graph = state.samples.open(&id, &state.library).await;
    Ok(Json(graph.ok_or(Error::NotFound("sample"))?))
}
