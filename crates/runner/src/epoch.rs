//! The heartbeat by which running guests are interrupted.

use std::thread;
use std::time::Duration;
use wasmtime::Engine;

/// How often a guest that computes gives its thread back to the others, and how finely its CPU time is checked.
const TICK: Duration = Duration::from_millis(5);

/// The same while it would keep others waiting.
const SHORT_TICK: Duration = Duration::from_millis(1);

/// Starts the one thread that counts the engine's epochs, for as long as the engine lives.
///
/// A thread and not a task: guests that compute keep tokio's own threads busy.
pub(crate) fn start_ticking(
    engine: &Engine,
    crowded: impl Fn() -> bool + Send + 'static,
) -> std::io::Result<()> {
    let engine = engine.weak();
    thread::Builder::new()
        .name("patchbay-epochs".to_owned())
        .spawn(move || {
            while let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(if crowded() { SHORT_TICK } else { TICK });
            }
        })?;
    Ok(())
}
