//! Buckets of keys and values, with quotas. Knows nothing of WebAssembly.

use super::backend::Delta;
use crate::error::size;
use crate::limits::Limits;
use bytes::Bytes;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::{Arc, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// One value in the key-value store of a preview, for people to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyValueEntry {
    /// The identifier the guest opened the bucket by.
    pub bucket: String,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Bytes,
}

/// Why an operation was refused. Guests get the text as `error.other`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A key, the name of a bucket, or a value.
    #[error("a {what} may have {}", size(*.limit))]
    TooLong {
        /// Which of them.
        what: &'static str,
        /// Bytes allowed.
        limit: usize,
    },
    /// More keys than [`Limits::kv_keys`].
    #[error("a preview may store {limit} keys")]
    TooManyKeys {
        /// Keys allowed.
        limit: usize,
    },
    /// More than [`Limits::kv_total_bytes`].
    #[error("a preview may store {} in all", size(*.limit))]
    Full {
        /// Bytes allowed.
        limit: usize,
    },
    /// The values of one call are more than [`Limits::kv_total_bytes`].
    #[error("one call may ask for {} of values", size(*.limit))]
    TooMuchAtOnce {
        /// Bytes allowed.
        limit: usize,
    },
    /// A counter that is none.
    #[error("the value is not a whole number in decimal digits")]
    NotANumber,
    /// A counter that is as high as it can be.
    #[error("the counter would overflow")]
    Overflow,
    /// The store is elsewhere, and does not answer as it should.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
}

/// One page of keys, in order.
#[derive(Debug, PartialEq, Eq)]
pub struct Page {
    /// At most a thousand.
    pub keys: Vec<String>,
    /// Whether there are others after them.
    pub more: bool,
}

impl Page {
    /// How many keys a page of `list-keys` has at most. As many as a preview may have keys, so that a guest that does not
    /// ask for the second page misses nothing.
    pub const KEYS: usize = 1_000;

    /// The page that these keys begin with.
    pub fn first_of(mut keys: Vec<String>) -> Self {
        let more = keys.len() > Self::KEYS;
        keys.truncate(Self::KEYS);
        Self { keys, more }
    }
}

/// The store of one preview, in memory. Clones share it.
#[derive(Clone)]
pub(crate) struct KeyValueStore {
    contents: Arc<RwLock<Contents>>,
    quota: Quota,
    page: usize,
}

#[derive(Clone, Copy)]
struct Quota {
    keys: usize,
    key_bytes: usize,
    value_bytes: usize,
    total_bytes: usize,
}

/// Buckets are there as long as they have keys: opening and emptying them costs nothing.
#[derive(Default)]
struct Contents {
    buckets: BTreeMap<Arc<str>, BTreeMap<String, Bytes>>,
    keys: usize,
    bytes: usize,
}

impl KeyValueStore {
    pub(crate) fn new(limits: &Limits) -> Self {
        let quota = Quota {
            keys: limits.kv_keys,
            key_bytes: limits.kv_key_bytes,
            value_bytes: limits.kv_value_bytes,
            total_bytes: limits.kv_total_bytes,
        };
        Self {
            contents: Arc::default(),
            quota,
            page: Page::KEYS,
        }
    }

    /// Values in the order of `keys`. Bounded, because a guest can name one long value a million times.
    pub(crate) fn get_many(
        &self,
        bucket: &str,
        keys: &[String],
    ) -> Result<Vec<Option<Bytes>>, StoreError> {
        let contents = self.read();
        let mut bytes = 0;
        keys.iter()
            .map(|key| {
                let value = contents.get(bucket, key);
                bytes += value.as_ref().map_or(0, Bytes::len);
                if bytes > self.quota.total_bytes {
                    return Err(StoreError::TooMuchAtOnce {
                        limit: self.quota.total_bytes,
                    });
                }
                Ok(value)
            })
            .collect()
    }

    /// Sets one after another; stops at the first that does not fit.
    pub(crate) fn set_many(
        &self,
        bucket: &Arc<str>,
        entries: Vec<(String, Bytes)>,
    ) -> Result<(), StoreError> {
        let mut contents = self.write();
        entries
            .into_iter()
            .try_for_each(|(key, value)| contents.set(&self.quota, bucket, key, value))
    }

    pub(crate) fn delete_many(&self, bucket: &str, keys: &[String]) {
        let mut contents = self.write();
        for key in keys {
            contents.delete(bucket, key);
        }
    }

