//! How many things the host holds for a guest.

use std::sync::Arc;

/// The places that an instance has for things of one kind.
pub(crate) struct Places {
    /// Shared with those that are taken.
    taken: Arc<()>,
    most: usize,
    what: &'static str,
}

/// The place of a thing, given back when it is dropped.
pub(crate) struct Place {
    _taken: Arc<()>,
}

impl Places {
    /// So many places for what the plural `what` says.
    pub(crate) fn new(most: usize, what: &'static str) -> Self {
        let taken = Arc::new(());
        Self { taken, most, what }
    }

    /// A place for one more.
    ///
    /// # Errors
    ///
    /// When there is none, which ends the guest.
    pub(crate) fn one_more(&self) -> wasmtime::Result<Place> {
        if self.left() == 0 {
            let Self { most, what, .. } = self;
            let error = format!("a component may hold {most} {what} at once");
            return Err(wasmtime::Error::msg(error));
        }
        Ok(Place {
            _taken: self.taken.clone(),
        })
    }

    /// How many there are still.
    pub(crate) fn left(&self) -> usize {
        self.most + 1 - Arc::strong_count(&self.taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back() {
        let places = Places::new(2, "coats");
        let one = places.one_more().unwrap();
        let _two = places.one_more().unwrap();
        let refused = places.one_more().err().unwrap().to_string();
        assert_eq!(refused, "a component may hold 2 coats at once");
        drop(one);
        assert_eq!(places.left(), 1);
        assert!(places.one_more().is_ok());
    }
}
