//! Messages for a component that takes them: one after the other, each handled by an instance of its own.

use super::broker::Message;
use super::draft::HandlerPre;
use super::inbox::Inbox;
use crate::activity::Asked;
use crate::error::TimeLimit;
use crate::guest::Guest;
use crate::instance::Instance;
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::outcome::{CpuSpent, explain};
use crate::program::Program;
use crate::race::{Ended, race, stopped_or_late};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{OwnedSemaphorePermit, watch};

/// Whoever handles messages.
pub(crate) trait Handled: Send + Sync + 'static {
    /// Waits for a turn to handle one. Nothing, when there is nobody any more.
    fn turns(&self) -> impl Future<Output = Option<Turns>> + Send;

    /// Handles one, whatever comes of it.
    fn handle(&self, message: Message, turns: Turns) -> impl Future<Output = ()> + Send;

    /// Says that messages do not come, or that one was left out.
    fn trouble(&self, sentence: String);
}

/// The right to run beside the others.
pub(crate) type Turns = [OwnedSemaphorePermit; 2];

/// Hands over what comes, as long as there is somebody who handles it. What nobody has begun to handle when the future is
/// dropped, is left in the inbox.
pub(crate) async fn deliver(inbox: Inbox, handler: impl Handled) {
    let mut messages = inbox.messages().await;
    if let Some(sentence) = messages.take_untold() {
        handler.trouble(sentence);
    }
    loop {
        if let Err(sentence) = inbox.arrival(&mut messages).await {
            handler.trouble(sentence);
            continue;
        }
        let Some(turns) = handler.turns().await else {
            return;
        };
        if let Some(message) = messages.take() {
            handler.handle(message, turns).await;
        }
    }
}

/// Everything that handling one message needs.
pub(crate) struct Delivery {
    pub(crate) handler: Arc<HandlerPre<Guest>>,
    pub(crate) program: Program,
    pub(crate) limits: Arc<Limits>,
    pub(crate) log: RequestLog,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) turns: Turns,
}

impl Delivery {
    /// Gives the message to the component. How that ended is in the log and among the requests.
    pub(crate) async fn run(self, guest: Guest, message: Message) {
        let asked = Asked::new(format!("message on {}", message.topic));
        let cpu = CpuSpent {
            kind: TimeLimit::Cpu,
            limit: self.limits.cpu_per_request,
        };
        let mut instance = Instance::new(self.program.engine(), guest, &self.limits, cpu);
        instance.begin(&self.log);
        let started = AtomicBool::new(false);
        let ended = race(
            self.call(&mut instance, message, &started),
            stopped_or_late(self.stopped.clone(), self.limits.wall_per_request),
        )
        .await;
        let usage = instance.usage(asked.began.elapsed());
        let guest = instance.store.data_mut();
        guest.end();
        let refused = guest.memory().refused();
        let result = ended.map_err(|ended| match ended {
            Ended::Because(error) => error,
            Ended::ByItself(error) => {
                let (started, nodes) = (started.load(Ordering::Relaxed), self.program.nodes());
                explain(&error, refused, started, &self.limits, nodes)
            }
        });
        match result {
            Ok(answer) => self.log.ended(&asked, Ok(answer), usage),
            Err(error) => {
                self.log.failure(&error);
                self.log.ended(&asked, Err(&error), usage);
            }
        }
        drop(self.turns);
    }

    /// What the component says to the message.
    async fn call(
        &self,
        instance: &mut Instance,
        message: Message,
        started: &AtomicBool,
    ) -> wasmtime::Result<String> {
        let store = &mut instance.store;
        let exchange = self.handler.instantiate_async(&mut *store).await?;
        started.store(true, Ordering::Relaxed);
        let message = store.data_mut().handling(message)?;
        let handler = exchange.wasi_messaging_incoming_handler();
        Ok(match handler.call_handle(store, message).await? {
            Ok(()) => "handled".to_owned(),
            Err(error) => format!("not handled: {error}"),
        })
    }
}
