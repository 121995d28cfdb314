//! `/previews`: starting, asking, watching and stopping sandboxed runs. What a preview serves on its own origin is in
//! `preview_site`.

use super::error::Error;
use super::extract::{GraphBody, JsonBody};
use super::grants::{apply, withdraw};
use super::host::preview_origin;
use super::logs;
use super::outcome;
use crate::ahead::Run;
use crate::panel::{Panel, Settings};
use crate::previews::{Found, Lookup};
use crate::state::AppState;
use crate::trace::Trace;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use patchbay_model::api::{
    Grants, LogLine, PreviewInfo, PreviewOutcome, PreviewRequest, ProblemDetails,
};
use patchbay_model::{Endpoint, Graph};
use patchbay_runner::{Limits, Program, Use};
use serde::Deserialize;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(start))
        .routes(routes!(expect))
        .routes(routes!(get, stop))
        .routes(routes!(request))
        .routes(routes!(log_stream))
}

/// How a preview is started.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct StartQuery {
    /// What the component is to be used as. One that cannot be used so is refused.
    #[serde(default, rename = "use")]
    #[param(inline)]
    as_what: UseName,
    /// The id of the saved graph, whose grants and saved requests the preview takes over, and whose lasting store it can
    /// be granted.
    graph: Option<String>,
    /// Whether its links are traced: see `PUT /previews/{id}/links`.
    #[serde(default)]
    trace: bool,
}

/// What a preview is used as.
#[derive(Clone, Copy, Default, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
enum UseName {
    /// It answers HTTP requests.
    #[default]
    Http,
    /// It is run as a command.
    Command,
    /// Its functions are called by hand.
    Calls,
    /// Whatever it can be used as.
    Any,
}

impl UseName {
    fn required(self) -> Option<Use> {
        match self {
            Self::Http => Some(Use::Http),
            Self::Command => Some(Use::Command),
            Self::Calls => Some(Use::Calls),
            Self::Any => None,
        }
    }
}

/// Fuses a graph and runs the component in the sandbox, on an origin of its own.
#[utoipa::path(post, path = "/previews", tag = "previews", request_body = Graph,
    params(StartQuery),
    responses(
        (status = 201, description = "It runs; Location says where it is described", body = PreviewInfo),
        (status = 422, description = "The graph cannot be fused, or the sandbox cannot run the component", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 503, description = "Too many previews, or too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn start(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<StartQuery>,
    GraphBody(graph): GraphBody,
) -> Result<Response, Error> {
    let mut settings = settings(&state, query.graph.as_deref()).await?;
    let traced = query.trace || settings.trace;
    // They hold once they are applied.
    let mut grants = settings.grants.take();
    let (program, trace) = build_granted(&state, &graph, grants.as_mut(), traced).await?;
    if let Some(what) = query.as_what.required() {
        program.require(what)?;
    }
    let panel = Panel::new(query.graph, settings);
    panel.set_trace(trace);
    let id = state.previews.start(&program, graph, panel)?;
    if let Some(grants) = grants {
        let found = find(&state, &id).await?;
        // A store that is not there any more keeps nobody from trying.
        if let Err(error) = apply(&state, &found, &grants).await {
            tracing::warn!(%error, "the grants of a graph do not hold any more");
        }
    }
    let location = [(LOCATION, format!("/api/v1/previews/{id}"))];
    let info = describe(&state, id, &headers);
    Ok((StatusCode::CREATED, location, Json(info)).into_response())
}

/// How a graph will be previewed.
#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
struct ExpectQuery {
    /// The id of the saved graph, as at the start: what its nodes are refused, and whether its links are traced.
    graph: Option<String>,
    /// Whether its links are traced, as at the start.
    #[serde(default)]
    trace: bool,
}

/// Says that a graph will probably be previewed: what its preview would run is compiled when there is nothing better to do,
/// and the preview starts at once then.
#[utoipa::path(post, path = "/previews/ahead", tag = "previews", request_body = Graph,
    params(ExpectQuery),
    responses(
        (status = 202, description = "It will be compiled, unless much else is to be"),
    ))]
async fn expect(
    State(state): State<AppState>,
    Query(query): Query<ExpectQuery>,
    GraphBody(graph): GraphBody,
) -> Result<StatusCode, Error> {
    let settings = settings(&state, query.graph.as_deref()).await?;
    state.ahead.run(Run {
        graph,
        traced: query.trace || settings.trace,
        refused: settings.grants.unwrap_or_default().refused,
    });
    Ok(StatusCode::ACCEPTED)
}

/// What was set for the previews of a saved graph.
async fn settings(state: &AppState, graph: Option<&str>) -> Result<Settings, Error> {
    Ok(match graph {
        Some(graph) => state.storage.settings.get(graph).await?,
        None => Settings::default(),
    })
}

