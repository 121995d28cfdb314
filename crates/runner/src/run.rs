//! One request, in a task of its own: in a fresh instance, or for WASI 0.3 in one that is done with another request.

use crate::activity::Asked;
use crate::error::{RequestPart, RunError, TimeLimit};
use crate::guest::{Guest, Means};
use crate::instance::Instance;
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::outcome::{CpuSpent, explain, is_success};
use crate::program::Program;
use crate::race::{Ended, race};
use crate::request::Incoming;
use crate::warm::WarmInstances;
use std::future::poll_fn;
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::{Notify, OwnedSemaphorePermit, oneshot, watch};
use tokio::time::{Instant, sleep_until};
use wasmtime::{AsContextMut, Store};
use wasmtime_wasi_http::handler::{Proxy, ProxyPre};
use wasmtime_wasi_http::p2::bindings::http::types::Scheme;
use wasmtime_wasi_http::p3::bindings::Service;
use wasmtime_wasi_http::{Error, WasiBody, WasiHttpView, p2, p3};

/// What a guest answers: a response, or the name of an error code.
pub(crate) type Head = Result<http::Response<WasiBody>, String>;

/// How a run ended; empty while it goes on. Set before the guest's half of the response body is dropped, so that who
/// sees the body end can tell a finished one from one that was torn off.
pub(crate) type Outcome = Arc<OnceLock<Result<(), RunError>>>;

/// Everything one run needs.
pub(crate) struct Run {
    pub(crate) http: Arc<ProxyPre<Guest>>,
    pub(crate) program: Program,
    pub(crate) limits: Arc<Limits>,
    pub(crate) means: Means,
    pub(crate) log: RequestLog,
    pub(crate) asked: Asked,
    pub(crate) warm: WarmInstances,
    /// That of the warm instances when the run began.
    pub(crate) age: u64,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) outcome: Outcome,
    /// Becomes true when all of the response body is with the client.
    pub(crate) delivered: watch::Receiver<bool>,
    /// The turns of this run, given back when it ends.
    pub(crate) turns: [OwnedSemaphorePermit; 2],
}

impl Run {
    /// Runs the guest to its end, whatever that is. The head of the response goes to `respond`.
    pub(crate) async fn run(self, incoming: Incoming, respond: oneshot::Sender<Head>) {
        let mut instance = self.warm.take().unwrap_or_else(|| self.instance());
        instance.begin(&self.log);
        let progress = Progress::default();
        let Incoming { request, overflow } = incoming;
        let respond = Respond {
            head: respond,
            responded: progress.responded.clone(),
            status: progress.status.clone(),
        };
        let ended = race(
            self.call(&mut instance, request, respond, &progress),
            self.interruption(&overflow, &progress),
        )
        .await;
        let guest = instance.store.data_mut();
        guest.end();
        let refused = guest.memory().refused();
        let usage = instance.usage(self.asked.began.elapsed());
        // An instance that ended itself, in whatever way, cannot be entered again.
        let may_serve_again = ended.is_ok() && instance.takes_more_requests();
        let result = match ended {
            Err(Ended::Because(error)) => Err(error),
            Err(Ended::ByItself(error)) if !is_success(&error) => {
                let (started, nodes) = (progress.started(), self.program.nodes());
                Err(explain(&error, refused, started, &self.limits, nodes))
            }
            _ if progress.responded() => Ok(()),
            _ => Err(RunError::NoResponse),
        };
        match (&result, refused) {
            (Err(error), _) => self.log.failure(error),
            (Ok(()), Some(refusal)) => {
                self.log.host(format!(
                    "It went on, but was refused memory: {}",
                    RunError::from(refusal)
                ));
            }
            (Ok(()), None) => {}
        }
        let answered = || progress.status.load(Ordering::Relaxed).to_string();
        let ended = result.as_ref().map(|()| answered());
        self.log.ended(&self.asked, ended, usage);
        // Nobody else sets it.
        let _ = self.outcome.set(result);
        if may_serve_again {
            self.warm.put(instance, self.age);
        } else {
            drop(instance);
        }
        drop(self.turns);
    }

