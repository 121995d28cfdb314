//! The server as the page sees it: one function for each word of the REST interface under `/api/v1`.

pub mod json;
pub mod proposal;
mod request;
mod upload;

pub use upload::upload;

use crate::page::Stored;
use proposal::Remark;
use request::{Request, bytes, text};
use wasm_bindgen::JsValue;
use web_sys::Response;

use patchbay_model::api::{PreviewInfo, ProblemDetails};
use patchbay_model::{Analysis, ComponentInfo, Graph};
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
        match json::decode(text) {
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
    read(&post("/check", graph).await?).await
}

/// A graph that was made out of something else.
#[derive(Deserialize)]
pub struct Opened {
    /// The graph.
    pub graph: Graph,
    /// The components that came with it.
    #[serde(default)]
    pub components: Vec<ComponentInfo>,
    /// What the graph says differently.
    #[serde(default)]
    pub notes: Vec<Remark>,
    /// What the graph cannot say, in sentences.
    #[serde(default)]
    pub lost: Vec<String>,
}

/// Makes a graph out of something: of a file or a text, if there is one, or of what the address names.
///
/// # Errors
/// Also when it is nothing of that kind, or has a mistake.
pub async fn open(path: &str, of: Option<(&str, JsValue)>) -> Result<Opened, Failure> {
    let mut request = Request::post(&format!("{API}{path}"));
    if let Some((media_type, body)) = of {
        request = request.body(media_type, &body);
    }
    read(&request.send().await?).await
}

/// Fuses a graph into one component and returns its bytes.
///
/// # Errors
/// Also when the graph has problems, which the refusal then lists.
pub async fn fuse(graph: &Graph) -> Result<Vec<u8>, Failure> {
    let response = post("/fuse", graph).await?;
    bytes(&response).await
}

/// Something of a graph, as HTML. What follows the first line of the view is a text that goes with the graph.
///
/// # Errors
/// Also when what it speaks of is not in the graph.
pub async fn view(view: &str, graph: &Graph) -> Result<String, Failure> {
    let (view, with) = view.split_once('\n').unwrap_or((view, ""));
    let json = |encoded: Result<String, String>| encoded.map_err(Failure::Broken);
    let (graph, with) = (json(json::encode(graph))?, json(json::encode(&with))?);
    let body = format!(r#"{{"graph":{graph},"text":{with}}}"#);
    let request = Request::post(&format!("{API}/views/{view}"));
    let request = request.body("application/json", &body.into());
    text(&request.send().await?).await
}

/// Draws a graph as SVG.
///
/// # Errors
/// See [`Failure`].
pub async fn picture(graph: &Graph, dark: bool) -> Result<String, Failure> {
    let theme = if dark { "dark" } else { "light" };
    text(&post(&format!("/picture?theme={theme}"), graph).await?).await
}

/// Saves a new graph, among `/graphs` or, for others to look at, among `/shares`.
///
/// # Errors
/// See [`Failure`].
pub async fn create_graph(among: &str, graph: &Graph) -> Result<Stored, Failure> {
    read(&post(among, graph).await?).await
}

/// Saves a graph in place of a revision.
///
/// # Errors
/// Also when the server has another revision by now: [`Failure::is_conflict`].
pub async fn save_graph(id: &str, revision: u64, graph: &Graph) -> Result<Stored, Failure> {
    let request = Request::put(&graph_url(id)).header("If-Match", &format!("\"{revision}\""));
    read(&request.json(graph)?.send().await?).await
}

/// Saves a graph while the page is going away; nobody is left to hear the answer.
pub fn save_last_words(stored: Option<(&str, u64)>, graph: &Graph) {
    let request = match stored {
        Some((id, revision)) => {
            Request::put(&graph_url(id)).header("If-Match", &format!("\"{revision}\""))
        }
        None => Request::post(&format!("{API}/graphs")),
    };
    if let Ok(request) = request.json(graph) {
        request.outlive_the_page();
    }
}

/// Fuses a graph and runs the result in the sandbox, with what was set for the saved graph of that id before.
///
/// # Errors
/// Also when the graph has problems, which the refusal then lists.
pub async fn start_preview(graph: &Graph, saved: Option<&str>) -> Result<PreviewInfo, Failure> {
    let address = for_saved("/previews?use=any", saved);
    read(&post(&address, graph).await?).await
}

/// Lets the server compile what a preview of the graph will probably run, as was set for the saved graph of that id.
///
/// # Errors
/// See [`Failure`]; a preview can be started all the same.
pub async fn expect_preview(graph: &Graph, saved: Option<&str>) -> Result<(), Failure> {
    let address = for_saved("/previews/ahead?", saved);
    post(&address, graph).await.map(drop)
}

fn for_saved(address: &str, saved: Option<&str>) -> String {
    saved.map_or(address.to_owned(), |id| format!("{address}&graph={id}"))
}

/// Ends a preview.
///
/// # Errors
/// See [`Failure`].
pub async fn stop_preview(id: &str) -> Result<(), Failure> {
    let request = Request::delete(&format!("{API}/previews/{id}"));
    request.send().await.map(drop)
}

/// Sends a form of a fragment that the server drew, and returns what it draws then.
///
/// # Errors
/// See [`Failure`].
pub async fn fragment(address: &str, form: &str) -> Result<String, Failure> {
    text(&Request::post(address).form(form).send().await?).await
}

/// What the page shows of a preview first.
pub fn preview_panel(id: &str) -> String {
    format!("{API}/previews/{id}/panel/open")
}

/// Where a preview's log lines come from, as server-sent events.
pub fn preview_logs_url(id: &str) -> String {
    format!("{API}/previews/{id}/logs")
}

fn graph_url(id: &str) -> String {
    format!("{API}/graphs/{id}")
}

async fn post<B: Serialize>(path: &str, body: &B) -> Result<Response, Failure> {
    let request = Request::post(&format!("{API}{path}")).json(body)?;
    request.send().await
}

async fn read<T: DeserializeOwned>(response: &Response) -> Result<T, Failure> {
    decode_answer(&text(response).await?)
}

fn decode_answer<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    json::decode(text)
        .map_err(|error| Failure::Broken(format!("The server's answer cannot be read: {error}.")))
}
