//! What a broker has to do, wherever it is.

use crate::error::size;
use bytes::Bytes;
use futures::future::BoxFuture;
use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

/// How long a topic may be, in bytes.
const LONGEST_TOPIC: usize = 255;

/// A channel can have one place more.
const MOST_WAITING: usize = Semaphore::MAX_PERMITS - 1;

/// The header that says how many handlers have brought a message about.
pub(super) const HOPS_HEADER: &str = "Patchbay-Hops";

/// The header that says what kind of data a message has.
pub(super) const CONTENT_TYPE: &str = "Content-Type";

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Message {
    /// Words with dots between them.
    pub topic: String,
    /// What it says.
    pub data: Bytes,
    /// The kind of `data`.
    pub content_type: Option<String>,
    /// Names and values besides.
    pub metadata: Vec<(String, String)>,
    /// The topic on which somebody waits for an answer.
    pub reply_to: Option<String>,
    /// How many handlers of messages have brought it about, one by the other's message.
    pub hops: u8,
}

/// Why a message was not carried. Guests get the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// No words with dots between them, or too long.
    #[error("“{0}” is no topic: write words with dots between them, without spaces")]
    NotATopic(String),
    /// Longer than [`Limits::message_bytes`](crate::Limits::message_bytes).
    #[error("a message may have {}", size(*.limit))]
    TooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// More than [`Limits::messages_per_request`](crate::Limits::messages_per_request).
    #[error("one request may send {limit} messages")]
    TooMany {
        /// Messages allowed.
        limit: usize,
    },
    /// The handlers of messages send each other messages without an end.
    #[error("messages that bring about messages may do so {limit} times in turn")]
    TooManyHops {
        /// Times allowed.
        limit: u8,
    },
    /// [`Limits::messages_waiting`](crate::Limits::messages_waiting) wait for a listener already.
    #[error("{limit} messages wait already, the most that may (messages-waiting)")]
    TooManyWaiting {
        /// Messages allowed.
        limit: usize,
    },
    /// Nobody answered in time.
    #[error("nobody answered in time")]
    TimedOut,
    /// The broker is elsewhere, and does not answer as it should.
    #[error("the broker does not answer: {0}")]
    Unavailable(String),
}

/// What comes of an operation, later.
pub type Carried<'a, T> = BoxFuture<'a, Result<T, MessageError>>;

/// A message that came, or why one that came was left out.
pub type Arrived = Result<Message, MessageError>;

/// Carries messages to all who listen to their topics.
pub trait MessageBroker: Send + Sync {
    /// Hands a message over. That nobody listens is no error.
    fn send(&self, message: Message) -> Carried<'_, ()>;

    /// The messages of these topics from now on, of which `*` stands for any word and `>` for any words at the end. For a
    /// listener that is slow, [`Limits::messages_waiting`](crate::Limits::messages_waiting) wait; one that is dropped
    /// listens no more. Ends when the broker is gone.
    fn listen<'a>(&'a self, topics: &'a [String]) -> Carried<'a, mpsc::Receiver<Arrived>>;
}

/// How many places a channel has for that many messages.
pub(super) fn places(waiting: usize) -> usize {
    waiting.min(MOST_WAITING)
}

/// Sends a message and waits for answers: for as many as asked for, or for `patience`.
///
/// # Errors
///
/// [`MessageError::TimedOut`] where there is none, and those of the broker.
pub(super) async fn request(
    broker: &dyn MessageBroker,
    mut message: Message,
    most: usize,
    patience: Duration,
) -> Result<Vec<Message>, MessageError> {
    let began = Instant::now();
    // Nobody else can guess it, and answer.
    let random = [1, 2].map(|half: u8| RandomState::new().hash_one(half));
    let inbox = format!("_INBOX.{:016x}{:016x}", random[0], random[1]);
    let mut answers = broker.listen(std::slice::from_ref(&inbox)).await?;
    message.reply_to = Some(inbox);
    broker.send(message).await?;
    let mut received = Vec::new();
    while received.len() < most {
        let left = patience.saturating_sub(began.elapsed());
        match timeout(left, answers.recv()).await {
            Ok(Some(answer)) => received.push(answer?),
            _ if received.is_empty() => return Err(MessageError::TimedOut),
            _ => break,
        }
    }
    Ok(received)
}

/// Checks what a message is to be sent to, or, with `wildcards`, what is to be listened to.
///
/// # Errors
///
/// [`MessageError::NotATopic`].
pub(crate) fn check_topic(topic: &str, wildcards: bool) -> Result<(), MessageError> {
    let words = topic.split('.').collect::<Vec<_>>();
    let fits = |(at, word): (usize, &&str)| match *word {
        "*" => wildcards,
        ">" => wildcards && at + 1 == words.len(),
        word => {
            !word.is_empty()
                && !word.contains(|c: char| {
                    c.is_whitespace() || c.is_control() || matches!(c, '*' | '>')
                })
        }
    };
    match topic.len() <= LONGEST_TOPIC && words.iter().enumerate().all(fits) {
        true => Ok(()),
        false => Err(MessageError::NotATopic(topic.to_owned())),
    }
}

/// Whether a topic is one of those that the pattern stands for.
pub(super) fn topic_fits(pattern: &str, topic: &str) -> bool {
    let (mut words, mut topic) = (pattern.split('.'), topic.split('.'));
    loop {
        match (words.next(), topic.next()) {
            (Some(">"), Some(_)) | (None, None) => return true,
            (Some(word), Some(other)) if word == "*" || word == other => {}
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_are_words_with_dots_between_them() {
        for good in ["orders", "orders.new", "a.b-c.d_e.ü"] {
            assert_eq!(check_topic(good, false), Ok(()), "{good}");
        }
        let long = "x".repeat(256);
        for bad in ["", ".", "a.", "a b", "a\r\nPUB", "*", "a.>", long.as_str()] {
            assert!(check_topic(bad, false).is_err(), "{bad}");
        }
        assert_eq!(check_topic("a.*.>", true), Ok(()));
        assert!(check_topic(">.a", true).is_err());
        assert!(check_topic("a*", true).is_err());
    }

    #[test]
    fn patterns_stand_for_topics() {
        for (pattern, topic, fits) in [
            ("a.b", "a.b", true),
            ("a.b", "a", false),
            ("a", "a.b", false),
            ("*", "a", true),
            ("*", "a.b", false),
            ("a.*.c", "a.b.c", true),
            (">", "a.b", true),
            ("a.>", "a.b.c", true),
            ("a.>", "a", false),
        ] {
            assert_eq!(topic_fits(pattern, topic), fits, "{pattern} {topic}");
        }
    }
}
