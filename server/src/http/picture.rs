//! `/picture`: a graph as a picture.

use super::error::Error;
use super::extract::GraphBody;
use crate::picture::{Colours, svg};
use crate::state::AppState;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use patchbay_model::Graph;
use patchbay_model::api::ProblemDetails;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(picture))
}

/// Which colours a picture has.
#[derive(Clone, Copy, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PictureTheme {
    /// Dark on light.
    #[default]
    Light,
    /// Light on dark.
    Dark,
}

/// How to draw.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Drawing {
    /// `light`, which it is without, or `dark`.
    #[serde(default)]
    #[param(inline)]
    theme: PictureTheme,
}

/// Draws a graph as SVG, with the places and the colours of the editor.
#[utoipa::path(post, path = "/picture", tag = "graphs", request_body = Graph, params(Drawing), responses(
    (status = 200, description = "The picture", body = String, content_type = "image/svg+xml"),
    (status = 400, description = "Not JSON of a graph, or no such theme", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 422, description = "A graph that contradicts itself", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn picture(
    State(state): State<AppState>,
    query: Result<Query<Drawing>, QueryRejection>,
    GraphBody(graph): GraphBody,
) -> Result<impl IntoResponse, Error> {
    let Query(drawing) = query.map_err(|rejection| Error::BadRequest(rejection.body_text()))?;
    let colours = match drawing.theme {
        PictureTheme::Light => Colours::light(),
        PictureTheme::Dark => Colours::dark(),
    };
    let graph = state.library.resolve(graph).await;
    let components = state.library.infos(&graph).await?;
    Ok((
        [(CONTENT_TYPE, "image/svg+xml")],
        svg(&graph, &components, colours),
    ))
}