    fn instance(&self) -> Instance {
        let guest = Guest::new(&self.limits, self.means.clone(), &self.log);
        let cpu = CpuSpent {
            kind: TimeLimit::Cpu,
            limit: self.limits.cpu_per_request,
        };
        Instance::new(self.program.engine(), guest, &self.limits, cpu)
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
        RunError::OutOfTime {
            kind,
            limit,
            nodes: Vec::new(),
        }
    }

    async fn call(
        &self,
        instance: &mut Instance,
        request: http::Request<WasiBody>,
        respond: Respond,
        progress: &Progress,
    ) -> wasmtime::Result<()> {
        let store = &mut instance.store;
        let proxy = match instance.proxy.take() {
            Some(proxy) => proxy,
            None => self.http.instantiate_async(&mut *store).await?,
        };
        progress.started.store(true, Ordering::Relaxed);
        match instance.proxy.insert(proxy) {
            Proxy::P2(proxy) => handle_02(store, proxy, request, respond).await,
            Proxy::P3(service) => {
                handle_03(store, service, request, respond, self.delivered.clone()).await
            }
        }
    }
}

async fn handle_02(
    store: &mut Store<Guest>,
    proxy: &p2::bindings::Proxy,
    request: http::Request<WasiBody>,
    respond: Respond,
) -> wasmtime::Result<()> {
    let mut http = store.data_mut().http();
    let request = http.new_incoming_request(Scheme::Http, request)?;
    let out = http.new_response_outparam_from_callback(move |head| {
        respond.send(head.map_err(|code| code.to_string()));
    })?;
    proxy
        .wasi_http_incoming_handler()
        .call_handle(store, request, out)
        .await
}

/// Returns when the response is with the client and the guest has nothing left to do.
async fn handle_03(
    store: &mut Store<Guest>,
    service: &Service,
    request: http::Request<WasiBody>,
    respond: Respond,
    mut delivered: watch::Receiver<bool>,
) -> wasmtime::Result<()> {
    let http = store.data_mut().http();
    // What becomes of the request's body is the client's business, and the client is told by its connection.
    let (request, _) = p3::Request::from_http(http.hooks, request);
    let request = http.table.push(request)?;
    let run = store.run_concurrent(async |accessor| -> wasmtime::Result<()> {
        let answer = service
            .wasi_http_handler()
            .call_handle(accessor, request)
            .await?;
        match answer {
            Err(code) => respond.send(Err(code.to_string())),
            Ok(response) => {
                let transmitted = transmitted(delivered.clone());
                let response = accessor.with(|mut access| {
                    let response = access.data_mut().http().table.delete(response)?;
                    response.into_http(access.as_context_mut(), transmitted)
                })?;
                respond.send(Ok(response));
                // The body may be moved along by the store, without the guest. An error means that the client is gone.
                let _ = delivered.wait_for(|delivered| *delivered).await;
            }
        }
        poll_fn(|context| accessor.poll_no_interesting_tasks(context)).await;
        Ok(())
    });
    run.await?
}

/// What the guest is told about its response.
async fn transmitted(mut delivered: watch::Receiver<bool>) -> Result<(), Error> {
    match delivered.wait_for(|delivered| *delivered).await {
        Ok(_) => Ok(()),
        Err(_) => Err(Error::ConnectionTerminated),
    }
}

/// Sends the head of the response, and remembers that.
struct Respond {
    head: oneshot::Sender<Head>,
    responded: Arc<AtomicBool>,
    status: Arc<AtomicU16>,
}

impl Respond {
    fn send(self, head: Head) {
        if let Ok(response) = &head {
            let status = response.status().as_u16();
            self.status.store(status, Ordering::Relaxed);
        }
        self.responded.store(true, Ordering::Relaxed);
        // The client may be gone; its body, dropped, tells the guest.
        let _ = self.head.send(head);
    }
}

/// How far a run has come.
#[derive(Default)]
struct Progress {
    started: AtomicBool,
    responded: Arc<AtomicBool>,
    /// Of the response; 0 where an error code stands in its place.
    status: Arc<AtomicU16>,
}

impl Progress {
    fn started(&self) -> bool {
        self.started.load(Ordering::Relaxed)
    }

    fn responded(&self) -> bool {
        self.responded.load(Ordering::Relaxed)
    }
}
