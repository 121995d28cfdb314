//! What guests did: each call of a capability, and each request with what it took, for people to look at.

use crate::capability::Capability;
use crate::instance::Usage;
use crate::messaging::Message;
use bytes::Bytes;
use std::collections::VecDeque;
use std::fmt::Write;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// How many calls of capabilities are kept for a preview.
const CALLS: usize = 500;

/// How many requests are kept for a preview.
const REQUESTS: usize = 200;

/// How many messages are kept for a preview.
const MESSAGES: usize = 100;

/// How much of a message is kept, in bytes.
const MESSAGE: usize = 4 * 1024;

/// How long a text of arguments or of a result may be, in bytes; the rest is cut.
const TEXT: usize = 200;

/// A call of a capability.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapabilityCall {
    /// The request in which it was called, as in [`LogLine::request`](crate::LogLine::request).
    pub request: u64,
    /// Of what.
    pub capability: Capability,
    /// `get`, `increment`, …
    pub call: &'static str,
    /// As text, cut when they are long.
    pub arguments: String,
    /// What came of it, cut when it is long.
    pub result: String,
    /// How often it was called in a row; what is said of the call is said of the last one.
    pub times: u64,
    /// How long it took.
    pub elapsed: Duration,
    /// When it ended, in milliseconds since 1970.
    pub time: u64,
}

impl CapabilityCall {
    /// Whether it only asks once more what was asked before.
    fn repeats(&self, last: &Self) -> bool {
        matches!(self.capability, Capability::Clocks | Capability::Random)
            && (self.request, self.call, &self.arguments)
                == (last.request, last.call, &last.arguments)
    }
}

/// A request, a run of a command or a call by hand that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastRequest {
    /// Its number in the preview.
    pub request: u64,
    /// What was asked: `GET /path`, or the name of a function.
    pub asked: String,
    /// `200`, `exit code 0`, or why it failed; cut when it is long.
    pub outcome: Result<String, String>,
    /// When it began, in milliseconds since 1970.
    pub began: u64,
    /// What it took.
    pub usage: Usage,
    /// How many calls of capabilities it made.
    pub calls: u64,
}

/// How a message came to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The component sent it.
    Sent,
    /// The component received it.
    Received,
    /// A person sent it.
    Published,
}

/// A message that was sent or received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastMessage {
    /// The request in which that was; none for what a person sent.
    pub request: Option<u64>,
    /// Which of it.
    pub way: Way,
    /// The message, or the beginning of a long one.
    pub message: Message,
    /// How many bytes it had.
    pub bytes: usize,
    /// When, in milliseconds since 1970.
    pub time: u64,
}

/// The record of one preview. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Activity {
    kept: Arc<Mutex<Kept>>,
}

#[derive(Default)]
struct Kept {
    calls: VecDeque<CapabilityCall>,
    requests: VecDeque<PastRequest>,
    messages: VecDeque<PastMessage>,
}

impl Activity {
    pub(crate) fn called(&self, call: CapabilityCall) {
        let calls = &mut self.kept().calls;
        match calls.back_mut() {
            // Clocks are read by the thousand, and would leave no room for anything else.
            Some(last) if call.repeats(last) => {
                let times = last.times + call.times;
                *last = CapabilityCall { times, ..call };
            }
            _ => push(calls, call, CALLS),
        }
    }

    pub(crate) fn ended(&self, request: PastRequest) {
        push(&mut self.kept().requests, request, REQUESTS);
    }

    pub(crate) fn message(&self, request: Option<u64>, way: Way, message: &Message) {
        let bytes = message.data.len();
        let kept = PastMessage {
            request,
            way,
            message: Message {
                data: Bytes::copy_from_slice(&message.data[..bytes.min(MESSAGE)]),
                ..message.clone()
            },
            bytes,
            time: now(),
        };
        push(&mut self.kept().messages, kept, MESSAGES);
    }

    /// Oldest first.
    pub(crate) fn messages(&self) -> Vec<PastMessage> {
        self.kept().messages.iter().cloned().collect()
    }

    /// Oldest first.
    pub(crate) fn calls(&self) -> Vec<CapabilityCall> {
        self.kept().calls.iter().cloned().collect()
    }

    /// Oldest first.
    pub(crate) fn requests(&self) -> Vec<PastRequest> {
        self.kept().requests.iter().cloned().collect()
    }

    /// Nothing that holds the lock leaves a list half changed.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn push<T>(list: &mut VecDeque<T>, item: T, most: usize) {
    if list.len() == most {
        list.pop_front();
    }
    list.push_back(item);
}

/// A request that runs, until it is told how it ended.
pub(crate) struct Asked {
    pub(crate) what: String,
    pub(crate) began: Instant,
}

impl Asked {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            began: Instant::now(),
        }
    }
}

/// Milliseconds since 1970.
pub(crate) fn now() -> u64 {
    let time = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// Shortens a text to what is kept.
pub(crate) fn cut(text: &mut String) {
    cut_to(text, TEXT);
}

/// Shortens a text to as many bytes, with a sign that there was more.
pub(crate) fn cut_to(text: &mut String, most: usize) {
    if text.len() > most {
        text.truncate(text.floor_char_boundary(most));
        // What was there is not kept beside it.
        text.shrink_to_fit();
        text.push('…');
    }
}

/// Bytes as people read them: text in quotes, or how many there are.
pub(crate) fn value(bytes: &[u8]) -> String {
    match std::str::from_utf8(&bytes[..bytes.len().min(TEXT)]) {
        Ok(text) => format!("{text:?}"),
        Err(_) => format!("{} bytes", bytes.len()),
    }
}

/// Names as people read them.
pub(crate) fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for name in names {
        if text.len() > TEXT {
            break;
        }
        let comma = if text.is_empty() { "" } else { ", " };
        // Writing to a text does not fail.
        let _ = write!(text, "{comma}{name:?}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_go_first_and_long_texts_are_cut() {
        let activity = Activity::default();
        for request in 0..CALLS as u64 + 3 {
            activity.called(CapabilityCall {
                request,
                capability: Capability::KeyValue,
                call: "get",
                arguments: String::new(),
                result: String::new(),
                times: 1,
                elapsed: Duration::ZERO,
                time: 0,
            });
        }
        let calls = activity.calls();
        assert_eq!((calls.len(), calls[0].request), (CALLS, 3));
        let mut text = "ä".repeat(TEXT);
        cut(&mut text);
        assert_eq!(text.chars().count(), TEXT / 2 + 1);
        assert_eq!(value(b"a\"b"), "\"a\\\"b\"");
        assert_eq!(value(&[0xff, 0]), "2 bytes");
        assert_eq!(list(["a", "b"]), "\"a\", \"b\"");
    }
}
