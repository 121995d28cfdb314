//! What a store has to do, wherever it keeps its values.

use super::KeyValueEntry;
use super::store::{KeyValueStore, Page, StoreError, Swap};
use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use std::sync::Arc;

/// What comes of an operation, later.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// Where a page of keys begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum From<'a> {
    /// After as many keys.
    Offset(u64),
    /// After this key, which need not exist any more.
    Key(&'a str),
}

/// The kind of number that a counter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Delta {
    /// Of the interface's first draft.
    Unsigned(u64),
    /// Of its second.
    Signed(i64),
}

impl Delta {
    /// The number that there is after adding this to `text`, the digits that are there.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotANumber`] and [`StoreError::Overflow`].
    pub fn added_to(self, text: Option<&[u8]>) -> Result<i128, StoreError> {
        let digits = text.map(std::str::from_utf8).transpose();
        let digits = digits.map_err(|_| StoreError::NotANumber)?.unwrap_or("0");
        let wrong = |_| StoreError::NotANumber;
        let sum = match self {
            Self::Unsigned(delta) => digits
                .parse::<u64>()
                .map_err(wrong)?
                .checked_add(delta)
                .map(i128::from),
            Self::Signed(delta) => digits
                .parse::<i64>()
                .map_err(wrong)?
                .checked_add(delta)
                .map(i128::from),
        };
        sum.ok_or(StoreError::Overflow)
    }
}

/// A store of buckets with keys and values. Buckets are there as long as they have keys.
pub trait KeyValueBackend: Send + Sync {
    /// Values in the order of `keys`.
    fn get<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>>;

    /// Sets one after another; stops at the first that does not fit.
    fn set<'a>(&'a self, bucket: &'a str, entries: Vec<(String, Bytes)>) -> Answer<'a, ()>;

    /// Keys that are not there are no error.
    fn delete<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, ()>;

    /// A page of keys in order, the first without a beginning.
    fn keys<'a>(&'a self, bucket: &'a str, from: Option<From<'a>>) -> Answer<'a, Page>;

    /// Adds to the number at `key`, kept in decimal digits; a key that is not there counts as 0.
    fn increment<'a>(&'a self, bucket: &'a str, key: &'a str, delta: Delta) -> Answer<'a, i128>;

    /// Sets the value if it still is `seen`; otherwise gives the value that is there.
    fn swap<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        seen: Option<&'a Bytes>,
        value: Bytes,
    ) -> Answer<'a, Swap>;

    /// What there is, in order, for people to look at; not more than `most`.
    fn entries(&self, most: usize) -> Answer<'_, Vec<KeyValueEntry>>;
}

impl KeyValueBackend for KeyValueStore {
    fn get<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>> {
        ready(self.get_many(bucket, keys)).boxed()
    }

    fn set<'a>(&'a self, bucket: &'a str, entries: Vec<(String, Bytes)>) -> Answer<'a, ()> {
        ready(self.set_many(&Arc::from(bucket), entries)).boxed()
    }

    fn delete<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, ()> {
        self.delete_many(bucket, keys);
        ready(Ok(())).boxed()
    }

    fn keys<'a>(&'a self, bucket: &'a str, from: Option<From<'a>>) -> Answer<'a, Page> {
        let page = match from {
            Some(From::Offset(offset)) => self.keys_from(bucket, offset),
            Some(From::Key(key)) => self.keys_after(bucket, Some(key)),
            None => self.keys_after(bucket, None),
        };
        ready(Ok(page)).boxed()
    }

    fn increment<'a>(&'a self, bucket: &'a str, key: &'a str, delta: Delta) -> Answer<'a, i128> {
        let sum = KeyValueStore::increment(self, &Arc::from(bucket), key.to_owned(), delta);
        ready(sum).boxed()
    }

    fn swap<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        seen: Option<&'a Bytes>,
        value: Bytes,
    ) -> Answer<'a, Swap> {
        let swapped = KeyValueStore::swap(self, &Arc::from(bucket), key, seen, value);
        ready(swapped).boxed()
    }

    fn entries(&self, most: usize) -> Answer<'_, Vec<KeyValueEntry>> {
        let mut entries = KeyValueStore::entries(self);
        entries.truncate(most);
        ready(Ok(entries)).boxed()
    }
}
