//! `patchbay:preview/trace@0.1.0`: what the interposers in the links of a traced build tell, and what is counted of it.
//!
//! Only the previews of programs that were prepared as traced builds provide it. In all others it is an import like any
//! that nothing provides: who calls it is ended.

mod times;

use crate::guest::Guest;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use times::Times;
use wasmtime::StoreContextMut;
use wasmtime::component::Linker;

/// The interface.
pub(crate) const INTERFACE: &str = "patchbay:preview/trace@0.1.0";

/// How many calls of an instance can be open. The stack ends sooner, and so do the turns of requests.
const MOST_OPEN: usize = 100_000;

/// What was counted of a link.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LinkCounts {
    /// Calls, those that have not come back included.
    pub calls: u64,
    /// Those among them that returned the error of a `result`, and those that never came back: their instance trapped, or
    /// was ended.
    pub errors: u64,
    /// What half of the calls that are over took at most, to within a tenth.
    pub median: Option<Duration>,
    /// What 95 of 100 calls took at most, in the same way.
    pub p95: Option<Duration>,
}

/// What the links of a preview tell.
#[derive(Debug)]
pub(crate) struct LinkTraces {
    links: Box<[LinkTrace]>,
}

#[derive(Debug, Default)]
struct LinkTrace {
    calls: AtomicU64,
    errors: AtomicU64,
    times: Times,
}

impl LinkTraces {
    pub(crate) fn new(links: usize) -> Self {
        Self {
            links: (0..links).map(|_| LinkTrace::default()).collect(),
        }
    }

    /// How many links there are.
    pub(crate) fn len(&self) -> usize {
        self.links.len()
    }

    pub(crate) fn counts(&self) -> Vec<LinkCounts> {
        let counts = self.links.iter().map(|link| LinkCounts {
            calls: link.calls.load(Ordering::Relaxed),
            errors: link.errors.load(Ordering::Relaxed),
            median: link.times.quantile(50),
            p95: link.times.quantile(95),
        });
        counts.collect()
    }

    fn ended(&self, call: &OpenCall, failed: bool) {
        let link = &self.links[call.link];
        link.times.add(call.began.elapsed());
        link.errors.fetch_add(u64::from(failed), Ordering::Relaxed);
    }
}

/// The calls in an instance that have not come back. Those that are left when it goes never will.
pub(crate) struct OpenCalls {
    traces: Option<Arc<LinkTraces>>,
    /// Ascending by their numbers.
    open: Vec<OpenCall>,
    last: u64,
}

struct OpenCall {
    number: u64,
    link: usize,
    began: Instant,
}

impl OpenCalls {
    pub(crate) fn new(traces: Option<Arc<LinkTraces>>) -> Self {
        Self {
            traces,
            open: Vec::new(),
            last: 0,
        }
    }

    /// A call begins; its number.
    fn begin(&mut self, link: u32) -> wasmtime::Result<u64> {
        let link = link as usize;
        let traces = self.traces.as_ref();
        let traced = traces.and_then(|traces| traces.links.get(link));
        let traced = traced.filter(|_| self.open.len() < MOST_OPEN);
        let traced =
            traced.ok_or_else(|| wasmtime::Error::msg("there is no such link to trace"))?;
        traced.calls.fetch_add(1, Ordering::Relaxed);
        self.last += 1;
        self.open.push(OpenCall {
            number: self.last,
            link,
            began: Instant::now(),
        });
        Ok(self.last)
    }

    /// The call of that number has come back. Calls may end in another order than they began, as those of several requests
    /// do that one instance answers.
    fn end(&mut self, number: u64, failed: bool) -> wasmtime::Result<()> {
        let place = self.open.binary_search_by_key(&number, |call| call.number);
        let (Ok(place), Some(traces)) = (place, &self.traces) else {
            return Err(wasmtime::Error::msg("there is no such call"));
        };
        traces.ended(&self.open.remove(place), failed);
        Ok(())
    }
}

impl Drop for OpenCalls {
    fn drop(&mut self) {
        if let Some(traces) = &self.traces {
            self.open.iter().for_each(|call| traces.ended(call, true));
        }
    }
}

/// Provides the interface.
pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    let mut trace = linker.instance(INTERFACE)?;
    let begin = |mut store: StoreContextMut<'_, Guest>, (link,): (u32,)| {
        Ok((store.data_mut().calls().begin(link)?,))
    };
    trace.func_wrap("begin", begin)?;
    let end = |mut store: StoreContextMut<'_, Guest>, (call, failed): (u64, bool)| {
        store.data_mut().calls().end(call, failed)
    };
    trace.func_wrap("end", end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_in_whatever_order_they_end() {
        let traces = Arc::new(LinkTraces::new(2));
        let mut calls = OpenCalls::new(Some(traces.clone()));
        let [a, b, c] = [0, 1, 0].map(|link| calls.begin(link).unwrap());
        calls.end(a, false).unwrap();
        calls.end(c, true).unwrap();
        let counted = |traces: &LinkTraces| {
            let counts = traces.counts();
            let counts = counts
                .iter()
                .map(|it| (it.calls, it.errors, it.p95.is_some()));
            counts.collect::<Vec<_>>()
        };
        assert_eq!(counted(&traces), [(2, 1, true), (1, 0, false)]);
        // Twice, and of a link that is not there.
        assert!(calls.end(a, false).is_err());
        assert!(calls.begin(2).is_err());
        // The one that is left never comes back.
        drop(calls);
        assert_eq!(counted(&traces), [(2, 1, true), (1, 1, true)]);
        let _ = b;
    }

    #[test]
    fn what_is_not_traced_counts_nothing() {
        assert!(OpenCalls::new(None).begin(0).is_err());
        assert!(OpenCalls::new(None).end(1, false).is_err());
    }
}
