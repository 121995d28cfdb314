//! The editor's pages: rendered here, then taken over by the browser.

use super::error::Error;
use super::{cookies, page, security};
use crate::state::AppState;
use crate::views::inspector::{self, Selected};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use leptos::nonce::use_nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::ResponseOptions;
use patchbay_app::{FirstViews, PageData, Stored, Theme, shell};
use patchbay_model::Graph;
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
pub(super) struct Choice {
    /// Which sample to begin with.
    sample: Option<String>,
}

/// A graph that has not been saved: empty, or a sample.
pub(super) async fn new(
    State(state): State<AppState>,
    Query(Choice { sample }): Query<Choice>,
    request: Request,
) -> Response {
    let graph = match sample {
        None => Graph::default(),
        Some(id) => match state.samples.open(&id, &state.library).await {
            Some(graph) => graph,
            None => return no_such("sample"),
        },
    };
    respond(&state, graph, None, request).await
}

/// A saved graph.
pub(super) async fn saved(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    match state.storage.graphs.get(&id).await {
        Ok(Some(stored)) => {
            let place = Stored {
                id: stored.id,
                revision: stored.revision,
            };
            respond(&state, stored.graph, Some(place), request).await
        }
        Ok(None) => no_such("saved graph"),
        Err(error) => failed(error.into()),
    }
}

/// What is asked for under any other address.
pub(super) async fn not_found() -> Response {
    no_such("page")
}

fn no_such(what: &str) -> Response {
    let sentence = format!(
        "There is no {what} at this address. It may have been deleted, or the address is cut short."
    );
    page::plain(StatusCode::NOT_FOUND, "Not here", &sentence)
}

fn failed(error: Error) -> Response {
    error.log();
    let details = error.details();
    page::plain(error.status(), &details.title, &details.detail)
}

async fn respond(
    state: &AppState,
    graph: Graph,
    stored: Option<Stored>,
    request: Request,
) -> Response {
    match page_data(state, graph, stored, request.headers()).await {
        Ok((data, first)) => render(state, data, first, request).await,
        Err(error) => failed(error),
    }
}

async fn page_data(
    state: &AppState,
    graph: Graph,
    stored: Option<Stored>,
    headers: &HeaderMap,
) -> Result<(PageData, FirstViews), Error> {
    let mut components = state.library.list().await?;
    // A graph may use components that the palette does not offer: an older build of a sample, say.
    let listed: BTreeSet<_> = components.iter().map(|info| info.digest.clone()).collect();
    let used = state.library.infos(&graph).await?;
    components.extend(
        used.into_iter()
            .filter(|info| !listed.contains(&info.digest)),
    );
    let subject = state.workbench.subject(graph.clone()).await?;
    let first = FirstViews {
        inspector: inspector::page(&subject, &Selected::Nothing, &[]),
    };
    let data = PageData {
        theme: Theme::from_cookie(cookies::value(headers, cookies::THEME)),
        analysis: subject.analysis,
        samples: state.samples.list(&state.library).await,
        graph,
        stored,
        components,
    };
    Ok((data, first))
}

async fn render(state: &AppState, data: PageData, first: FirstViews, request: Request) -> Response {
    let options = state.leptos.clone();
    let prepare = move || {
        set_policy();
        provide_context(first.clone());
    };
    let handler = leptos_axum::render_app_to_stream_with_context(prepare, move || {
        shell(options.clone(), data.clone())
    });
    let mut response = handler(request).await;
    response
        .headers_mut()
        .insert(VARY, HeaderValue::from_static("cookie"));
    response
}

/// The nonce is known only while the page is rendered.
fn set_policy() {
    if let (Some(response), Some(nonce)) = (use_context::<ResponseOptions>(), use_nonce())
        && let Ok(policy) = HeaderValue::from_str(&security::page_policy(nonce.as_ref()))
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}
