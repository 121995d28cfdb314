//! Machine code of single functions, for the next component that has them.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::CacheStore;

/// What the compiler made of functions, by a digest of what it was given. A graph whose components were compiled before,
/// alone or in another graph, is compiled in a fraction of the time.
///
/// A fraction, since each function is still translated to find its digest, and since some digests differ each time: of
/// functions that mention function types by their place among all types of the graph (calls through tables), and of one
/// in twenty that wasmtime 48 does not translate in the same way twice.
#[derive(Debug)]
pub(crate) struct CompiledFunctions {
    /// How much is kept, in bytes of machine code. A function that alone would be more than half of it is not.
    most: usize,
    kept: Mutex<Kept>,
    counter: CompileCounter,
}

type Key = Box<[u8]>;

/// Two generations: what nobody asked for while one half filled goes when the other half begins.
#[derive(Debug, Default)]
struct Kept {
    young: HashMap<Key, Arc<[u8]>>,
    young_bytes: usize,
    old: HashMap<Key, Arc<[u8]>>,
}

/// How many functions, or core modules, were taken from those compiled before, and how many were not there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CompileCounts {
    /// Compiled before.
    pub found: u64,
    /// Compiled anew.
    pub compiled: u64,
}

/// Counts on, whoever compiles.
#[derive(Debug, Default)]
pub(crate) struct CompileCounter {
    found: AtomicU64,
    compiled: AtomicU64,
}

impl CompileCounter {
    pub(crate) fn count(&self, found: bool) {
        let count = match found {
            true => &self.found,
            false => &self.compiled,
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self) -> CompileCounts {
        CompileCounts {
            found: self.found.load(Ordering::Relaxed),
            compiled: self.compiled.load(Ordering::Relaxed),
        }
    }
}

impl CompiledFunctions {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
            counter: CompileCounter::default(),
        }
    }

    pub(crate) fn counts(&self) -> CompileCounts {
        self.counter.counts()
    }

    fn find(&self, key: &[u8]) -> Option<Arc<[u8]>> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(code) = kept.young.get(key) {
            return Some(code.clone());
        }
        let (key, code) = kept.old.remove_entry(key)?;
        kept.keep(key, code.clone(), self.most);
        Some(code)
    }
}

impl Kept {
    fn keep(&mut self, key: Key, code: Arc<[u8]>, most: usize) {
        let weight = key.len() + code.len();
        if weight > most / 2 {
            return;
        }
        if self.young_bytes + weight > most / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        // Two threads may compile the same function; what they make of it weighs the same.
        if self.young.insert(key, code).is_none() {
            self.young_bytes += weight;
        }
    }
}

impl CacheStore for CompiledFunctions {
    fn get(&self, key: &[u8]) -> Option<Cow<'_, [u8]>> {
        let found = self.find(key);
        self.counter.count(found.is_some());
        found.map(|code| Cow::Owned(code.to_vec()))
    }

    fn insert(&self, key: &[u8], value: Vec<u8>) -> bool {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.keep(key.into(), value.into(), self.most);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_asks_for_goes_first() {
        let functions = CompiledFunctions::new(80);
        for key in *b"abc" {
            functions.insert(&[key], vec![key; 15]);
        }
        // `a` and `b` fill one half; with `c` the next one begins.
        assert_eq!(functions.get(b"a").as_deref(), Some(&[b'a'; 15][..]));
        functions.insert(b"d", vec![b'd'; 15]);
        assert_eq!(functions.get(b"b"), None);
        assert!(functions.get(b"a").is_some());
        let counts = CompileCounts {
            found: 2,
            compiled: 1,
        };
        assert_eq!(functions.counts(), counts);
    }

    #[test]
    fn no_more_is_kept_than_that() {
        let functions = CompiledFunctions::new(1_000);
        for key in 0..1_000_u32 {
            functions.insert(&key.to_le_bytes(), vec![0; 96]);
            let kept = functions.kept.lock().unwrap();
            assert!((kept.young.len() + kept.old.len()) * 100 <= 1_000);
        }
        functions.insert(b"too long", vec![0; 500]);
        assert_eq!(functions.get(b"too long"), None);
    }
}
