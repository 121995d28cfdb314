//! What guests print, and what the sandbox has to say about them.

mod current;
mod output;

pub(crate) use current::CurrentLog;
pub(crate) use output::GuestOutput;

use crate::activity::{Activity, Asked, CapabilityCall, PastRequest, Way, cut, cut_to, now};
use crate::capability::Capability;
use crate::error::{RunError, size};
use crate::instance::Usage;
use crate::messaging::Message;
use http::HeaderValue;
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// How many lines a reader may fall behind before it misses some.
const LIVE_LINES: usize = 1024;

/// What a line costs in memory besides its text, about.
const LINE_OVERHEAD: usize = 64;

/// How long a sentence of the sandbox may be, in bytes: what a guest says why it fails can be in it.
const LONGEST_SENTENCE: usize = 4 * 1024;

/// How long the outcome of a request may be that is kept, in bytes.
const LONGEST_OUTCOME: usize = 1024;

/// One line of the logs of a preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// Counts the lines of the preview, from 1 (or see [`Preview::count_lines_after`](crate::Preview::count_lines_after)),
    /// without gaps. A reader that sees a gap has missed lines.
    pub sequence: u64,
    /// The number of the request that wrote the line; requests of a preview count from 1.
    pub request: u64,
    /// Where the line comes from.
    pub stream: LogStream,
    /// When, in milliseconds since 1970.
    pub time: u64,
    /// The line, without its end. Long lines are split; bytes that are not UTF-8 are replaced.
    pub text: String,
}

/// Where a line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// The guest's standard output.
    Stdout,
    /// The guest's standard error.
    Stderr,
    /// The sandbox, about the guest: why a request failed, what was refused.
    Host,
}

/// The logs of one preview. Clones share them.
#[derive(Clone)]
pub(crate) struct Logs {
    shared: Arc<Shared>,
}

struct Shared {
    ring: Mutex<Ring>,
    limit: usize,
    activity: Activity,
}

struct Ring {
    lines: VecDeque<LogLine>,
    bytes: usize,
    next: u64,
    live: broadcast::Sender<LogLine>,
}

impl Logs {
    /// Empty logs that keep `limit` bytes.
    pub(crate) fn new(limit: usize) -> Self {
        let ring = Ring {
            lines: VecDeque::new(),
            bytes: 0,
            next: 1,
            live: broadcast::Sender::new(LIVE_LINES),
        };
        Self {
            shared: Arc::new(Shared {
                ring: Mutex::new(ring),
                limit,
                activity: Activity::default(),
            }),
        }
    }

    /// The lines kept, and a receiver that gets every later one: under one lock, so none is lost or doubled between.
    pub(crate) fn follow(&self) -> (Vec<LogLine>, broadcast::Receiver<LogLine>) {
        let ring = self.ring();
        (ring.lines.iter().cloned().collect(), ring.live.subscribe())
    }

    /// The number of the last line.
    pub(crate) fn last(&self) -> u64 {
        self.ring().next - 1
    }

    /// Numbers the lines that come from after this one.
    pub(crate) fn count_after(&self, line: u64) {
        self.ring().next = line + 1;
    }

    /// What the preview did besides writing lines.
    pub(crate) fn activity(&self) -> &Activity {
        &self.shared.activity
    }

    fn push(&self, request: u64, stream: LogStream, text: String) {
        let mut ring = self.ring();
        let line = LogLine {
            sequence: ring.next,
            request,
            stream,
            time: now(),
            text,
        };
        ring.next += 1;
        ring.bytes += cost(&line);
        // No receiver is no error: nobody is watching.
        let _ = ring.live.send(line.clone());
        ring.lines.push_back(line);
        while ring.bytes > self.shared.limit {
            let Some(oldest) = ring.lines.pop_front() else {
                break;
            };
            ring.bytes -= cost(&oldest);
        }
    }

    /// A panic of another request while it logged leaves whole lines behind: go on with them.
    fn ring(&self) -> MutexGuard<'_, Ring> {
        self.shared
            .ring
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

fn cost(line: &LogLine) -> usize {
    line.text.len() + LINE_OVERHEAD
}

/// The logs as one request writes them: tagged with its number, and bounded.
#[derive(Clone)]
pub(crate) struct RequestLog {
    logs: Logs,
    request: u64,
    budget: Arc<Budget>,
    /// The trace that the request belongs to, as its header says.
    trace: Option<HeaderValue>,
}

struct Budget {
    limit: usize,
    used: AtomicUsize,
    exhausted: AtomicBool,
    calls: AtomicU64,
}

impl RequestLog {
    /// A log for the request of that number, which takes `limit` bytes from the guest.
    pub(crate) fn new(logs: &Logs, request: u64, limit: usize) -> Self {
        let budget = Budget {
            limit,
            used: AtomicUsize::new(0),
            exhausted: AtomicBool::new(false),
            calls: AtomicU64::new(0),
        };
        Self {
            logs: logs.clone(),
            request,
            budget: Arc::new(budget),
            trace: None,
        }
    }

    /// The same log, of a request that belongs to a trace.
    pub(crate) fn traced(mut self, trace: Option<&HeaderValue>) -> Self {
        self.trace = trace.cloned();
        self
    }

