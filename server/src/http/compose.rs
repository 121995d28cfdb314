//! `/check` and `/fuse`: what the composer says of a graph, and the component it becomes.

use super::error::Error;
use super::extract::GraphBody;
use super::file;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use patchbay_model::api::ProblemDetails;
use patchbay_model::{Analysis, Graph};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(check))
        .routes(routes!(fuse))
}

/// Checks a graph: its links, what fits where, its problems, the world of the result.
#[utoipa::path(post, path = "/check", tag = "compose", request_body = Graph, responses(
    (status = 200, description = "The analysis, whether the graph has problems or not", body = Analysis),
    (status = 400, description = "Not JSON of a graph", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "A graph that contradicts itself", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn check(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Json<Analysis>, Error> {
    Ok(Json(state.workbench.check(graph).await?))
}

/// Fuses a graph into one component: the same bytes every time.
#[utoipa::path(post, path = "/fuse", tag = "compose", request_body = Graph, responses(
    (status = 200, description = "The component", body = Vec<u8>, content_type = "application/wasm"),
    (status = 422, description = "The graph cannot be fused; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn fuse(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Response, Error> {
    let name = graph.name().to_owned();
    let bytes = state.workbench.fuse(graph).await?;
    Ok(file::wasm(&name, bytes))
}
