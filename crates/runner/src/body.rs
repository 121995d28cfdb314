//! The body of a response, on its way from the guest to the client.

use crate::error::RunError;
use crate::logs::RequestLog;
use crate::run::Outcome;
use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use wasmtime_wasi_http::WasiBody;

/// The body of a response, streamed from the guest while it runs.
///
/// It ends with an error if the guest is ended before it finished the body, or if the body is too long. Dropping it
/// before its end cancels the guest.
pub struct ResponseBody {
    inner: WasiBody,
    delivery: Delivery,
    sent: usize,
    /// The length that the guest announced: a server may stop reading there, without asking for the end.
    announced: Option<usize>,
    state: State,
}

/// What a body needs to know about the run that makes it, and tells it.
pub(crate) struct Delivery {
    pub(crate) outcome: Outcome,
    pub(crate) log: RequestLog,
    pub(crate) guest: CancelOnDrop,
    /// Told when all of the body is with the client.
    pub(crate) delivered: watch::Sender<bool>,
    pub(crate) limit: usize,
}

impl Delivery {
    fn complete(&mut self) {
        self.guest.release();
        self.delivered.send_replace(true);
    }
}

enum State {
    Open,
    /// The last frame is out, and this is to come after it.
    Failing(RunError),
    Over,
}

impl ResponseBody {
    pub(crate) fn new(
        response: &mut http::response::Parts,
        inner: WasiBody,
        delivery: Delivery,
    ) -> Self {
        let length = response.headers.get(http::header::CONTENT_LENGTH);
        let announced = length.and_then(|length| length.to_str().ok()?.parse().ok());
        Self {
            inner,
            delivery,
            sent: 0,
            announced,
            state: State::Open,
        }
    }

    /// Ends the body with an error that the run itself did not log.
    fn fail(&mut self, error: RunError) -> RunError {
        self.delivery.log.host(error.to_string());
        self.state = State::Over;
        error
    }

    /// Counts a frame, and cuts it where the limit is.
    fn pass(&mut self, frame: Frame<Bytes>) -> Frame<Bytes> {
        let mut data = match frame.into_data() {
            Ok(data) => data,
            Err(trailers) => return trailers,
        };
        let room = self.delivery.limit - self.sent;
        if data.len() > room {
            data.truncate(room);
            self.state = State::Failing(RunError::ResponseTooLarge {
                limit: self.delivery.limit,
            });
        }
        self.sent += data.len();
        Frame::data(data)
    }

    fn run_error(&self) -> Option<RunError> {
        self.delivery
            .outcome
            .get()
            .and_then(|outcome| outcome.clone().err())
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = RunError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, RunError>>> {
        match &self.state {
            State::Open => {}
            State::Failing(error) => {
                let error = error.clone();
                return Poll::Ready(Some(Err(self.fail(error))));
            }
            State::Over => return Poll::Ready(None),
        }
        Poll::Ready(
            match ready!(Pin::new(&mut self.inner).poll_frame(context)) {
                Some(Ok(frame)) => Some(Ok(self.pass(frame))),
                Some(Err(_)) => Some(Err(self
                    .run_error()
                    .unwrap_or_else(|| self.fail(RunError::ResponseUnfinished)))),
                None => {
                    self.state = State::Over;
                    self.delivery.complete();
                    self.run_error().map(Err)
                }
            },
        )
    }

    fn is_end_stream(&self) -> bool {
        match self.state {
            State::Open => self.inner.is_end_stream(),
            State::Failing(_) => false,
            State::Over => true,
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        let complete = self.announced.is_some_and(|length| self.sent >= length);
        if complete || self.inner.is_end_stream() {
            self.delivery.complete();
        }
    }
}

/// Cancels a running guest when dropped, unless released.
///
/// A guest whose response is complete is released: it may still have something to log. Its limits end it.
pub(crate) struct CancelOnDrop {
    guest: Option<AbortHandle>,
}

impl CancelOnDrop {
    pub(crate) fn new(guest: AbortHandle) -> Self {
        Self { guest: Some(guest) }
    }

    fn release(&mut self) {
        self.guest = None;
    }
}

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        if let Some(guest) = &self.guest {
            guest.abort();
        }
    }
}
