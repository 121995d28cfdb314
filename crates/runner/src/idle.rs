//! Work for when nobody else wants the processors.

use rayon::{ThreadPool, ThreadPoolBuilder};
use std::io;
#[cfg(target_os = "linux")]
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};
#[cfg(not(target_os = "linux"))]
use thread_priority::{ThreadPriority, set_current_thread_priority};

/// As many threads as there are processors, which work when nobody else wants to.
pub(crate) fn idle_threads() -> io::Result<ThreadPool> {
    ThreadPoolBuilder::new()
        .thread_name(|n| format!("idle-{n}"))
        .start_handler(|_| stand_back())
        // What the compiler panics at is said when the component is to be run.
        .panic_handler(|_| ())
        .build()
        .map_err(io::Error::other)
}

/// Has the thread that calls this work when nobody else wants to. Where a thread may not be asked to stand back it does
/// not: then it is one among others.
#[cfg(target_os = "linux")]
pub(crate) fn stand_back() {
    // Others need not wait for its slice to end, which they would if it was only nice.
    let _ = set_thread_priority_and_policy(
        thread_native_id(),
        ThreadPriority::Min,
        ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle),
    );
}

/// As on Linux, as far as the system has it.
#[cfg(not(target_os = "linux"))]
pub(crate) fn stand_back() {
    let _ = set_current_thread_priority(ThreadPriority::Min);
}
