//! A key-value store that keeps everything in its own memory.
//!
//! It lives as long as its instance does: a host that makes a new instance for every request starts with an empty store
//! every time.

use std::cell::RefCell;
use std::collections::BTreeMap;

use exports::wasi::keyvalue::store::{Bucket, Error, Guest, GuestBucket, KeyResponse};

wit_bindgen::generate!({
    path: "../wit",
    world: "key-value-store",
    generate_all,
});

export!(Store);

/// How many keys `list-keys` returns at a time.
const PAGE: usize = 100;

/// The keys of a bucket and their values, in the order of the keys.
type Entries = BTreeMap<String, Vec<u8>>;

thread_local! {
    /// All buckets by name. Opening one again gives the same entries.
    static BUCKETS: RefCell<BTreeMap<String, Entries>> = const { RefCell::new(BTreeMap::new()) };
}

struct Store;

impl Guest for Store {
    type Bucket = NamedBucket;

    /// Every name is a bucket: one that was never opened before is empty.
    fn open(identifier: String) -> Result<Bucket, Error> {
        Ok(Bucket::new(NamedBucket(identifier)))
    }
}

/// A handle on the bucket of this name.
struct NamedBucket(String);

impl NamedBucket {
    fn with_entries<T>(&self, visit: impl FnOnce(&mut Entries) -> T) -> T {
        BUCKETS.with_borrow_mut(|buckets| visit(buckets.entry(self.0.clone()).or_default()))
    }
}

impl GuestBucket for NamedBucket {
    fn get(&self, key: String) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.with_entries(|entries| entries.get(&key).cloned()))
    }

    fn set(&self, key: String, value: Vec<u8>) -> Result<(), Error> {
        self.with_entries(|entries| entries.insert(key, value));
        Ok(())
    }

    fn delete(&self, key: String) -> Result<(), Error> {
        self.with_entries(|entries| entries.remove(&key));
        Ok(())
    }

    fn exists(&self, key: String) -> Result<bool, Error> {
        Ok(self.with_entries(|entries| entries.contains_key(&key)))
    }

    /// The cursor counts the keys already listed.
    fn list_keys(&self, cursor: Option<u64>) -> Result<KeyResponse, Error> {
        let start = usize::try_from(cursor.unwrap_or(0)).unwrap_or(usize::MAX);
        Ok(self.with_entries(|entries| {
            let keys: Vec<_> = entries.keys().skip(start).take(PAGE).cloned().collect();
            let listed = start.saturating_add(keys.len());
            let cursor = (listed < entries.len()).then_some(listed as u64);
            KeyResponse { keys, cursor }
        }))
    }
}
