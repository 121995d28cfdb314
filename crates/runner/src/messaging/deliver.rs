//! Messages for a component that takes them: one after the other, each handled by an instance of its own.

use super::broker::{Message, MessageBroker};
use super::draft::HandlerPre;
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
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::sleep;

/// How long to wait before a broker that was gone is asked again.
const PAUSE: Duration = Duration::from_secs(2);

/// Whoever handles messages.
pub(crate) trait Handled: Send + Sync + 'static {
    /// Handles one, whatever comes of it. False when there is nobody any more.
    fn handle(&self, message: Message) -> impl Future<Output = bool> + Send;

    /// Says that messages do not come, or that one was left out.
    fn trouble(&self, sentence: String);
}

/// Hands over the messages of these topics as long as there is somebody who handles them.
pub(crate) async fn listen(
    broker: Arc<dyn MessageBroker>,
    topics: Vec<String>,
    handler: impl Handled,
) {
    let mut told = false;
    loop {
        match broker.listen(&topics).await {
            Ok(mut messages) => {
                told = false;
                let mut left_out = false;
                while let Some(arrived) = messages.recv().await {
                    match arrived {
                        Ok(message) => {
                            left_out = false;
                            // What is an answer to somebody's request is no message for everybody.
                            let ours = !message.topic.starts_with("_INBOX.");
                            if ours && !handler.handle(message).await {
                                return;
                            }
                        }
                        Err(error) if !left_out => {
                            left_out = true;
                            handler.trouble(format!("A message was left out: {error}."));
                        }
                        Err(_) => {}
                    }
                }
            }
            Err(error) if !told => {
                told = true;
                handler.trouble(format!("Messages do not arrive: {error}."));
            }
            Err(_) => {}
        }
        sleep(PAUSE).await;
    }
}

/// Everything that handling one message needs.
pub(crate) struct Delivery {
    pub(crate) handler: Arc<HandlerPre<Guest>>,
    pub(crate) program: Program,
    pub(crate) limits: Arc<Limits>,
    pub(crate) log: RequestLog,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) turns: [OwnedSemaphorePermit; 2],
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
            instance.meter.clone(),
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
