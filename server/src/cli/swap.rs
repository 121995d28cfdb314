//! `patchbay swap`

use super::deps::Deps;
use super::{Failure, report, subject};
use patchbay_composer::Component;
use patchbay_model::Transaction;
use std::path::PathBuf;

/// Replaces the components of nodes by newer builds. Links and exports that still fit stay, also at another version of
/// their port; the others are removed, with the reason, and the exit code is 1.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json)
    graph: PathBuf,
    /// A node's name, and the component that goes in its place
    #[arg(required = true, value_name = "NODE=FILE", value_parser = parse_replacement)]
    replacements: Vec<(String, PathBuf)>,
    #[command(flatten)]
    deps: Deps,
    /// Write the graph here instead of stdout; it may be the same file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Print the operations and what is lost as JSON, instead of the graph
    #[arg(long)]
    json: bool,
}

fn parse_replacement(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((node, path)) if !node.is_empty() && !path.is_empty() => {
            Ok((node.to_owned(), path.into()))
        }
        _ => Err("write it as node=path/to/file.wasm".to_owned()),
    }
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let (mut graph, mut parts) = subject::graph(&arguments.graph, &arguments.deps)?;
    let mut swaps = Vec::new();
    for (name, path) in &arguments.replacements {
        let node = graph.node_named(name).ok_or_else(|| {
            Failure::Usage(format!("there is no node called `{name}` in this graph"))
        })?;
        let id = node.id.clone();
        let mut component: Component = subject::component(path)?;
        // A newer build of the same package: it is found by its digest wherever the graph is opened next.
        if let Some(old) = node.component() {
            component.info.package.clone_from(&old.package);
        }
        let swap = patchbay_composer::swap(&graph, &parts, &id, &component);
        let swap = swap.map_err(|problem| report::refused(&[problem], Some(&graph)))?;
        let transaction = Transaction::new("replace", swap.ops.clone());
        let applied = graph.apply(&transaction);
        applied.map_err(|e| Failure::Problem(format!("`{name}` cannot be replaced: {e}")))?;
        parts.provide(component.info.digest.to_string(), component);
        if !arguments.json {
            for lost in &swap.lost {
                eprintln!("{name}: {}", lost.message);
            }
            for import in &swap.opened {
                eprintln!("{name}: the new component imports `{import}`, which nothing fills yet.");
            }
        }
        swaps.push(swap);
    }
    if arguments.json {
        report::json(&swaps)?;
    }
    if !arguments.json || arguments.output.is_some() {
        subject::save(&graph, arguments.output.as_deref())?;
    }
    match swaps.iter().all(|swap| swap.lost.is_empty()) {
        true => Ok(()),
        false => Err(Failure::Reported),
    }
}
