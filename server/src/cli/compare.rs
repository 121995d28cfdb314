//! `patchbay compare`

use super::deps::Deps;
use super::subject::Subject;
use super::{Failure, report};
use patchbay_model::compare::{Comparison, GraphComparison, Judgement};
use std::path::PathBuf;

/// Compares two versions of a component as a semantic version would say it (identical, compatible, additive, breaking),
/// or two graphs with their wiring. The exit code is 1 for a breaking change.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The old version: a component (.wasm, .wat), a saved graph (.json) or a .wac source
    old: PathBuf,
    /// The new version
    new: PathBuf,
    #[command(flatten)]
    deps: Deps,
    /// Print what differs as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let open = |path: &PathBuf| Subject::open(path, &arguments.deps);
    let judgement = match (open(&arguments.old)?, open(&arguments.new)?) {
        (Subject::Component(old), Subject::Component(new)) => {
            let comparison = patchbay_composer::compare(&old, &new);
            let comparison = comparison.map_err(|e| Failure::Problem(e.to_string()))?;
            match arguments.json {
                true => report::json(&comparison)?,
                false => report::print(&in_words(&comparison, ""))?,
            }
            comparison.judgement
        }
        (Subject::Graph(old, before), Subject::Graph(new, after)) => {
            let comparison = patchbay_composer::compare_graphs((&old, &before), (&new, &after));
            match arguments.json {
                true => report::json(&comparison)?,
                false => report::print(&graphs_in_words(&comparison))?,
            }
            comparison
                .world
                .map_or(Judgement::Identical, |w| w.judgement)
        }
        _ => {
            return Err(Failure::Usage(
                "a graph can be compared with a graph, and a component with a component: fuse the graph first"
                    .to_owned(),
            ));
        }
    };
    match judgement {
        Judgement::Breaking => Err(Failure::Reported),
        _ => Ok(()),
    }
}

fn in_words(comparison: &Comparison, indent: &str) -> String {
    let mut text = format!("{}\n", comparison.judgement);
    for change in &comparison.changes {
        let (judgement, side) = (change.judgement, change.side.word());
        text += &format!(
            "{indent}  {judgement}: {side} {}: {}\n",
            change.name, change.message
        );
        for difference in &change.differences {
            text += &format!("{indent}    - {difference}\n");
        }
    }
    text
}

fn graphs_in_words(comparison: &GraphComparison) -> String {
    let mut text = String::new();
    for change in &comparison.wiring {
        text += &format!("{}\n", change.message);
    }
    for node in &comparison.components {
        text += &format!(
            "The component of `{}`: {}",
            node.name,
            in_words(&node.comparison, "")
        );
    }
    match &comparison.world {
        Some(world) => text + "The result: " + &in_words(world, ""),
        None => text + "The results cannot be compared: one of the graphs cannot be fused.\n",
    }
}
