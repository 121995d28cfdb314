//! An instance of a program in a store of its own, with every limit set.

use crate::guest::Guest;
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::meter;
use crate::outcome::CpuSpent;
use std::time::Duration;
use wasmtime::{Engine, Store, UpdateDeadline};
use wasmtime_wasi_http::handler::Proxy;

/// What a guest took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usage {
    /// From beginning to end.
    pub elapsed: Duration,
    /// As much of it as the guest computed.
    pub cpu: Duration,
    /// All its linear memories together at the end. They do not shrink, so this is the most it had.
    pub memory: usize,
}

/// A store, and what was instantiated in it. It runs in tasks of a [`Lane`](crate::lane::Lane), one for each request.
pub(crate) struct Instance {
    pub(crate) store: Store<Guest>,
    /// Set with the first request.
    pub(crate) proxy: Option<Proxy>,
    /// How many requests it has answered.
    pub(crate) served: usize,
}

impl Instance {
    /// A store for `guest`, with nothing in it yet. Whoever uses up its CPU time is ended by `cpu`.
    pub(crate) fn new(engine: &Engine, guest: Guest, limits: &Limits, cpu: CpuSpent) -> Self {
        let mut store = Store::new(engine, guest);
        store.limiter(|guest| guest.memory());
        store.set_hostcall_fuel(limits.call_bytes);
        store.set_max_component_handles(limits.handles);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |_| {
            if meter::used() > cpu.limit {
                return Err(cpu.into());
            }
            // Tokio's own yield lets its timers and sockets have their turn before the guest goes on.
            Ok(UpdateDeadline::YieldCustom(
                1,
                Box::pin(tokio::task::yield_now()),
            ))
        });
        Self {
            store,
            proxy: None,
            served: 0,
        }
    }

    /// Whether its specification lets it answer more than one request: that of WASI 0.3 does.
    pub(crate) fn takes_more_requests(&self) -> bool {
        matches!(self.proxy, Some(Proxy::P3(_)))
    }

    /// What it took since its request began.
    pub(crate) fn usage(&mut self, elapsed: Duration) -> Usage {
        Usage {
            elapsed,
            cpu: meter::used(),
            memory: self.store.data_mut().memory().bytes(),
        }
    }

    /// Makes what it does from here on belong to the request of that log.
    pub(crate) fn begin(&mut self, log: &RequestLog) {
        self.store.data_mut().begin(log);
        self.served += 1;
    }
}