/// A running preview.
#[utoipa::path(get, path = "/previews/{id}", tag = "previews",
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "It runs", body = PreviewInfo),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn get(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Json<PreviewInfo>, Error> {
    find(&state, &id).await?;
    Ok(Json(describe(&state, id, &headers)))
}

/// Stops a preview; requests that it is at work on end with an error.
#[utoipa::path(delete, path = "/previews/{id}", tag = "previews",
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 204, description = "Stopped"),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn stop(State(state): State<AppState>, Path(id): Path<String>) -> Result<StatusCode, Error> {
    match state.previews.stop(&id) {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(Error::NotFound("preview")),
    }
}

/// Sends a preview a request and returns its response as data: nothing of it is rendered.
#[utoipa::path(post, path = "/previews/{id}/requests", tag = "previews", request_body = PreviewRequest,
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "What came of it, a failure of the component included", body = PreviewOutcome),
        (status = 400, description = "Not an HTTP request", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn request(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
    JsonBody(request): JsonBody<PreviewRequest>,
) -> Result<Json<PreviewOutcome>, Error> {
    let found = find(&state, &id).await?;
    let authority = preview_origin(&id, &headers);
    let authority = authority.trim_start_matches("http://");
    let request = outcome::http_request(request, authority)?;
    Ok(Json(outcome::ask(&found.preview, request).await))
}

/// What a preview writes, line by line, as server-sent events.
///
/// Each event's data is a `LogLine` as JSON, its id the line's number; a client that comes back with `Last-Event-ID`
/// gets the lines after it. The event `stopped` is the last one; a preview that is put aside is silent until it comes back.
#[utoipa::path(get, path = "/previews/{id}/logs", tag = "previews",
    params(
        ("id" = String, Path, description = "As its start gave it"),
        ("Last-Event-ID" = Option<u64>, Header, description = "The number of the last line received"),
    ),
    responses(
        (status = 200, description = "The lines kept, then each new one", body = LogLine, content_type = "text/event-stream"),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn log_stream(
    State(state): State<AppState>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let found = find(&state, &id).await?;
    let after = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let events = logs::events(state, id, found, after.unwrap_or(0));
    Ok(events.into_response())
}

/// What is run for a graph with these grants. Where nodes cannot be refused something any more, nobody is granted it.
async fn build_granted(
    state: &AppState,
    graph: &Graph,
    grants: Option<&mut Grants>,
    traced: bool,
) -> Result<(Program, Option<Trace>), Error> {
    let refused = |grants: &Grants| grants.refused.clone();
    let refused = grants.as_deref().map(refused).unwrap_or_default();
    let built = build(state, graph.clone(), refused, traced).await;
    match (built, grants) {
        (Err(Error::Problems(_)), Some(grants)) if !grants.refused.is_empty() => {
            let built = build(state, graph.clone(), Vec::new(), traced).await?;
            withdraw(grants);
            Ok(built)
        }
        (built, _) => built,
    }
}

/// The preview of that id. One that was put aside comes back.
pub(crate) async fn find(state: &AppState, id: &str) -> Result<Found, Error> {
    let (graph, panel) = match state.previews.find(id) {
        Lookup::Running(found) => return Ok(found),
        Lookup::Aside(graph, panel) => (Graph::clone(&graph), panel),
        Lookup::Unknown => return Err(Error::NotFound("preview")),
    };
    let refused = panel.settings().grants.unwrap_or_default().refused;
    let (program, trace) = build(state, graph, refused, panel.trace().is_some()).await?;
    panel.set_trace(trace);
    let found = state.previews.resume(id, &program)?;
    found.ok_or(Error::NotFound("preview"))
}

/// The program of a graph, with what single nodes are refused: what is downloaded otherwise, or a traced build, with what
/// there is to say of it.
pub(super) async fn build(
    state: &AppState,
    graph: Graph,
    refused: Vec<Endpoint>,
    traced: bool,
) -> Result<(Program, Option<Trace>), Error> {
    let runner = state.previews.runner();
    if !traced {
        let fusing = state.workbench.fuse_refusing(graph, refused);
        return Ok((runner.prepare(fusing.await?).await?, None));
    }
    let (bytes, trace) = Trace::build(&state.workbench, runner, graph, refused).await?;
    let program = runner.prepare_traced(bytes, trace.links.len()).await?;
    Ok((program, Some(trace)))
}

fn describe(state: &AppState, id: String, headers: &HeaderMap) -> PreviewInfo {
    PreviewInfo {
        url: format!("{}/", preview_origin(&id, headers)),
        limits: in_words(state.previews.runner().limits()),
        id,
    }
}

fn in_words(limits: &Limits) -> Vec<(String, String)> {
    let mib = |bytes: usize| format!("{} MiB", bytes >> 20);
    let seconds = |time: std::time::Duration| format!("{} s", time.as_secs_f64());
    [
        ("memory", mib(limits.memory_total)),
        ("CPU time per request", seconds(limits.cpu_per_request)),
        ("time per request", seconds(limits.wall_per_request)),
        ("request body", mib(limits.request_body)),
        ("response body", mib(limits.response_body)),
        ("requests at once", limits.requests_per_preview.to_string()),
        ("key-value store", mib(limits.kv_total_bytes)),
        ("network, files, environment", "none".to_owned()),
    ]
    .into_iter()
    .map(|(what, value)| (what.to_owned(), value))
    .collect()
}
