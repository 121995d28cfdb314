//! Where a command writes its result.

use super::{Failure, report};
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Output {
    /// Write the result here instead of stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Output {
    /// Refuses a terminal where the result is a component, before any work.
    pub fn check(&self) -> Result<(), Failure> {
        if self.output.is_none() && std::io::stdout().is_terminal() {
            return Err(Failure::Usage(
                "a component is not for a terminal to show: name a file with -o, or redirect stdout"
                    .to_owned(),
            ));
        }
        Ok(())
    }

    /// Writes the result.
    pub fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        match &self.output {
            Some(path) => std::fs::write(path, bytes)
                .map_err(|e| Failure::Usage(format!("cannot write {}: {e}", path.display()))),
            None => report::write(bytes),
        }
    }
}
