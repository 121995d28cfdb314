//! `patchbay check`

use super::deps::Deps;
use super::graph_file::GraphFile;
use super::{Failure, report};
use patchbay_model::analysis::{World, WorldItem};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json), a .wac source, or a configuration of wasm-tools compose (.yml)
    graph: PathBuf,
    #[command(flatten)]
    deps: Deps,
    /// Print problems and the world of the result as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let file = GraphFile::open(&arguments.graph, &arguments.deps)?;
    let (problems, world) = file.check();
    if arguments.json {
        report::json(&serde_json::json!({ "problems": problems, "world": world }))?;
    } else {
        report::problems(&problems, file.graph());
    }
    if report::has_errors(&problems) || world.is_none() {
        return Err(Failure::Reported);
    }
    match world {
        Some(world) if !arguments.json => report::print(&in_words(&world)),
        _ => Ok(()),
    }
}

fn in_words(world: &World) -> String {
    let list = |title: &str, items: &[WorldItem]| {
        let lines = items
            .iter()
            .map(|item| format!("  {} ({})\n", item.name, item.kind.word()));
        let none = if items.is_empty() { " none" } else { "" };
        format!("{title}:{none}\n{}", lines.collect::<String>())
    };
    list("imports", &world.imports) + &list("exports", &world.exports)
}
