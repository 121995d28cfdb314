//! `/adapters`, `/stubs` and `/groups`: components that Patchbay generates; and `/ungroup`, which takes them apart.

use super::error::Error;
use super::extract::JsonBody;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use patchbay_composer::generate::stub::{Answers, Otherwise};
use patchbay_model::api::{
    AdapterRequest, Addition, Expansion, GroupRequest, ProblemDetails, StubOf, StubRequest,
    UngroupRequest,
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(adapter))
        .routes(routes!(stub))
        .routes(routes!(group))
        .routes(routes!(ungroup))
}

/// Makes a component without code that gives exports of a graph the shape of an import, and keeps it like an upload.
#[utoipa::path(post, path = "/adapters", tag = "generate", request_body = AdapterRequest, responses(
    (status = 200, description = "The adapter, and the operations that put it between the ports", body = Addition),
    (status = 400, description = "Not JSON of such a request", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "No adapter can link these; says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn adapter(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<AdapterRequest>,
) -> Result<Json<Addition>, Error> {
    Ok(Json(state.workbench.adapt(request).await?))
}

/// Makes a component that stands in for what an import of a graph, or a world of WIT text, asks for, and keeps it like an
/// upload.
#[utoipa::path(post, path = "/stubs", tag = "generate", request_body = StubRequest, responses(
    (status = 200, description = "The stub, and the operations that fill the import with it", body = Addition),
    (status = 400, description = "Not JSON of such a request", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "WIT with a mistake, or a value that does not fit; says which", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn stub(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<StubRequest>,
) -> Result<Json<Addition>, Error> {
    let StubRequest {
        of,
        values,
        defaults,
    } = request;
    let answers = Answers {
        values,
        otherwise: match defaults {
            true => Otherwise::Default,
            false => Otherwise::Trap,
        },
    };
    let addition = match of {
        StubOf::Import { graph, import } => state.workbench.fill(graph, import, answers).await?,
        StubOf::Wit { text, world } => state.workbench.stub(text, world, answers).await?,
    };
    Ok(Json(addition))
}

/// Makes one component of some nodes of a graph, and keeps it like an upload: it exports what the others and the result have
/// from them, and imports what they have from others.
#[utoipa::path(post, path = "/groups", tag = "generate", request_body = GroupRequest, responses(
    (status = 200, description = "The component, and the operations that put a node of it in their place", body = Addition),
    (status = 400, description = "Not JSON of such a request", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "They cannot be one component; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn group(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<GroupRequest>,
) -> Result<Json<Addition>, Error> {
    Ok(Json(state.workbench.group(request).await?))
}

/// Puts the nodes that a node is made of in its place: they have from others what it had, and others have from them what
/// they had from it. Where it was taken as a whole, a node without code that has all of its exports takes its place, unless
/// one of the nodes has just these. Answers with the operations; the graph is not changed. The components are kept like
/// uploads.
#[utoipa::path(post, path = "/ungroup", tag = "generate", request_body = UngroupRequest, responses(
    (status = 200, description = "The components, and the operations", body = Expansion),
    (status = 400, description = "Not JSON of such a request", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "It is not made of others, or is taken as a whole and cannot be; `problems` says why", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn ungroup(
    State(state): State<AppState>,
    JsonBody(request): JsonBody<UngroupRequest>,
) -> Result<Json<Expansion>, Error> {
    let UngroupRequest { graph, node } = request;
    Ok(Json(state.workbench.ungroup(graph, node).await?))
}
