//! `/check` and `/fuse`: what the composer says of a graph, and the component it becomes.

use super::error::Error;
use super::extract::GraphBody;
use super::file;
use crate::state::AppState;
use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use patchbay_composer::FuseOptions;
use patchbay_model::api::ProblemDetails;
use patchbay_model::{Analysis, Graph};
use serde::Deserialize;
use utoipa::IntoParams;
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

/// How to fuse.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Fusing {
    /// Import the components by their package names in place of embedding them.
    #[serde(default)]
    import_dependencies: bool,
    /// Do not validate the result.
    #[serde(default)]
    skip_validation: bool,
    /// Leave the graph out of the result, which then opens as its wiring tells and not as it was drawn.
    #[serde(default)]
    no_graph: bool,
}

/// Fuses a graph into one component: the same bytes every time.
#[utoipa::path(post, path = "/fuse", tag = "compose", request_body = Graph, params(Fusing), responses(
    (status = 200, description = "The component", body = Vec<u8>, content_type = "application/wasm"),
    (status = 400, description = "Not JSON of a graph, or a query that is not one of these", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "The graph cannot be fused; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn fuse(
    State(state): State<AppState>,
    query: Result<Query<Fusing>, QueryRejection>,
    GraphBody(graph): GraphBody,
) -> Result<Response, Error> {
    let Query(fusing) = query.map_err(|rejection| Error::BadRequest(rejection.body_text()))?;
    let name = graph.name().to_owned();
    let options = FuseOptions {
        import_dependencies: fusing.import_dependencies,
        skip_validation: fusing.skip_validation,
        keep_graph: !fusing.no_graph,
    };
    let bytes = state.workbench.fuse(graph, options).await?;
    Ok(file::wasm(&name, bytes))
}
