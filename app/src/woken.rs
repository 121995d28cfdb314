//! Counts how often anything that follows a signal is woken: what shows that a gesture wakes nothing but what it is about.
//!
//! Every effect is a task of leptos's executor, and one that is woken is polled. So is an effect behind a memo, even when
//! what the memo gives turns out to be what it was.

use any_spawner::{CustomExecutor, Executor, PinnedFuture, PinnedLocalFuture};
use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};
use wasm_bindgen::prelude::wasm_bindgen;

thread_local! {
    static WOKEN: Cell<u32> = const { Cell::new(0) };
}

/// How often something was woken since the page was opened. The page itself does not ask; tests do.
#[wasm_bindgen]
pub fn woken() -> u32 {
    WOKEN.get()
}

/// Counts from now on.
pub fn begin() {
    // leptos brings its own executor only where there is none.
    let _ = Executor::init_custom_executor(Counting);
}

struct Counting;

impl CustomExecutor for Counting {
    /// A page has one thread.
    fn spawn(&self, task: PinnedFuture<()>) {
        self.spawn_local(task);
    }

    fn spawn_local(&self, task: PinnedLocalFuture<()>) {
        let task: PinnedLocalFuture<()> = Box::pin(Task(task));
        wasm_bindgen_futures::spawn_local(task);
    }

    fn poll_local(&self) {}
}

struct Task(PinnedLocalFuture<()>);

impl Future for Task {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        WOKEN.set(WOKEN.get().wrapping_add(1));
        self.0.as_mut().poll(context)
    }
}
