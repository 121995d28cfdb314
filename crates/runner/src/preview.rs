//! A program that answers requests, with a memory of its own.

use crate::body::{CancelOnDrop, ResponseBody};
use crate::error::{Failure, RunError};
use crate::keyvalue::{KeyValueEntry, KeyValueStore};
use crate::limits::Limits;
use crate::logs::{LogLine, Logs, RequestLog};
use crate::program::Program;
use crate::request;
use crate::run::{Outcome, Run};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, broadcast, oneshot, watch};
use tokio::time::timeout;

/// A running program: its key-value store, its logs, its turns. Clones are the same preview.
///
/// Between requests nothing of it runs. Dropping the last clone lets the requests that run come to their end.
#[derive(Clone)]
pub struct Preview {
    shared: Arc<Shared>,
}

struct Shared {
    program: Program,
    limits: Arc<Limits>,
    key_value: KeyValueStore,
    logs: Logs,
    requests: AtomicU64,
    own_turns: Arc<Semaphore>,
    all_turns: Arc<Semaphore>,
    stopped: watch::Sender<bool>,
}

/// Which request a response answers, and how fast. Found in the response's extensions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Served {
    /// The number of the request in its preview, as in [`LogLine::request`]; the first is 1.
    pub request: u64,
    /// From the call of [`Preview::handle`] to the head of the response, waiting included.
    pub elapsed: Duration,
}

impl Preview {
    pub(crate) fn new(program: Program, limits: Arc<Limits>, all_turns: Arc<Semaphore>) -> Self {
        let shared = Shared {
            program,
            key_value: KeyValueStore::new(&limits),
            logs: Logs::new(limits.log_ring_bytes),
            requests: AtomicU64::new(0),
            own_turns: Arc::new(Semaphore::new(limits.requests_per_preview)),
            all_turns,
            stopped: watch::Sender::new(false),
            limits,
        };
        Self {
            shared: Arc::new(shared),
        }
    }

    /// Gives the program one request, in a fresh instance. Bodies stream both ways.
    ///
    /// The request waits for its turn if too many run already. Dropping the future, or the response's body before its
    /// end, cancels the guest. The response carries [`Served`] in its extensions. Must be called within a tokio
    /// runtime.
    ///
    /// # Errors
    ///
    /// Any [`RunError`], wrapped with the number of the request. Each is also a line of [`LogStream::Host`] in the logs.
    /// What goes wrong after the head of the response, ends the body with the error, and is logged too.
    ///
    /// [`LogStream::Host`]: crate::LogStream::Host
    pub async fn handle<B>(
        &self,
        request: http::Request<B>,
    ) -> Result<http::Response<ResponseBody>, Failure>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
    {
        let began = Instant::now();
        let number = self.shared.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let log = RequestLog::new(
            &self.shared.logs,
            number,
            self.shared.limits.log_bytes_per_request,
        );
        match self.answer(request, log).await {
            Ok(mut response) => {
                response.extensions_mut().insert(Served {
                    request: number,
                    elapsed: began.elapsed(),
                });
                Ok(response)
            }
            Err(error) => Err(Failure {
                request: number,
                elapsed: began.elapsed(),
                error,
            }),
        }
    }

    async fn answer<B>(
        &self,
        request: http::Request<B>,
        log: RequestLog,
    ) -> Result<http::Response<ResponseBody>, RunError>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
    {
        let shared = &*self.shared;
        let logged = |error: RunError| {
            log.host(error.to_string());
            error
        };
        let incoming = request::admit(request, &shared.limits).map_err(logged)?;
        let turns = shared.turns().await.map_err(logged)?;
        let outcome = Outcome::default();
        let run = Run {
            program: shared.program.clone(),
            limits: shared.limits.clone(),
            key_value: shared.key_value.clone(),
            log: log.clone(),
            stopped: shared.stopped.subscribe(),
            outcome: outcome.clone(),
            turns,
        };
        let (respond, head) = oneshot::channel();
        let task = tokio::spawn(run.run(incoming, respond));
        let guest = CancelOnDrop::new(task.abort_handle());
        match head.await {
            Ok(Ok(response)) => {
                let (mut parts, inner) = response.into_parts();
                let limit = shared.limits.response_body;
                let body = ResponseBody::new(&mut parts, inner, outcome, log, guest, limit);
                Ok(http::Response::from_parts(parts, body))
            }
            Ok(Err(code)) => Err(logged(RunError::ErrorResponse {
                code: code.to_string(),
            })),
            Err(_) => {
                // The guest can drop its response-outparam and run on: only the end of the run says why.
                let joined = task.await;
                match (joined, outcome.get()) {
                    (Ok(()), Some(Err(error))) => Err(error.clone()),
                    _ => Err(logged(RunError::SandboxFailed)),
                }
            }
        }
    }

    /// The lines kept, oldest first, and a receiver of every line after them: no gap and no duplicate between the two.
    ///
    /// A receiver that falls more than 1,024 lines behind gets `RecvError::Lagged`; call this again then, and skip by
    /// [`LogLine::sequence`].
    pub fn logs(&self) -> (Vec<LogLine>, broadcast::Receiver<LogLine>) {
        self.shared.logs.follow()
    }

    /// Ends all requests of this preview, those waiting and those to come included, with [`RunError::Stopped`].
    pub fn stop(&self) {
        self.shared.stopped.send_replace(true);
    }

    /// Whether [`Preview::stop`] was called.
    pub fn is_stopped(&self) -> bool {
        *self.shared.stopped.borrow()
    }

    /// What the program has in its key-value store, by bucket and key. At most
    /// [`Limits::kv_total_bytes`](crate::Limits::kv_total_bytes).
    pub fn key_values(&self) -> Vec<KeyValueEntry> {
        self.shared.key_value.entries()
    }

    /// The program it runs.
    pub fn program(&self) -> &Program {
        &self.shared.program
    }
}

impl Shared {
    /// Waits for a turn among the requests of this preview, then for one among all.
    async fn turns(&self) -> Result<[OwnedSemaphorePermit; 2], RunError> {
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
