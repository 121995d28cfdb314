//! The clocks that guests see.

use crate::capability::Capability;
use crate::logs::CurrentLog;
use std::time::{Duration, Instant, SystemTime};
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

/// The time of day.
pub(crate) struct TimeOfDay;

impl HostWallClock for TimeOfDay {
    fn resolution(&self) -> Duration {
        Duration::from_nanos(STEP_NANOS)
    }

    fn now(&self) -> Duration {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        since.unwrap_or_default()
    }
}

/// A clock whose readings are written down.
pub(crate) struct Watched<C> {
    pub(crate) clock: C,
    pub(crate) log: CurrentLog,
}

impl<C> Watched<C> {
    fn read<T>(
        &self,
        call: &'static str,
        read: impl FnOnce(&C) -> T,
        words: fn(&T) -> String,
    ) -> T {
        let began = Instant::now();
        let time = read(&self.clock);
        let (log, nothing) = (self.log.get(), String::new());
        log.called(Capability::Clocks, call, nothing, words(&time), began);
        time
    }
}

impl<C: HostMonotonicClock> HostMonotonicClock for Watched<C> {
    fn resolution(&self) -> u64 {
        self.clock.resolution()
    }

    fn now(&self) -> u64 {
        self.read("monotonic-clock now", C::now, |nanos| format!("{nanos} ns"))
    }
}

impl<C: HostWallClock + Sync> HostWallClock for Watched<C> {
    fn resolution(&self) -> Duration {
        self.clock.resolution()
    }

    fn now(&self) -> Duration {
        self.read("wall-clock now", C::now, |time| {
            format!("{} s since 1970", time.as_secs_f64())
        })
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
