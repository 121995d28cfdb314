//! `/health`: whether the server and its database answer.

use super::error::Error;
use crate::state::AppState;
use axum::extract::State;
use axum::http::StatusCode;
use patchbay_model::api::ProblemDetails;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(health))
}

/// Whether the server and its database answer.
#[utoipa::path(get, path = "/health", tag = "server", responses(
    (status = 204, description = "They do"),
    (status = 500, description = "The database does not", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn health(State(state): State<AppState>) -> Result<StatusCode, Error> {
    state.storage.ping().await?;
    Ok(StatusCode::NO_CONTENT)
}
