//! Stdout and stderr of a guest, turned into log lines.

use super::{CurrentLog, LogStream};
use bytes::Bytes;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;
use wasmtime_wasi::cli::{IsTerminal, StdoutStream};
use wasmtime_wasi::p2::{OutputStream, Pollable, StreamResult};

/// A longer line is split, so that a guest that never ends its line is seen all the same.
const LONGEST_LINE: usize = 4 * 1024;

/// How much a guest may write in one go. Nothing is held back, so this bounds only a single copy.
const WRITE_PERMIT: usize = 64 * 1024;

/// One of the two output streams of an instance. It never blocks and never fails: what is too much is dropped.
#[derive(Clone)]
pub(crate) struct GuestOutput {
    lines: Arc<Mutex<LineBuffer>>,
}

struct LineBuffer {
    log: CurrentLog,
    stream: LogStream,
    pending: Vec<u8>,
}

impl GuestOutput {
    pub(crate) fn new(log: CurrentLog, stream: LogStream) -> Self {
        Self {
            lines: Arc::new(Mutex::new(LineBuffer {
                log,
                stream,
                pending: Vec::new(),
            })),
        }
    }

    /// Ends the line that is being written: the next one is of another request.
    pub(crate) fn end_line(&self) {
        self.lines().end_last_line();
    }

    fn lines(&self) -> MutexGuard<'_, LineBuffer> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LineBuffer {
    fn write(&mut self, mut bytes: &[u8]) {
        if self.log.get().is_full() {
            return;
        }
        while !bytes.is_empty() {
            let room = LONGEST_LINE - self.pending.len();
            let window = &bytes[..bytes.len().min(room)];
            match window.iter().position(|byte| *byte == b'\n') {
                Some(end) => {
                    self.pending.extend_from_slice(&window[..end]);
                    bytes = &bytes[end + 1..];
                    self.end_line();
                }
                None => {
                    self.pending.extend_from_slice(window);
                    bytes = &bytes[window.len()..];
                    if self.pending.len() == LONGEST_LINE {
                        self.end_line();
                    }
                }
            }
        }
    }

    fn end_last_line(&mut self) {
        if !self.pending.is_empty() {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        let line = self.pending.strip_suffix(b"\r").unwrap_or(&self.pending);
        let text = String::from_utf8_lossy(line).into_owned();
        self.pending.clear();
        self.log.get().guest(self.stream, text);
    }
}

impl Drop for LineBuffer {
    fn drop(&mut self) {
        self.end_last_line();
    }
}

impl IsTerminal for GuestOutput {
    fn is_terminal(&self) -> bool {
        false
    }
}

impl StdoutStream for GuestOutput {
    fn async_stream(&self) -> Box<dyn AsyncWrite + Send + Sync> {
        Box::new(self.clone())
    }

    fn p2_stream(&self) -> Box<dyn OutputStream> {
        Box::new(self.clone())
    }
}

impl OutputStream for GuestOutput {
    fn write(&mut self, bytes: Bytes) -> StreamResult<()> {
        self.lines().write(&bytes);
        Ok(())
    }

    fn flush(&mut self) -> StreamResult<()> {
        Ok(())
    }

    fn check_write(&mut self) -> StreamResult<usize> {
        Ok(WRITE_PERMIT)
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for GuestOutput {
    async fn ready(&mut self) {}
}

impl AsyncWrite for GuestOutput {
    fn poll_write(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        self.lines().write(bytes);
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Logs, RequestLog};
    use super::*;

    fn printed(writes: &[&[u8]]) -> Vec<String> {
        let logs = Logs::new(1 << 20);
        let log = CurrentLog::new(RequestLog::new(&logs, 1, 1 << 20));
        let output = GuestOutput::new(log, LogStream::Stdout);
        for bytes in writes {
            output.lines().write(bytes);
        }
        drop(output);
        logs.follow().0.into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn lines_may_arrive_in_pieces() {
        assert_eq!(
            printed(&[b"he", b"llo\nwor", b"ld\r\n", b"\nend"]),
            ["hello", "world", "", "end"]
        );
    }

    #[test]
    fn bytes_that_are_not_text_are_replaced() {
        assert_eq!(printed(&[b"a\xffb\n"]), ["a\u{fffd}b"]);
    }

    #[test]
    fn a_line_without_an_end_is_split() {
        let lines = printed(&[&vec![b'x'; LONGEST_LINE * 2 + 5]]);
        assert_eq!(
            lines.iter().map(String::len).collect::<Vec<_>>(),
            [LONGEST_LINE, LONGEST_LINE, 5]
        );
    }
}
