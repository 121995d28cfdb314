//! `patchbay run`

use super::{Failure, block_on, sandbox, start_logging};
use crate::telemetry;
use patchbay_runner::{Command, LogStream, Use};
use std::io::Write;
use std::path::PathBuf;

/// The exit code for a command that the sandbox ended: that of a process that aborts.
const ENDED: u8 = 134;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A component that exports wasi:cli/run
    file: PathBuf,
    #[command(flatten)]
    granted: sandbox::Granted,
    /// The command's own arguments
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<String>,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let _telemetry = start_logging()?;
    let bytes = sandbox::component(&arguments.file)?;
    let name = arguments.file.file_name().unwrap_or_default();
    let mut all = vec![name.to_string_lossy().into_owned()];
    all.extend(arguments.arguments);
    let command = Command {
        arguments: all,
        environment: Vec::new(),
        stdin: Box::new(tokio::io::stdin()),
    };
    let code = block_on(async {
        let preview =
            sandbox::preview(&arguments.file, bytes, Use::Command, arguments.granted).await?;
        let ended = |failure: patchbay_runner::Failure| {
            eprintln!("patchbay: {failure}");
            ENDED
        };
        let mut running = match telemetry::run(&preview, command).await {
            Ok(running) => running,
            Err(failure) => return Ok(ended(failure)),
        };
        while let Some(output) = running.next().await {
            // Who reads this process may have seen enough, which ends the command too.
            if write(output.stream, &output.bytes).is_err() {
                break;
            }
        }
        let finished = running.finish().await;
        Ok(finished.map_or_else(ended, |finished| finished.code.to_le_bytes()[0]))
    })?;
    match code {
        0 => Ok(()),
        code => Err(Failure::Code(code)),
    }
}

fn write(stream: LogStream, bytes: &[u8]) -> std::io::Result<()> {
    match stream {
        LogStream::Stdout => {
            let mut stdout = std::io::stdout().lock();
            stdout.write_all(bytes)?;
            stdout.flush()
        }
        _ => std::io::stderr().lock().write_all(bytes),
    }
}
