//! A small ordered set.

use std::slice;
use std::vec;

/// A set as a sorted list: for the hundreds of things that a graph has it is as fast as a tree, and the page downloads
/// a tenth of the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SortedSet<T>(Vec<T>);

impl<T> Default for SortedSet<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Ord> SortedSet<T> {
    /// A set with nothing in it.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether it is one of them.
    pub fn contains(&self, item: &T) -> bool {
        self.0.binary_search(item).is_ok()
    }

    /// Puts one in; says whether it was not there before.
    pub fn insert(&mut self, item: T) -> bool {
        match self.0.binary_search(&item) {
            Ok(_) => false,
            Err(place) => {
                self.0.insert(place, item);
                true
            }
        }
    }

    /// Takes one out; says whether it was there.
    pub fn remove(&mut self, item: &T) -> bool {
        let place = self.0.binary_search(item);
        place.is_ok_and(|place| {
            self.0.remove(place);
            true
        })
    }

    /// Takes out all but those that a test lets stay.
    pub fn retain(&mut self, stays: impl FnMut(&T) -> bool) {
        self.0.retain(stays);
    }

    /// The least of them.
    pub fn first(&self) -> Option<&T> {
        self.0.first()
    }

    /// In order.
    pub fn iter(&self) -> slice::Iter<'_, T> {
        self.0.iter()
    }

    /// In order, as a slice.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T: Ord> Extend<T> for SortedSet<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.insert(item);
        }
    }
}

impl<T: Ord> FromIterator<T> for SortedSet<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        let mut set = Self::new();
        set.extend(items);
        set
    }
}

impl<T> IntoIterator for SortedSet<T> {
    type Item = T;
    type IntoIter = vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a SortedSet<T> {
    type Item = &'a T;
    type IntoIter = slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_kept_once_and_in_order() {
        let mut set: SortedSet<u8> = [3, 1, 2, 3].into_iter().collect();
        assert_eq!(set.as_slice(), [1, 2, 3]);
        assert!(!set.insert(2));
        assert!(set.remove(&2) && !set.remove(&2));
        assert!(set.contains(&3) && !set.contains(&2));
        set.retain(|n| *n > 1);
        assert_eq!(set.len(), 1);
    }
}
