//! `/wac`: graphs as sources in the WAC language, and back.

use super::error::Error;
use super::extract::{GraphBody, TextBody};
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use patchbay_model::Graph;
use patchbay_model::api::ProblemDetails;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(write))
        .routes(routes!(read))
}

/// A graph as a source.
#[derive(Debug, Serialize, ToSchema)]
struct Written {
    /// The source.
    text: String,
    /// The packages that it speaks of.
    packages: Vec<Package>,
}

/// A package that a source speaks of.
#[derive(Debug, Serialize, ToSchema)]
struct Package {
    /// What the source calls it: `local:adder`.
    name: String,
    /// The SHA-256 of its bytes: for a component, where to download it.
    digest: String,
    /// The types of imports, as WIT; absent for a component.
    #[serde(skip_serializing_if = "Option::is_none")]
    wit: Option<String>,
}

/// What a source is as a graph.
#[derive(Debug, Serialize, ToSchema)]
struct Read {
    /// The graph.
    graph: Graph,
    /// What the source says and a graph cannot hold.
    lost: Vec<String>,
}

/// Writes a graph as a `.wac` source, and says what each package is.
#[utoipa::path(post, path = "/wac/write", tag = "compose", request_body = Graph, responses(
    (status = 200, description = "The source", body = Written),
    (status = 400, description = "Not JSON of a graph", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "The graph cannot be written so; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn write(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Json<Written>, Error> {
    let written = state.workbench.write_wac(graph).await?;
    let packages = written.packages.iter().map(|(name, bytes)| Package {
        name: name.to_string(),
        digest: patchbay_composer::inspect::digest(bytes).to_string(),
        wit: patchbay_composer::wac::wit_text(bytes),
    });
    Ok(Json(Written {
        packages: packages.collect(),
        text: written.text,
    }))
}

/// Reads a `.wac` source as a graph. Its packages are the components of those names.
#[utoipa::path(post, path = "/wac/read", tag = "compose",
    request_body(content = String, content_type = "text/plain"),
    responses(
        (status = 200, description = "The graph", body = Read),
        (status = 413, description = "Larger than 1 MiB", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "Not text/plain", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "A mistake in the source, or a package that is not here; `problems` says where", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn read(
    State(state): State<AppState>,
    TextBody(source): TextBody,
) -> Result<Json<Read>, Error> {
    let read = state.workbench.read_wac(source).await?;
    Ok(Json(Read {
        graph: read.graph,
        lost: read.lost,
    }))
}
