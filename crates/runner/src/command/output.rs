//! What a command writes, on its way to the reader, piece by piece as it comes.

use crate::logs::LogStream;
use bytes::Bytes;
use futures::channel::mpsc;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker, ready};
use tokio::io::AsyncWrite;
use tokio::sync::Notify;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamError, StreamResult};

/// How much a guest may write in one go.
const PIECE: usize = 64 * 1024;

/// A piece of what a command writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Stdout or stderr.
    pub stream: LogStream,
    /// Any bytes: a character may be split between two pieces.
    pub bytes: Bytes,
}

/// How much a command may still write.
pub(super) struct Room {
    limit: usize,
    used: AtomicUsize,
    used_up: Notify,
}

impl Room {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            limit,
            used: AtomicUsize::new(0),
            used_up: Notify::new(),
        }
    }

    /// Resolves when the command has written too much. To be awaited by one.
    pub(super) async fn used_up(&self) {
        self.used_up.notified().await;
    }

    pub(super) fn is_used_up(&self) -> bool {
        self.used.load(Ordering::Relaxed) > self.limit
    }

    /// Counts what is written, and says whether it may pass.
    fn take(&self, length: usize) -> bool {
        let used = self.used.fetch_add(length, Ordering::Relaxed);
        let fits = used.saturating_add(length) <= self.limit;
        if !fits {
            self.used_up.notify_one();
        }
        fits
    }
}

/// Where the output of a command goes to.
#[derive(Clone)]
pub(crate) struct CommandOutput {
    sender: mpsc::Sender<Output>,
    room: Arc<Room>,
}

impl CommandOutput {
    pub(super) fn new(sender: mpsc::Sender<Output>, room: Arc<Room>) -> Self {
        Self { sender, room }
    }

    /// One of its two streams.
    pub(crate) fn to(&self, stream: LogStream) -> CommandStream {
        CommandStream {
            output: self.clone(),
            stream,
        }
    }
}

/// One of the two output streams of a command. Waits for its reader; fails when the reader has gone.
#[derive(Clone)]
pub(crate) struct CommandStream {
    output: CommandOutput,
    stream: LogStream,
}

impl CommandStream {
    fn send(&mut self, bytes: Bytes) -> Result<(), Closed> {
        if !self.output.room.take(bytes.len()) {
            return Err(Closed);
        }
        let stream = self.stream;
        let sent = self.output.sender.start_send(Output { stream, bytes });
        sent.map_err(|_| Closed)
    }
}

/// Nobody takes what is written.
struct Closed;

impl From<Closed> for StreamError {
    fn from(_: Closed) -> Self {
        Self::Closed
    }
}

impl From<Closed> for std::io::Error {
    fn from(_: Closed) -> Self {
        std::io::ErrorKind::BrokenPipe.into()
    }
}

impl IsTerminal for CommandStream {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for CommandStream {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for CommandStream {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        // No more than `check_write` has promised room for.
        Ok(self.send(bytes)?)
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        let mut context = Context::from_waker(Waker::noop());
        match self.output.sender.poll_ready(&mut context) {
            Poll::Ready(Ok(())) => Ok(PIECE),
            Poll::Ready(Err(_)) => Err(StreamError::Closed),
            Poll::Pending => Ok(0),
        }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for CommandStream {
    async fn ready(&mut self) {
        // A reader that has gone is found out by the next write.
        let _ = poll_fn(|context| self.output.sender.poll_ready(context)).await;
    }
}

impl AsyncWrite for CommandStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        if ready!(self.output.sender.poll_ready(context)).is_err() {
            return Poll::Ready(Err(Closed.into()));
        }
        let piece = &bytes[..bytes.len().min(PIECE)];
        self.send(Bytes::copy_from_slice(piece))?;
        Poll::Ready(Ok(piece.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}
