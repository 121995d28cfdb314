//! What comes for a component that takes messages, whether its preview runs or is put aside.

use super::broker::{Arrived, Message, MessageBroker};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, mpsc};
use tokio::time::{Instant, sleep_until};

/// How long to wait before a broker that was gone is asked again.
const PAUSE: Duration = Duration::from_secs(2);

/// The messages of some topics, in the order in which they come. Clones are one; it listens as long as there is one.
#[derive(Clone)]
pub(crate) struct Inbox {
    broker: Arc<dyn MessageBroker>,
    topics: Arc<[String]>,
    messages: Arc<Mutex<Messages>>,
}

/// What is in an inbox, for the one who looks into it.
#[derive(Default)]
pub(crate) struct Messages {
    /// As the broker hands them over; nothing as long as it does not.
    arriving: Option<mpsc::Receiver<Arrived>>,
    /// It has come, and nobody has begun to handle it.
    next: Option<Message>,
    /// The broker is not asked before.
    pause: Option<Instant>,
    told: bool,
    left_out: bool,
    /// What there was nobody to tell.
    untold: Option<String>,
}

impl Inbox {
    pub(crate) fn new(broker: Arc<dyn MessageBroker>, topics: Vec<String>) -> Self {
        Self {
            broker,
            topics: topics.into(),
            messages: Arc::default(),
        }
    }

    /// Whether it is that of these topics with this broker.
    pub(crate) fn is_of(&self, broker: &Arc<dyn MessageBroker>, topics: &[String]) -> bool {
        Arc::ptr_eq(&self.broker, broker) && *self.topics == *topics
    }

    /// What is in it, once nobody else looks into it.
    pub(super) async fn messages(&self) -> MutexGuard<'_, Messages> {
        self.messages.lock().await
    }

    /// Waits until a message is there, which stays there.
    ///
    /// # Errors
    ///
    /// A sentence that says that messages do not come, or that one was left out: once, until some come again. To be called
    /// again then. Nothing is lost when the future is dropped.
    pub(super) async fn arrival(&self, messages: &mut Messages) -> Result<(), String> {
        while messages.next.is_none() {
            let Some(arriving) = &mut messages.arriving else {
                if let Some(end) = messages.pause {
                    sleep_until(end).await;
                }
                let listening = self.broker.listen(&self.topics).await;
                messages.pause = Some(Instant::now() + PAUSE);
                match listening {
                    Ok(arriving) => {
                        messages.told = false;
                        messages.untold = None;
                        messages.arriving = Some(arriving);
                    }
                    Err(error) if !messages.told => {
                        messages.told = true;
                        return Err(format!("Messages do not arrive: {error}."));
                    }
                    Err(_) => {}
                }
                continue;
            };
            match arriving.recv().await {
                // What is an answer to somebody's request is no message for everybody.
                Some(Ok(message)) if message.topic.starts_with("_INBOX.") => {}
                Some(Ok(message)) => {
                    messages.left_out = false;
                    messages.next = Some(message);
                }
                Some(Err(error)) if !messages.left_out => {
                    messages.left_out = true;
                    return Err(format!("A message was left out: {error}."));
                }
                Some(Err(_)) => {}
                None => messages.arriving = None,
            }
        }
        Ok(())
    }

    /// Comes when a message waits. What is wrong until then, is told once there is somebody who handles it.
    pub(crate) async fn message_waits(self) {
        let mut messages = self.messages().await;
        while let Err(sentence) = self.arrival(&mut messages).await {
            messages.untold = Some(sentence);
        }
    }
}

impl Messages {
    /// The message that is there, which from here on is the caller's to handle.
    pub(super) fn take(&mut self) -> Option<Message> {
        self.next.take()
    }

    /// What was wrong while there was nobody to tell.
    pub(super) fn take_untold(&mut self) -> Option<String> {
        self.untold.take()
    }
}
