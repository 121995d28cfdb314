//! On whose threads guests run: short requests on the server's own, long ones on threads that stand back for them.
//!
//! A guest gives its thread back at each tick, but a few that compute are a few ticks before everybody else's next turn.
//! So who has computed for some milliseconds goes on where only idle processors are used, and the next request of a
//! preview begins there if its requests are long as a rule. Where nobody else wants the processors, that is as fast.

use crate::body::CancelOnDrop;
use crate::meter::CpuMeter;
use std::future::poll_fn;
use std::io;
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::thread::{self, available_parallelism};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;
use tokio::time::{Sleep, sleep};

/// A request that takes longer than this is long.
const SHORT: Duration = Duration::from_millis(2);

/// A new request counts so much, all before it the rest: one in...
const WEIGHT: u64 = 8;

/// While there are short requests, long ones leave a processor free, where those that come at the same time find room.
/// Who finds no place waits so long.
const REST: Duration = Duration::from_millis(2);

/// How long who has a place sleeps after each turn, while there are short requests. Linux looks for work that waits for
/// another processor when one has nothing to do (`sched_balance_newidle` in `kernel/sched/fair.c`), and idle work is
/// something to do: without this, a short request would wait for a tick of the kernel's now and then.
const NAP: Duration = Duration::from_micros(50);

/// How long after a short request has begun there are said to be some.
const LATELY: Duration = Duration::from_millis(100);

/// What makes the lanes of previews.
pub(crate) struct Lanes(Arc<Processors>);

impl Lanes {
    /// Threads for long requests, as many as there are processors.
    pub(crate) fn new() -> io::Result<Self> {
        let count = available_parallelism()?.get();
        let threads = Builder::new_multi_thread()
            .worker_threads(count)
            .thread_name("patchbay-long")
            .on_thread_start(crate::idle::stand_back)
            .enable_all()
            .build()?;
        Ok(Self(Arc::new(Processors {
            long: threads.handle().clone(),
            threads: Some(threads),
            count,
            taken: AtomicUsize::new(0),
            short: Mutex::default(),
        })))
    }

    /// Asks whether long requests are at work while there are short ones.
    pub(crate) fn crowded(&self) -> impl Fn() -> bool + Send + use<> {
        let processors = Arc::downgrade(&self.0);
        move || {
            let processors = processors.upgrade();
            processors.is_some_and(|it| it.taken.load(Ordering::Relaxed) > 0 && it.lately())
        }
    }

    /// For a preview that was not asked anything yet.
    pub(crate) fn lane(&self) -> Lane {
        Lane {
            processors: self.0.clone(),
            usual: Arc::default(),
        }
    }
}

/// What the lanes of all previews share.
struct Processors {
    long: Handle,
    /// There as long as there is a lane; taken when this is dropped.
    threads: Option<Runtime>,
    count: usize,
    /// By long requests, at this moment.
    taken: AtomicUsize,
    /// When the last short request began.
    short: Mutex<Option<Instant>>,
}

impl Processors {
    /// A place for a long request, until it is dropped.
    fn place(&self) -> Option<Place<'_>> {
        let free = usize::from(self.lately());
        let most = self.count.saturating_sub(free).max(1);
        let taken = self
            .taken
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |taken| {
                (taken < most).then_some(taken + 1)
            });
        taken.is_ok().then(|| Place(self))
    }

    /// Whether there are short requests.
    fn lately(&self) -> bool {
        self.short().is_some_and(|began| began.elapsed() < LATELY)
    }

    fn short(&self) -> MutexGuard<'_, Option<Instant>> {
        self.short.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Processors {
    fn drop(&mut self) {
        // A runtime that is dropped waits for its threads, which must not be done in another.
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

struct Place<'p>(&'p Processors);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.taken.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Where the requests of one preview run. Clones are the same.
#[derive(Clone)]
pub(crate) struct Lane {
    processors: Arc<Processors>,
    /// Nanoseconds of a request, as a rule.
    usual: Arc<AtomicU64>,
}

impl Lane {
    /// Runs the work of one request as a task, whose CPU time is counted. Must be called within a tokio runtime.
    pub(crate) fn spawn<F>(&self, work: F) -> JoinHandle<F::Output>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let long = Duration::from_nanos(self.usual.load(Ordering::Relaxed)) > SHORT;
        let work = Counted {
            work: Box::pin(work),
            busy: CpuMeter::default(),
            lane: self.clone(),
            long,
            rest: None,
        };
        if long {
            self.processors.long.spawn(work)
        } else {
            *self.processors.short() = Some(Instant::now());
            tokio::spawn(begin(work))
        }
    }
}

/// Runs it here as long as it is short.
async fn begin<F>(mut work: Counted<F>) -> F::Output
where
    F: Future<Output: Send> + Send + 'static,
{
    let done = poll_fn(|context| match Pin::new(&mut work).poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if work.busy.spent() > SHORT => Poll::Ready(None),
        Poll::Pending => Poll::Pending,
    });
    if let Some(output) = done.await {
        return output;
    }
    work.long = true;
    let long = work.lane.processors.long.clone();
    let task = long.spawn(work);
    let _cancel = CancelOnDrop::new(task.abort_handle());
    match task.await {
        Ok(output) => output,
        Err(error) if error.is_panic() => resume_unwind(error.into_panic()),
        // Its threads are there as long as its lane: nobody else ends it.
        Err(_) => std::future::pending().await,
    }
}

