//! How much CPU time one request has used.

use rustix::time::{ClockId, clock_gettime};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

/// Counts the CPU time of the threads that poll a guest, while they do.
///
/// Time and not ticks: a guest that wakes often but briefly would otherwise pay a whole tick each time, and on a busy
/// machine each guest would pay for its neighbours.
#[derive(Default)]
pub(crate) struct CpuMeter {
    /// Nanoseconds, over all polls that ended.
    spent: AtomicU64,
    /// The thread's clock at the start of the poll that is running.
    poll_began: AtomicU64,
}

impl CpuMeter {
    /// Begins anew, with nothing spent.
    pub(crate) fn reset(&self) {
        self.spent.store(0, Ordering::Relaxed);
    }

    /// CPU time used so far. To be asked on the thread that polls the guest.
    pub(crate) fn spent(&self) -> Duration {
        let running = thread_nanos().saturating_sub(self.poll_began.load(Ordering::Relaxed));
        Duration::from_nanos(self.spent.load(Ordering::Relaxed).saturating_add(running))
    }

    /// CPU time used by the polls that ended.
    pub(crate) fn total(&self) -> Duration {
        Duration::from_nanos(self.spent.load(Ordering::Relaxed))
    }

    /// A future that counts the polls of `future`.
    pub(crate) fn measure<F: Future>(self: Arc<Self>, future: F) -> Measured<F> {
        Measured {
            meter: self,
            future: Box::pin(future),
        }
    }
}

/// See [`CpuMeter::measure`].
pub(crate) struct Measured<F> {
    meter: Arc<CpuMeter>,
    future: Pin<Box<F>>,
}

impl<F: Future> Future for Measured<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let began = thread_nanos();
        self.meter.poll_began.store(began, Ordering::Relaxed);
        let polled = self.future.as_mut().poll(context);
        self.meter
            .spent
            .fetch_add(thread_nanos().saturating_sub(began), Ordering::Relaxed);
        polled
    }
}

/// The CPU time of the thread that asks, since it began.
pub(crate) fn thread_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ThreadCPUTime)).unwrap_or_default()
}

fn thread_nanos() -> u64 {
    u64::try_from(thread_time().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn counts_work_and_not_waiting() {
        let meter = Arc::new(CpuMeter::default());
        let waiting = tokio::time::sleep(Duration::from_millis(100));
        meter.clone().measure(waiting).await;
        let after_waiting = meter.total();
        assert!(
            after_waiting < Duration::from_millis(50),
            "{after_waiting:?}"
        );

        let inner = meter.clone();
        let working = async move { while inner.spent() < Duration::from_millis(60) {} };
        meter.clone().measure(working).await;
        assert!(meter.total() >= Duration::from_millis(60));
    }
}
