//! A histogram of times, of one size whatever comes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Into how many parts the times between a power of two and the next are divided: what is read is then at most a
/// sixteenth off.
const PARTS: u64 = 8;

/// The exponent of the first power of two that is divided: below it, each nanosecond is counted by itself.
const FIRST: u32 = 4;

/// The exponent of the last, more than half an hour. What takes longer counts as that.
const LAST: u32 = 40;

const BUCKETS: usize = (1 << FIRST) + (LAST - FIRST + 1) as usize * PARTS as usize;

/// How often something took how long.
#[derive(Debug)]
pub(super) struct Times {
    buckets: Box<[AtomicU64; BUCKETS]>,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            buckets: Box::new([const { AtomicU64::new(0) }; BUCKETS]),
        }
    }
}

impl Times {
    pub(super) fn add(&self, time: Duration) {
        let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.buckets[bucket(nanos)].fetch_add(1, Ordering::Relaxed);
    }

    /// What so many of a hundred took at most.
    pub(super) fn quantile(&self, percent: u64) -> Option<Duration> {
        let counts = self.buckets.iter().map(|it| it.load(Ordering::Relaxed));
        let counts: Vec<u64> = counts.collect();
        let total: u64 = counts.iter().sum();
        let wanted = (total * percent).div_ceil(100);
        let mut seen = 0;
        let found = counts.iter().position(|count| {
            seen += count;
            seen >= wanted
        });
        let found = found.filter(|_| total > 0)?;
        Some(Duration::from_nanos(middle(found)))
    }
}

fn bucket(nanos: u64) -> usize {
    if nanos < 1 << FIRST {
        return nanos as usize;
    }
    let exponent = nanos.ilog2();
    if exponent > LAST {
        return BUCKETS - 1;
    }
    let part = (nanos >> (exponent - PARTS.ilog2())) % PARTS;
    (1 << FIRST) + (exponent - FIRST) as usize * PARTS as usize + part as usize
}

/// The time in the middle of what a bucket counts.
fn middle(bucket: usize) -> u64 {
    let Some(divided) = (bucket as u64).checked_sub(1 << FIRST) else {
        return bucket as u64;
    };
    let (power, part) = (divided / PARTS, divided % PARTS);
    let width = 1 << (power + u64::from(FIRST) - u64::from(PARTS.ilog2()));
    (PARTS + part) * width + width / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_read_as_it_was_to_within_a_sixteenth() {
        for exponent in 0..=LAST {
            for offset in [0, 1, 3, 7] {
                let nanos = (1u64 << exponent) + offset * (1u64 << exponent) / 8;
                let read = middle(bucket(nanos));
                assert!(
                    read.abs_diff(nanos) * 16 <= nanos,
                    "{nanos} is read as {read}"
                );
            }
        }
        assert_eq!(bucket(u64::MAX), BUCKETS - 1);
    }

    #[test]
    fn quantiles_are_of_what_was_added() {
        let times = Times::default();
        assert_eq!(times.quantile(50), None);
        for micros in 1..=100 {
            times.add(Duration::from_micros(micros));
        }
        let near = |percent, micros: u64| {
            let read = times.quantile(percent).unwrap().as_nanos();
            assert!(
                read.abs_diff(u128::from(micros) * 1000) < u128::from(micros) * 100,
                "{read}"
            );
        };
        near(50, 50);
        near(95, 95);
    }
}
