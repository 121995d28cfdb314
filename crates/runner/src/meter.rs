//! How much CPU time one request has used.

use rustix::time::{ClockId, clock_gettime};
use std::cell::Cell;
use std::time::Duration;

thread_local! {
    /// What the task that is polled here had used before, and the thread's clock when this poll began.
    static POLLED: Cell<Option<(Duration, Duration)>> = const { Cell::new(None) };
}

/// Counts the CPU time of the threads that poll a task, while they do.
///
/// Time and not ticks: a guest that wakes often but briefly would otherwise pay a whole tick each time, and on a busy
/// machine each guest would pay for its neighbours.
#[derive(Default)]
pub(crate) struct CpuMeter {
    /// Over all polls that ended.
    spent: Duration,
}

impl CpuMeter {
    /// Polls the task, and counts that.
    pub(crate) fn count<T>(&mut self, poll: impl FnOnce() -> T) -> T {
        let began = thread_time();
        POLLED.set(Some((self.spent, began)));
        let polled = poll();
        POLLED.set(None);
        self.spent += thread_time().saturating_sub(began);
        polled
    }

    /// What the polls that ended have used.
    pub(crate) fn spent(&self) -> Duration {
        self.spent
    }
}

/// What the task that this is called in has used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Polled {
    /// So far.
    pub(crate) used: Duration,
    /// Since this poll began.
    pub(crate) at_a_stretch: Duration,
}

/// Nothing outside of a task whose polls are counted.
pub(crate) fn polled() -> Polled {
    let Some((before, began)) = POLLED.get() else {
        return Polled::default();
    };
    let at_a_stretch = thread_time().saturating_sub(began);
    Polled {
        used: before + at_a_stretch,
        at_a_stretch,
    }
}

/// The CPU time of the thread that asks, since it began.
pub(crate) fn thread_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::poll_fn;
    use std::pin::pin;

    #[tokio::test]
    async fn counts_work_and_not_waiting() {
        let mut meter = CpuMeter::default();
        let mut waiting = pin!(tokio::time::sleep(Duration::from_millis(100)));
        poll_fn(|context| meter.count(|| waiting.as_mut().poll(context))).await;
        let after_waiting = meter.spent();
        assert!(
            after_waiting < Duration::from_millis(50),
            "{after_waiting:?}"
        );
        meter.count(|| {
            assert!(polled().used >= after_waiting);
            while polled().at_a_stretch < Duration::from_millis(60) {}
        });
        assert!(meter.spent() >= Duration::from_millis(60) + after_waiting);
        assert_eq!(polled(), Polled::default());
    }
}
