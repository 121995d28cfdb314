//! What the clones of a preview share: what its guests may use, and their turns.

use crate::call::{CallError, Sessions, Signature};
use crate::error::RunError;
use crate::grants::Grants;
use crate::guest::Means;
use crate::keyvalue::{KeyValueBackend, KeyValueStore};
use crate::limits::Limits;
use crate::logs::{Logs, RequestLog};
use crate::program::Program;
use crate::warm::WarmInstances;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

/// What the clones of a preview have in common.
pub(super) struct Shared {
    pub(super) program: Program,
    pub(super) limits: Arc<Limits>,
    grants: RwLock<Arc<Grants>>,
    key_value: RwLock<Arc<dyn KeyValueBackend>>,
    pub(super) logs: Logs,
    requests: AtomicU64,
    pub(super) warm: WarmInstances,
    pub(super) sessions: Sessions,
    own_turns: Arc<Semaphore>,
    all_turns: Arc<Semaphore>,
    pub(super) stopped: watch::Sender<bool>,
}

impl Shared {
    pub(super) fn new(
        program: Program,
        grants: Grants,
        limits: Arc<Limits>,
        all_turns: Arc<Semaphore>,
        warm_places: Arc<Semaphore>,
    ) -> Self {
        Self {
            program,
            grants: RwLock::new(Arc::new(grants)),
            key_value: RwLock::new(Arc::new(KeyValueStore::new(&limits))),
            logs: Logs::new(limits.log_ring_bytes),
            requests: AtomicU64::new(0),
            sessions: Sessions::new(limits.sessions_per_preview, limits.session_idle),
            warm: WarmInstances::new(&limits, warm_places),
            own_turns: Arc::new(Semaphore::new(limits.requests_per_preview)),
            all_turns,
            stopped: watch::Sender::new(false),
            limits,
        }
    }

    /// Grants this from the next request on.
    pub(super) fn grant(&self, grants: Arc<Grants>) {
        *self.grants.write().unwrap_or_else(PoisonError::into_inner) = grants;
        self.begin_anew();
    }

    /// Keeps what the program stores here, from the next request on.
    pub(super) fn keep_values_in(&self, store: Arc<dyn KeyValueBackend>) {
        let key_value = self.key_value.write();
        *key_value.unwrap_or_else(PoisonError::into_inner) = store;
        self.begin_anew();
    }

    /// What a guest that begins now may use.
    pub(super) fn means(&self) -> Means {
        let grants = self.grants.read().unwrap_or_else(PoisonError::into_inner);
        let key_value = self.key_value.read();
        let key_value = key_value.unwrap_or_else(PoisonError::into_inner);
        Means {
            grants: grants.clone(),
            key_value: key_value.clone(),
            limits: self.limits.clone(),
        }
    }

    /// Ends the instances that would go on with what they were given.
    fn begin_anew(&self) {
        self.warm.clear();
        self.sessions.end_all();
    }

    pub(super) fn signature(&self, function: &str) -> Result<Signature, CallError> {
        let found = self
            .program
            .functions()
            .iter()
            .find(|it| it.name == function);
        let found = found.ok_or_else(|| CallError::NoSuchFunction {
            function: function.to_owned(),
        })?;
        found
            .signature
            .clone()
            .map_err(|obstacle| CallError::NotCallable {
                function: function.to_owned(),
                obstacle,
            })
    }

    /// The number of the next request, and its log.
    pub(super) fn number(&self) -> (u64, RequestLog) {
        let number = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let log = RequestLog::new(&self.logs, number, self.limits.log_bytes_per_request);
        (number, log)
    }

    /// Waits for a turn among the requests of this preview, then for one among all.
    pub(super) async fn turns(&self) -> Result<[OwnedSemaphorePermit; 2], RunError> {
        let mut stopped = self.stopped.subscribe();
        let both = async {
            let own = self.own_turns.clone().acquire_owned().await?;
            Ok([own, self.all_turns.clone().acquire_owned().await?])
        };
        let waited = self.limits.queue_wait;
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => Err(RunError::Stopped),
            turns = timeout(waited, both) => match turns {
                Err(_) => Err(RunError::Busy { waited }),
                Ok(turns) => turns.map_err(|_: tokio::sync::AcquireError| RunError::Stopped),
            },
        }
    }
}
