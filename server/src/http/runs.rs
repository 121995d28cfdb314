//! `/previews/{id}/runs`: running a preview as a command.

use super::error::Error;
use super::extract::JsonBody;
use super::outcome::reason;
use super::previews::find;
use crate::state::AppState;
use crate::telemetry::{self, Running};
use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Response, Sse};
use futures::stream;
use patchbay_model::api::{ProblemDetails, RunEvent, RunRequest, Usage};
use patchbay_runner::{Command, Failure, LogStream, Preview};
use std::convert::Infallible;
use std::io::Cursor;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What a command finds as its own name.
const NAME: &str = "component";

pub(super) fn router() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(run))
}

/// Runs a preview as a command. What it writes comes as server-sent events while it runs.
///
/// Each event's data is a `RunEvent` as JSON; the last one says how the command ended. Closing the connection ends the
/// command. The preview is to be started with `use=command`.
#[utoipa::path(post, path = "/previews/{id}/runs", tag = "previews", request_body = RunRequest,
    params(("id" = String, Path, description = "As its start gave it")),
    responses(
        (status = 200, description = "What comes of it", body = RunEvent, content_type = "text/event-stream"),
        (status = 404, description = "It does not run, or not any more", body = ProblemDetails, content_type = "application/problem+json"),
    ))]
async fn run(
    State(state): State<AppState>,
    Path(id): Path<String>,
    JsonBody(request): JsonBody<RunRequest>,
) -> Result<Response, Error> {
    let preview = find(&state, &id).await?.preview;
    let step = Step::begin(&preview, request).await;
    let events = stream::unfold(step, |step| async {
        let (event, next) = step.take().await?;
        // Numbers and texts always have a form in JSON.
        let event = Event::default().json_data(event).unwrap_or_default();
        Some((Ok::<_, Infallible>(event), next))
    });
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

/// How far the events of a run are.
pub(super) enum Step {
    Running(Box<Reader>),
    Ended(RunEvent),
    Over,
}

impl Step {
    /// Runs a preview as a command.
    pub(super) async fn begin(preview: &Preview, request: RunRequest) -> Self {
        let mut arguments = vec![NAME.to_owned()];
        arguments.extend(request.arguments);
        let command = Command {
            arguments,
            environment: request.environment,
            stdin: Box::new(Cursor::new(request.stdin.into_bytes())),
        };
        match telemetry::run(preview, command).await {
            Ok(run) => Self::Running(Box::new(Reader::new(run))),
            Err(failure) => Self::Ended(failed(failure)),
        }
    }

    /// What comes next, and how far the events are then.
    pub(super) async fn take(self) -> Option<(RunEvent, Self)> {
        match self {
            Self::Over => None,
            Self::Ended(event) => Some((event, Self::Over)),
            Self::Running(mut reader) => match reader.next().await {
                Some(event) => Some((event, Self::Running(reader))),
                None => Some((reader.end().await, Self::Over)),
            },
        }
    }
}

fn failed(failure: Failure) -> RunEvent {
    RunEvent::Failed {
        reason: reason(&failure.error).to_owned(),
        message: failure.to_string(),
    }
}

/// Reads the output of a run as text.
pub(super) struct Reader {
    run: Running,
    stdout: Text,
    stderr: Text,
}

impl Reader {
    fn new(run: Running) -> Self {
        Self {
            run,
            stdout: Text::default(),
            stderr: Text::default(),
        }
    }

    async fn next(&mut self) -> Option<RunEvent> {
        loop {
            let Some(output) = self.run.next().await else {
                return self.rest();
            };
            let (stream, text) = match output.stream {
                LogStream::Stderr => ("stderr", self.stderr.append(&output.bytes)),
                _ => ("stdout", self.stdout.append(&output.bytes)),
            };
            if !text.is_empty() {
                return Some(wrote(stream, text));
            }
        }
    }

    /// What was the beginning of a character until nothing followed.
    fn rest(&mut self) -> Option<RunEvent> {
        let rest = |stream, text: &mut Text| {
            let rest = text.take();
            (!rest.is_empty()).then(|| wrote(stream, rest))
        };
        rest("stdout", &mut self.stdout).or_else(|| rest("stderr", &mut self.stderr))
    }

    async fn end(self) -> RunEvent {
        match self.run.finish().await {
            Ok(finished) => RunEvent::Finished {
                code: finished.code,
                usage: usage(&finished.usage),
            },
            Err(failure) => failed(failure),
        }
    }
}

fn wrote(stream: &str, text: String) -> RunEvent {
    RunEvent::Wrote {
        stream: stream.to_owned(),
        text,
    }
}

/// What a run took, in the words of the API.
pub(super) fn usage(usage: &patchbay_runner::Usage) -> Usage {
    let micros = |time: std::time::Duration| u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
    Usage {
        micros: micros(usage.elapsed),
        cpu_micros: micros(usage.cpu),
        memory_bytes: usage.memory as u64,
    }
}

/// Text that arrives in pieces, which may end in the middle of a character.
#[derive(Default)]
struct Text {
    rest: Vec<u8>,
}

impl Text {
    fn append(&mut self, bytes: &[u8]) -> String {
        self.rest.extend_from_slice(bytes);
        let whole = match std::str::from_utf8(&self.rest) {
            // The end is the beginning of a character.
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.rest.len(),
        };
        let rest = self.rest.split_off(whole);
        let text = String::from_utf8_lossy(&self.rest).into_owned();
        self.rest = rest;
        text
    }

    fn take(&mut self) -> String {
        let rest = std::mem::take(&mut self.rest);
        String::from_utf8_lossy(&rest).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_may_arrive_in_pieces() {
        let mut text = Text::default();
        assert_eq!(text.append(b"a\xe2\x82"), "a");
        assert_eq!(text.append(b"\xacb\xff\xe2"), "\u{20ac}b\u{fffd}\u{fffd}");
        assert_eq!(text.append(b"c\xe2"), "c");
        assert_eq!(text.take(), "\u{fffd}");
        assert_eq!(text.take(), "");
    }
}
