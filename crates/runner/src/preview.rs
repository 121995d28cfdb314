//! A program that answers requests, with a memory of its own.

mod aside;
mod shared;

pub use self::aside::Aside;
use self::shared::Shared;
use crate::activity::{Asked, CapabilityCall, PastMessage, PastRequest, Way};
use crate::blobs::BlobStore;
use crate::body::{CancelOnDrop, Delivery, ResponseBody};
use crate::call::{Call, CallError, CallTask, Returned};
use crate::capability::Import;
use crate::command::{Command, CommandRun, CommandTask};
use crate::error::{Failure, RunError};
use crate::grants::{Grants, Standing};
use crate::guest::Guest;
use crate::keyvalue::{KeyValueBackend, KeyValueStore};
use crate::lane::Lane;
use crate::limits::Limits;
use crate::links::LinkCounts;
use crate::logs::{LogLine, RequestLog};
use crate::messaging::{Bus, Message, MessageBroker, MessageError, check_topic};
use crate::outbound::TRACE;
use crate::program::Program;
use crate::request;
use crate::run::{Outcome, Run};
use bytes::Bytes;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, broadcast, oneshot, watch};

/// A running program: its key-value store, its logs, its turns. Clones are the same preview.
///
/// Between requests nothing of it runs. Dropping the last clone lets the requests that run come to their end.
#[derive(Clone)]
pub struct Preview {
    shared: Arc<Shared>,
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
    pub(crate) fn new(
        program: Program,
        grants: Grants,
        limits: Arc<Limits>,
        lane: Lane,
        all_turns: Arc<Semaphore>,
        warm_places: Arc<Semaphore>,
    ) -> Self {
        let shared = Shared::new(program, grants, limits, lane, all_turns, warm_places);
        let shared = Arc::new(shared);
        shared.listen();
        Self { shared }
    }

    /// What it may use.
    pub fn grants(&self) -> Arc<Grants> {
        self.shared.means().grants
    }

    /// Grants what is in `grants` and nothing else, from the next request on. Instances that wait for a request, and
    /// sessions of calls, are over.
    pub fn grant(&self, grants: Grants) {
        self.shared.grant(Arc::new(grants));
        self.shared.listen();
    }

    /// What the program imports, and whether it may use it.
    pub fn imports(&self) -> Vec<(Import, Standing)> {
        let grants = self.grants();
        let program = self.program();
        let imports = program.imports().iter();
        imports
            .map(|import| (import.clone(), grants.standing(import.capability)))
            .collect()
    }

