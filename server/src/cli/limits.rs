//! The limits of the sandbox, as an operator sets them.

use super::{Failure, read};
use patchbay_runner::{LimitError, Limits};
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct LimitArguments {
    /// Set a limit of the sandbox: memory-total=256MiB, cpu-per-request=2s. A wrong name lists them all
    #[arg(long = "limit", value_name = "NAME=VALUE")]
    limits: Vec<String>,
    /// Read limits from a file, a line each; those of --limit come on top
    #[arg(long, value_name = "FILE")]
    limits_file: Option<PathBuf>,
}

impl LimitArguments {
    /// The limits that hold.
    pub fn limits(&self) -> Result<Limits, Failure> {
        let mut limits = Limits::default();
        if let Some(file) = &self.limits_file {
            let text = String::from_utf8(read(file)?);
            let wrong = |error: String| Failure::Usage(format!("{}: {error}", file.display()));
            let text = text.map_err(|_| wrong("this is not text".to_owned()))?;
            limits.read(&text).map_err(|e| wrong(e.to_string()))?;
        }
        let wrong = |error: LimitError| Failure::Usage(error.to_string());
        for setting in &self.limits {
            limits.read(setting).map_err(wrong)?;
        }
        Ok(limits)
    }
}
