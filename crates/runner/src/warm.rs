//! Instances of WASI 0.3 components between two requests.
//!
//! `wasi:http@0.3` lets a host give one instance several requests. Here they come one after the other, so that memory,
//! time and logs can be told apart by request. Between them an instance does nothing.

use crate::instance::Instance;
use crate::limits::Limits;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// The instances of one preview that wait for a request. Clones share them.
#[derive(Clone)]
pub(crate) struct WarmInstances {
    shelf: Arc<Mutex<Shelf>>,
    /// Shared by all previews: what waits holds memory.
    places: Arc<Semaphore>,
    most_requests: usize,
    idle: Duration,
}

#[derive(Default)]
struct Shelf {
    /// The one that came last at the end.
    waiting: Vec<Waiting>,
    /// Whether a task takes away what has waited too long.
    tidied: bool,
    /// How often all were dropped.
    age: u64,
    closed: bool,
}

struct Waiting {
    instance: Instance,
    since: Instant,
    _place: OwnedSemaphorePermit,
}

impl WarmInstances {
    pub(crate) fn new(limits: &Limits, places: Arc<Semaphore>) -> Self {
        Self {
            shelf: Arc::default(),
            places,
            most_requests: limits.requests_per_instance,
            idle: limits.instance_idle,
        }
    }

    /// The instance that answered last.
    pub(crate) fn take(&self) -> Option<Instance> {
        Some(lock(&self.shelf).waiting.pop()?.instance)
    }

    /// How often all of them were dropped.
    pub(crate) fn age(&self) -> u64 {
        lock(&self.shelf).age
    }

    /// Keeps an instance that is done with its request, unless it has answered enough or there is no place for it; or all
    /// were dropped since the request began, at that age, since what it may use has changed then.
    pub(crate) fn put(&self, instance: Instance, age: u64) {
        if instance.served >= self.most_requests {
            return;
        }
        let Ok(place) = self.places.clone().try_acquire_owned() else {
            return;
        };
        let mut shelf = lock(&self.shelf);
        if shelf.closed || shelf.age != age {
            return;
        }
        shelf.waiting.push(Waiting {
            instance,
            since: Instant::now(),
            _place: place,
        });
        if !std::mem::replace(&mut shelf.tidied, true) {
            tokio::spawn(tidy(Arc::downgrade(&self.shelf), self.idle));
        }
    }

    /// Drops all of them, and those that are at work as soon as they are done.
    pub(crate) fn clear(&self) {
        let mut shelf = lock(&self.shelf);
        shelf.age += 1;
        shelf.waiting.clear();
    }

    /// Drops all of them, and those that would come.
    pub(crate) fn close(&self) {
        let mut shelf = lock(&self.shelf);
        shelf.closed = true;
        shelf.waiting.clear();
    }
}

/// Takes away what has waited too long, until nothing waits any more.
async fn tidy(shelf: Weak<Mutex<Shelf>>, idle: Duration) {
    loop {
        sleep(idle).await;
        let Some(shelf) = shelf.upgrade() else { return };
        let mut shelf = lock(&shelf);
        shelf
            .waiting
            .retain(|waiting| waiting.since.elapsed() < idle);
        if shelf.waiting.is_empty() {
            shelf.tidied = false;
            return;
        }
    }
}

/// Nothing that holds the lock leaves the shelf half changed.
fn lock(shelf: &Mutex<Shelf>) -> MutexGuard<'_, Shelf> {
    shelf.lock().unwrap_or_else(PoisonError::into_inner)
}
