//! `/openapi.json`: the description of the API, put together from its routes.

use crate::state::AppState;
use axum::Json;
use std::sync::LazyLock;
use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Patchbay",
        description = "Composes WebAssembly components: graphs go in, checked and fused components come out."
    ),
    servers((url = "/api/v1"))
)]
struct Description;

static DESCRIPTION: LazyLock<OpenApi> = LazyLock::new(|| super::api().into_openapi());

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Description::openapi()).routes(routes!(describe))
}

/// This description.
#[utoipa::path(get, path = "/openapi.json", tag = "server", responses(
    (status = 200, description = "An OpenAPI 3.1 document"),
))]
async fn describe() -> Json<&'static OpenApi> {
    Json(&DESCRIPTION)
}
