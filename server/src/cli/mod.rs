//! The command line: the same functions as behind the page, without the server.
//!
//! Exit code 0 when all is well, 1 for a problem in what was given (listed on stderr, or as JSON on stdout), 2 for a
//! command that cannot be carried out as written. `run` ends with the exit code of what it runs.

mod adapt;
mod call;
mod chain;
mod check;
mod compare;
mod connect;
mod deps;
mod draw;
mod fuse;
mod graph;
mod graph_file;
mod inspect;
mod limits;
mod open;
mod output;
mod plug;
mod preview;
mod report;
mod run;
mod sandbox;
mod serve;
mod size;
mod stub;
mod subject;
mod swap;
mod targets;
mod wac;

use crate::telemetry::Telemetry;
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer};

#[derive(Debug, Parser)]
#[command(
    name = "patchbay",
    version,
    about = "Draw WebAssembly components out of other components"
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start the editor
    Serve(serve::Arguments),
    /// Show the imports and exports of a component
    Inspect(inspect::Arguments),
    /// Check a graph
    Check(check::Arguments),
    /// Fuse a graph into one component
    Fuse(fuse::Arguments),
    /// Open a composed component as a graph
    Open(open::Arguments),
    /// Fill the imports of a component with other components
    Plug(plug::Arguments),
    /// Wire a graph by itself, as far as nothing has to be guessed
    Connect(connect::Arguments),
    /// Put nodes into a link, or in a row
    Chain(chain::Arguments),
    /// Put a newer build in the place of a node's component
    Swap(swap::Arguments),
    /// Compare two components, or two graphs
    Compare(compare::Arguments),
    /// Say which environments run a component
    Targets(targets::Arguments),
    /// Say where the bytes of a result are
    Size(size::Arguments),
    /// Draw a graph as a picture (SVG)
    Draw(draw::Arguments),
    /// Write a graph as a .wac source
    Wac(wac::Arguments),
    /// Read a .wac source, or a configuration of wasm-tools compose, as a graph
    Graph(graph::Arguments),
    /// Serve an HTTP component from the sandbox
    Preview(preview::Arguments),
    /// Make a component without code that gives exports the shape of an import
    Adapt(adapt::Arguments),
    /// Make a component that stands in for one that is not there yet
    Stub(stub::Arguments),
    /// Call the functions of a component in the sandbox
    Call(call::Arguments),
    /// Run a command component in the sandbox
    Run(run::Arguments),
}

/// Why a command ended early.
#[derive(Debug)]
enum Failure {
    /// What was given has a problem, and it has been reported. Exit code 1.
    Reported,
    /// The same, with a sentence that is still to be reported. Exit code 1.
    Problem(String),
    /// The command cannot be carried out as written: a file that cannot be read, say. Exit code 2.
    Usage(String),
    /// A component was run, and ended with this exit code.
    Code(u8),
}

/// Runs the command that the process was started with.
pub fn main() -> ExitCode {
    // cargo-leptos starts the program without arguments, and says so in the environment.
    let bare = std::env::args_os().len() == 1 && std::env::var_os("LEPTOS_OUTPUT_NAME").is_some();
    let arguments = match bare {
        true => Arguments::parse_from(["patchbay", "serve"]),
        false => Arguments::parse(),
    };
    let result = match arguments.command {
        Command::Serve(arguments) => serve::run(arguments),
        Command::Inspect(arguments) => inspect::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Fuse(arguments) => fuse::run(arguments),
        Command::Open(arguments) => open::run(arguments),
        Command::Connect(arguments) => connect::run(arguments),
        Command::Chain(arguments) => chain::run(arguments),
        Command::Swap(arguments) => swap::run(arguments),
        Command::Compare(arguments) => compare::run(arguments),
        Command::Targets(arguments) => targets::run(arguments),
        Command::Size(arguments) => size::run(arguments),
        Command::Draw(arguments) => draw::run(arguments),
        Command::Wac(arguments) => wac::run(arguments),
        Command::Graph(arguments) => graph::run(arguments),
        Command::Preview(arguments) => preview::run(arguments),
        Command::Adapt(arguments) => adapt::run(arguments),
        Command::Plug(arguments) => plug::run(arguments),
        Command::Stub(arguments) => stub::run(arguments),
        Command::Call(arguments) => call::run(arguments),
        Command::Run(arguments) => run::run(arguments),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Code(code)) => ExitCode::from(code),
        Err(Failure::Reported) => ExitCode::from(1),
        Err(Failure::Problem(sentence)) => {
            eprintln!("patchbay: {sentence}");
            ExitCode::from(1)
        }
        Err(Failure::Usage(sentence)) => {
            eprintln!("patchbay: {sentence}");
            ExitCode::from(2)
        }
    }
}

/// Logs go to stderr; `RUST_LOG` chooses which. Traces go to the collector that the variables of OpenTelemetry name, as
/// long as what is returned is there.
fn start_logging() -> Result<Option<Telemetry>, Failure> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
    let logs = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let telemetry = Telemetry::from_environment().map_err(Failure::Usage)?;
    let traces = telemetry.as_ref().map(|telemetry| {
        tracing_opentelemetry::layer()
            .with_tracer(telemetry.tracer())
            .with_filter(Telemetry::filter())
    });
    tracing_subscriber::registry()
        .with(logs.with_filter(filter))
        .with(traces)
        .init();
    Ok(telemetry)
}

/// Runs the servers among the commands.
fn block_on<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build();
    let runtime = runtime.map_err(|e| Failure::Problem(format!("no threads to work on: {e}")))?;
    let result = runtime.block_on(work);
    // A compilation that nobody waits for any more must not hold the process up.
    runtime.shutdown_background();
    result
}

/// Reads a file that the command names.
fn read(path: &std::path::Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|e| Failure::Usage(format!("cannot read {}: {e}", path.display())))
}
