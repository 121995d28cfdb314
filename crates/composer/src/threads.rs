//! Two pieces of work at once, where there are threads: a page has none, and does one after the other.

use std::panic::resume_unwind;
use std::thread;

/// Does both, the first on another thread where one can be had. A panic in either is one here.
pub(crate) fn both<A: Send, B>(one: &(dyn Fn() -> A + Sync), other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let started = thread::Builder::new().spawn_scoped(scope, one);
        let done = other();
        let first = match started.map(thread::ScopedJoinHandle::join) {
            Ok(Ok(first)) => first,
            Ok(Err(panicked)) => resume_unwind(panicked),
            Err(_) => one(),
        };
        (first, done)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_are_done() {
        let text = String::from("one");
        assert_eq!(both(&|| text.len(), || text.clone()), (3, text.clone()));
    }

    #[test]
    #[should_panic(expected = "on the other thread")]
    fn a_panic_comes_back() {
        both(&|| panic!("on the other thread"), || ());
    }
}