    /// The trace that the request belongs to.
    pub(crate) fn trace(&self) -> Option<&HeaderValue> {
        self.trace.as_ref()
    }

    /// Writes down a call of a capability that began then.
    pub(crate) fn called(
        &self,
        capability: Capability,
        call: &'static str,
        mut arguments: String,
        mut result: String,
        began: Instant,
    ) {
        self.budget.calls.fetch_add(1, Ordering::Relaxed);
        cut(&mut arguments);
        cut(&mut result);
        self.logs.activity().called(CapabilityCall {
            request: self.request,
            capability,
            call,
            arguments,
            result,
            times: 1,
            elapsed: began.elapsed(),
            time: now(),
        });
    }

    /// Writes down a message that the guest sent or received.
    pub(crate) fn message(&self, way: Way, message: &Message) {
        let activity = self.logs.activity();
        activity.message(Some(self.request), way, message);
    }

    /// A request that did not get as far as the guest.
    pub(crate) fn refused(&self, asked: &Asked, error: &RunError) {
        self.host(error.to_string());
        let usage = Usage {
            elapsed: asked.began.elapsed(),
            cpu: Duration::ZERO,
            memory: 0,
        };
        self.ended(asked, Err(error), usage);
    }

    /// Writes down how the request ended, and what it took.
    pub(crate) fn ended(&self, asked: &Asked, outcome: Result<String, &RunError>, usage: Usage) {
        let elapsed = u64::try_from(asked.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut what = asked.what.clone();
        cut(&mut what);
        let mut outcome = outcome.map_err(ToString::to_string);
        let (Ok(text) | Err(text)) = &mut outcome;
        cut_to(text, LONGEST_OUTCOME);
        self.logs.activity().ended(PastRequest {
            request: self.request,
            asked: what,
            outcome,
            began: now().saturating_sub(elapsed),
            usage,
            calls: self.budget.calls.load(Ordering::Relaxed),
        });
    }

    /// A line of the sandbox itself. These are few, and not counted; long ones are cut.
    pub(crate) fn host(&self, text: impl Into<String>) {
        let mut text = text.into();
        cut_to(&mut text, LONGEST_SENTENCE);
        self.logs.push(self.request, LogStream::Host, text);
    }

    /// Why the request failed, and in which functions, innermost first.
    pub(crate) fn failure(&self, error: &RunError) {
        self.host(error.to_string());
        for function in error.backtrace() {
            self.host(format!("    in {function}"));
        }
    }

    /// A line of the guest, dropped if the request has used up its share; the first dropped one is mentioned.
    pub(crate) fn guest(&self, stream: LogStream, text: String) {
        let cost = text.len() + LINE_OVERHEAD;
        let used = self
            .budget
            .used
            .fetch_add(cost, Ordering::Relaxed)
            .saturating_add(cost);
        if used <= self.budget.limit {
            self.logs.push(self.request, stream, text);
        } else if !self.is_full() {
            self.budget.exhausted.store(true, Ordering::Relaxed);
            self.host(format!(
                "The rest of what this request prints is dropped: it may print {}.",
                size(self.budget.limit)
            ));
        }
    }

    fn is_full(&self) -> bool {
        self.budget.exhausted.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_lines_go_first() {
        let logs = Logs::new(3 * (LINE_OVERHEAD + 1));
        for text in ["a", "b", "c", "d"] {
            logs.push(1, LogStream::Host, text.to_owned());
        }
        let (lines, _) = logs.follow();
        let texts: Vec<_> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["b", "c", "d"]);
        assert_eq!(lines[0].sequence, 2);
    }

    #[test]
    fn following_neither_loses_nor_doubles_a_line() {
        let logs = Logs::new(1 << 20);
        logs.push(1, LogStream::Host, "before".to_owned());
        let (lines, mut live) = logs.follow();
        logs.push(1, LogStream::Host, "after".to_owned());
        assert_eq!(lines.len(), 1);
        assert_eq!(live.try_recv().unwrap().text, "after");
        assert!(live.try_recv().is_err());
    }

    #[test]
    fn a_request_that_prints_too_much_is_cut_once() {
        let logs = Logs::new(1 << 20);
        let request = RequestLog::new(&logs, 7, 2 * (LINE_OVERHEAD + 4));
        for _ in 0..5 {
            request.guest(LogStream::Stdout, "line".to_owned());
        }
        let (lines, _) = logs.follow();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[2].stream, LogStream::Host);
        assert!(lines[2].text.contains("dropped"), "{}", lines[2].text);
        assert!(lines.iter().all(|line| line.request == 7));
    }

    #[test]
    fn what_a_guest_says_at_length_is_cut() {
        let logs = Logs::new(1 << 20);
        let request = RequestLog::new(&logs, 1, 1 << 10);
        let long = "x".repeat(1 << 20);
        let failed = RunError::ErrorResponse { code: long.clone() };
        request.refused(&Asked::new("a"), &failed);
        let usage = logs.activity().requests()[0].usage;
        request.ended(&Asked::new("b"), Ok(long), usage);
        assert!(logs.follow().0[0].text.len() < 5_000);
        for past in logs.activity().requests() {
            let (Ok(text) | Err(text)) = past.outcome;
            assert!(
                text.len() < 1_100 && text.capacity() < 2_200,
                "{}",
                text.len()
            );
        }
    }
}
