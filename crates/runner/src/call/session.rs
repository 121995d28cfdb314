//! Instances that are kept between calls, by name.

use super::CallError;
use super::held::Held;
use crate::instance::Instance;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use wasmtime::component;

/// An instance, and what its calls gave.
pub(crate) struct Session {
    pub(super) instance: Instance,
    /// Set with the first call.
    pub(super) entered: Option<component::Instance>,
    pub(super) held: Held,
}

impl Session {
    pub(super) fn new(instance: Instance) -> Self {
        Self {
            instance,
            entered: None,
            held: Held::default(),
        }
    }
}

/// The sessions of one preview. Clones share them.
#[derive(Clone)]
pub(crate) struct Sessions {
    places: Arc<Mutex<HashMap<String, Place>>>,
    /// How often all were ended.
    age: Arc<AtomicU64>,
    most: usize,
    idle: Duration,
}

/// A session that waits for a call, or the place of one that is at work.
struct Place {
    session: Option<Box<Session>>,
    used: Instant,
}

impl Sessions {
    pub(crate) fn new(most: usize, idle: Duration) -> Self {
        Self {
            places: Arc::default(),
            age: Arc::default(),
            most,
            idle,
        }
    }

    /// Takes the session of that name to work, or a place for a new one of it.
    ///
    /// # Errors
    ///
    /// [`CallError::SessionBusy`] and [`CallError::TooManySessions`].
    pub(crate) fn take(&self, name: &str) -> Result<AtWork, CallError> {
        let mut places = self.places();
        let idle = self.idle;
        places.retain(|_, place| place.session.is_none() || place.used.elapsed() < idle);
        let full = places.len() >= self.most;
        let session = match places.get_mut(name) {
            Some(place) => Some(place.session.take().ok_or_else(|| CallError::SessionBusy {
                session: name.to_owned(),
            })?),
            None if full => {
                return Err(CallError::TooManySessions { limit: self.most });
            }
            None => {
                let place = Place {
                    session: None,
                    used: Instant::now(),
                };
                places.insert(name.to_owned(), place);
                None
            }
        };
        Ok(AtWork {
            sessions: self.clone(),
            age: self.age.load(Ordering::Relaxed),
            name: name.to_owned(),
            session,
        })
    }

    /// Ends a session that waits, and says whether there was one.
    pub(crate) fn end(&self, name: &str) -> bool {
        let mut places = self.places();
        let waits = places
            .get(name)
            .is_some_and(|place| place.session.is_some());
        waits && places.remove(name).is_some()
    }

    /// Ends all that wait, and those that are at work when they are done.
    pub(crate) fn end_all(&self) {
        let mut places = self.places();
        self.age.fetch_add(1, Ordering::Relaxed);
        places.retain(|_, place| place.session.is_none());
    }

    fn places(&self) -> MutexGuard<'_, HashMap<String, Place>> {
        // No code that holds the lock leaves the map half changed.
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A session at work. Dropped without [`AtWork::done`], it is over.
pub(crate) struct AtWork {
    sessions: Sessions,
    /// That of the sessions when the work began.
    age: u64,
    name: String,
    pub(crate) session: Option<Box<Session>>,
}

impl AtWork {
    /// Puts the session back for the next call, unless all were ended meanwhile.
    pub(crate) fn done(self, session: Box<Session>) {
        let mut places = self.sessions.places();
        if self.sessions.age.load(Ordering::Relaxed) != self.age {
            return;
        }
        let place = Place {
            session: Some(session),
            used: Instant::now(),
        };
        places.insert(self.name.clone(), place);
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        let mut places = self.sessions.places();
        let empty = places
            .get(&self.name)
            .is_some_and(|place| place.session.is_none());
        if empty {
            places.remove(&self.name);
        }
    }
}
