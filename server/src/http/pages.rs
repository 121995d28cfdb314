//! The editor's pages: rendered here, then taken over by the browser.

use super::error::Error;
use super::{cookies, page, security};
use crate::state::AppState;
use crate::views::Said;
use crate::views::inspector::{self, Selected};
use axum::extract::{Path, Query, Request, State};
use axum::http::header::{CONTENT_SECURITY_POLICY, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
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
    respond(&state, graph, Kept::Nowhere, request).await
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
            respond(&state, stored.graph, Kept::At(place), request).await
        }
        Ok(None) => no_such("saved graph"),
        Err(error) => failed(error.into()),
    }
}

/// A graph that somebody shared: to look at.
pub(super) async fn shared(
    State(state): State<AppState>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    match state.storage.shares.get(&id).await {
        Ok(Some(graph)) => respond(&state, graph, Kept::Shared, request).await,
        Ok(None) => no_such("shared graph"),
        Err(error) => failed(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Pasted {
    /// A link to a graph of this server, as people copy it.
    link: String,
}

/// Goes where a pasted link leads, if that is a graph here.
pub(super) async fn follow(Query(Pasted { link }): Query<Pasted>) -> Response {
    match graph_at(&link) {
        Some(address) => Redirect::to(&address).into_response(),
        None => page::plain(
            StatusCode::BAD_REQUEST,
            "Not a link to a graph",
            "A link to a graph has /s/ or /g/ and 32 letters and digits at its end. Share copies one.",
        ),
    }
}

/// The address of a graph in a link to it, whatever name this server has there.
fn graph_at(link: &str) -> Option<String> {
    let link = link.trim().trim_end_matches('/');
    let (before, id) = link.rsplit_once('/')?;
    let kind = before.rsplit('/').next()?;
    let known = ["s", "g"].contains(&kind);
    let an_id = id.len() == 32 && id.bytes().all(|letter| letter.is_ascii_hexdigit());
    (known && an_id).then(|| format!("/{kind}/{id}"))
}

/// Where the graph of a page is kept.
enum Kept {
    /// It has not been saved.
    Nowhere,
    /// It is saved, and changes are too.
    At(Stored),
    /// It is shared, and nobody changes it.
    Shared,
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

async fn respond(state: &AppState, graph: Graph, kept: Kept, request: Request) -> Response {
    match page_data(state, graph, kept, request.headers()).await {
        Ok((data, first)) => render(state, data, first, request).await,
        Err(error) => failed(error),
    }
}

async fn page_data(
    state: &AppState,
    graph: Graph,
    kept: Kept,
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
        inspector: inspector::page(&subject, &Selected::Nothing, &Said::default()),
    };
    let data = PageData {
        theme: Theme::from_cookie(cookies::value(headers, cookies::THEME)),
        analysis: subject.analysis,
        samples: state.samples.list(&state.library).await,
        graph,
        shared: matches!(kept, Kept::Shared),
        stored: match kept {
            Kept::At(place) => Some(place),
            Kept::Nowhere | Kept::Shared => None,
        },
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

#[cfg(test)]
mod tests {
    use super::graph_at;

    #[test]
    fn links_lead_to_graphs_of_this_server_alone() {
        let id = "0123456789abcdef0123456789abcdef";
        for link in [
            format!(" http://localhost:3000/s/{id}\n"),
            format!("/s/{id}/"),
            format!("patchbay.example/s/{id}"),
        ] {
            assert_eq!(graph_at(&link), Some(format!("/s/{id}")), "{link}");
        }
        assert_eq!(graph_at(&format!("/g/{id}")), Some(format!("/g/{id}")));
        for link in [
            "",
            id,
            "/s/",
            "/s/..",
            "//evil.example/s",
            &format!("/x/{id}"),
            &format!("/s/{id}0"),
        ] {
            assert_eq!(graph_at(link), None, "{link}");
        }
    }
}
