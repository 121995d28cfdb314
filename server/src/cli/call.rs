//! `patchbay call`

use super::{Failure, block_on, sandbox, start_logging};
use crate::telemetry;
use patchbay_runner::{Call, Function, Preview, Use};
use std::path::PathBuf;

/// The calls of one command are one session of this name.
const SESSION: &str = "command line";

/// Stands between two calls.
const THEN: &str = "--then";

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Arguments and results are in WAVE: 42, \"text\", [1, 2], {x: 1, y: 2}, some(1), ok(\"fine\").
A resource that a call makes is held under a name, which later calls take in its place:

  patchbay call counters.wasm '[constructor]counter' 5 --then '[method]counter.add' '\"counter-1\"' 2")]
pub struct Arguments {
    /// A component
    file: PathBuf,
    #[command(flatten)]
    granted: sandbox::Granted,
    /// Print to stderr what each call took
    #[arg(long)]
    usage: bool,
    /// A function and its arguments; after --then another one, called in the same instance. Without a function, the
    /// functions are listed. The name of the interface may be left out where it is clear
    #[arg(
        value_name = "FUNCTION ARGUMENTS",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    calls: Vec<String>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let _telemetry = start_logging()?;
    let bytes = sandbox::component(&arguments.file)?;
    block_on(async {
        let preview =
            sandbox::preview(&arguments.file, bytes, Use::Calls, arguments.granted).await?;
        if arguments.calls.is_empty() {
            list(preview.program().functions());
            return Ok(());
        }
        for words in arguments.calls.split(|word| word == THEN) {
            call(&preview, words, arguments.usage).await?;
        }
        Ok(())
    })
}

async fn call(preview: &Preview, words: &[String], usage: bool) -> Result<(), Failure> {
    let Some((function, arguments)) = words.split_first() else {
        return Err(Failure::Usage(format!("a function has to follow {THEN}")));
    };
    let call = Call {
        function: full_name(function, preview.program().functions())?,
        arguments: arguments.to_vec(),
        session: Some(SESSION.to_owned()),
    };
    let returned = telemetry::call(preview, call).await;
    let returned = returned.map_err(|error| Failure::Problem(error.to_string()))?;
    if let Some(result) = returned.result {
        println!("{result}");
    }
    if usage {
        let took = returned.usage;
        eprintln!(
            "{function}: {:.3} ms, {:.3} ms of them computing; {} KiB of memory",
            took.elapsed.as_secs_f64() * 1000.0,
            took.cpu.as_secs_f64() * 1000.0,
            took.memory >> 10
        );
    }
    Ok(())
}

/// The name of a function with its interface.
fn full_name(name: &str, functions: &[Function]) -> Result<String, Failure> {
    if functions.iter().any(|function| function.name == name) {
        return Ok(name.to_owned());
    }
    let ending = format!("#{name}");
    let mut fitting = functions.iter().filter(|it| it.name.ends_with(&ending));
    match (fitting.next(), fitting.next()) {
        (Some(function), None) => Ok(function.name.clone()),
        (Some(one), Some(other)) => Err(Failure::Problem(format!(
            "{name} could be {} or {}; write the name of the interface too",
            one.name, other.name
        ))),
        // Whoever calls it hears that there is no such function.
        (None, _) => Ok(name.to_owned()),
    }
}

fn list(functions: &[Function]) {
    for function in functions {
        match &function.signature {
            Ok(signature) => {
                let parameters = signature.parameters.iter();
                let parameters: Vec<_> = parameters.map(|(n, ty)| format!("{n}: {ty}")).collect();
                let result = signature.result.as_ref();
                let result = result.map_or_else(String::new, |ty| format!(" -> {ty}"));
                println!("{}: func({}){result}", function.name, parameters.join(", "));
            }
            Err(obstacle) => println!("{}: {obstacle}", function.name),
        }
    }
}
