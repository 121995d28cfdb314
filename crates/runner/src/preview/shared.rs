//! What the clones of a preview share: what its guests may use, and their turns.

use crate::activity::Way;
use crate::blobs::BlobStore;
use crate::body::CancelOnDrop;
use crate::call::{CallError, Sessions, Signature};
use crate::error::RunError;
use crate::grants::Grants;
use crate::guest::{Guest, Means};
use crate::keyvalue::{KeyValueBackend, KeyValueStore};
use crate::lane::Lane;
use crate::limits::Limits;
use crate::links::LinkTraces;
use crate::logs::{Logs, RequestLog};
use crate::messaging::{Bus, Delivery, Handled, Inbox, Message, MessageBroker, Turns, deliver};
use crate::program::Program;
use crate::warm::WarmInstances;
use futures::FutureExt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Instant;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

/// What the clones of a preview have in common.
pub(super) struct Shared {
    program: RwLock<Program>,
    pub(super) limits: Arc<Limits>,
    grants: RwLock<Arc<Grants>>,
    key_value: RwLock<Arc<dyn KeyValueBackend>>,
    broker: RwLock<Arc<dyn MessageBroker>>,
    blobs: RwLock<BlobStore>,
    listening: Mutex<Option<Listening>>,
    /// When a message came or was handled, last.
    last_message: Mutex<Option<Instant>>,
    pub(super) logs: Logs,
    /// What the links of a traced build tell.
    links: RwLock<Option<Arc<LinkTraces>>>,
    requests: AtomicU64,
    pub(super) warm: WarmInstances,
    pub(super) sessions: Sessions,
    pub(super) lane: Lane,
    own_turns: Arc<Semaphore>,
    all_turns: Arc<Semaphore>,
    pub(super) stopped: watch::Sender<bool>,
}

/// That messages are handed over, as long as it is there.
struct Listening {
    inbox: Inbox,
    _delivering: CancelOnDrop,
}

impl Shared {
    pub(super) fn new(
        program: Program,
        grants: Grants,
        limits: Arc<Limits>,
        lane: Lane,
        all_turns: Arc<Semaphore>,
        warm_places: Arc<Semaphore>,
    ) -> Self {
        Self {
            links: RwLock::new(link_traces(&program)),
            program: RwLock::new(program),
            grants: RwLock::new(Arc::new(grants)),
            key_value: RwLock::new(Arc::new(KeyValueStore::new(&limits))),
            broker: RwLock::new(Arc::new(Bus::new(limits.messages_waiting))),
            blobs: RwLock::new(BlobStore::in_memory(&limits)),
            listening: Mutex::default(),
            last_message: Mutex::default(),
            logs: Logs::new(limits.log_ring_bytes),
            requests: AtomicU64::new(0),
            sessions: Sessions::new(limits.sessions_per_preview, limits.session_idle),
            warm: WarmInstances::new(&limits, warm_places),
            lane,
            own_turns: Arc::new(Semaphore::new(limits.requests_per_preview)),
            all_turns,
            stopped: watch::Sender::new(false),
            limits,
        }
    }