/// The work of a request, and the CPU time it took.
struct Counted<F> {
    work: Pin<Box<F>>,
    busy: CpuMeter,
    lane: Lane,
    long: bool,
    /// Until it looks for a place again.
    rest: Option<Pin<Box<Sleep>>>,
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        if let Some(rest) = &mut this.rest {
            ready!(rest.as_mut().poll(context));
            this.rest = None;
        }
        let place = this.long.then(|| this.lane.processors.place());
        if let Some(None) = place {
            let rest = this.rest.insert(Box::pin(sleep(REST)));
            // It has just begun; this has the task woken at its end.
            ready!(rest.as_mut().poll(context));
        }
        let (work, busy) = (&mut this.work, &mut this.busy);
        let polled = busy.count(|| work.as_mut().poll(context));
        if polled.is_pending() && place.is_some() && this.lane.processors.lately() {
            thread::sleep(NAP);
        }
        polled
    }
}

impl<F> Drop for Counted<F> {
    fn drop(&mut self) {
        let busy = u64::try_from(self.busy.spent().as_nanos()).unwrap_or(u64::MAX);
        // Of two that end together, one may not count.
        let usual = self.lane.usual.load(Ordering::Relaxed);
        let usual = usual - usual / WEIGHT + busy / WEIGHT;
        self.lane.usual.store(usual, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meter::thread_time;
    use tokio::task::yield_now;

    fn where_it_is() -> bool {
        thread::current().name() == Some("patchbay-long")
    }

    /// Computes, and gives its thread back as guests do.
    async fn computes(time: Duration) -> [bool; 2] {
        let began = where_it_is();
        let until = thread_time() + time;
        while thread_time() < until {}
        yield_now().await;
        [began, where_it_is()]
    }

    #[tokio::test]
    async fn who_computes_for_long_goes_on_elsewhere_and_the_next_begins_there() {
        let lanes = Lanes::new().unwrap();
        let (lane, other) = (lanes.lane(), lanes.lane());
        assert_eq!(
            lane.spawn(computes(Duration::ZERO)).await.unwrap(),
            [false, false]
        );
        assert_eq!(
            lane.spawn(computes(20 * SHORT)).await.unwrap(),
            [false, true]
        );
        assert_eq!(
            lane.spawn(computes(Duration::ZERO)).await.unwrap(),
            [true, true]
        );
        assert_eq!(
            other.spawn(computes(Duration::ZERO)).await.unwrap(),
            [false, false]
        );
        for _ in 0..20 {
            lane.spawn(computes(Duration::ZERO)).await.unwrap();
        }
        assert_eq!(
            lane.spawn(computes(Duration::ZERO)).await.unwrap(),
            [false, false]
        );
    }

    #[tokio::test]
    async fn a_lane_outlives_who_made_it() {
        let lane = Lanes::new().unwrap().lane();
        assert_eq!(
            lane.spawn(computes(2 * SHORT)).await.unwrap(),
            [false, true]
        );
    }

    #[tokio::test]
    async fn while_there_are_short_ones_a_processor_is_left_to_them() {
        let processors = |count| Processors {
            long: Handle::current(),
            threads: None,
            count,
            taken: AtomicUsize::new(0),
            short: Mutex::default(),
        };
        let two = processors(2);
        let first = two.place();
        assert!(first.is_some() && two.place().is_some());
        *two.short() = Some(Instant::now());
        assert!(two.place().is_none());
        drop(first);
        assert!(two.place().is_some());
        let only = processors(1);
        *only.short() = Some(Instant::now());
        assert!(only.place().is_some());
    }

    #[tokio::test]
    async fn it_is_crowded_while_long_ones_are_at_work_beside_short_ones() {
        let lanes = Lanes::new().unwrap();
        let crowded = lanes.crowded();
        let place = lanes.0.place();
        assert!(place.is_some() && !crowded());
        *lanes.0.short() = Some(Instant::now());
        assert!(crowded());
        drop(place);
        assert!(!crowded());
    }

    #[tokio::test]
    async fn who_is_not_waited_for_is_ended_there_too() {
        let lanes = Lanes::new().unwrap();
        let (alive, gone) = tokio::sync::oneshot::channel::<()>();
        let task = lanes.lane().spawn(async move {
            computes(2 * SHORT).await;
            std::future::pending::<()>().await;
            drop(alive);
        });
        tokio::task::yield_now().await;
        task.abort();
        assert!(gone.await.is_err());
    }

    #[tokio::test]
    async fn a_panic_there_is_one_here() {
        let lanes = Lanes::new().unwrap();
        let task = lanes.lane().spawn(async {
            computes(2 * SHORT).await;
            panic!("as it should");
        });
        assert!(task.await.unwrap_err().is_panic());
    }
}
