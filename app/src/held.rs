//! Signals that are read and written through guards.
//!
//! leptos compiles what a signal does around a closure anew for each closure that looks at it: some hundred times half a
//! kilobyte. Around a guard it is compiled once for each type of value, and the closure is called with what is in it.

use leptos::prelude::*;
use std::ops::{Deref, DerefMut};

/// A signal; a handle that is cheap to copy.
pub struct Held<T: 'static>(RwSignal<T>);

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Held<T> {}

impl<T: Default + Send + Sync> Default for Held<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: Send + Sync> Held<T> {
    /// A signal of this value.
    pub fn new(value: T) -> Self {
        Self(RwSignal::new(value))
    }

    #[inline(never)]
    fn tracked(self) -> impl Deref<Target = T> {
        self.0.read()
    }

    #[inline(never)]
    fn untracked(self) -> impl Deref<Target = T> {
        self.0.read_untracked()
    }

    #[inline(never)]
    fn written(&self) -> impl DerefMut<Target = T> {
        self.0.write()
    }

    /// Looks at the value, and follows it from now on.
    pub fn with<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.tracked())
    }

    /// Looks at the value once.
    pub fn with_untracked<U>(self, look: impl FnOnce(&T) -> U) -> U {
        look(&self.untracked())
    }

    /// Changes the value, and tells whoever follows it.
    pub fn update<U>(self, change: impl FnOnce(&mut T) -> U) -> U {
        change(&mut self.written())
    }

    /// Puts another value in place of it.
    pub fn set(self, value: T) {
        self.0.set(value);
    }

    /// Follows the value from now on.
    pub fn track(self) {
        self.0.track();
    }
}

impl<T: Clone + Send + Sync> Held<T> {
    /// The value; follows it from now on.
    pub fn get(self) -> T {
        self.tracked().clone()
    }

    /// The value as it is.
    pub fn get_untracked(self) -> T {
        self.untracked().clone()
    }
}
