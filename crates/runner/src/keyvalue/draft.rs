//! `wasi:keyvalue@0.2.0-draft` over the store of the preview.

use super::{Bucket, Delta, From, KeyValue, KeyValueView, StoreError};
use crate::guest::Guest;
use bindings::wasi::keyvalue::{atomics, batch, store};
use store::{Error, KeyResponse};
use wasmtime::component::{Linker, Resource};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/keyvalue-draft",
        world: "wasi:keyvalue/host",
        imports: { default: async | trappable },
        with: {
            "wasi:keyvalue/store.bucket": crate::keyvalue::Bucket,
        },
    });
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
        cursor: Option<u64>,
    ) -> wasmtime::Result<Result<KeyResponse, Error>> {
        let bucket = self.bucket(&bucket)?;
        let page = match self.list(&bucket, cursor.map(From::Offset)).await {
            Ok(page) => page,
            Err(error) => return Ok(Err(error.into())),
        };
        let next = cursor.unwrap_or(0) + page.keys.len() as u64;
        let cursor = page.more.then_some(next);
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
        delta: u64,
    ) -> wasmtime::Result<Result<u64, Error>> {
        let bucket = self.bucket(&bucket)?;
        let sum = self.add(&bucket, &key, Delta::Unsigned(delta)).await;
        let sum = sum.and_then(|sum| u64::try_from(sum).map_err(|_| StoreError::Overflow));
        Ok(sum.map_err(Error::from))
    }
}

impl batch::Host for KeyValueView<'_> {
    async fn get_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Option<(String, Vec<u8>)>>, Error>> {
        let bucket = self.bucket(&bucket)?;
        let values = match self.read_many(&bucket, &keys).await {
            Ok(values) => values,
            Err(error) => return Ok(Err(error.into())),
        };
        let pair = |(key, value): (String, Option<_>)| value.map(|value| (key, Vec::from(value)));
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
