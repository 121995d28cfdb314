//! One request, run in a fresh instance, in a task of its own.

use crate::error::{RequestPart, RunError, TimeLimit};
use crate::guest::Guest;
use crate::keyvalue::KeyValueStore;
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::meter::CpuMeter;
use crate::outcome::{CpuSpent, explain};
use crate::program::Program;
use crate::request::Incoming;
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Notify, OwnedSemaphorePermit, oneshot, watch};
use tokio::time::{Instant, sleep_until};
use wasmtime::{Store, UpdateDeadline};
use wasmtime_wasi::I32Exit;
use wasmtime_wasi_http::WasiHttpView;
use wasmtime_wasi_http::p2::bindings::http::types::{ErrorCode, Scheme};
use wasmtime_wasi_http::p2::body::HyperOutgoingBody;

/// What a guest hands to its response-outparam.
pub(crate) type Head = Result<http::Response<HyperOutgoingBody>, ErrorCode>;

/// How a run ended; empty while it goes on. Set before the guest's half of the response body is dropped, so that who
/// sees the body end can tell a finished one from one that was torn off.
pub(crate) type Outcome = Arc<OnceLock<Result<(), RunError>>>;

/// Everything one run needs.
pub(crate) struct Run {
    pub(crate) program: Program,
    pub(crate) limits: Arc<Limits>,
    pub(crate) key_value: KeyValueStore,
    pub(crate) log: RequestLog,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) outcome: Outcome,
    /// The turns of this run, given back when it ends.
    pub(crate) turns: [OwnedSemaphorePermit; 2],
}

/// Why a guest does not run any more.
enum Ended {
    ByItself(wasmtime::Result<()>),
    Because(RunError),
}

impl Run {
    /// Runs the guest to its end, whatever that is. The head of the response goes to `respond`.
    pub(crate) async fn run(self, incoming: Incoming, respond: oneshot::Sender<Head>) {
        let mut store = self.store();
        let progress = Progress::default();
        // A panic in a host function ends this request only.
        let ended = AssertUnwindSafe(self.race(&mut store, incoming, respond, &progress))
            .catch_unwind()
            .await;
        let refused = store.data_mut().memory().refused();
        let result = match ended {
            Err(_) => Err(RunError::SandboxFailed),
            Ok(Ended::Because(error)) => Err(error),
            Ok(Ended::ByItself(result)) => match result {
                Err(error) if !is_success(&error) => {
                    Err(explain(&error, refused, progress.started(), &self.limits))
                }
                _ if progress.responded() => Ok(()),
                _ => Err(RunError::NoResponse),
            },
        };
        match (&result, refused) {
            (Err(error), _) => self.log.host(error.to_string()),
            (Ok(()), Some(refusal)) => {
                self.log.host(format!(
                    "It went on, but was refused memory: {}",
                    RunError::from(refusal)
                ));
            }
            (Ok(()), None) => {}
        }
        // Nobody else sets it.
        let _ = self.outcome.set(result);
        drop(store);
        drop(self.turns);
    }

    /// A store with every limit set, and the interruption that enforces the one on CPU time.
    fn store(&self) -> Store<Guest> {
        let guest = Guest::new(&self.limits, self.key_value.clone(), &self.log);
        let mut store = Store::new(self.program.engine(), guest);
        store.limiter(|guest| guest.memory());
        store.set_hostcall_fuel(self.limits.call_bytes);
        store.set_max_component_handles(self.limits.handles);
        store.set_epoch_deadline(1);
        store
    }

    /// Runs the guest against everything that may end it sooner.
    async fn race(
        &self,
        store: &mut Store<Guest>,
        incoming: Incoming,
        respond: oneshot::Sender<Head>,
        progress: &Progress,
    ) -> Ended {
        let Incoming { request, overflow } = incoming;
        let meter = Arc::new(CpuMeter::default());
        let budget = self.limits.cpu_per_request;
        let reading = meter.clone();
        store.epoch_deadline_callback(move |_| {
            if reading.spent() > budget {
                return Err(CpuSpent.into());
            }
            // Tokio's own yield lets its timers and sockets have their turn before the guest goes on.
            Ok(UpdateDeadline::YieldCustom(
                1,
                Box::pin(tokio::task::yield_now()),
            ))
        });

        let guest = meter.measure(self.call(store, request, respond, progress));
        tokio::pin!(guest);
        tokio::select! {
            // The guest last: one that is always ready must not keep the others from being asked.
            biased;
            error = self.interruption(&overflow, progress) => Ended::Because(error),
            result = &mut guest => Ended::ByItself(result),
        }
    }

    /// Resolves when the run must end, whatever the guest does.
    async fn interruption(&self, overflow: &Notify, progress: &Progress) -> RunError {
        let began = Instant::now();
        let mut stopped = self.stopped.clone();
        let first_byte = async {
            sleep_until(began + self.limits.first_byte).await;
            if progress.responded() {
                std::future::pending::<()>().await;
            }
        };
        let (kind, limit) = tokio::select! {
            biased;
            // An error means that the preview is gone, and with it everyone who could stop it.
            Ok(_) = stopped.wait_for(|stopped| *stopped) => return RunError::Stopped,
            () = overflow.notified() => {
                return RunError::RequestTooLarge { part: RequestPart::Body, limit: self.limits.request_body };
            }
            () = sleep_until(began + self.limits.wall_per_request) => (TimeLimit::Wall, self.limits.wall_per_request),
            () = first_byte => (TimeLimit::FirstByte, self.limits.first_byte),
        };
        RunError::OutOfTime { kind, limit }
    }

    async fn call(
        &self,
        store: &mut Store<Guest>,
        request: http::Request<wasmtime_wasi_http::WasiBody>,
        respond: oneshot::Sender<Head>,
        progress: &Progress,
    ) -> wasmtime::Result<()> {
        let responded = progress.responded.clone();
        let mut http = store.data_mut().http();
        let request = http.new_incoming_request(Scheme::Http, request)?;
        let out = http.new_response_outparam_from_callback(move |head| {
            responded.store(true, Ordering::Relaxed);
            // The client may be gone; its body, dropped, tells the guest.
            let _ = respond.send(head);
        })?;
        let proxy = self.program.instantiate(&mut *store).await?;
        progress.started.store(true, Ordering::Relaxed);
        proxy
            .wasi_http_incoming_handler()
            .call_handle(store, request, out)
            .await
    }
}

/// How far a run has come.
#[derive(Default)]
struct Progress {
    started: AtomicBool,
    responded: Arc<AtomicBool>,
}

impl Progress {
    fn started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    fn responded(&self) -> bool {
        self.responded.load(Ordering::Relaxed)
    }
}

/// `exit(0)` is a way to return.
fn is_success(error: &wasmtime::Error) -> bool {
    error
        .downcast_ref::<I32Exit>()
        .is_some_and(|exit| exit.0 == 0)
}
