//! The logs of a preview as server-sent events.

use crate::previews::{Found, Lookup};
use crate::state::AppState;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures::{Stream, stream};
use patchbay_model::api;
use patchbay_runner::{LogLine, LogStream, Preview};
use std::collections::VecDeque;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio_util::sync::CancellationToken;

/// How often a preview that was put aside is looked after.
const LOOKS: Duration = Duration::from_millis(500);

/// Every line after the one of that number, as long as there is the preview. While it is put aside, it writes nothing, and
/// whoever listens does not wake it.
pub fn events(
    state: AppState,
    id: String,
    found: Found,
    after: u64,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let follower = Follower::new(state, id, found, after);
    let events = stream::unfold(Some(follower), |follower| async {
        let mut follower = follower?;
        Some(match follower.next().await {
            Some(line) => (Ok(event(&line)), Some(follower)),
            // So that a page need not come back to find out. Browsers drop an event without data.
            None => (Ok(Event::default().event("stopped").data("stopped")), None),
        })
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

fn event(line: &LogLine) -> Event {
    let event = Event::default().id(line.sequence.to_string());
    let line = api::LogLine {
        sequence: line.sequence,
        request: line.request,
        stream: stream(line.stream).to_owned(),
        time: line.time,
        text: line.text.clone(),
    };
    // Numbers and texts always have a form in JSON.
    event.json_data(line).unwrap_or_default()
}

fn stream(stream: LogStream) -> &'static str {
    match stream {
        LogStream::Stdout => "stdout",
        LogStream::Stderr => "stderr",
        LogStream::Host => "host",
    }
}

/// Reads the lines of one preview in order, each once.
struct Follower {
    state: AppState,
    id: String,
    preview: Preview,
    gone: CancellationToken,
    last: u64,
    waiting: VecDeque<LogLine>,
    live: Receiver<LogLine>,
}

impl Follower {
    fn new(state: AppState, id: String, found: Found, after: u64) -> Self {
        let Found { preview, gone, .. } = found;
        let (lines, live) = preview.logs();
        Self {
            state,
            id,
            preview,
            gone,
            last: after,
            waiting: lines.into(),
            live,
        }
    }

    async fn next(&mut self) -> Option<LogLine> {
        loop {
            while let Some(line) = self.waiting.pop_front() {
                if line.sequence > self.last {
                    self.last = line.sequence;
                    return Some(line);
                }
            }
            tokio::select! {
                // What it wrote before it was stopped comes first.
                biased;
                line = self.live.recv() => match line {
                    Ok(line) => self.waiting.push_back(line),
                    Err(RecvError::Lagged(_)) => {
                        let (lines, live) = self.preview.logs();
                        (self.waiting, self.live) = (lines.into(), live);
                    }
                    Err(RecvError::Closed) => self.come_back().await?,
                },
                () = self.gone.cancelled() => self.come_back().await?,
            }
        }
    }

    /// Waits until the preview runs again; `None` when it has been stopped for good.
    async fn come_back(&mut self) -> Option<()> {
        loop {
            match self.state.previews.look(&self.id) {
                Lookup::Unknown => return None,
                Lookup::Running(found) if !found.gone.is_cancelled() => {
                    let (lines, live) = found.preview.logs();
                    (self.preview, self.gone) = (found.preview, found.gone);
                    (self.waiting, self.live) = (lines.into(), live);
                    return Some(());
                }
                Lookup::Running(_) | Lookup::Aside(..) => tokio::time::sleep(LOOKS).await,
            }
        }
    }
}
