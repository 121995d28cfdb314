//! `patchbay stub`

use super::output::Output;
use super::{Failure, read};
use patchbay_composer::generate::stub::{Answers, Otherwise, for_imports, for_wit};
use patchbay_composer::inspect_upload;
use std::path::PathBuf;

/// Functions return the values they are given with --value; the others trap, and the backtrace says which was called.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A WIT file, whose world the stub gets (WASI's packages are known without being in it); or a component, whose imports
    /// it provides
    file: PathBuf,
    /// The world of the WIT file, where it has several
    #[arg(long, value_name = "NAME")]
    world: Option<String>,
    /// An import of the component to provide; all of them where none is named
    #[arg(long = "import", value_name = "NAME", conflicts_with = "world")]
    imports: Vec<String>,
    /// What a function returns, as in --value 'store.get=some("text")'
    #[arg(long = "value", value_name = "FUNCTION=WAVE", value_parser = parse_value)]
    values: Vec<(String, String)>,
    /// Functions without a value return the plainest one (zero, empty, none, ok) and do not trap
    #[arg(long)]
    defaults: bool,
    #[command(flatten)]
    output: Output,
}

fn parse_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((function, value)) if !function.trim().is_empty() => {
            Ok((function.trim().to_owned(), value.to_owned()))
        }
        _ => Err("write it as function=value, as in store.get=none".to_owned()),
    }
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    arguments.output.check()?;
    let answers = Answers {
        values: arguments.values.into_iter().collect(),
        otherwise: match arguments.defaults {
            true => Otherwise::Default,
            false => Otherwise::Trap,
        },
    };
    let path = &arguments.file;
    let problem = |e: &dyn std::fmt::Display| Failure::Problem(format!("{}: {e}", path.display()));
    let bytes = read(path)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stub = if path.extension().is_some_and(|extension| extension == "wit") {
        if !arguments.imports.is_empty() {
            let what = "--import names an import of a component, and this is a WIT file";
            return Err(Failure::Usage(what.to_owned()));
        }
        let text = String::from_utf8(bytes).map_err(|_| problem(&"it is not text"))?;
        for_wit(&name, &text, arguments.world.as_deref(), &answers)
    } else {
        let component = inspect_upload(&name, bytes).map_err(|e| problem(&e))?;
        for_imports(&component, &arguments.imports, &answers)
    };
    let stub = stub.map_err(|e| problem(&e))?;
    arguments.output.write(&stub.bytes)
}
