//! Where long computations run: on threads of their own, few at a time, behind a queue that ends.

use std::sync::Arc;
use tokio::sync::Semaphore;

/// How many computations may wait for each one that runs.
const WAITING_PER_TURN: usize = 32;

/// Runs inspecting, checking and fusing off the async threads.
#[derive(Clone, Debug)]
pub struct Blocking {
    turns: Arc<Semaphore>,
    seats: Arc<Semaphore>,
}

/// Why a computation has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BlockingError {
    /// Too many others wait already.
    #[error("too many computations are waiting")]
    Busy,
    /// It panicked; the panic has been logged.
    #[error("a computation panicked")]
    Panicked,
}

impl Blocking {
    /// As many turns as the machine has processors.
    pub fn new() -> Self {
        Self::with_turns(std::thread::available_parallelism().map_or(2, |n| n.get()))
    }

    fn with_turns(turns: usize) -> Self {
        Self {
            turns: Arc::new(Semaphore::new(turns)),
            seats: Arc::new(Semaphore::new(turns * (1 + WAITING_PER_TURN))),
        }
    }

    /// Runs `work` when its turn comes. If the caller goes away meanwhile, work that has begun goes on and keeps its
    /// turn, so there are never more threads at work than turns.
    ///
    /// # Errors
    /// [`BlockingError::Busy`] at once when the queue is full; [`BlockingError::Panicked`] when `work` panicked.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, BlockingError> {
        let seat = self.seats.clone().try_acquire_owned();
        let seat = seat.map_err(|_| BlockingError::Busy)?;
        // The semaphore is never closed, so an error cannot come; `Busy` is the honest answer if it did.
        let turn = self.turns.clone().acquire_owned().await;
        let turn = turn.map_err(|_| BlockingError::Busy)?;
        tokio::task::spawn_blocking(move || {
            let _held = (seat, turn);
            work()
        })
        .await
        .map_err(|_| BlockingError::Panicked)
    }
}

impl Default for Blocking {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_error_and_gives_its_turn_back() {
        let blocking = Blocking::with_turns(1);
        let panicked = blocking.run(|| panic!("on purpose")).await;
        assert_eq!(panicked.map(|()| 0), Err(BlockingError::Panicked));
        assert_eq!(blocking.run(|| 7).await, Ok(7));
    }

    #[tokio::test]
    async fn a_full_queue_says_so() {
        let blocking = Blocking::with_turns(1);
        let seats = blocking.seats.clone();
        let _all = seats
            .acquire_many(1 + WAITING_PER_TURN as u32)
            .await
            .unwrap();
        assert_eq!(blocking.run(|| 7).await, Err(BlockingError::Busy));
    }
}
