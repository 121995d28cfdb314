//! A broker in process: gone with its preview.

use super::broker::{
    Arrived, Carried, Message, MessageBroker, MessageError, check_topic, places, topic_fits,
};
use futures::FutureExt;
use futures::future::ready;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::mpsc;

/// The broker of one preview. Clones are one.
#[derive(Clone)]
pub(crate) struct Bus {
    listeners: Arc<Mutex<Vec<Listener>>>,
    waiting: usize,
}

struct Listener {
    topics: Vec<String>,
    messages: mpsc::Sender<Arrived>,
}

impl Bus {
    /// One where so many messages may wait for each listener.
    pub(crate) fn new(waiting: usize) -> Self {
        Self {
            listeners: Arc::default(),
            waiting,
        }
    }

    /// Gives a message to all who listen to its topic; to nobody, if it has no place with one of them.
    fn give(&self, message: &Message) -> Result<(), MessageError> {
        check_topic(&message.topic, false)?;
        // Nobody else gives one meanwhile.
        let mut listeners = self.listeners();
        listeners.retain(|listener| !listener.messages.is_closed());
        let fits = |listener: &&Listener| {
            let mut topics = listener.topics.iter();
            topics.any(|pattern| topic_fits(pattern, &message.topic))
        };
        let full = |listener: &Listener| listener.messages.capacity() == 0;
        if listeners.iter().filter(fits).any(full) {
            let limit = self.waiting;
            return Err(MessageError::TooManyWaiting { limit });
        }
        for listener in listeners.iter().filter(fits) {
            // Who has gone this moment, wants it no more.
            let _ = listener.messages.try_send(Ok(message.clone()));
        }
        Ok(())
    }

    fn listeners(&self) -> MutexGuard<'_, Vec<Listener>> {
        // No code that holds the lock leaves the list half changed.
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl MessageBroker for Bus {
    fn send(&self, message: Message) -> Carried<'_, ()> {
        ready(self.give(&message)).boxed()
    }

    fn listen<'a>(&'a self, topics: &'a [String]) -> Carried<'a, mpsc::Receiver<Arrived>> {
        let checked = topics.iter().try_for_each(|topic| check_topic(topic, true));
        let listened = checked.map(|()| {
            let (messages, receiver) = mpsc::channel(places(self.waiting));
            let topics = topics.to_vec();
            self.listeners().push(Listener { topics, messages });
            receiver
        });
        ready(listened).boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(topic: &str) -> Message {
        Message {
            topic: topic.to_owned(),
            ..Message::default()
        }
    }

    #[tokio::test]
    async fn what_has_no_place_with_one_is_sent_to_nobody_and_who_sends_is_told() {
        let bus = Bus::new(2);
        let mut some = bus.listen(&["a.*".to_owned()]).await.unwrap();
        let mut all = bus.listen(&[">".to_owned()]).await.unwrap();
        for topic in ["a.1", "b.1"] {
            assert_eq!(bus.send(message(topic)).await, Ok(()));
        }
        let refused = bus.send(message("a.2")).await;
        assert_eq!(refused, Err(MessageError::TooManyWaiting { limit: 2 }));
        for topic in ["a.1", "b.1"] {
            assert_eq!(all.recv().await, Some(Ok(message(topic))));
        }
        assert_eq!(bus.send(message("a.3")).await, Ok(()));
        assert_eq!(some.recv().await, Some(Ok(message("a.1"))));
        assert_eq!(some.recv().await, Some(Ok(message("a.3"))));
    }
}
