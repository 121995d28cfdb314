//! The heartbeat by which running guests are interrupted.

use std::thread;
use std::time::Duration;
use wasmtime::Engine;

/// How often a guest gives its thread back to the others, and how finely its CPU time is checked.
const TICK: Duration = Duration::from_millis(10);

/// Starts the one thread that counts the engine's epochs, for as long as the engine lives.
///
/// A thread and not a task: guests that compute keep tokio's own threads busy.
pub(crate) fn start_ticking(engine: &Engine) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new()
        .name("patchbay-epochs".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(TICK);
            }
        })?;
    Ok(())
}