    /// The page of keys after the first `offset` ones.
    pub(crate) fn keys_from(&self, bucket: &str, offset: u64) -> Page {
        let offset = usize::try_from(offset).unwrap_or(usize::MAX);
        let contents = self.read();
        let Some(entries) = contents.buckets.get(bucket) else {
            return Page {
                keys: Vec::new(),
                more: false,
            };
        };
        self.page(entries.keys().skip(offset))
    }

    /// The page of keys after the key `after`, which need not exist any more; the first page without one.
    pub(crate) fn keys_after(&self, bucket: &str, after: Option<&str>) -> Page {
        let contents = self.read();
        let Some(entries) = contents.buckets.get(bucket) else {
            return Page {
                keys: Vec::new(),
                more: false,
            };
        };
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        self.page(
            entries
                .range::<str, _>((start, Bound::Unbounded))
                .map(|(key, _)| key),
        )
    }

    fn page<'a>(&self, mut keys: impl Iterator<Item = &'a String>) -> Page {
        let page: Vec<String> = keys.by_ref().take(self.page).cloned().collect();
        Page {
            keys: page,
            more: keys.next().is_some(),
        }
    }

    /// Adds to the number at `key`, kept in decimal digits; a key that is not there counts as 0.
    pub(crate) fn increment(
        &self,
        bucket: &Arc<str>,
        key: String,
        delta: Delta,
    ) -> Result<i128, StoreError> {
        let mut contents = self.write();
        let sum = delta.added_to(contents.get(bucket, &key).as_deref())?;
        contents.set(&self.quota, bucket, key, sum.to_string().into())?;
        Ok(sum)
    }

    /// Sets the value if it still is `expected`; otherwise gives the value that is there.
    pub(crate) fn swap(
        &self,
        bucket: &Arc<str>,
        key: &str,
        expected: Option<&Bytes>,
        value: Bytes,
    ) -> Result<Swap, StoreError> {
        let mut contents = self.write();
        let current = contents.get(bucket, key);
        if current.as_ref() != expected {
            return Ok(Swap::Changed(current));
        }
        contents.set(&self.quota, bucket, key.to_owned(), value)?;
        Ok(Swap::Done)
    }

    /// Everything, in order.
    pub(crate) fn entries(&self) -> Vec<KeyValueEntry> {
        let contents = self.read();
        let in_bucket = |(bucket, entries): (&Arc<str>, &BTreeMap<String, Bytes>)| {
            let bucket = bucket.to_string();
            let entry = |(key, value): (&String, &Bytes)| KeyValueEntry {
                bucket: bucket.clone(),
                key: key.clone(),
                value: value.clone(),
            };
            entries.iter().map(entry).collect::<Vec<_>>()
        };
        contents.buckets.iter().flat_map(in_bucket).collect()
    }

    /// Each change is made whole or not at all, so contents that a panic left behind are sound.
    fn read(&self) -> RwLockReadGuard<'_, Contents> {
        self.contents
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Contents> {
        self.contents
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// How a compare-and-swap ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Swap {
    /// It is set.
    Done,
    /// It was not as expected, but this.
    Changed(Option<Bytes>),
}

impl Contents {
    fn get(&self, bucket: &str, key: &str) -> Option<Bytes> {
        self.buckets.get(bucket)?.get(key).cloned()
    }

    fn set(
        &mut self,
        quota: &Quota,
        bucket: &Arc<str>,
        key: String,
        value: Bytes,
    ) -> Result<(), StoreError> {
        fits("key", key.len(), quota.key_bytes)?;
        fits("value", value.len(), quota.value_bytes)?;
        let old = self.get(bucket, &key);
        let added = if old.is_some() { 0 } else { 1 };
        if self.keys + added > quota.keys {
            return Err(StoreError::TooManyKeys { limit: quota.keys });
        }
        let freed = old.map_or(0, |old| key.len() + old.len());
        let bytes = self.bytes - freed + key.len() + value.len();
        if bytes > quota.total_bytes {
            return Err(StoreError::Full {
                limit: quota.total_bytes,
            });
        }
        self.keys += added;
        self.bytes = bytes;
        self.buckets
            .entry(bucket.clone())
            .or_default()
            .insert(key, value);
        Ok(())
    }

    fn delete(&mut self, bucket: &str, key: &str) {
        let Some(entries) = self.buckets.get_mut(bucket) else {
            return;
        };
        if let Some(value) = entries.remove(key) {
            self.keys -= 1;
            self.bytes -= key.len() + value.len();
        }
        if entries.is_empty() {
            self.buckets.remove(bucket);
        }
    }
}

pub(super) fn fits(what: &'static str, length: usize, limit: usize) -> Result<(), StoreError> {
    if length > limit {
        Err(StoreError::TooLong { what, limit })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
