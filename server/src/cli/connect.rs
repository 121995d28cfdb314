//! `patchbay connect`

use super::deps::Deps;
use super::{Failure, report, subject};
use patchbay_composer::connect_all;
use patchbay_model::connect::{Choice, Connected};
use patchbay_model::{Endpoint, Graph, Link, Op, Transaction};
use std::path::PathBuf;

/// Wires a graph by itself: an open import is linked when exactly one export fits it by name or version. Where several
/// do, they are listed, the best first, and the exit code is 1; choose with --choose.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json)
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    /// Write the graph here instead of stdout; it may be the same file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Fill an import of a node from another node, where several could: auth=hello, or auth:wasi:http/handler@0.3.0=hello
    #[arg(long, value_name = "NODE[:IMPORT]=NODE", value_parser = parse_pick)]
    choose: Vec<Pick>,
    /// Print the operations, the choices and what stays open as JSON, instead of the graph
    #[arg(long)]
    json: bool,
}

/// What a person chose.
#[derive(Clone, Debug)]
struct Pick {
    importer: String,
    /// Any import of that node where it is not said.
    import: Option<String>,
    exporter: String,
}

fn parse_pick(text: &str) -> Result<Pick, String> {
    let (to, exporter) = text
        .rsplit_once('=')
        .ok_or("write it as importer=exporter, with the names of two nodes")?;
    let (importer, import) = match to.split_once(':') {
        Some((importer, import)) => (importer, Some(import.to_owned())),
        None => (to, None),
    };
    Ok(Pick {
        importer: importer.to_owned(),
        import,
        exporter: exporter.to_owned(),
    })
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let (mut graph, parts) = subject::graph(&arguments.graph, &arguments.deps)?;
    let mut ops = Vec::new();
    let connect = |graph: &Graph| {
        connect_all(graph, &parts).map_err(|problem| report::refused(&[problem], Some(graph)))
    };
    let mut connected = connect(&graph)?;
    for pick in &arguments.choose {
        let chosen = chosen(&graph, &connected.choices, pick)?;
        apply(&mut graph, &mut ops, std::mem::take(&mut connected.ops))?;
        apply(&mut graph, &mut ops, chosen)?;
        connected = connect(&graph)?;
    }
    apply(&mut graph, &mut ops, std::mem::take(&mut connected.ops))?;
    connected.ops = ops;
    if arguments.json {
        report::json(&connected)?;
    } else {
        eprint!("{}", in_words(&graph, &connected));
    }
    if !arguments.json || arguments.output.is_some() {
        subject::save(&graph, arguments.output.as_deref())?;
    }
    match connected.choices.is_empty() {
        true => Ok(()),
        false => Err(Failure::Reported),
    }
}

fn apply(graph: &mut Graph, done: &mut Vec<Op>, ops: Vec<Op>) -> Result<(), Failure> {
    let transaction = Transaction::new("connect", ops);
    let applied = graph.apply(&transaction);
    applied.map_err(|e| Failure::Problem(format!("the graph cannot be connected: {e}")))?;
    done.extend(transaction.ops);
    Ok(())
}

/// The links that a choice means: of every import that it fits.
fn chosen(graph: &Graph, choices: &[Choice], pick: &Pick) -> Result<Vec<Op>, Failure> {
    let is = |end: &Endpoint, name: &str| graph.node(&end.node).is_some_and(|n| n.name == name);
    let meant = choices.iter().filter(|choice| {
        is(&choice.import, &pick.importer)
            && pick
                .import
                .as_ref()
                .is_none_or(|i| *i == choice.import.port)
    });
    let ops: Vec<Op> = meant
        .filter_map(|choice| {
            let mut candidates = choice.candidates.iter();
            let candidate = candidates.find(|c| is(&c.export, &pick.exporter))?;
            let from = candidate.export.clone();
            let to = choice.import.clone();
            let link = Link { from, to };
            Some(Op::AddLink { link })
        })
        .collect();
    match ops.is_empty() {
        false => Ok(ops),
        true => Err(Failure::Usage(format!(
            "--choose {}={}: there is no such choice",
            pick.importer, pick.exporter
        ))),
    }
}

fn in_words(graph: &Graph, connected: &Connected) -> String {
    let mut text = String::new();
    let name = |end: &Endpoint| graph.path_in_words(std::slice::from_ref(&end.node));
    for op in &connected.ops {
        if let Op::AddLink { link } = op {
            let (from, to) = (name(&link.from), name(&link.to));
            text += &format!("linked: {from} → {to} ({})\n", link.to.port);
        }
    }
    for choice in &connected.choices {
        let import = &choice.import;
        text += &format!("choose: {} of {}:\n", import.port, name(import));
        for candidate in &choice.candidates {
            let (from, to) = (name(&candidate.export), name(import));
            text += &format!(
                "  {} of {from}: --choose {to}={from}\n",
                candidate.export.port
            );
        }
    }
    for open in &connected.open {
        let (port, node) = (&open.import.port, name(&open.import));
        text += &format!("open: {port} of {node}: {}\n", open.message);
    }
    text
}