    /// What runs from the next request on.
    pub(super) fn program(&self) -> Program {
        let program = self.program.read();
        program.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What its links tell.
    pub(super) fn links(&self) -> Option<Arc<LinkTraces>> {
        let links = self.links.read();
        links.unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Runs this from the next request on.
    pub(super) fn replace_program(&self, program: Program) {
        let links = self.links.write();
        *links.unwrap_or_else(PoisonError::into_inner) = link_traces(&program);
        let kept = self.program.write();
        *kept.unwrap_or_else(PoisonError::into_inner) = program;
        self.begin_anew();
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

    /// Keeps the program's objects here, from the next request on.
    pub(super) fn keep_objects_in(&self, store: BlobStore) {
        *self.blobs.write().unwrap_or_else(PoisonError::into_inner) = store;
        self.begin_anew();
    }

    /// Has messages carried by this broker, from the next request on.
    pub(super) fn have_messages_carried_by(&self, broker: Arc<dyn MessageBroker>) {
        let kept = self.broker.write();
        *kept.unwrap_or_else(PoisonError::into_inner) = broker;
        self.begin_anew();
    }

    /// Takes the messages that are for the program, if it takes any and may.
    pub(super) fn listen(self: &Arc<Self>) {
        self.listen_at(None);
    }

    /// Does so, and first takes those that wait in this inbox, if it is the one for the topics that are granted.
    pub(super) fn listen_at(self: &Arc<Self>, inbox: Option<Inbox>) {
        // Held from here on, so that whoever grants last is whose topics are listened to.
        let mut kept = self.listening();
        let Means { grants, broker, .. } = self.means();
        let topics = grants.messaging.clone().filter(|topics| !topics.is_empty());
        let Some(topics) = topics.filter(|_| self.program().takes_messages()) else {
            *kept = None;
            return;
        };
        if kept
            .as_ref()
            .is_some_and(|it| it.inbox.is_of(&broker, &topics))
        {
            return;
        }
        let inbox = inbox.filter(|it| it.is_of(&broker, &topics));
        let inbox = inbox.unwrap_or_else(|| Inbox::new(broker, topics));
        let receiver = Receiver(Arc::downgrade(self));
        let mut delivering = deliver(inbox.clone(), receiver).boxed();
        // A broker in process listens at once: what is sent from here on arrives.
        let _ = (&mut delivering).now_or_never();
        let task = tokio::spawn(delivering);
        *kept = Some(Listening {
            inbox,
            _delivering: CancelOnDrop::new(task.abort_handle()),
        });
    }

    /// Where messages for the program wait.
    pub(super) fn inbox(&self) -> Option<Inbox> {
        self.listening().as_ref().map(|it| it.inbox.clone())
    }

    /// Takes no more messages.
    pub(super) fn listen_no_more(&self) {
        *self.listening() = None;
    }

    fn listening(&self) -> MutexGuard<'_, Option<Listening>> {
        self.listening
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// When a message came or was handled, last.
    pub(super) fn last_message(&self) -> Option<Instant> {
        let last = self.last_message.lock();
        *last.unwrap_or_else(PoisonError::into_inner)
    }

    fn a_message_is_there(&self) {
        let last = self.last_message.lock();
        *last.unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    /// Lets the program handle a message.
    async fn handle_message(&self, message: Message, turns: Turns) {
        let (_, log) = self.number();
        log.message(Way::Received, &message);
        let program = self.program();
        let Some(handler) = program.messages() else {
            return;
        };
        let delivery = Delivery {
            handler,
            program,
            limits: self.limits.clone(),
            log: log.clone(),
            stopped: self.stopped.subscribe(),
            turns,
        };
        let guest = Guest::new(&self.limits, self.means(), &log);
        delivery.run(guest, message).await;
    }

    /// What a guest that begins now may use.
    pub(super) fn means(&self) -> Means {
        let grants = self.grants.read().unwrap_or_else(PoisonError::into_inner);
        let key_value = self.key_value.read();
        let key_value = key_value.unwrap_or_else(PoisonError::into_inner);
        let broker = self.broker.read();
        let broker = broker.unwrap_or_else(PoisonError::into_inner);
        let blobs = self.blobs.read().unwrap_or_else(PoisonError::into_inner);
        Means {
            blobs: blobs.clone(),
            broker: broker.clone(),
            grants: grants.clone(),
            key_value: key_value.clone(),
            limits: self.limits.clone(),
            links: self.links(),
        }
    }

    /// Ends the instances that would go on with what they were given.
    fn begin_anew(&self) {
        self.warm.clear();
        self.sessions.end_all();
    }

    pub(super) fn signature(&self, function: &str) -> Result<Signature, CallError> {
        let program = self.program();
        let found = program.functions().iter().find(|it| it.name == function);
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

    /// All turns of this preview, if none is taken.
    pub(super) fn all_own_turns(&self) -> Option<OwnedSemaphorePermit> {
        let all = u32::try_from(self.limits.requests_per_preview).unwrap_or(u32::MAX);
        self.own_turns.clone().try_acquire_many_owned(all).ok()
    }

    /// Waits for a turn among the requests of this preview, then for one among all.
    pub(super) async fn turns(&self) -> Result<Turns, RunError> {
        let waited = self.limits.queue_wait;
        let turns = timeout(waited, self.turns_at_last()).await;
        turns.unwrap_or(Err(RunError::Busy { waited }))
    }

    /// Waits for the same for as long as it takes, unless the preview is stopped.
    async fn turns_at_last(&self) -> Result<Turns, RunError> {
        let mut stopped = self.stopped.subscribe();
        let both = async {
            let own = self.own_turns.clone().acquire_owned().await?;
            Ok([own, self.all_turns.clone().acquire_owned().await?])
        };
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => Err(RunError::Stopped),
            turns = both => turns.map_err(|_: tokio::sync::AcquireError| RunError::Stopped),
        }
    }
}

/// Where the calls of the links of a program are counted, in a traced build.
fn link_traces(program: &Program) -> Option<Arc<LinkTraces>> {
    program.links().map(LinkTraces::new).map(Arc::new)
}

/// Gives messages to a preview, as long as it is there.
struct Receiver(Weak<Shared>);

impl Handled for Receiver {
    async fn turns(&self) -> Option<Turns> {
        let shared = self.0.upgrade()?;
        shared.a_message_is_there();
        // Nobody waits for an answer: it has its turn when others have had theirs.
        shared.turns_at_last().await.ok()
    }

    async fn handle(&self, message: Message, turns: Turns) {
        let Some(shared) = self.0.upgrade() else {
            return;
        };
        // Whoever ends the wait for messages, does not end what is done with one that came.
        let lane = shared.lane.clone();
        let handling = lane.spawn(async move {
            shared.handle_message(message, turns).await;
            shared.a_message_is_there();
        });
        // It says itself how it ended.
        let _ = handling.await;
    }

    fn trouble(&self, sentence: String) {
        if let Some(shared) = self.0.upgrade() {
            shared.number().1.host(sentence);
        }
    }
}
