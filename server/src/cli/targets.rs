//! `patchbay targets`

use super::deps::Deps;
use super::subject::Subject;
use super::{Failure, read, report};
use patchbay_composer::targets::{TargetError, WitFile, WitSource};
use patchbay_model::Graph;
use patchbay_model::target::TargetReport;
use std::path::{Path, PathBuf};

/// Says which environments run a component: WASI's HTTP and command worlds, wasmtime, Spin, wasmCloud, or a WIT world of
/// your own; and what keeps it from running in the others. The exit code is 1 when it fits none.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A saved graph (.json), a .wac source, or a component (.wasm, .wat)
    subject: PathBuf,
    #[command(flatten)]
    deps: Deps,
    /// Check against a world of this WIT file, or of this directory with its `deps`, instead; WASI's packages are known
    #[arg(long, value_name = "PATH")]
    wit: Option<PathBuf>,
    /// Which world of it, where it has several
    #[arg(long, requires = "wit")]
    world: Option<String>,
    /// Print the reports as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let own = match &arguments.wit {
        Some(path) => Some(wit(path, arguments.world.clone())?),
        None => None,
    };
    let subject = Subject::open(&arguments.subject, &arguments.deps)?;
    let (reports, graph) = match &subject {
        Subject::Graph(graph, parts) => (
            patchbay_composer::graph_targets(graph, parts, own.as_ref()),
            Some(graph),
        ),
        Subject::Component(component) => (
            patchbay_composer::targets(&component.bytes, own.as_ref()),
            None,
        ),
    };
    let reports = reports.map_err(|error| match error {
        TargetError::Graph(problems) => report::refused(&problems, graph),
        TargetError::Wit(why) => Failure::Usage(why),
        other => Failure::Problem(other.to_string()),
    })?;
    if arguments.json {
        report::json(&reports)?;
    } else {
        let texts = reports.iter().map(|report| in_words(report, graph));
        report::print(&texts.collect::<String>())?;
    }
    match reports.iter().any(|report| report.fits) {
        true => Ok(()),
        false => Err(Failure::Reported),
    }
}

fn in_words(report: &TargetReport, graph: Option<&Graph>) -> String {
    let fits = if report.fits { "fits" } else { "does not fit" };
    let about = match report.about.as_str() {
        "" => String::new(),
        about => format!(" ({about})"),
    };
    let mut text = format!("{fits}: {}{about}\n", report.target);
    for finding in &report.findings {
        let side = finding.side.word();
        text += &format!("  {side} {}: {}\n", finding.name, finding.message);
        for difference in &finding.differences {
            text += &format!("    - {difference}\n");
        }
        let names = finding.nodes.iter().filter_map(|id| graph?.node(id));
        let names: Vec<&str> = names.map(|node| node.name.as_str()).collect();
        if !names.is_empty() {
            text += &format!("    of {}\n", names.join(", "));
        }
    }
    text
}

/// A WIT package as tools lay it out: a file, or a directory of files with its dependencies in `deps`, each a file or a
/// directory.
fn wit(path: &Path, world: Option<String>) -> Result<WitSource, Failure> {
    if path.is_file() {
        let files = vec![file(path)?];
        return Ok(WitSource {
            files,
            deps: Vec::new(),
            world,
        });
    }
    let mut deps = Vec::new();
    let below = path.join("deps");
    if below.is_dir() {
        for entry in entries(&below)? {
            match entry.is_dir() {
                true => deps.push(files(&entry)?),
                false if is_wit(&entry) => deps.push(vec![file(&entry)?]),
                false => {}
            }
        }
    }
    Ok(WitSource {
        files: files(path)?,
        deps,
        world,
    })
}

fn files(directory: &Path) -> Result<Vec<WitFile>, Failure> {
    let entries = entries(directory)?;
    entries
        .iter()
        .filter(|path| is_wit(path))
        .map(|path| file(path))
        .collect()
}

fn entries(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let unreadable = |e| Failure::Usage(format!("cannot read {}: {e}", directory.display()));
    let entries = std::fs::read_dir(directory).map_err(unreadable)?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    paths.sort();
    Ok(paths)
}

fn is_wit(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "wit")
}

fn file(path: &Path) -> Result<WitFile, Failure> {
    let text = String::from_utf8(read(path)?);
    Ok(WitFile {
        path: path.display().to_string(),
        text: text.map_err(|_| Failure::Usage(format!("{} is not text", path.display())))?,
    })
}
