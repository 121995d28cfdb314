//! The concrete types behind the resources of blobstore.

use crate::places::{Place, Places};
use bytes::Bytes;
use std::collections::VecDeque;
use wasmtime_wasi::p2::pipe::{MemoryInputPipe, MemoryOutputPipe};
use wasmtime_wasi::p2::{InputStream, Pollable, StreamResult};

/// How many values a guest may hold at once: those on their way in, those on their way out, and lists of names.
const HELD: usize = 16;

/// The places for the values of an instance.
pub(crate) fn places() -> Places {
    Places::new(HELD, "values of blobstore")
}

/// Behind `container`: its name.
pub struct Container(pub(super) String);

/// Behind `outgoing-value`: what was written so far, and where it goes when it is finished.
pub struct OutgoingValue {
    pub(super) written: MemoryOutputPipe,
    pub(super) taken: bool,
    pub(super) destination: Option<(String, String)>,
    pub(super) _place: Place,
}

/// Behind `incoming-value`.
pub struct IncomingValue {
    pub(super) bytes: Bytes,
    pub(super) place: Place,
}

/// A value that is read bit by bit.
pub(super) struct ValueStream {
    bytes: MemoryInputPipe,
    _place: Place,
}

impl ValueStream {
    pub(super) fn new(value: IncomingValue) -> Self {
        Self {
            bytes: MemoryInputPipe::new(value.bytes),
            _place: value.place,
        }
    }
}

#[wasmtime_wasi::async_trait]
impl Pollable for ValueStream {
    async fn ready(&mut self) {}
}

#[wasmtime_wasi::async_trait]
impl InputStream for ValueStream {
    fn read(&mut self, size: usize) -> StreamResult<Bytes> {
        self.bytes.read(size)
    }
}

/// Behind `stream-object-names`: those that were not read yet.
pub struct ObjectNames {
    pub(super) left: VecDeque<String>,
    pub(super) _place: Place,
}
