//! The clocks that guests see.

use std::time::{Duration, Instant};
use wasmtime_wasi::{HostMonotonicClock, HostWallClock};

/// Coarse enough to make timing attacks on other guests in the process hard.
const STEP_NANOS: u64 = 100_000;

/// A clock that starts at zero with each instance and moves in steps of 100 µs.
pub(crate) struct CoarseClock {
    began: Instant,
}

impl CoarseClock {
    pub(crate) fn start() -> Self {
        Self {
            began: Instant::now(),
        }
    }
}

impl HostMonotonicClock for CoarseClock {
    fn resolution(&self) -> u64 {
        STEP_NANOS
    }

    fn now(&self) -> u64 {
        let nanos = u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX);
        nanos - nanos % STEP_NANOS
    }
}

/// Both clocks of a guest that is not granted the time: it is the beginning of 1970, and stays so.
pub(crate) struct StoppedClock;

impl HostMonotonicClock for StoppedClock {
    fn resolution(&self) -> u64 {
        STEP_NANOS
    }

    fn now(&self) -> u64 {
        0
    }
}

impl HostWallClock for StoppedClock {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(STEP_NANOS)
    }

    fn now(&self) -> Duration {
        Duration::ZERO
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_in_steps() {
        let clock = CoarseClock::start();
        assert_eq!(clock.now() % STEP_NANOS, 0);
        assert_eq!(clock.resolution(), STEP_NANOS);
    }
}
