//! `patchbay adapt`

use super::output::Output;
use super::{Failure, read};
use patchbay_composer::generate::adapter::adapter;
use patchbay_composer::{Component, inspect_upload};
use std::path::PathBuf;

/// Functions become an interface of them or the other way about, several interfaces become one, and functions get other
/// names. The adapter's export has the name of the import; its imports have the names of the exports.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// An export to take functions from, as in store.wasm#demo:store/reader; all exports where none is named
    #[arg(long, value_name = "COMPONENT[#EXPORT]", required = true)]
    from: Vec<String>,
    /// The import to fill, as in app.wasm#demo:app/storage
    #[arg(long, value_name = "COMPONENT#IMPORT")]
    to: String,
    /// Which function is meant, where the names differ and the types do not say
    #[arg(long = "rename", value_name = "WANTED=OFFERED", value_parser = parse_rename)]
    renames: Vec<(String, String)>,
    #[command(flatten)]
    output: Output,
}

fn parse_rename(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((wanted, offered)) if !wanted.is_empty() && !offered.is_empty() => {
            Ok((wanted.to_owned(), offered.to_owned()))
        }
        _ => Err("write it as wanted=offered, as in get=fetch".to_owned()),
    }
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.output.check()?;
    let mut exports = Vec::new();
    for from in &arguments.from {
        let (component, export) = open(from)?;
        let names = match export {
            Some(export) => vec![export],
            None => component
                .info
                .exports
                .iter()
                .map(|port| port.name.clone())
                .collect(),
        };
        exports.extend(names.into_iter().map(|name| (component.clone(), name)));
    }
    let (importer, import) = open(&arguments.to)?;
    let import = import.ok_or_else(|| {
        Failure::Usage(format!(
            "name the import, as in --to {}#namespace:package/interface",
            arguments.to
        ))
    })?;
    let exports: Vec<(&Component, &str)> = exports
        .iter()
        .map(|(component, name)| (component, name.as_str()))
        .collect();
    let renames = arguments.renames.into_iter().collect();
    let adapter = adapter(&exports, &importer, &import, &renames)
        .map_err(|e| Failure::Problem(e.to_string()))?;
    arguments.output.write(&adapter.component.bytes)
}

/// A component, and the port of it that is named.
fn open(text: &str) -> Result<(Component, Option<String>), Failure> {
    let (file, port) = match text.split_once('#') {
        Some((file, port)) => (file, Some(port.to_owned())),
        None => (text, None),
    };
    let path = PathBuf::from(file);
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let component = inspect_upload(&name, read(&path)?)
        .map_err(|e| Failure::Problem(format!("{}: {e}", path.display())))?;
    Ok((component, port))
}
