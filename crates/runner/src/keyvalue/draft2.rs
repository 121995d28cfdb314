//! `wasi:keyvalue@0.2.0-draft2` over the store of the preview.

use super::Swap;
use super::{Bucket, Delta, From, KeyValue, KeyValueView, StoreError};
use crate::guest::Guest;
use atomics::CasError;
use bindings::wasi::keyvalue::{atomics, batch, store};
use bytes::Bytes;
use std::sync::Arc;
use store::{Error, KeyResponse};
use wasmtime::component::{Linker, Resource};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/keyvalue-draft2",
        world: "wasi:keyvalue/host",
        imports: { default: async | trappable },
        with: {
            "wasi:keyvalue/store.bucket": crate::keyvalue::Bucket,
            "wasi:keyvalue/atomics.cas": super::Cas,
        },
    });
}

/// The concrete type behind `cas`: a value as it was when looked at.
pub struct Cas {
    bucket: Arc<str>,
    key: String,
    seen: Option<Bytes>,
}

pub(super) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    store::add_to_linker::<_, KeyValue>(linker, Guest::key_value)?;
    atomics::add_to_linker::<_, KeyValue>(linker, Guest::key_value)?;
    batch::add_to_linker::<_, KeyValue>(linker, Guest::key_value)
}

impl std::convert::From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Error::Other(error.to_string())
    }
}

impl store::Host for KeyValueView<'_> {
    async fn open(
        &mut self,
        identifier: String,
    ) -> wasmtime::Result<Result<Resource<Bucket>, Error>> {
        let opened = self.opened(identifier)?;
        Ok(opened.map_or(Err(Error::AccessDenied), |opened| Ok(opened?)))
    }
}

impl store::HostBucket for KeyValueView<'_> {
    async fn get(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let bucket = self.bucket(&bucket)?;
        let value = self.read(&bucket, key).await;
        Ok(value.map(|value| value.map(Vec::from)).map_err(Error::from))
    }

    async fn set(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let bucket = self.bucket(&bucket)?;
        let written = self.write("set", &bucket, vec![(key, value)]).await;
        Ok(written.map_err(Error::from))
    }

    async fn delete(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let bucket = self.bucket(&bucket)?;
        let removed = self.remove("delete", &bucket, vec![key]).await;
        Ok(removed.map_err(Error::from))
    }

    async fn exists(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let bucket = self.bucket(&bucket)?;
        let value = self.read(&bucket, key).await;
        Ok(value.map(|value| value.is_some()).map_err(Error::from))
    }

    async fn list_keys(
        &mut self,
        bucket: Resource<Bucket>,
        cursor: Option<String>,
    ) -> wasmtime::Result<Result<KeyResponse, Error>> {
        let bucket = self.bucket(&bucket)?;
        let page = match self.list(&bucket, cursor.as_deref().map(From::Key)).await {
            Ok(page) => page,
            Err(error) => return Ok(Err(error.into())),
        };
        let cursor = page.more.then(|| page.keys.last().cloned()).flatten();
        Ok(Ok(KeyResponse {
            keys: page.keys,
            cursor,
        }))
    }

    async fn drop(&mut self, bucket: Resource<Bucket>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl atomics::Host for KeyValueView<'_> {
    async fn increment(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        delta: i64,
    ) -> wasmtime::Result<Result<i64, Error>> {
        let bucket = self.bucket(&bucket)?;
        let sum = self.add(&bucket, &key, Delta::Signed(delta)).await;
        let sum = sum.and_then(|sum| i64::try_from(sum).map_err(|_| StoreError::Overflow));
        Ok(sum.map_err(Error::from))
    }

    async fn swap(
        &mut self,
        cas: Resource<Cas>,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), CasError>> {
        let cas = self.table.delete(cas)?;
        let seen = cas.seen.as_ref();
        match self.exchange(&cas.bucket, &cas.key, seen, value).await {
            Ok(Swap::Done) => Ok(Ok(())),
            Ok(Swap::Changed(seen)) => Ok(Err(CasError::CasFailed(
                self.table.push(Cas { seen, ..cas })?,
            ))),
            Err(error) => Ok(Err(CasError::StoreError(error.into()))),
        }
    }
}

impl atomics::HostCas for KeyValueView<'_> {
    async fn new(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<Resource<Cas>, Error>> {
        let bucket = self.bucket(&bucket)?;
        let seen = match self.read(&bucket, key.clone()).await {
            Ok(seen) => seen,
            Err(error) => return Ok(Err(error.into())),
        };
        Ok(Ok(self.table.push(Cas { bucket, key, seen })?))
    }

    async fn current(
        &mut self,
        cas: Resource<Cas>,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let cas = self.table.get(&cas)?;
        Ok(Ok(cas.seen.clone().map(Vec::from)))
    }

    async fn drop(&mut self, cas: Resource<Cas>) -> wasmtime::Result<()> {
        self.table.delete(cas)?;
        Ok(())
    }
}

impl batch::Host for KeyValueView<'_> {
    async fn get_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<(String, Option<Vec<u8>>)>, Error>> {
        let bucket = self.bucket(&bucket)?;
        let values = match self.read_many(&bucket, &keys).await {
            Ok(values) => values,
            Err(error) => return Ok(Err(error.into())),
        };
        let pair = |(key, value): (String, Option<Bytes>)| (key, value.map(Vec::from));
        Ok(Ok(keys.into_iter().zip(values).map(pair).collect()))
    }

    async fn set_many(
        &mut self,
        bucket: Resource<Bucket>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let bucket = self.bucket(&bucket)?;
        let written = self.write("set-many", &bucket, entries).await;
        Ok(written.map_err(Error::from))
    }

    async fn delete_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let bucket = self.bucket(&bucket)?;
        let removed = self.remove("delete-many", &bucket, keys).await;
        Ok(removed.map_err(Error::from))
    }
}