    /// Gives the program one request. Bodies stream both ways. A component of WASI 0.2 gets a fresh instance, one of WASI
    /// 0.3 perhaps one that is done with an earlier request, see
    /// [`Limits::requests_per_instance`](crate::Limits::requests_per_instance).
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
        let (number, log) = self.shared.number();
        let log = log.traced(request.headers().get(TRACE));
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
        let path = request.uri().path_and_query().map_or("/", |it| it.as_str());
        let asked = Asked::new(format!("{} {path}", request.method()));
        let refused = |error: RunError| {
            log.refused(&asked, &error);
            error
        };
        let failed = |error: RunError| {
            log.host(error.to_string());
            error
        };
        let program = shared.program();
        let http = program.http().map_err(refused)?;
        let incoming = request::admit(request, &shared.limits).map_err(refused)?;
        let turns = shared.turns().await.map_err(refused)?;
        // Before what it may use is looked up: see [`WarmInstances::put`].
        let age = shared.warm.age();
        let outcome = Outcome::default();
        let delivered = watch::Sender::new(false);
        let run = Run {
            http,
            program,
            limits: shared.limits.clone(),
            means: shared.means(),
            log: log.clone(),
            asked,
            age,
            warm: shared.warm.clone(),
            stopped: shared.stopped.subscribe(),
            outcome: outcome.clone(),
            delivered: delivered.subscribe(),
            turns,
        };
        let (respond, head) = oneshot::channel();
        let task = shared.lane.spawn(run.run(incoming, respond));
        let guest = CancelOnDrop::new(task.abort_handle());
        match head.await {
            Ok(Ok(response)) => {
                let (mut parts, inner) = response.into_parts();
                let delivery = Delivery {
                    outcome,
                    log: log.clone(),
                    guest,
                    delivered,
                    limit: shared.limits.response_body,
                };
                let body = ResponseBody::new(&mut parts, inner, delivery);
                Ok(http::Response::from_parts(parts, body))
            }
            Ok(Err(code)) => Err(failed(RunError::ErrorResponse { code })),
            Err(_) => {
                // The guest can drop its response-outparam and run on: only the end of the run says why.
                let joined = task.await;
                match (joined, outcome.get()) {
                    (Ok(()), Some(Err(error))) => Err(error.clone()),
                    _ => Err(failed(RunError::SandboxFailed)),
                }
            }
        }
    }

    /// Runs the program as a command, once its turn has come. Must be called within a tokio runtime.
    ///
    /// # Errors
    ///
    /// A [`RunError`] that is about waiting, or [`RunError::Unfit`]; what happens later, [`CommandRun::finish`] tells.
    pub async fn run(&self, command: Command) -> Result<CommandRun, Failure> {
        let began = Instant::now();
        let (number, log) = self.shared.number();
        let asked = Asked::new(command.arguments.join(" "));
        let shared = &*self.shared;
        let program = shared.program();
        let ready = async { Ok((program.command()?, shared.turns().await?)) };
        let (pre, turns) = ready.await.map_err(|error: RunError| {
            log.refused(&asked, &error);
            Failure {
                request: number,
                elapsed: began.elapsed(),
                error,
            }
        })?;
        let task = CommandTask {
            command: pre,
            program,
            limits: shared.limits.clone(),
            log: log.clone(),
            asked,
            stopped: shared.stopped.subscribe(),
            turns,
        };
        let means = shared.means();
        let guest = |output| Guest::of_command(&shared.limits, means, &log, command, output);
        Ok(task.start(number, &shared.lane, guest))
    }

    /// Calls a function, once its turn has come. Must be called within a tokio runtime. Dropping the future ends the call,
    /// and with it the session.
    ///
    /// # Errors
    ///
    /// See [`CallError`].
    pub async fn call(&self, call: Call) -> Result<Returned, CallError> {
        let began = Instant::now();
        let shared = self.shared.clone();
        let signature = shared.signature(&call.function)?;
        let (number, log) = shared.number();
        let task = CallTask {
            program: shared.program(),
            function: call.function,
            signature,
            arguments: call.arguments,
            limits: shared.limits.clone(),
            log: log.clone(),
            number,
            stopped: shared.stopped.subscribe(),
        };
        let place = call.session.map(|name| shared.sessions.take(&name));
        let mut place = place.transpose()?;
        let turns = shared.turns().await.map_err(|error| {
            log.host(error.to_string());
            Failure {
                request: number,
                elapsed: began.elapsed(),
                error,
            }
        })?;
        let kept = place.as_mut().and_then(|place| place.session.take());
        let mut session = kept.unwrap_or_else(|| {
            let guest = Guest::new(&shared.limits, shared.means(), &log);
            Box::new(task.session(guest))
        });
        let running = self.shared.lane.spawn(async move {
            let result = task.run(&mut session, turns).await;
            let over = matches!(result, Err(CallError::Failed(_)));
            if let Some(place) = place.filter(|_| !over) {
                place.done(session);
            }
            result
        });
        let _guest = CancelOnDrop::new(running.abort_handle());
        running.await.unwrap_or_else(|_| {
            Err(CallError::Failed(Failure {
                request: number,
                elapsed: began.elapsed(),
                error: RunError::SandboxFailed,
            }))
        })
    }

    /// Ends a session of calls that is not at work, and says whether there was one.
    pub fn end_session(&self, name: &str) -> bool {
        self.shared.sessions.end(name)
    }

    /// The lines kept, oldest first, and a receiver of every line after them: no gap and no duplicate between the two.
    ///
    /// A receiver that falls more than 1,024 lines behind gets `RecvError::Lagged`; call this again then, and skip by
    /// [`LogLine::sequence`].
    pub fn logs(&self) -> (Vec<LogLine>, broadcast::Receiver<LogLine>) {
        self.shared.logs.follow()
    }

    /// When a message for its component came or was handled, last.
    pub fn last_message(&self) -> Option<Instant> {
        self.shared.last_message()
    }

    /// The last calls of capabilities, oldest first.
    pub fn capability_calls(&self) -> Vec<CapabilityCall> {
        self.shared.logs.activity().calls()
    }

    /// The last requests that have ended, oldest first, runs of commands and calls by hand among them.
    pub fn past_requests(&self) -> Vec<PastRequest> {
        self.shared.logs.activity().requests()
    }

    /// Ends all requests of this preview, those waiting and those to come included, with [`RunError::Stopped`].
    pub fn stop(&self) {
        self.shared.stopped.send_replace(true);
        self.shared.warm.close();
        self.shared.sessions.end_all();
        self.shared.listen_no_more();
    }

    /// Whether [`Preview::stop`] was called.
    pub fn is_stopped(&self) -> bool {
        *self.shared.stopped.borrow()
    }

    /// The program's key-value store.
    pub fn key_values(&self) -> Arc<dyn KeyValueBackend> {
        self.shared.means().key_value
    }

    /// Keeps what the program stores from its next request on elsewhere; in memory again without a place.
    pub fn keep_values_in(&self, store: Option<Arc<dyn KeyValueBackend>>) {
        let store = store.unwrap_or_else(|| Arc::new(KeyValueStore::new(&self.shared.limits)));
        self.shared.keep_values_in(store);
    }

    /// The program's objects.
    pub fn objects(&self) -> BlobStore {
        self.shared.means().blobs
    }

    /// Keeps the program's objects elsewhere from its next request on; in memory again without a place.
    pub fn keep_objects_in(&self, store: Option<BlobStore>) {
        let store = store.unwrap_or_else(|| BlobStore::in_memory(&self.shared.limits));
        self.shared.keep_objects_in(store);
    }

    /// Who carries its messages.
    pub fn broker(&self) -> Arc<dyn MessageBroker> {
        self.shared.means().broker
    }

    /// Has its messages carried elsewhere from its next request on; in process again without a broker.
    pub fn have_messages_carried_by(&self, broker: Option<Arc<dyn MessageBroker>>) {
        let broker =
            broker.unwrap_or_else(|| Arc::new(Bus::new(self.shared.limits.messages_waiting)));
        self.shared.have_messages_carried_by(broker);
        self.shared.listen();
    }

    /// Sends a message as a person does.
    ///
    /// # Errors
    ///
    /// What the broker says is wrong; a message that is too long.
    pub async fn publish(&self, message: Message) -> Result<(), MessageError> {
        let limit = self.shared.limits.message_bytes;
        if message.data.len() > limit {
            return Err(MessageError::TooLong { limit });
        }
        check_topic(&message.topic, false)?;
        let activity = self.shared.logs.activity();
        activity.message(None, Way::Published, &message);
        self.broker().send(message).await
    }

    /// What was counted of each link so far, in their order; `None` for what is not a traced build.
    pub fn links(&self) -> Option<Vec<LinkCounts>> {
        Some(self.shared.links()?.counts())
    }

    /// The last messages that were sent and received, oldest first.
    pub fn past_messages(&self) -> Vec<PastMessage> {
        self.shared.logs.activity().messages()
    }

    /// The program it runs.
    pub fn program(&self) -> Program {
        self.shared.program()
    }

    /// Runs another program from the next request on, with everything that the preview has: its logs, what it stored, what
    /// it was granted. Instances that wait for a request, and sessions of calls, are over.
    pub fn replace_program(&self, program: Program) {
        self.shared.replace_program(program);
        self.shared.listen();
    }
}
