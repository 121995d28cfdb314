//! A broker in process: gone with its preview.

use super::broker::{Arrived, Carried, Message, MessageBroker, WAITING, check_topic, topic_fits};
use futures::FutureExt;
use futures::future::ready;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

/// The broker of one preview. Clones are one.
#[derive(Clone, Default)]
pub(crate) struct Bus {
    listeners: Arc<Mutex<Vec<Listener>>>,
}

struct Listener {
    topics: Vec<String>,
    messages: mpsc::Sender<Arrived>,
}

impl MessageBroker for Bus {
    fn send(&self, message: Message) -> Carried<'_, ()> {
        if let Err(error) = check_topic(&message.topic, false) {
            return ready(Err(error)).boxed();
        }
        let mut listeners = self.listeners.lock();
        let listeners = listeners.as_mut().unwrap_or_else(PoisonError::get_mut);
        listeners.retain(|listener| {
            let mut topics = listener.topics.iter();
            if !topics.any(|pattern| topic_fits(pattern, &message.topic)) {
                return !listener.messages.is_closed();
            }
            let sent = listener.messages.try_send(Ok(message.clone()));
            !matches!(sent, Err(TrySendError::Closed(_)))
        });
        ready(Ok(())).boxed()
    }

    fn listen<'a>(&'a self, topics: &'a [String]) -> Carried<'a, mpsc::Receiver<Arrived>> {
        let checked = topics.iter().try_for_each(|topic| check_topic(topic, true));
        if let Err(error) = checked {
            return ready(Err(error)).boxed();
        }
        let (messages, receiver) = mpsc::channel(WAITING);
        let listener = Listener {
            topics: topics.to_vec(),
            messages,
        };
        let mut listeners = self.listeners.lock();
        let listeners = listeners.as_mut().unwrap_or_else(PoisonError::get_mut);
        listeners.push(listener);
        ready(Ok(receiver)).boxed()
    }
}
