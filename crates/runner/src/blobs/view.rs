//! What the host functions of blobstore do: check, ask the store, and write down what came of it.

use super::error::BlobError;
use super::store::BlobStore;
use super::values::{Container, IncomingValue, ObjectNames, OutgoingValue};
use crate::activity::list;
use crate::capability::Capability;
use crate::guest::Refusals;
use crate::limits::Limits;
use crate::places::Places;
use bytes::Bytes;
use std::time::Instant;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::p2::pipe::MemoryOutputPipe;

/// What the host functions work on.
pub(crate) struct BlobsView<'a> {
    pub(crate) store: BlobStore,
    pub(crate) limits: &'a Limits,
    pub(crate) table: &'a mut ResourceTable,
    pub(crate) granted: bool,
    pub(crate) refusals: &'a mut Refusals,
    pub(crate) places: &'a Places,
}

/// What guests are told: in words.
pub(super) type Told<T> = Result<T, String>;

impl BlobsView<'_> {
    /// Does something with the store, if it is granted, and writes that down.
    pub(super) async fn ask<T>(
        &mut self,
        call: &'static str,
        names: &[&str],
        asking: impl AsyncFnOnce(&BlobStore) -> Result<T, BlobError>,
        words: impl FnOnce(&T) -> String,
    ) -> Told<T> {
        let began = Instant::now();
        let answer = if self.granted {
            let answer = asking(&self.store).await;
            answer.map_err(|error| error.to_string())
        } else {
            self.refusals.tell(Capability::Blobs);
            Err("not granted".to_owned())
        };
        let result = match &answer {
            Ok(answer) => words(answer),
            Err(error) => error.clone(),
        };
        let log = self.refusals.log();
        log.called(
            Capability::Blobs,
            call,
            list(names.iter().copied()),
            result,
            began,
        );
        answer
    }

    pub(super) fn name_of(&self, container: &Resource<Container>) -> wasmtime::Result<String> {
        Ok(self.table.get(container)?.0.clone())
    }

    /// A value on its way out, which has room for one object.
    pub(super) fn outgoing(&mut self) -> wasmtime::Result<Resource<OutgoingValue>> {
        let place = self.places.one_more()?;
        Ok(self.table.push(OutgoingValue {
            written: MemoryOutputPipe::new(self.limits.object_bytes),
            taken: false,
            destination: None,
            _place: place,
        })?)
    }

    pub(super) fn incoming(&mut self, bytes: Bytes) -> wasmtime::Result<Resource<IncomingValue>> {
        let place = self.places.one_more()?;
        Ok(self.table.push(IncomingValue { bytes, place })?)
    }

    pub(super) fn names(&mut self, names: Vec<String>) -> wasmtime::Result<Resource<ObjectNames>> {
        let place = self.places.one_more()?;
        Ok(self.table.push(ObjectNames {
            left: names.into(),
            _place: place,
        })?)
    }
}
