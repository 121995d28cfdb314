//! The web server: one module for each area, each with its own `router()`.

mod calls;
mod components;
mod compose;
mod cookies;
mod error;
mod extract;
mod file;
mod generate;
mod grants;
mod graphs;
mod health;
mod host;
mod links;
mod logs;
mod metrics;
mod openapi;
mod outcome;
mod page;
mod pages;
mod panels;
mod picture;
mod preview_site;
mod previews;
mod runs;
mod samples;
mod security;
mod shares;
mod views;
mod wac;
mod wiring;

pub use error::Error;
pub use metrics::Metrics;
pub(crate) use previews::find as find_preview;

use crate::state::AppState;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use std::any::Any;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::predicate::{DefaultPredicate, NotForContentType, Predicate};
use tower_http::compression::{CompressionLayer, CompressionLevel};
use tower_http::services::ServeDir;
use tower_http::trace::TraceLayer;
use utoipa_axum::router::OpenApiRouter;

/// Everything the server answers: the editor with its API, and every preview on its own host.
pub fn router(state: AppState) -> Router {
    let files = ServeDir::new(&state.config.site_root)
        .precompressed_br()
        .append_index_html_on_directories(false)
        .fallback(get(pages::not_found));
    let (api, _) = api().split_for_parts();
    let api = api
        .fallback(async || Error::NotFound("address"))
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .layer(from_fn(security::guard_changes));
    Router::new()
        .route("/", get(pages::new))
        .route("/g/{id}", get(pages::saved))
        .route("/s/{id}", get(pages::shared))
        .route("/follow", get(pages::follow))
        .route("/metrics", get(metrics::show))
        .nest("/api/v1", api)
        .fallback_service(files)
        .layer(compression())
        .layer(from_fn(security::editor_headers))
        // At the very front: what is not for the editor never gets as far as its routes.
        .layer(from_fn_with_state(state.clone(), host::route))
        .layer(CatchPanicLayer::custom(panicked))
        // What fails here says so itself (`Error::log`); what a guest fails at is in the logs of its preview.
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_failure(()),
        )
        .with_state(state)
}

/// The REST interface, described as it is put together.
fn api() -> OpenApiRouter<AppState> {
    openapi::router()
        .merge(components::router())
        .merge(graphs::router())
        .merge(shares::router())
        .merge(picture::router())
        .merge(samples::router())
        .merge(compose::router())
        .merge(wiring::router())
        .merge(generate::router())
        .merge(wac::router())
        .merge(views::router())
        .merge(previews::router())
        .merge(runs::router())
        .merge(calls::router())
        .merge(grants::router())
        .merge(links::router())
        .merge(panels::router())
        .merge(health::router())
}

/// Components are large and hard to compress, so they go as they are; the front end is compressed when it is built.
fn compression() -> CompressionLayer<impl Predicate> {
    let predicate = DefaultPredicate::new().and(NotForContentType::const_new("application/wasm"));
    CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(predicate)
}

/// The panic has been printed where it happened.
fn panicked(_: Box<dyn Any + Send>) -> Response {
    Error::Internal.into_response()
}

/// The query and the headers may hold what is nobody's business.
fn span(request: &Request) -> tracing::Span {
    tracing::info_span!("request", method = %request.method(), path = request.uri().path())
}
