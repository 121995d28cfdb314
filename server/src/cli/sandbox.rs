//! What the commands that run a component have in common.

use super::{Failure, read};
use bytes::Bytes;
use patchbay_runner::{Limits, Preview, Runner, Use};
use std::fmt::Display;
use std::path::Path;

/// The bytes of the component in a file.
pub fn component(file: &Path) -> Result<Bytes, Failure> {
    let bytes = read(file)?;
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    // Says what the file is if it is not a component; the sandbox would not.
    let component = patchbay_composer::inspect_upload(&name, bytes);
    let component = component.map_err(|e| refused(file, &e))?;
    Ok(Bytes::from_owner(component.bytes))
}

/// A preview of the component in a file.
pub async fn preview(file: &Path, bytes: Bytes, what: Use) -> Result<Preview, Failure> {
    let runner = Runner::new(Limits::default()).map_err(|e| refused(file, &e))?;
    let program = runner.prepare(bytes).await;
    let program = program.map_err(|e| refused(file, &e))?;
    program.require(what).map_err(|e| refused(file, &e))?;
    Ok(runner.start(&program))
}

/// A sentence about a file.
pub fn refused(file: &Path, error: &dyn Display) -> Failure {
    Failure::Problem(format!("{}: {error}", file.display()))
}
