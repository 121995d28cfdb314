//! A request to a preview and what comes of it, as data.

use super::error::Error;
use crate::telemetry;
use axum::body::Body;
use axum::http::header::HOST;
use axum::http::{HeaderName, HeaderValue, Method, Request, Uri};
use http_body_util::BodyExt;
use patchbay_model::api::{PreviewOutcome, PreviewRequest};
use patchbay_runner::{Preview, ResponseBody, RunError};
use std::time::Instant;

/// How much of a body is shown.
const SHOWN_BYTES: usize = 1 << 20;

/// Makes an HTTP request of what a person filled in.
///
/// # Errors
/// A sentence about the part that cannot stand in a request.
pub fn http_request(request: PreviewRequest, authority: &str) -> Result<Request<Body>, Error> {
    let wrong =
        |what: &str, text: &str| Error::BadRequest(format!("“{text}” is not a valid {what}."));
    let method: Method = request
        .method
        .parse()
        .map_err(|_| wrong("method", &request.method))?;
    if !request.path.starts_with('/') {
        return Err(Error::BadRequest(format!(
            "The path “{}” does not begin with a slash.",
            request.path
        )));
    }
    let uri: Uri = request
        .path
        .parse()
        .map_err(|_| wrong("path", &request.path))?;
    let mut result = Request::new(Body::from(request.body));
    *result.method_mut() = method;
    *result.uri_mut() = uri;
    let headers = result.headers_mut();
    for (name, value) in request.headers {
        let parsed: HeaderName = name
            .trim()
            .parse()
            .map_err(|_| wrong("header name", &name))?;
        let value: HeaderValue = value
            .trim()
            .parse()
            .map_err(|_| wrong("header value", &value))?;
        headers.append(parsed, value);
    }
    if !headers.contains_key(HOST)
        && let Ok(host) = authority.parse()
    {
        headers.insert(HOST, host);
    }
    Ok(result)
}

/// Gives a preview a request and waits for all of its response.
pub async fn ask(preview: &Preview, request: Request<Body>) -> PreviewOutcome {
    let began = Instant::now();
    let micros = || u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
    let failed = |error: &RunError| PreviewOutcome::Failed {
        reason: reason(error).to_owned(),
        message: error.to_string(),
        micros: micros(),
    };
    let response = match telemetry::handle(preview, request).await {
        Ok(response) => response,
        Err(failure) => return failed(&failure.error),
    };
    let (parts, body) = response.into_parts();
    let body = match Shown::read(body).await {
        Ok(body) => body,
        Err(error) => return failed(&error),
    };
    let micros = micros();
    let (body, body_note) = body.text();
    let header = |(name, value): (&HeaderName, &HeaderValue)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), value.into_owned())
    };
    PreviewOutcome::Answered {
        status: parts.status.as_u16(),
        headers: parts.headers.iter().map(header).collect(),
        body,
        body_note,
        micros,
    }
}

/// The beginning of a body, and how long it is altogether.
struct Shown {
    bytes: Vec<u8>,
    size: usize,
}

impl Shown {
    async fn read(mut body: ResponseBody) -> Result<Self, RunError> {
        let (mut bytes, mut size) = (Vec::new(), 0);
        while let Some(frame) = body.frame().await {
            // Trailers are not shown.
            if let Ok(data) = frame?.into_data() {
                size += data.len();
                let room = SHOWN_BYTES.saturating_sub(bytes.len());
                bytes.extend_from_slice(&data[..data.len().min(room)]);
            }
        }
        Ok(Self { bytes, size })
    }

    /// The text, and what is missing of it.
    fn text(self) -> (String, Option<String>) {
        let cut = self.bytes.len() < self.size;
        let cut_note = || {
            format!(
                "The first {} KiB of {} bytes are shown.",
                SHOWN_BYTES >> 10,
                self.size
            )
        };
        match String::from_utf8(self.bytes) {
            Ok(text) => (text, cut.then(cut_note)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                // A cut may go through the middle of a character.
                if cut && error.as_bytes().len() - valid < 4 {
                    let text = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
                    return (text, Some(cut_note()));
                }
                let note = format!("The body is {} bytes that are not UTF-8 text.", self.size);
                (String::new(), Some(note))
            }
        }
    }
}

/// A stable word for each way to fail.
pub fn reason(error: &RunError) -> &'static str {
    match error {
        RunError::OutOfTime { .. } => "out-of-time",
        RunError::OutOfMemory { .. } => "out-of-memory",
        RunError::OutOfStack { .. } => "out-of-stack",
        RunError::OutOfHandles { .. } => "out-of-handles",
        RunError::Trapped { .. } => "trapped",
        RunError::Refused { .. } => "refused",
        RunError::Exited { .. } => "exited",
        RunError::NotStarted { .. } => "not-started",
        RunError::NoResponse => "no-response",
        RunError::ErrorResponse { .. } => "error-response",
        RunError::ResponseUnfinished => "response-unfinished",
        RunError::ResponseTooLarge { .. } => "response-too-large",
        RunError::NotLinked { .. } => "not-linked",
        RunError::OutputTooLarge { .. } => "output-too-large",
        RunError::Unfit { .. } => "unfit",
        RunError::RequestTooLarge { .. } => "request-too-large",
        RunError::InvalidRequest { .. } => "invalid-request",
        RunError::Stopped => "stopped",
        RunError::Busy { .. } => "busy",
        RunError::Full { .. } => "full",
        RunError::SandboxFailed => "sandbox-failed",
    }
}
