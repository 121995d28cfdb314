//! `/connect`, `/chain`, `/plug`, `/swap`, `/compare`, `/targets` and `/size`: what helps people to wire a graph and to
//! judge the result.

use super::error::Error;
use super::extract::{GraphBody, JsonBody};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use patchbay_composer::targets::{TargetError, WitFile, WitSource};
use patchbay_model::api::{CompareRequest, ProblemDetails, SwapRequest, TargetsRequest};
use patchbay_model::compare::{Comparison, GraphComparison};
use patchbay_model::connect::{Choice, StaysOpen};
use patchbay_model::size::SizeReport;
use patchbay_model::splice::Sink;
use patchbay_model::swap::Swap;
use patchbay_model::target::TargetReport;
use patchbay_model::{Connected, Digest, Endpoint, Graph, NodeId, Op};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(connect))
        .routes(routes!(chain))
        .routes(routes!(plug))
        .routes(routes!(swap))
        .routes(routes!(compare_graphs))
        .routes(routes!(compare))
        .routes(routes!(targets))
        .routes(routes!(size))
}

/// Finds the links that follow without a guess, the choices that are left to a person, and what stays open and why. The
/// graph is not changed: apply `ops` as one transaction.
#[utoipa::path(post, path = "/connect", tag = "compose", request_body = Graph, responses(
    (status = 200, description = "The operations, the choices, and what stays open", body = Connected),
    (status = 400, description = "Not JSON of a graph", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "A graph that contradicts itself or is too large", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn connect(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Json<Connected>, Error> {
    Ok(Json(state.workbench.connect(graph).await?))
}

/// Nodes to put in a row.
#[derive(Debug, Deserialize, ToSchema)]
struct ChainRequest {
    /// The graph as it is.
    graph: Graph,
    /// The nodes, in the order in which calls leave them: the last one is next to whoever calls.
    nodes: Vec<NodeId>,
    /// Where the row ends: at an import of a node, or at an export of the result.
    to: Sink,
    /// The export that it begins at; what supplies its end now, when absent.
    #[serde(default)]
    from: Option<Endpoint>,
}

/// Puts nodes between an export and whoever takes it: one into a link, or several in a row, or a row in another order.
/// Answers with the operations; the graph is not changed.
#[utoipa::path(post, path = "/chain", tag = "compose", request_body = ChainRequest, responses(
    (status = 200, description = "The operations: none when all is so already", body = Vec<Op>),
    (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "Nodes that do not fit into the row; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn chain(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<ChainRequest>,
) -> Result<Json<Vec<Op>>, Error> {
    let ChainRequest {
        graph,
        nodes,
        to,
        from,
    } = request;
    Ok(Json(state.workbench.chain(graph, from, nodes, to).await?))
}

/// Components to plug into another one.
#[derive(Debug, Deserialize, ToSchema)]
struct PlugRequest {
    /// The component whose imports are filled.
    socket: Digest,
    /// What they are filled with. The same component may stand here several times.
    plugs: Vec<Digest>,
}

/// A socket with what was plugged into it.
#[derive(Debug, Serialize, ToSchema)]
struct PluggedGraph {
    /// The socket and the plugs, linked as far as nothing has to be guessed; all that the socket exports is exported.
    graph: Graph,
    /// What stands against taking this graph as the answer, a sentence each.
    obstacles: Vec<String>,
    /// The nodes that nothing takes anything from.
    idle: Vec<String>,
    /// The imports that several plugs could fill.
    choices: Vec<Choice>,
    /// The imports that stay open, and why.
    open: Vec<StaysOpen>,
}

/// Fills the imports of a component with others, and theirs with one another. Fuse the graph that comes of it.
#[utoipa::path(post, path = "/plug", tag = "compose", request_body = PlugRequest, responses(
    (status = 200, description = "The graph, and what stands against it", body = PluggedGraph),
    (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, description = "One of the components is not here", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "More plugs than a graph may have", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn plug(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<PlugRequest>,
) -> Result<Json<PluggedGraph>, Error> {
    let PlugRequest { socket, plugs } = request;
    let plugged = state.workbench.plug(&socket, &plugs).await?;
    let plugged = plugged.ok_or(Error::NotFound("component"))?;
    Ok(Json(PluggedGraph {
        obstacles: plugged.obstacles(),
        idle: plugged.idle().into_iter().map(str::to_owned).collect(),
        graph: plugged.graph,
        choices: plugged.connected.choices,
        open: plugged.connected.open,
    }))
}

/// Puts another component in the place of a node's: the operations that keep what still fits, and what is lost and why.
#[utoipa::path(post, path = "/swap", tag = "compose", request_body = SwapRequest, responses(
    (status = 200, description = "The operations, and what they cost", body = Swap),
    (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 404, description = "There is no such component", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "There is no such instance in the graph", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn swap(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<SwapRequest>,
) -> Result<Json<Swap>, Error> {
    let SwapRequest {
        graph,
        node,
        component,
    } = request;
    let swapped = state.workbench.swap(graph, node, &component).await?;
    Ok(Json(swapped.ok_or(Error::NotFound("component"))?))
}

/// Compares two graphs: their wiring, the components of their nodes, and the worlds of their results.
#[utoipa::path(post, path = "/compare", tag = "compose", request_body = CompareRequest, responses(
    (status = 200, description = "What differs", body = GraphComparison),
    (status = 400, description = "The request cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn compare_graphs(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<CompareRequest>,
) -> Result<Json<GraphComparison>, Error> {
    let CompareRequest { old, new } = request;
    Ok(Json(state.workbench.compare_graphs(old, new).await?))
}

/// Compares a component with another version of it, as a semantic version would say it.
#[utoipa::path(get, path = "/components/{digest}/comparison/{new}", tag = "components", params(
    ("digest" = String, Path, description = "The SHA-256 of the old version"),
    ("new" = String, Path, description = "The SHA-256 of the new version"),
), responses(
    (status = 200, description = "What differs", body = Comparison),
    (status = 404, description = "One of them is not here", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn compare(
    State(state): State<AppState>,
    Path((old, new)): Path<(String, String)>,
) -> Result<Json<Comparison>, Error> {
    let digest = |text| Digest::try_from(text).map_err(|_| Error::NotFound("component"));
    let compared = state
        .workbench
        .compare(&digest(old)?, &digest(new)?)
        .await?;
    Ok(Json(compared.ok_or(Error::NotFound("component"))?))
}

/// Says which environments run the result of a graph, and which nodes keep it from running elsewhere. With `wit`, the
/// one environment is the world of that text, which may speak of WASI's packages without bringing them.
#[utoipa::path(post, path = "/targets", tag = "compose", request_body = TargetsRequest, responses(
    (status = 200, description = "One report for each environment", body = Vec<TargetReport>),
    (status = 400, description = "The request or its WIT cannot be read", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "The graph cannot be fused; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn targets(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<TargetsRequest>,
) -> Result<Json<Vec<TargetReport>>, Error> {
    let TargetsRequest { graph, wit, world } = request;
    let own = wit.map(|text| WitSource {
        world,
        ..own_world(text)
    });
    match state.workbench.targets(graph, own).await? {
        Ok(reports) => Ok(Json(reports)),
        Err(TargetError::Graph(problems)) => Err(Error::Problems(problems)),
        Err(TargetError::Wit(why)) => Err(Error::BadRequest(why)),
        Err(TargetError::Component(error)) => Err(Error::Library(error.into())),
    }
}

/// The only world of a text.
pub(super) fn own_world(text: String) -> WitSource {
    WitSource {
        files: vec![WitFile {
            path: "wit".to_owned(),
            text,
        }],
        deps: Vec::new(),
        world: None,
    }
}

/// Says how many bytes each component takes in the result of a graph, and how many the wiring.
#[utoipa::path(post, path = "/size", tag = "compose", request_body = Graph, responses(
    (status = 200, description = "Where the bytes are", body = SizeReport),
    (status = 422, description = "The graph cannot be fused; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn size(
    State(state): State<AppState>,
    GraphBody(graph): GraphBody,
) -> Result<Json<SizeReport>, Error> {
    Ok(Json(state.workbench.size(graph).await?))
}
