//! `patchbay inspect`

use super::{Failure, read, report};
use patchbay_model::{ComponentInfo, Port};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A component, as .wasm or .wat
    file: PathBuf,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let bytes = read(&arguments.file)?;
    let name = arguments
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    match patchbay_composer::inspect_upload(&name, bytes) {
        Ok(component) if arguments.json => report::json(&component.info),
        Ok(component) => report::print(&in_words(&component.info)),
        Err(error) if arguments.json => {
            let error = serde_json::json!({ "error": error.code(), "message": error.to_string() });
            report::json(&error)?;
            Err(Failure::Reported)
        }
        Err(error) => Err(Failure::Problem(format!(
            "{}: {error}",
            arguments.file.display()
        ))),
    }
}

fn in_words(info: &ComponentInfo) -> String {
    let mut text = format!(
        "{}\n  {} bytes, sha256:{}\n",
        info.package, info.size, info.digest
    );
    if let Some(generated) = info.generated {
        text += &format!("  a generated {}\n", generated.word());
    }
    if !info.producers.is_empty() {
        text += &format!("  made with {}\n", info.producers.join(", "));
    }
    text += &ports("imports", &info.imports);
    text += &ports("exports", &info.exports);
    text
}

fn ports(title: &str, ports: &[Port]) -> String {
    let mut text = format!(
        "\n{title}:{}\n",
        if ports.is_empty() { " none" } else { "" }
    );
    for port in ports {
        text += &format!("  {} ({})\n", port.name, port.kind.word());
        for line in port.wit.lines() {
            text += &format!("    {line}\n");
        }
    }
    text
}
