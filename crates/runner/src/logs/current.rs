//! Whose log it is right now: an instance may answer one request after the other.

use super::RequestLog;
use std::sync::{Arc, Mutex, PoisonError};

/// The log of the request that an instance is at work on. Clones are one.
#[derive(Clone)]
pub(crate) struct CurrentLog {
    log: Arc<Mutex<RequestLog>>,
}

impl CurrentLog {
    pub(crate) fn new(log: RequestLog) -> Self {
        Self {
            log: Arc::new(Mutex::new(log)),
        }
    }

    pub(crate) fn get(&self) -> RequestLog {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    pub(crate) fn set(&self, log: RequestLog) {
        *self.log.lock().unwrap_or_else(PoisonError::into_inner) = log;
    }
}
