//! Keeps what was used last, up to a number of bytes.

use std::collections::HashMap;
use std::hash::Hash;

/// Forgets the least recently used values when those it holds weigh too much.
#[derive(Debug)]
pub struct Cache<K, V> {
    entries: HashMap<K, Entry<V>>,
    capacity: usize,
    weight: usize,
    clock: u64,
}

#[derive(Debug)]
struct Entry<V> {
    value: V,
    weight: usize,
    used: u64,
}

impl<K: Eq + Hash + Clone, V: Clone> Cache<K, V> {
    /// Holds values of at most `capacity` bytes altogether.
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: HashMap::new(),
            capacity,
            weight: 0,
            clock: 0,
        }
    }

    /// The value of that key, which now counts as used.
    pub fn get(&mut self, key: &K) -> Option<V> {
        self.clock += 1;
        let entry = self.entries.get_mut(key)?;
        entry.used = self.clock;
        Some(entry.value.clone())
    }

    /// Keeps a value of `weight` bytes; one heavier than the whole cache is not kept.
    pub fn insert(&mut self, key: K, value: V, weight: usize) {
        if weight > self.capacity {
            return;
        }
        self.clock += 1;
        let entry = Entry {
            value,
            weight,
            used: self.clock,
        };
        self.weight += weight;
        if let Some(old) = self.entries.insert(key, entry) {
            self.weight -= old.weight;
        }
        while self.weight > self.capacity {
            let Some(oldest) = self.oldest() else { break };
            if let Some(gone) = self.entries.remove(&oldest) {
                self.weight -= gone.weight;
            }
        }
    }

    // A walk over all entries: there are dozens, and this happens only when something is thrown out.
    fn oldest(&self) -> Option<K> {
        let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
        oldest.map(|(key, _)| key.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut cache = Cache::new(10);
        cache.insert("a", 1, 4);
        cache.insert("b", 2, 4);
        assert_eq!(cache.get(&"a"), Some(1));
        cache.insert("c", 3, 4);
        assert_eq!(
            (cache.get(&"a"), cache.get(&"b"), cache.get(&"c")),
            (Some(1), None, Some(3))
        );
    }

    #[test]
    fn weights_are_counted_once() {
        let mut cache = Cache::new(10);
        cache.insert("a", 1, 6);
        cache.insert("a", 2, 6);
        assert_eq!(cache.get(&"a"), Some(2));
        cache.insert("huge", 3, 11);
        assert_eq!((cache.get(&"a"), cache.get(&"huge")), (Some(2), None));
    }
}
