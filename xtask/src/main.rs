//! `cargo xtask <verb>`: what a person types to work on Patchbay.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

mod bench;
mod browser;
mod budget;
mod command;
mod components;
mod fingerprint;
mod frontend;
mod fuzz;
mod layout;
mod lock;
mod metadata;
mod serve;
mod setup;
mod shrink;
mod soak;
mod stylesheet;
mod test;

/// Builds, runs and tests Patchbay.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", version, about)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Adds what is missing: the wasm targets, the npm and Python packages
    Setup,
    /// Builds the sample components into target/components
    Components {
        /// Also those in JavaScript and Python, which take longer
        #[arg(long)]
        all: bool,
        /// Also those that only the tests use
        #[arg(long)]
        fixtures: bool,
    },
    /// Builds what browsers load into target/site, and says how large it is
    Frontend,
    /// Builds everything and starts the app
    Serve {
        /// Where the app listens
        #[arg(long, default_value = "127.0.0.1:3000")]
        addr: String,
    },
    /// Measures the composer, or the canvas
    Bench {
        /// What of it
        #[arg(value_enum)]
        subject: bench::Subject,
    },
    /// Feeds the composer with what libFuzzer makes up
    Fuzz {
        /// For how many seconds each target
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Runs good and hostile previews for minutes, and looks for leaks of memory, handles and tasks
    Soak {
        /// For how many seconds
        #[arg(long, default_value_t = 600)]
        seconds: u32,
    },
    /// Runs every check and every test, those in the browser included
    Test,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().verb {
        Verb::Setup => setup::for_all(),
        Verb::Components { all, fixtures } => components::build(all, fixtures),
        Verb::Frontend => frontend::build().and_then(|()| budget::check()),
        Verb::Bench { subject } => bench::run(subject),
        Verb::Fuzz { seconds } => fuzz::run(seconds),
        Verb::Serve { addr } => serve::serve(&addr),
        Verb::Soak { seconds } => soak::run(seconds),
        Verb::Test => test::run(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
