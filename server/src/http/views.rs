//! `/views`: what the page shows beside the canvas, as fragments of HTML.

use super::error::Error;
use super::extract::JsonBody;
use super::wiring;
use crate::compose::{FuseError, Workbench};
use crate::state::AppState;
use crate::storage;
use crate::views::inspector::{self, Selected};
use crate::views::{self, Said, chain, choices, compare, html, problems, saved};
use axum::extract::{Path, Query, State};
use axum::response::Html;
use patchbay_composer::targets::TargetError;
use patchbay_model::api::ProblemDetails;
use patchbay_model::{Endpoint, Graph, Node, NodeId};
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(view))
}

/// How many components are compared with the one that they could replace.
const JUDGED: usize = 12;

/// What a view speaks of, where that is not the whole graph.
#[derive(Deserialize, IntoParams)]
struct About {
    /// A node.
    node: Option<NodeId>,
    /// An import of the node: the view speaks of that, or of the link that fills it.
    port: Option<String>,
    /// The saved graph to compare with.
    with: Option<String>,
    /// How many things are selected.
    several: Option<usize>,
    /// Several nodes, with commas between.
    nodes: Option<String>,
    /// What people call a `.wac` source.
    name: Option<String>,
}

/// What a view is of.
#[derive(Deserialize, ToSchema)]
struct Viewed {
    /// The graph.
    graph: Graph,
    /// A `.wac` source (`source`), or a world of one's own to check against, as WIT (`targets`).
    #[serde(default)]
    text: String,
}

impl About {
    /// Those that there are, each once.
    fn nodes(&self, graph: &Graph) -> Vec<NodeId> {
        let mut nodes = Vec::new();
        for id in self.nodes.as_deref().unwrap_or_default().split(',') {
            let id = NodeId(id.to_owned());
            if graph.node(&id).is_some() && !nodes.contains(&id) {
                nodes.push(id);
            }
        }
        nodes
    }

    fn selected(self, graph: &Graph) -> Selected {
        let nodes = self.nodes(graph);
        match (self.node, self.port, self.several) {
            (Some(node), Some(port), _) => Selected::Link(Endpoint { node, port }),
            (Some(node), None, _) => Selected::Node(node),
            (None, _, Some(count)) => Selected::Several(count, nodes),
            (None, _, None) => Selected::Nothing,
        }
    }
}

/// Shows something of a graph, for people to look at: what is selected and the result (`inspector`), the `problems`, what
/// is left after connecting all (`connect`), what could take a node's place (`replacements`), a form for a `stub` of an
/// import, one for a `group`, the places of a `chain`, what can be opened (`saved`), the mistakes of a `.wac`
/// source (`source`), how it differs from a saved graph (`compare`); or its result from one side
/// (`targets`, `size`, `wac`, `wit`, `wat`). Where there is no result, it says why.
#[utoipa::path(post, path = "/views/{view}", tag = "compose", request_body = Viewed,
    params(("view" = String, Path, description = "As above"), About),
    responses(
    (status = 200, description = "A fragment of HTML", body = String, content_type = "text/html"),
    (status = 404, description = "No such view, node or import", body = ProblemDetails, content_type = "application/problem+json"),
    (status = 503, description = "Too much is being computed", body = ProblemDetails, content_type = "application/problem+json"),
))]
async fn view(
    State(state): State<AppState>,
    Path(view): Path<String>,
    Query(about): Query<About>,
    JsonBody(Viewed { graph, text }): JsonBody<Viewed>,
) -> Result<Html<String>, Error> {
    let workbench = &state.workbench;
    if view == "compare" {
        let content = compare(&state, graph, about.with).await?;
        return Ok(Html(views::page(&view, &content)));
    }
    if views::is_side(&view) {
        let content = match side(workbench, &view, graph, text).await {
            Err(error @ Error::Problems(_)) => html::muted(&error.to_string()),
            other => other?,
        };
        return Ok(Html(views::page(&view, &content)));
    }
    Ok(Html(match view.as_str() {
        "inspector" => {
            let subject = workbench.subject(graph).await?;
            let selected = about.selected(&subject.graph);
            let said = match &selected {
                Selected::Node(id) => match subject.graph.node(id) {
                    Some(node) => workbench.said(node).await?,
                    None => Said::default(),
                },
                _ => Said::default(),
            };
            inspector::page(&subject, &selected, &said)
        }
        "problems" => problems::list(&workbench.subject(graph).await?),
        "connect" => {
            let connected = workbench.connect(graph.clone()).await?;
            choices::connect(&graph, &connected)
        }
        "replacements" => {
            let node = about.node.as_ref().and_then(|id| graph.node(id));
            let node = node.ok_or(Error::NotFound("node"))?;
            replacements(&state, node).await?
        }
        "stub" => stub(workbench, graph, about).await?,
        "group" => choices::group(&graph, &about.nodes(&graph)),
        "chain" => in_a_row(workbench, graph, about).await?,
        "source" => source(workbench, about, text).await?,
        "saved" => {
            let graphs = state.storage.graphs.list().await?;
            let samples = state.samples.list(&state.library).await;
            saved::lists(&graphs, &samples, storage::now())
        }
        _ => return Err(Error::NotFound("view")),
    }))
}

