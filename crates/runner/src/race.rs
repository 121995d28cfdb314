//! Running a guest against everything that may end it sooner.

use crate::error::{RunError, TimeLimit};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// Why a guest did not come to its end.
pub(crate) enum Ended {
    /// It trapped, exited, or could not go on.
    ByItself(wasmtime::Error),
    /// It was ended.
    Because(RunError),
}

/// Runs `guest` until it is done or `interruption` comes. A panic in a host function ends only this.
pub(crate) async fn race<T>(
    guest: impl Future<Output = wasmtime::Result<T>>,
    interruption: impl Future<Output = RunError>,
) -> Result<T, Ended> {
    let both = async {
        tokio::pin!(guest);
        tokio::select! {
            // The guest last: one that is always ready must not keep the others from being asked.
            biased;
            error = interruption => Err(Ended::Because(error)),
            result = &mut guest => result.map_err(Ended::ByItself),
        }
    };
    AssertUnwindSafe(both)
        .catch_unwind()
        .await
        .unwrap_or(Err(Ended::Because(RunError::SandboxFailed)))
}

/// The interruption of work that answers once, at its end: its preview is stopped, or `limit` is over.
pub(crate) async fn stopped_or_late(
    mut stopped: watch::Receiver<bool>,
    limit: Duration,
) -> RunError {
    tokio::select! {
        biased;
        Ok(_) = stopped.wait_for(|stopped| *stopped) => RunError::Stopped,
        () = sleep(limit) => RunError::OutOfTime { kind: TimeLimit::Wall, limit, nodes: Vec::new() },
    }
}
