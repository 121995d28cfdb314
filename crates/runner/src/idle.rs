//! Work for when nobody else wants the processors.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io;

/// The lowest priority there is; see `nice(2)`.
const LOWEST: i32 = 19;

/// As many threads as there are processors, which work when nobody else wants to.
pub(crate) fn idle_threads() -> io::Result<ThreadPool> {
    ThreadPoolBuilder::new()
        .thread_name(|n| format!("idle-{n}"))
        // Where a thread may not be asked to stand back it does not: then it is one among others.
        .start_handler(|_| {
            let _ = rustix::process::nice(LOWEST);
        })
        // What the compiler panics at is said when the component is to be run.
        .panic_handler(|_| ())
        .build()
        .map_err(io::Error::other)
}
