//! `patchbay chain`

use super::deps::Deps;
use super::{Failure, report, subject};
use patchbay_composer::chain;
use patchbay_model::splice::Sink;
use patchbay_model::{Endpoint, Graph, NodeId, Transaction};
use std::path::PathBuf;

/// Puts nodes between an export and whoever takes it: one into a link, or several in a row, or a row in another order.
/// The first node is next to what supplies, the last one next to what takes.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json)
    graph: PathBuf,
    /// The names of the nodes, in their order
    #[arg(required = true, value_name = "NODE")]
    nodes: Vec<String>,
    /// The row ends at this node; say its import where several have links: app:wasi:http/handler@0.3.0
    #[arg(
        long,
        value_name = "NODE[:IMPORT]",
        required_unless_present = "export",
        conflicts_with = "export"
    )]
    to: Option<String>,
    /// The row ends at this export of the result
    #[arg(long, value_name = "NAME")]
    export: Option<String>,
    /// The row begins at this export; without it, at what supplies its end now
    #[arg(long, value_name = "NODE:EXPORT")]
    from: Option<String>,
    #[command(flatten)]
    deps: Deps,
    /// Write the graph here instead of stdout; it may be the same file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let (mut graph, parts) = subject::graph(&arguments.graph, &arguments.deps)?;
    let nodes = arguments.nodes.iter().map(|name| node(&graph, name));
    let nodes = nodes.collect::<Result<Vec<_>, _>>()?;
    let sink = match (&arguments.export, &arguments.to) {
        (Some(name), _) => Sink::Export(name.clone()),
        (None, to) => Sink::Import(import(&graph, to.as_deref().unwrap_or_default())?),
    };
    let source = match arguments.from.as_deref().map(|text| text.split_once(':')) {
        None => None,
        Some(Some((name, port))) => Some(end(node(&graph, name)?, port)),
        Some(None) => return Err(Failure::Usage("--from: write it as node:export".to_owned())),
    };
    let ops = chain(&graph, &parts, source.as_ref(), &nodes, &sink)
        .map_err(|problem| report::refused(&[problem], Some(&graph)))?;
    let applied = graph.apply(&Transaction::new("chain", ops));
    applied.map_err(|e| Failure::Problem(format!("the nodes cannot be put in a row: {e}")))?;
    subject::save(&graph, arguments.output.as_deref())
}

fn node(graph: &Graph, name: &str) -> Result<NodeId, Failure> {
    let found = graph.node_named(name).map(|node| node.id.clone());
    found.ok_or_else(|| Failure::Usage(format!("there is no node called `{name}` in this graph")))
}

fn end(node: NodeId, port: &str) -> Endpoint {
    let port = port.to_owned();
    Endpoint { node, port }
}

/// The import that is said, or the only one of the node that has a link.
fn import(graph: &Graph, text: &str) -> Result<Endpoint, Failure> {
    if let Some((name, port)) = text.split_once(':') {
        return Ok(end(node(graph, name)?, port));
    }
    let id = node(graph, text)?;
    let links = graph.links().filter(|link| link.to.node == id);
    let imports: Vec<String> = links.map(|link| link.to.port).collect();
    match &imports[..] {
        [only] => Ok(end(id, only)),
        [] => Err(Failure::Usage(format!(
            "--to: `{text}` has no links yet; write it as node:import"
        ))),
        several => Err(Failure::Usage(format!(
            "--to: `{text}` has links to {}; write it as node:import",
            several.join(", ")
        ))),
    }
}
