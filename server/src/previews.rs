//! The previews, by their unguessable names: those that run, and those that were put aside and come back when they are
//! asked, or when there is a message for them.

use crate::id;
use crate::panel::Panel;
use patchbay_model::Graph;
use patchbay_runner::{Aside, Grants, Preview, Program, Runner};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio_util::sync::{CancellationToken, DropGuard};

/// When all places are taken, one that has been idle for so long makes room.
const SPARED_TIME: Duration = Duration::from_secs(60);

/// How many previews are kept aside. Each may have some megabytes in its store.
const MOST_ASIDE: usize = 128;

/// Keeps the previews.
pub struct Previews {
    runner: Runner,
    known: Mutex<HashMap<String, Entry>>,
    /// The ids of those aside that a message has come for.
    called: mpsc::UnboundedSender<String>,
    calls: tokio::sync::Mutex<mpsc::UnboundedReceiver<String>>,
}

struct Entry {
    graph: Arc<Graph>,
    panel: Panel,
    used: Instant,
    now: Now,
}

/// What there is of a preview.
enum Now {
    Running {
        preview: Preview,
        gone: CancellationToken,
    },
    /// Nothing that was compiled.
    Aside {
        aside: Aside,
        /// As long as somebody waits for its messages.
        _waiting: DropGuard,
    },
}

/// A preview that was found.
#[derive(Clone)]
pub struct Found {
    /// It.
    pub preview: Preview,
    /// What it was made of.
    pub graph: Arc<Graph>,
    /// What there is of it besides what runs.
    pub panel: Panel,
    /// Cancelled when it has been stopped.
    pub gone: CancellationToken,
}

/// What is known of a name.
pub enum Lookup {
    /// It runs, and is not idle now.
    Running(Found),
    /// It was put aside; [`Previews::resume`] needs the program of this graph, as it is to be built.
    Aside(Arc<Graph>, Panel),
    /// Nothing.
    Unknown,
}

/// All places are taken, by previews in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} previews are running already; stop one, or try again in a minute")]
pub struct TooManyPreviews(usize);

