//! `/previews/{id}/links`: what goes through the links of a preview that is traced.

use super::error::Error;
use super::extract::JsonBody;
use super::grants::remember;
use super::previews::{build, find};
use crate::panel;
use crate::previews::{Found, Lookup};
use crate::state::AppState;
use axum::Json;
use axum::extract::{Path, State};
use patchbay_composer::TracedLink;
use patchbay_model::api::ProblemDetails;
use patchbay_model::{Graph, Link};
use patchbay_runner::LinkCounts;
use serde::{Deserialize, Serialize};
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long the labels on the canvas stay as they are.
const STILL: Duration = Duration::from_millis(700);

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(links, trace))
}

/// Whether the links of a preview are to be traced.
#[derive(Deserialize, utoipa::ToSchema)]
struct Tracing {
    trace: bool,
}

/// What went through the links of a preview.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
struct Links {
    /// Whether they are traced. If not, nothing more is said.
    traced: bool,
    /// How many bytes the interposers add to what runs.
    added_bytes: u64,
    /// About how much longer a call of an empty function takes.
    nanoseconds_per_call: Option<u64>,
    /// In the order of the graph.
    links: Vec<LinkTimes>,
}

/// What went through a link.
#[derive(Serialize, utoipa::ToSchema)]
#[serde(rename_all = "kebab-case")]
struct LinkTimes {
    link: Link,
    /// Why it is not traced, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    untraced: Option<String>,
    calls: u64,
    /// Calls that returned the error of a `result`, and those that never came back.
    errors: u64,
    /// To within a tenth; nothing before a call is over.
    median_nanoseconds: Option<u64>,
    /// What 95 of 100 calls took at most.
    p95_nanoseconds: Option<u64>,
}

/// What went through the links of a preview since it was started, if it is traced.
#[utoipa::path(get, path = "/previews/{id}/links", tag = "previews",
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "The links of its graph", body = Links),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn links(
    State(state): State<AppState>,
    Path(id): Path<String>,
) -> Result<Json<Links>, Error> {
    Ok(Json(of(&find(&state, &id).await?)))
}

/// Has the links of a preview traced, or not any more. It starts anew with what it was granted and what it has stored, and
/// the next previews of its graph, if that is saved, are started in the same way.
///
/// A traced build has an interposer in each link, which tells of every call. Only the preview ever runs it: what is checked,
/// saved and downloaded is the graph without.
#[utoipa::path(put, path = "/previews/{id}/links", tag = "previews", request_body = Tracing,
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "The links of its graph", body = Links),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
        (status = 422, description = "The graph cannot be traced, or the sandbox cannot run the component", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn trace(
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonBody(tracing): JsonBody<Tracing>,
) -> Result<Json<Links>, Error> {
    let found = find(&state, &id).await?;
    let switched = switch(&state, &id, &found, tracing.trace).await?;
    Ok(Json(of(&switched)))
}

/// Starts a preview anew with its links traced, or not; one that runs so already goes on.
pub(super) async fn switch(
    state: &AppState,
    id: &str,
    found: &Found,
    traced: bool,
) -> Result<Found, Error> {
    if found.panel.trace().is_some() == traced {
        return Ok(found.clone());
    }
    let graph = Graph::clone(&found.graph);
    let refused = found.panel.settings().grants.unwrap_or_default().refused;
    let (program, trace) = build(state, graph, refused, traced).await?;
    found.panel.set_trace(trace);
    found.panel.set_held(Vec::new());
    let anew = state.previews.restart(id, &program)?;
    let anew = anew.ok_or(Error::NotFound("preview"))?;
    remember(state, &anew).await?;
    Ok(anew)
}

/// What is shown on the canvas of a preview, until it is asked for again: nothing where it is not traced, or not there.
pub(super) async fn on_canvas(state: &AppState, id: &str, base: &str) -> String {
    let Lookup::Running(found) = state.previews.look(id) else {
        return String::new();
    };
    tokio::select! {
        () = found.gone.cancelled() => {}
        () = tokio::time::sleep(STILL) => {}
    }
    match state.previews.look(id) {
        Lookup::Running(found) => panel::canvas_view(base, &found),
        Lookup::Aside(..) | Lookup::Unknown => String::new(),
    }
}

fn of(found: &Found) -> Links {
    let trace = found.panel.trace();
    let counts = found.preview.links().unwrap_or_default();
    let times = |(traced, counts): (&TracedLink, LinkCounts)| LinkTimes {
        link: traced.link.clone(),
        untraced: traced.untraced.clone(),
        calls: counts.calls,
        errors: counts.errors,
        median_nanoseconds: counts.median.map(nanoseconds),
        p95_nanoseconds: counts.p95.map(nanoseconds),
    };
    let trace = trace.as_deref();
    Links {
        traced: trace.is_some(),
        added_bytes: trace.map_or(0, |trace| trace.added),
        nanoseconds_per_call: trace.and_then(|trace| trace.cost).map(nanoseconds),
        links: trace.map_or(Vec::new(), |trace| {
            trace.links.iter().zip(counts).map(times).collect()
        }),
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