async fn stub(workbench: &Workbench, graph: Graph, about: About) -> Result<String, Error> {
    let subject = workbench.subject(graph).await?;
    let node = about.node.as_ref().and_then(|id| subject.graph.node(id));
    let node = node.ok_or(Error::NotFound("node"))?;
    let none = || Error::NotFound("import");
    let port = about.port.ok_or_else(none)?;
    let functions = workbench.asked(node, &port).await?.ok_or_else(none)??;
    let import = subject.component(node).and_then(|of| of.import(&port));
    Ok(choices::stub(node, import.ok_or_else(none)?, &functions))
}

/// The other components; those of the same name with what a swap would change.
async fn replacements(state: &AppState, node: &Node) -> Result<String, Error> {
    let components = state.library.list().await?;
    let mut judged = BTreeMap::new();
    if let Some(now) = node.component()
        && let Some(old) = &now.digest
    {
        let mut others = components.iter();
        while let Some(other) = others.find(|it| it.short_name() == now.short_name())
            && judged.len() < JUDGED
        {
            let compared = state.workbench.compare(old, &other.digest).await?;
            judged.extend(compared.map(|compared| (other.digest.clone(), compared)));
        }
    }
    Ok(choices::replacements(node, &components, &judged))
}

async fn compare(state: &AppState, graph: Graph, with: Option<String>) -> Result<String, Error> {
    let Some(id) = with else {
        return Ok(compare::choose(&state.storage.graphs.list().await?));
    };
    let old = state.storage.graphs.get(&id).await?;
    let old = old.ok_or(Error::NotFound("saved graph"))?.graph;
    let (before, after) = (old.clone(), graph.clone());
    let compared = state.workbench.compare_graphs(before, after).await?;
    Ok(compare::graphs(&graph, &old, &compared))
}

/// The places where nodes can stand in a row, in the order that is asked for.
async fn in_a_row(workbench: &Workbench, graph: Graph, about: About) -> Result<String, Error> {
    let nodes = about.nodes(&graph);
    if nodes.len() > chain::LONGEST {
        return Ok(chain::too_long());
    }
    let places = workbench.chain_places(graph.clone(), nodes.clone()).await?;
    Ok(chain::page(&graph, &nodes, &places))
}

async fn source(workbench: &Workbench, about: About, source: String) -> Result<String, Error> {
    let name = about.name.unwrap_or_default();
    let read = workbench.read_wac(&name, source.clone(), Vec::new());
    let problems = match read.await {
        Ok(_) => Vec::new(),
        Err(FuseError::Problems(problems)) => problems,
        Err(other) => return Err(other.into()),
    };
    Ok(views::mistakes(&name, &source, &problems))
}

async fn side(
    workbench: &Workbench,
    view: &str,
    graph: Graph,
    text: String,
) -> Result<String, Error> {
    Ok(match view {
        "targets" => {
            let wit = (!text.is_empty()).then_some(text);
            let own = wit.clone().map(wiring::own_world);
            let verdict = match workbench.targets(graph.clone(), own).await? {
                Ok(reports) => views::matrix(&graph, &reports),
                Err(TargetError::Graph(problems)) => return Err(Error::Problems(problems)),
                Err(TargetError::Wit(why)) => format!(
                    "<p class=\"warn\" role=\"alert\">{}</p>",
                    html::escape(&why)
                ),
                Err(TargetError::Component(error)) => return Err(Error::Library(error.into())),
            };
            verdict + &views::own_world(wit.as_deref())
        }
        "size" => {
            let report = workbench.size(graph.clone()).await?;
            views::sizes(&graph, &report)
        }
        "wac" => workbench.show_wac(graph).await?,
        "wit" => {
            let analysis = workbench.check(graph).await?;
            let Some(world) = analysis.world else {
                return Err(Error::Problems(analysis.problems));
            };
            views::pre("WIT", &world.wit)
        }
        _ => workbench.wat(graph).await?,
    })
}
