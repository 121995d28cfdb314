//! `/wac`: graphs as sources in the WAC language, and back.

use super::error::Error;
use super::extract::{GraphBody, JsonBody, TextBody, media_type};
use crate::state::AppState;
use axum::Json;
use axum::extract::{FromRequest, Request, State};
use patchbay_model::Graph;
use patchbay_model::api::ProblemDetails;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(write))
        .routes(routes!(read))
}

/// What messages call a source that comes without a name.
const SOURCE_NAME: &str = "source.wac";

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

/// A source to read, with the WIT of packages that it speaks of.
#[derive(Debug, Deserialize, ToSchema)]
struct ReadRequest {
    /// The source.
    source: String,
    /// Texts of WIT packages, such as `wit` of a source that was written. Packages that one speaks of stand in it as nested
    /// packages.
    #[serde(default)]
    wit: Vec<String>,
}

impl<S: Send + Sync> FromRequest<S> for ReadRequest {
    type Rejection = Error;

    async fn from_request(request: Request, state: &S) -> Result<Self, Error> {
        if media_type(request.headers()).as_deref() == Some("application/json") {
            return Ok(JsonBody::from_request(request, state).await?.0);
        }
        let TextBody(source) = TextBody::from_request(request, state).await?;
        let wit = Vec::new();
        Ok(Self { source, wit })
    }
}

/// Reads a `.wac` source as a graph. Its packages are the components of those names, WASI's worlds (0.2.12 and 0.3.0), and
/// those whose WIT comes along in JSON.
#[utoipa::path(post, path = "/wac/read", tag = "compose",
    request_body(content((String = "text/plain"), (ReadRequest = "application/json"))),
    responses(
        (status = 200, description = "The graph", body = Read),
        (status = 413, description = "Larger than 1 MiB", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 415, description = "Neither text/plain nor JSON", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "A mistake in the source or its WIT, or a package that is not here; `problems` says where", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn read(State(state): State<AppState>, request: ReadRequest) -> Result<Json<Read>, Error> {
    let ReadRequest { source, wit } = request;
    let read = state.workbench.read_wac(SOURCE_NAME, source, wit).await?;
    Ok(Json(Read {
        graph: read.graph,
        lost: read.lost,
    }))
}
