//! `patchbay size`

use super::deps::Deps;
use super::subject::Subject;
use super::{Failure, report};
use patchbay_model::size::SizeReport;
use std::path::PathBuf;

/// Says how many bytes each component takes in the result. A component that several nodes share is in it once.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json), a .wac source, or a composed component (.wasm, .wat)
    subject: PathBuf,
    #[command(flatten)]
    deps: Deps,
    /// Print the sizes as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let measured = match Subject::open(&arguments.subject, &arguments.deps)? {
        Subject::Graph(graph, parts) => {
            let bytes = patchbay_composer::fuse(&graph, &parts)
                .map_err(|problems| report::refused(&problems, Some(&graph)))?;
            patchbay_composer::size(&bytes, Some(&graph))
        }
        Subject::Component(component) => patchbay_composer::size(&component.bytes, None),
    };
    let sizes = measured.map_err(|e| Failure::Problem(e.to_string()))?;
    match arguments.json {
        true => report::json(&sizes),
        false => report::print(&in_words(&sizes)),
    }
}

fn in_words(sizes: &SizeReport) -> String {
    let mut text = String::new();
    for part in &sizes.parts {
        let nodes = match part.instances.is_empty() {
            true => "no instance".to_owned(),
            false => part.instances.join(", "),
        };
        let package = part.package.as_ref();
        let package = package.map_or_else(String::new, |package| format!(" ({package})"));
        let removable = match part.removable {
            0 => String::new(),
            bytes => format!(", {bytes} of them names and debug information"),
        };
        text += &format!("{:>10} {nodes}{package}{removable}\n", part.bytes);
    }
    text + &format!("{:>10} wiring\n{:>10} in all\n", sizes.wiring, sizes.total)
}
