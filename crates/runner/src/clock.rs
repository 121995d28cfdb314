//! The monotonic clock that guests see.

use std::time::Instant;
use wasmtime_wasi::HostMonotonicClock;

/// Coarse enough to make timing attacks on other guests in the process hard.
const STEP_NANOS: u64 = 100_000;

/// A clock that starts at zero with each request and moves in steps of 100 µs.
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
