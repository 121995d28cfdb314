//! The previews that run, by their unguessable names.

use crate::id;
use patchbay_runner::{Grants, Preview, Program, Runner};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio_util::sync::CancellationToken;

/// How many previews there are at most.
pub const MAX_PREVIEWS: usize = 32;

/// A preview that nobody asks anything for so long is stopped.
pub const IDLE_TIME: Duration = Duration::from_secs(10 * 60);

/// When all places are taken, one that has been idle for so long makes room.
const SPARED_TIME: Duration = Duration::from_secs(60);

/// Keeps the previews.
pub struct Previews {
    runner: Runner,
    running: Mutex<HashMap<String, Entry>>,
}

struct Entry {
    preview: Preview,
    used: Instant,
    gone: CancellationToken,
}

/// A preview that was found.
#[derive(Clone)]
pub struct Found {
    /// It.
    pub preview: Preview,
    /// Cancelled when it has been stopped.
    pub gone: CancellationToken,
}

/// All places are taken, by previews in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{MAX_PREVIEWS} previews are running already; stop one, or try again in a minute")]
pub struct TooManyPreviews;

impl Previews {
    /// No previews yet, on that sandbox.
    pub fn new(runner: Runner) -> Self {
        Self {
            runner,
            running: Mutex::default(),
        }
    }

    /// The sandbox.
    pub fn runner(&self) -> &Runner {
        &self.runner
    }

    /// Starts a preview of a program, granted what stays within the sandbox, and returns its id.
    ///
    /// # Errors
    /// When there are too many, all of them in use.
    pub fn start(&self, program: &Program) -> Result<String, TooManyPreviews> {
        let mut running = self.running();
        if running.len() >= MAX_PREVIEWS {
            let oldest = running.iter().min_by_key(|(_, entry)| entry.used);
            let oldest = oldest.filter(|(_, entry)| entry.used.elapsed() >= SPARED_TIME);
            let oldest = oldest.map(|(id, _)| id.clone()).ok_or(TooManyPreviews)?;
            running.remove(&oldest).inspect(Entry::stop);
        }
        let id = id::unguessable();
        let entry = Entry {
            preview: self.runner.start(program, Grants::within_the_sandbox()),
            used: Instant::now(),
            gone: CancellationToken::new(),
        };
        running.insert(id.clone(), entry);
        Ok(id)
    }

    /// The preview of that id, which is not idle now.
    pub fn find(&self, id: &str) -> Option<Found> {
        let mut running = self.running();
        let entry = running.get_mut(id)?;
        entry.used = Instant::now();
        Some(Found {
            preview: entry.preview.clone(),
            gone: entry.gone.clone(),
        })
    }

    /// Stops the preview of that id, and says whether there was one.
    pub fn stop(&self, id: &str) -> bool {
        self.running().remove(id).inspect(Entry::stop).is_some()
    }

    /// Stops all of them.
    pub fn stop_all(&self) {
        self.running().drain().for_each(|(_, entry)| entry.stop());
    }

    /// Stops those that have been idle for too long, for ever and ever.
    pub async fn stop_idle_ones(&self) {
        let mut ticks = tokio::time::interval(IDLE_TIME / 20);
        loop {
            ticks.tick().await;
            self.running().retain(|_, entry| {
                let keep = entry.used.elapsed() < IDLE_TIME;
                if !keep {
                    entry.stop();
                }
                keep
            });
        }
    }

    fn running(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // No code that holds the lock leaves the map half changed.
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn stop(&self) {
        self.preview.stop();
        self.gone.cancel();
    }
}
