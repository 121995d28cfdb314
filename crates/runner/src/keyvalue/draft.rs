//! `wasi:keyvalue@0.2.0-draft` over the store of the preview.

use super::{Bucket, KeyValue, KeyValueView, StoreError};
use crate::guest::Guest;
use bindings::wasi::keyvalue::{atomics, batch, store};
use store::{Error, KeyResponse};
use wasmtime::component::{Linker, Resource};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/keyvalue-draft",
        world: "wasi:keyvalue/host",
        imports: { default: trappable },
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

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        Error::Other(error.to_string())
    }
}

impl store::Host for KeyValueView<'_> {
    fn open(&mut self, identifier: String) -> wasmtime::Result<Result<Resource<Bucket>, Error>> {
        if !self.may_open() {
            return Ok(Err(Error::AccessDenied));
        }
        match self.store.open(identifier) {
            Ok(name) => Ok(Ok(self.table.push(Bucket { name })?)),
            Err(error) => Ok(Err(error.into())),
        }
    }
}

impl store::HostBucket for KeyValueView<'_> {
    fn get(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<Option<Vec<u8>>, Error>> {
        let name = &self.table.get(&bucket)?.name;
        Ok(Ok(self.store.get(name, &key).map(Vec::from)))
    }

    fn set(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        value: Vec<u8>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let name = &self.table.get(&bucket)?.name;
        Ok(self.store.set(name, key, value).map_err(Error::from))
    }

    fn delete(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<(), Error>> {
        let name = &self.table.get(&bucket)?.name;
        self.store.delete_many(name, &[key]);
        Ok(Ok(()))
    }

    fn exists(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
    ) -> wasmtime::Result<Result<bool, Error>> {
        let name = &self.table.get(&bucket)?.name;
        Ok(Ok(self.store.get(name, &key).is_some()))
    }

    fn list_keys(
        &mut self,
        bucket: Resource<Bucket>,
        cursor: Option<u64>,
    ) -> wasmtime::Result<Result<KeyResponse, Error>> {
        let name = &self.table.get(&bucket)?.name;
        let offset = cursor.unwrap_or(0);
        let page = self.store.keys_from(name, offset);
        let cursor = page.more.then(|| offset + page.keys.len() as u64);
        Ok(Ok(KeyResponse {
            keys: page.keys,
            cursor,
        }))
    }

    fn drop(&mut self, bucket: Resource<Bucket>) -> wasmtime::Result<()> {
        self.table.delete(bucket)?;
        Ok(())
    }
}

impl atomics::Host for KeyValueView<'_> {
    fn increment(
        &mut self,
        bucket: Resource<Bucket>,
        key: String,
        delta: u64,
    ) -> wasmtime::Result<Result<u64, Error>> {
        let name = &self.table.get(&bucket)?.name;
        Ok(self.store.increment(name, key, delta).map_err(Error::from))
    }
}

impl batch::Host for KeyValueView<'_> {
    fn get_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> wasmtime::Result<Result<Vec<Option<(String, Vec<u8>)>>, Error>> {
        let name = &self.table.get(&bucket)?.name;
        let values = match self.store.get_many(name, &keys) {
            Ok(values) => values,
            Err(error) => return Ok(Err(error.into())),
        };
        let pair = |(key, value): (String, Option<_>)| value.map(|value| (key, Vec::from(value)));
        Ok(Ok(keys.into_iter().zip(values).map(pair).collect()))
    }

    fn set_many(
        &mut self,
        bucket: Resource<Bucket>,
        entries: Vec<(String, Vec<u8>)>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let name = &self.table.get(&bucket)?.name;
        Ok(self.store.set_many(name, entries).map_err(Error::from))
    }

    fn delete_many(
        &mut self,
        bucket: Resource<Bucket>,
        keys: Vec<String>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let name = &self.table.get(&bucket)?.name;
        self.store.delete_many(name, &keys);
        Ok(Ok(()))
    }
}
