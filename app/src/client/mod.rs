//! The server as the page sees it: one function for each word of the REST interface under `/api/v1`.

mod upload;

pub use upload::upload;

use gloo_net::http::{Request, RequestBuilder, Response};
use js_sys::{Object, Reflect};
use patchbay_model::api::{
    GraphSummary, PreviewInfo, PreviewOutcome, PreviewRequest, ProblemDetails, StoredGraph,
};
use patchbay_model::{Analysis, Endpoint, Graph, Op};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Where the interface lives.
const API: &str = "/api/v1";

/// Why there is no answer.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The server says no, and why.
    Refused(Box<ProblemDetails>),
    /// There was no answer, or one that is not Patchbay's.
    Broken(String),
}

impl Failure {
    /// Whether somebody else saved another version in between.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 412)
    }

    /// Whether what was asked for is not there, or not any more.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Refused(problem) if problem.status == 404)
    }

    /// What an answer that is not a success means.
    fn from_answer(status: u16, text: &str) -> Self {
        match serde_json::from_str(text) {
            Ok(problem) => Self::Refused(problem),
            Err(_) => Self::Broken(format!("The server answered with status {status}.")),
        }
    }

    fn unreachable() -> Self {
        Self::Broken("The server cannot be reached.".to_string())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused(problem) if problem.detail.is_empty() => &problem.title,
            Self::Refused(problem) => &problem.detail,
            Self::Broken(sentence) => sentence,
        })
    }
}

/// Asks what there is to say of a graph.
///
/// # Errors
/// See [`Failure`]; so for all that follow.
pub async fn check(graph: &Graph) -> Result<Analysis, Failure> {
    read(post("/check", graph).await?).await
}

/// What connecting all comes to, as far as the page tells it.
#[derive(Deserialize)]
pub struct Connected {
    /// Draws the links that follow.
    pub ops: Vec<Op>,
    /// Imports that several exports could fill.
    pub choices: Vec<Remaining>,
    /// Imports that stay open.
    pub open: Vec<Remaining>,
}

/// An import that connecting all leaves open.
#[derive(Deserialize)]
pub struct Remaining {
    /// The import.
    pub import: Endpoint,
    /// The class of the reason; empty for a choice.
    #[serde(default)]
    pub reason: String,
    /// The reason; empty for a choice.
    #[serde(default)]
    pub message: String,
}

/// Asks which links of a graph follow without a guess.
///
/// # Errors
/// See [`Failure`].
pub async fn connect(graph: &Graph) -> Result<Connected, Failure> {
    read(post("/connect", graph).await?).await
}

/// Fuses a graph into one component and returns its bytes.
///
/// # Errors
/// Also when the graph has problems, which the refusal then lists.
pub async fn fuse(graph: &Graph) -> Result<Vec<u8>, Failure> {
    let response = post("/fuse", graph).await?;
    response.binary().await.map_err(|_| Failure::unreachable())
}

/// Saves a new graph.
///
/// # Errors
/// See [`Failure`].
pub async fn create_graph(graph: &Graph) -> Result<StoredGraph, Failure> {
    read(post("/graphs", graph).await?).await
}

/// Saves a graph in place of a revision.
///
/// # Errors
/// Also when the server has another revision by now: [`Failure::is_conflict`].
pub async fn save_graph(id: &str, revision: u64, graph: &Graph) -> Result<StoredGraph, Failure> {
    let request = Request::put(&graph_url(id)).header("If-Match", &format!("\"{revision}\""));
    read(send(request, Some(graph)).await?).await
}

/// Saves a graph while the page is going away; nobody is left to hear the answer.
pub fn save_last_words(stored: Option<(&str, u64)>, graph: &Graph) {
    let Ok(body) = serde_json::to_string(graph) else {
        return;
    };
    let headers = Object::new();
    let set = |object: &Object, key: &str, value: &str| {
        let _ = Reflect::set(object, &key.into(), &value.into());
    };
    set(&headers, "Content-Type", "application/json");
    let (url, method) = match stored {
        Some((id, revision)) => {
            set(&headers, "If-Match", &format!("\"{revision}\""));
            (graph_url(id), "PUT")
        }
        None => (format!("{API}/graphs"), "POST"),
    };
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    init.set_body(&body.into());
    init.set_headers(&headers);
    // web-sys has no name for it: the request may outlive the page.
    let _ = Reflect::set(&init, &"keepalive".into(), &true.into());
    let _ = leptos::prelude::window().fetch_with_str_and_init(&url, &init);
}

/// The graphs saved last.
///
/// # Errors
/// See [`Failure`].
pub async fn graphs() -> Result<Vec<GraphSummary>, Failure> {
    let request = Request::get(&format!("{API}/graphs"));
    read(send(request, None::<&()>).await?).await
}

/// Fuses a graph and runs the result in the sandbox.
///
/// # Errors
/// Also when the graph has problems, which the refusal then lists.
pub async fn start_preview(graph: &Graph) -> Result<PreviewInfo, Failure> {
    read(post("/previews", graph).await?).await
}

/// Ends a preview.
///
/// # Errors
/// See [`Failure`].
pub async fn stop_preview(id: &str) -> Result<(), Failure> {
    let request = Request::delete(&format!("{API}/previews/{id}"));
    send(request, None::<&()>).await.map(drop)
}

/// Sends a request to the component that a preview runs.
///
/// # Errors
/// When it could not be sent; what the component does wrong is an outcome.
pub async fn ask_preview(id: &str, request: &PreviewRequest) -> Result<PreviewOutcome, Failure> {
    read(post(&format!("/previews/{id}/requests"), request).await?).await
}

/// Where a preview's log lines come from, as server-sent events.
pub fn preview_logs_url(id: &str) -> String {
    format!("{API}/previews/{id}/logs")
}

fn graph_url(id: &str) -> String {
    format!("{API}/graphs/{id}")
}

async fn post<B: Serialize>(path: &str, body: &B) -> Result<Response, Failure> {
    send(Request::post(&format!("{API}{path}")), Some(body)).await
}

async fn send<B: Serialize>(
    request: RequestBuilder,
    body: Option<&B>,
) -> Result<Response, Failure> {
    let broken = |error: &dyn fmt::Display| Failure::Broken(error.to_string());
    let request = match body {
        Some(body) => {
            let json = serde_json::to_string(body).map_err(|e| broken(&e))?;
            request
                .header("Content-Type", "application/json")
                .body(json)
        }
        None => request.build(),
    };
    let request = request.map_err(|e| broken(&e))?;
    let response = request.send().await.map_err(|_| Failure::unreachable())?;
    if response.ok() {
        Ok(response)
    } else {
        let text = response.text().await.unwrap_or_default();
        Err(Failure::from_answer(response.status(), &text))
    }
}

async fn read<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = response.text().await.map_err(|_| Failure::unreachable())?;
    decode_answer(&text)
}

fn decode_answer<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::Broken(format!("The server's answer cannot be read: {error}.")))
}
