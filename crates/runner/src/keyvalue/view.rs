//! What the host functions of both drafts do: check, ask the store, and write down what came of it.

use super::Bucket;
use super::backend::{Delta, From, KeyValueBackend};
use super::store::{Page, StoreError, Swap, fits};
use crate::activity::{list, value};
use crate::capability::Capability;
use crate::guest::Refusals;
use crate::limits::Limits;
use bytes::Bytes;
use std::sync::Arc;
use std::time::Instant;
use wasmtime::component::{Resource, ResourceTable};

/// What the host functions of both drafts work on.
pub(crate) struct KeyValueView<'a> {
    pub(crate) store: Arc<dyn KeyValueBackend>,
    pub(crate) limits: &'a Limits,
    pub(crate) table: &'a mut ResourceTable,
    pub(crate) granted: bool,
    pub(crate) refusals: &'a mut Refusals,
}

type Stored<T> = Result<T, StoreError>;

impl KeyValueView<'_> {
    /// A handle to a bucket; none where the store is not granted, which the log then says.
    pub(super) fn opened(
        &mut self,
        identifier: String,
    ) -> wasmtime::Result<Option<Stored<Resource<Bucket>>>> {
        let began = Instant::now();
        let name = list([identifier.as_str()]);
        let opened = if !self.granted {
            self.refusals.tell(Capability::KeyValue);
            None
        } else if let Err(error) = self.fits("bucket identifier", identifier.len()) {
            Some(Err(error))
        } else {
            let bucket = Bucket {
                name: identifier.into(),
            };
            Some(Ok(self.table.push(bucket)?))
        };
        let result = match &opened {
            None => "refused".to_owned(),
            Some(Ok(_)) => "opened".to_owned(),
            Some(Err(error)) => error.to_string(),
        };
        self.called("open", name, result, began);
        Ok(opened)
    }

    pub(super) fn bucket(&self, bucket: &Resource<Bucket>) -> wasmtime::Result<Arc<str>> {
        Ok(self.table.get(bucket)?.name.clone())
    }

    pub(super) async fn read(&mut self, bucket: &str, key: String) -> Stored<Option<Bytes>> {
        let began = Instant::now();
        let keys = [key];
        let found = self.store.get(bucket, &keys).await;
        let found = found.map(|mut values| values.pop().flatten());
        let [key] = &keys;
        self.told(
            "get",
            list([bucket, key.as_str()]),
            &found,
            began,
            |found| found.as_ref().map_or("nothing".to_owned(), |it| value(it)),
        );
        found
    }

    pub(super) async fn read_many(
        &mut self,
        bucket: &str,
        keys: &[String],
    ) -> Stored<Vec<Option<Bytes>>> {
        let began = Instant::now();
        let found = self.store.get(bucket, keys).await.and_then(|values| {
            // A guest can name one long value a million times.
            let limit = self.limits.kv_total_bytes;
            let bytes: usize = values.iter().flatten().map(Bytes::len).sum();
            match bytes > limit {
                true => Err(StoreError::TooMuchAtOnce { limit }),
                false => Ok(values),
            }
        });
        self.told("get-many", named(bucket, keys), &found, began, |found| {
            format!("{} of them", found.iter().flatten().count())
        });
        found
    }

    pub(super) async fn write(
        &mut self,
        call: &'static str,
        bucket: &str,
        entries: Vec<(String, Vec<u8>)>,
    ) -> Stored<()> {
        let began = Instant::now();
        let arguments = match entries.as_slice() {
            [(key, bytes)] => format!("{}, {}", list([bucket, key.as_str()]), value(bytes)),
            _ => named(bucket, entries.iter().map(|(key, _)| key)),
        };
        let fit = entries
            .iter()
            .try_for_each(|(key, value)| self.entry_fits(key, value.len()));
        let written = match fit {
            Err(error) => Err(error),
            Ok(()) => {
                let entries = entries.into_iter().map(|(key, value)| (key, value.into()));
                self.store.set(bucket, entries.collect()).await
            }
        };
        self.told(call, arguments, &written, began, |()| "done".to_owned());
        written
    }

    pub(super) async fn remove(
        &mut self,
        call: &'static str,
        bucket: &str,
        keys: Vec<String>,
    ) -> Stored<()> {
        let began = Instant::now();
        let removed = self.store.delete(bucket, &keys).await;
        self.told(call, named(bucket, &keys), &removed, began, |()| {
            "done".to_owned()
        });
        removed
    }

    pub(super) async fn list(&mut self, bucket: &str, from: Option<From<'_>>) -> Stored<Page> {
        let began = Instant::now();
        let page = self.store.keys(bucket, from).await;
        self.told("list-keys", list([bucket]), &page, began, |page| {
            format!("{} keys", page.keys.len())
        });
        page
    }

    pub(super) async fn add(&mut self, bucket: &str, key: &str, delta: Delta) -> Stored<i128> {
        let began = Instant::now();
        let sum = match self.entry_fits(key, 0) {
            Err(error) => Err(error),
            Ok(()) => self.store.increment(bucket, key, delta).await,
        };
        let by = match delta {
            Delta::Unsigned(by) => i128::from(by),
            Delta::Signed(by) => i128::from(by),
        };
        let arguments = format!("{}, {by}", list([bucket, key]));
        self.told("increment", arguments, &sum, began, ToString::to_string);
        sum
    }

    pub(super) async fn exchange(
        &mut self,
        bucket: &str,
        key: &str,
        seen: Option<&Bytes>,
        new: Vec<u8>,
    ) -> Stored<Swap> {
        let began = Instant::now();
        let arguments = format!("{}, {}", list([bucket, key]), value(&new));
        let swapped = match self.entry_fits(key, new.len()) {
            Err(error) => Err(error),
            Ok(()) => self.store.swap(bucket, key, seen, new.into()).await,
        };
        self.told("swap", arguments, &swapped, began, |swapped| {
            match swapped {
                Swap::Done => "done",
                Swap::Changed(_) => "changed meanwhile",
            }
            .to_owned()
        });
        swapped
    }

    fn entry_fits(&self, key: &str, value: usize) -> Stored<()> {
        self.fits("key", key.len())?;
        fits("value", value, self.limits.kv_value_bytes)
    }

    fn fits(&self, what: &'static str, length: usize) -> Stored<()> {
        fits(what, length, self.limits.kv_key_bytes)
    }

    fn told<T>(
        &self,
        call: &'static str,
        arguments: String,
        result: &Stored<T>,
        began: Instant,
        words: impl FnOnce(&T) -> String,
    ) {
        let result = match result {
            Ok(value) => words(value),
            Err(error) => error.to_string(),
        };
        self.called(call, arguments, result, began);
    }

    fn called(&self, call: &'static str, arguments: String, result: String, began: Instant) {
        let log = self.refusals.log();
        log.called(Capability::KeyValue, call, arguments, result, began);
    }
}

/// A bucket and keys in it, as people read them.
fn named<'a>(bucket: &'a str, keys: impl IntoIterator<Item = &'a String>) -> String {
    list(
        [bucket]
            .into_iter()
            .chain(keys.into_iter().map(String::as_str)),
    )
}
