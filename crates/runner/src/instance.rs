//! An instance of a program in a store of its own, with every limit set.

use crate::guest::Guest;
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::meter::{self, Polled};
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

/// Who has computed for less since its task was polled goes on at a tick: a tick that comes while a short request is
/// answered is not to cost it a turn.
const SLICE: Duration = Duration::from_micros(500);

/// Has a tick end whoever has used up its CPU time, and take the thread from whoever has had it for long.
fn interrupt<T>(store: &mut Store<T>, cpu: CpuSpent) {
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(move |_| {
        let Polled { used, at_a_stretch } = meter::polled();
        if used > cpu.limit {
            return Err(cpu.into());
        }
        if at_a_stretch < SLICE {
            return Ok(UpdateDeadline::Continue(1));
        }
        // Tokio's own yield lets its timers and sockets have their turn before the guest goes on.
        Ok(UpdateDeadline::YieldCustom(
            1,
            Box::pin(tokio::task::yield_now()),
        ))
    });
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
        interrupt(&mut store, cpu);
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
            cpu: meter::polled().used,
            memory: self.store.data_mut().memory().bytes(),
        }
    }

    /// Makes what it does from here on belong to the request of that log.
    pub(crate) fn begin(&mut self, log: &RequestLog) {
        self.store.data_mut().begin(log);
        self.served += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::TimeLimit;
    use crate::meter::{CpuMeter, thread_time};
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};
    use wasmtime::{Config, Func, Instance, Module};

    /// Polls a guest once that looks at the clock when the tick has come, after it has computed for so long.
    fn polled_once(computed: Duration) -> Poll<bool> {
        let engine = Engine::new(Config::new().epoch_interruption(true)).unwrap();
        let text = r#"(module (import "" "" (func $compute)) (func $tick) (func (export "run") (call $compute) (call $tick)))"#;
        let module = Module::new(&engine, wat::parse_str(text).unwrap()).unwrap();
        let mut store = Store::new(&engine, ());
        let limit = Duration::from_mins(1);
        let kind = TimeLimit::Cpu;
        interrupt(&mut store, CpuSpent { kind, limit });
        let ticks = engine.clone();
        let compute = Func::wrap(&mut store, move || {
            let until = thread_time() + computed;
            while thread_time() < until {}
            ticks.increment_epoch();
        });
        let mut meter = CpuMeter::default();
        let mut running = pin!(async {
            let instance = Instance::new_async(&mut store, &module, &[compute.into()])
                .await
                .unwrap();
            let run = instance
                .get_typed_func::<(), ()>(&mut store, "run")
                .unwrap();
            run.call_async(&mut store, ()).await.is_ok()
        });
        let mut context = Context::from_waker(Waker::noop());
        meter.count(|| running.as_mut().poll(&mut context))
    }

    #[test]
    fn a_tick_takes_the_thread_only_from_who_has_had_it_for_long() {
        assert_eq!(polled_once(Duration::ZERO), Poll::Ready(true));
        assert_eq!(polled_once(2 * SLICE), Poll::Pending);
    }
}