impl Previews {
    /// No previews yet, on that sandbox.
    pub fn new(runner: Runner) -> Self {
        let (called, calls) = mpsc::unbounded_channel();
        Self {
            runner,
            known: Mutex::default(),
            called,
            calls: tokio::sync::Mutex::new(calls),
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
    pub fn start(
        &self,
        program: &Program,
        graph: Graph,
        panel: Panel,
    ) -> Result<String, TooManyPreviews> {
        let mut known = self.known();
        self.make_room(&mut known)?;
        let id = id::unguessable();
        let entry = Entry {
            graph: Arc::new(graph),
            panel,
            used: Instant::now(),
            now: Now::Running {
                preview: self.runner.start(program, Grants::within_the_sandbox()),
                gone: CancellationToken::new(),
            },
        };
        known.insert(id.clone(), entry);
        Ok(id)
    }

    /// What there is of that id.
    pub fn find(&self, id: &str) -> Lookup {
        let mut known = self.known();
        let Some(entry) = known.get_mut(id) else {
            return Lookup::Unknown;
        };
        entry.used = Instant::now();
        match entry.found() {
            Some(found) => Lookup::Running(found),
            None => Lookup::Aside(entry.graph.clone(), entry.panel.clone()),
        }
    }

    /// What there is of that id, as [`Previews::find`] has it, for whoever only looks on: that is no use of it.
    pub fn look(&self, id: &str) -> Lookup {
        match self.known().get(id) {
            None => Lookup::Unknown,
            Some(entry) => match entry.found() {
                Some(found) => Lookup::Running(found),
                None => Lookup::Aside(entry.graph.clone(), entry.panel.clone()),
            },
        }
    }

    /// Lets a preview that was put aside run again, with what it was granted and what it had stored. One that runs already
    /// goes on.
    ///
    /// # Errors
    /// When there are too many, all of them in use.
    pub fn resume(&self, id: &str, program: &Program) -> Result<Option<Found>, TooManyPreviews> {
        let mut known = self.known();
        if let Some(Now::Aside { .. }) = known.get(id).map(|entry| &entry.now) {
            self.make_room(&mut known)?;
        }
        let Some(entry) = known.get_mut(id) else {
            return Ok(None);
        };
        if let Now::Aside { aside, .. } = &entry.now {
            entry.now = Now::Running {
                preview: self.runner.resume(program, aside),
                gone: CancellationToken::new(),
            };
        }
        Ok(entry.found())
    }

    /// Lets a preview run another build of its graph, with what it was granted and what it had stored.
    ///
    /// # Errors
    /// When there are too many, all of them in use.
    pub fn restart(&self, id: &str, program: &Program) -> Result<Option<Found>, TooManyPreviews> {
        if let Some(entry) = self.known().get_mut(id)
            && let Now::Running { preview, .. } = &entry.now
        {
            let aside = preview.put_aside();
            self.keep_aside(id, entry, aside);
        }
        self.resume(id, program)
    }

    /// Stops the preview of that id, and says whether there was one.
    pub fn stop(&self, id: &str) -> bool {
        let entry = self.known().remove(id);
        entry.inspect(Entry::stop).is_some()
    }

    /// Stops those of a saved graph.
    pub fn stop_all_of(&self, graph: &str) {
        self.known().retain(|_, entry| {
            let other = entry.panel.graph() != Some(graph);
            if !other {
                entry.stop();
            }
            other
        });
    }

    /// Stops all of them.
    pub fn stop_all(&self) {
        self.known().drain().for_each(|(_, entry)| entry.stop());
    }

    /// How many run, and how many are put aside.
    pub fn counts(&self) -> (usize, usize) {
        let known = self.known();
        let running = known.values().filter(|entry| entry.is_running()).count();
        (running, known.len() - running)
    }

    /// Puts those aside that have been idle for too long, for ever and ever.
    pub async fn put_idle_ones_aside(&self) {
        let idle = self.runner.limits().preview_idle;
        let mut ticks = tokio::time::interval((idle / 20).max(Duration::from_millis(10)));
        loop {
            ticks.tick().await;
            let mut known = self.known();
            for (id, entry) in known.iter_mut() {
                if entry.used().elapsed() >= idle {
                    self.put_aside(id, entry);
                }
            }
            let aside = |known: &HashMap<String, Entry>| {
                let aside = known.iter().filter(|(_, entry)| !entry.is_running());
                let mut aside: Vec<_> = aside.map(|(id, entry)| (entry.used, id.clone())).collect();
                aside.sort_unstable();
                aside
            };
            let mut oldest = aside(&known);
            oldest.truncate(oldest.len().saturating_sub(MOST_ASIDE));
            for (_, id) in oldest {
                known.remove(&id);
            }
        }
    }

    fn make_room(&self, known: &mut HashMap<String, Entry>) -> Result<(), TooManyPreviews> {
        let most = self.runner.limits().previews;
        let running = known.iter_mut().filter(|(_, entry)| entry.is_running());
        let mut running: Vec<_> = running.collect();
        if running.len() < most {
            return Ok(());
        }
        running.sort_unstable_by_key(|(_, entry)| entry.used());
        let idle = |entry: &Entry| entry.used().elapsed() >= SPARED_TIME;
        let mut idle = running.into_iter().filter(|(_, entry)| idle(entry));
        match idle.any(|(id, entry)| self.put_aside(id, entry)) {
            true => Ok(()),
            false => Err(TooManyPreviews(most)),
        }
    }

    /// Puts a preview aside, unless it is at work, and says whether it did.
    fn put_aside(&self, id: &str, entry: &mut Entry) -> bool {
        let Now::Running { preview, .. } = &entry.now else {
            return false;
        };
        let aside = preview.put_aside_if_idle();
        let done = aside.is_some();
        if let Some(aside) = aside {
            self.keep_aside(id, entry, aside);
        }
        done
    }

    /// Keeps what is left of a preview, and has it called when a message comes.
    fn keep_aside(&self, id: &str, entry: &mut Entry, aside: Aside) {
        let waiting = CancellationToken::new();
        if let Some(message_waits) = aside.message_waits() {
            let (id, called) = (id.to_owned(), self.called.clone());
            tokio::spawn(waiting.clone().run_until_cancelled_owned(async move {
                message_waits.await;
                // Nobody takes calls any more when the server ends.
                let _ = called.send(id);
            }));
        }
        entry.used = entry.used();
        entry.stop();
        entry.now = Now::Aside {
            aside,
            _waiting: waiting.drop_guard(),
        };
    }

    /// The id of the next that was put aside and has a message waiting. Comes once each time it is put aside.
    pub async fn next_called(&self) -> Option<String> {
        self.calls.lock().await.recv().await
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Entry>> {
        // No code that holds the lock leaves the map half changed.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn is_running(&self) -> bool {
        matches!(self.now, Now::Running { .. })
    }

    fn found(&self) -> Option<Found> {
        match &self.now {
            Now::Running { preview, gone } => Some(Found {
                preview: preview.clone(),
                graph: self.graph.clone(),
                panel: self.panel.clone(),
                gone: gone.clone(),
            }),
            Now::Aside { .. } => None,
        }
    }

    fn stop(&self) {
        if let Now::Running { preview, gone } = &self.now {
            preview.stop();
            gone.cancel();
        }
        self.panel.set_run(None);
    }

    /// When it was asked something, or had a message to handle, last.
    fn used(&self) -> Instant {
        let last_message = match &self.now {
            Now::Running { preview, .. } => preview.last_message(),
            Now::Aside { .. } => None,
        };
        last_message.map_or(self.used, |last| self.used.max(last))
    }
}
