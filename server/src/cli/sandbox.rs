//! What the commands that run a component have in common.

use super::{Failure, limits, read};
use bytes::Bytes;
use patchbay_runner::{Grants, Host, Preview, Runner, Use};
use std::fmt::Display;
use std::path::Path;

/// What a component is granted besides what stays within the sandbox, and its limits.
#[derive(Debug, clap::Args)]
pub struct Granted {
    /// A variable of the component's environment; it has no others
    #[arg(short, long = "env", value_name = "NAME=VALUE", value_parser = pair)]
    environment: Vec<(String, String)>,
    /// A value that the component gets by wasi:config
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair)]
    config: Vec<(String, String)>,
    /// A host that the component may send HTTP requests to: example.com, example.com:8443, *.example.com
    #[arg(long, value_name = "HOST")]
    http: Vec<Host>,
    #[command(flatten)]
    limits: limits::LimitArguments,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

impl From<Granted> for Grants {
    fn from(granted: Granted) -> Self {
        Self {
            environment: Some(granted.environment),
            config: Some(granted.config.into_iter().collect()),
            http: granted.http,
            ..Self::within_the_sandbox()
        }
    }
}

/// The bytes of the component in a file.
pub fn component(file: &Path) -> Result<Bytes, Failure> {
    let bytes = read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Says what the file is if it is not a component; the sandbox would not.
    let component = patchbay_composer::inspect_upload(&name, bytes);
    let component = component.map_err(|e| refused(file, &e))?;
    Ok(component.bytes)
}

/// A preview of the component in a file.
pub async fn preview(
    file: &Path,
    bytes: Bytes,
    what: Use,
    granted: Granted,
) -> Result<Preview, Failure> {
    let runner = Runner::new(granted.limits.limits()?).map_err(|e| refused(file, &e))?;
    let program = runner.prepare(bytes).await;
    let program = program.map_err(|e| refused(file, &e))?;
    program.require(what).map_err(|e| refused(file, &e))?;
    Ok(runner.start(&program, granted.into()))
}

/// A sentence about a file.
pub fn refused(file: &Path, error: &dyn Display) -> Failure {
    Failure::Problem(format!("{}: {error}", file.display()))
}
