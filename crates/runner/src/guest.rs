//! The state that an instance works on, and what of it is granted.

use crate::blobs::{BlobStore, BlobsView, places};
use crate::capability::Capability;
use crate::clock::{CoarseClock, StoppedClock, TimeOfDay, Watched};
use crate::command::{Command, CommandOutput};
use crate::grants::Grants;
use crate::keyvalue::{KeyValueBackend, KeyValueView};
use crate::limiter::MemoryLimiter;
use crate::limits::Limits;
use crate::links::{LinkTraces, OpenCalls};
use crate::logs::{CurrentLog, GuestOutput, LogStream, RequestLog};
use crate::messaging::{AtWork, HeldMessage, Message, MessageBroker, MessagingView};
use crate::outbound::Outbound;
use crate::places::Places;
use std::collections::BTreeSet;
use std::sync::Arc;
use wasmtime::component::{Resource, ResourceTable};
use wasmtime_wasi::cli::AsyncStdinStream;
use wasmtime_wasi::random::Deterministic;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// What a guest gets, over and over, that is not granted random numbers.
const NOT_RANDOM: [u8; 16] = *b"not random at al";

/// What a preview gives its instances to work with.
#[derive(Clone)]
pub(crate) struct Means {
    pub(crate) grants: Arc<Grants>,
    pub(crate) key_value: Arc<dyn KeyValueBackend>,
    pub(crate) broker: Arc<dyn MessageBroker>,
    pub(crate) blobs: BlobStore,
    pub(crate) limits: Arc<Limits>,
    /// Where the calls of links are counted, in a traced build.
    pub(crate) links: Option<Arc<LinkTraces>>,
}

/// What the host functions see of an instance.
pub(crate) struct Guest {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
    table: ResourceTable,
    means: Means,
    memory: MemoryLimiter,
    refusals: Refusals,
    messages: AtWork,
    values: Places,
    calls: OpenCalls,
    /// Those that go to the log.
    outputs: Vec<GuestOutput>,
}

impl Guest {
    /// The state of an instance whose output goes to the log.
    pub(crate) fn new(limits: &Limits, means: Means, log: &RequestLog) -> Self {
        let log = CurrentLog::new(log.clone());
        let outputs = [LogStream::Stdout, LogStream::Stderr]
            .map(|stream| GuestOutput::new(log.clone(), stream));
        let [stdout, stderr] = outputs.clone();
        let mut wasi = WasiCtx::builder();
        wasi.stdout(stdout).stderr(stderr);
        Self {
            outputs: outputs.into(),
            ..Self::with(wasi, limits, means, log)
        }
    }

    /// The state of a command, which has what its starter gives it.
    pub(crate) fn of_command(
        limits: &Limits,
        means: Means,
        log: &RequestLog,
        command: Command,
        output: CommandOutput,
    ) -> Self {
        let mut wasi = WasiCtx::builder();
        wasi.args(&command.arguments)
            .envs(&command.environment)
            .stdin(AsyncStdinStream::new(command.stdin))
            .stdout(output.to(LogStream::Stdout))
            .stderr(output.to(LogStream::Stderr));
        Self::with(wasi, limits, means, CurrentLog::new(log.clone()))
    }

    fn with(mut wasi: WasiCtxBuilder, limits: &Limits, means: Means, log: CurrentLog) -> Self {
        // The builder starts without environment, arguments, stdin, files, sockets or name lookup.
        let grants = &means.grants;
        wasi.max_random_size(limits.random_bytes_per_call as u64);
        if let Some(variables) = &grants.environment {
            wasi.envs(variables);
        }
        if grants.clocks {
            wasi.monotonic_clock(watched(CoarseClock::start(), &log))
                .wall_clock(watched(TimeOfDay, &log));
        } else {
            wasi.monotonic_clock(watched(StoppedClock, &log))
                .wall_clock(watched(StoppedClock, &log));
        }
        if !grants.random {
            wasi.secure_random(Deterministic::new(NOT_RANDOM.to_vec()))
                .insecure_random(Deterministic::new(NOT_RANDOM.to_vec()))
                .insecure_random_seed(0);
        }
        let wasi = wasi.build();
        let links = means.links.as_ref().map_or(0, |links| links.len());
        let hosts = grants.http.clone();
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(limits.header_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        Self {
            wasi,
            http,
            outbound: Outbound::new(limits, hosts, log.clone()),
            table,
            calls: OpenCalls::new(means.links.clone()),
            means,
            memory: MemoryLimiter::new(limits).with_interposers(links),
            refusals: Refusals {
                log,
                told: BTreeSet::new(),
            },
            messages: AtWork::default(),
            values: places(),
            outputs: Vec::new(),
        }
    }

    /// From here on, what the instance writes belongs to another request.
    pub(crate) fn begin(&mut self, log: &RequestLog) {
        self.refusals.log.set(log.clone());
        self.refusals.told.clear();
        self.outbound.begin();
        self.messages.begin(0);
        self.memory.forget_refusal();
    }

    /// Writes down the last line, if the guest did not end it.
    pub(crate) fn end(&mut self) {
        for output in &self.outputs {
            output.end_line();
        }
    }

    pub(crate) fn memory(&mut self) -> &mut MemoryLimiter {
        &mut self.memory
    }

    /// The calls of links that have not come back.
    pub(crate) fn calls(&mut self) -> &mut OpenCalls {
        &mut self.calls
    }

    pub(crate) fn grants(&self) -> &Grants {
        &self.means.grants
    }

    pub(crate) fn request_log(&self) -> RequestLog {
        self.refusals.log.get()
    }

    /// Says in the log that the guest wanted what it is not granted.
    pub(crate) fn refuse(&mut self, capability: Capability) {
        self.refusals.tell(capability);
    }

    pub(crate) fn blobs(&mut self) -> BlobsView<'_> {
        BlobsView {
            store: self.means.blobs.clone(),
            limits: &self.means.limits,
            table: &mut self.table,
            granted: self.means.grants.blobs,
            refusals: &mut self.refusals,
            places: &self.values,
        }
    }

    pub(crate) fn messaging(&mut self) -> MessagingView<'_> {
        MessagingView {
            broker: self.means.broker.clone(),
            limits: &self.means.limits,
            table: &mut self.table,
            granted: self.means.grants.messaging.is_some(),
            refusals: &mut self.refusals,
            at_work: &mut self.messages,
        }
    }

    /// The handle of a message that the guest is to handle.
    pub(crate) fn handling(&mut self, message: Message) -> wasmtime::Result<Resource<HeldMessage>> {
        self.messages.begin(message.hops);
        self.messaging().hold(message)
    }

    pub(crate) fn key_value(&mut self) -> KeyValueView<'_> {
        KeyValueView {
            store: self.means.key_value.clone(),
            limits: &self.means.limits,
            table: &mut self.table,
            granted: self.means.grants.key_value,
            refusals: &mut self.refusals,
        }
    }
}

fn watched<C>(clock: C, log: &CurrentLog) -> Watched<C> {
    let log = log.clone();
    Watched { clock, log }
}

/// Tells in the log what a guest wanted and is not granted, once for each request.
pub(crate) struct Refusals {
    log: CurrentLog,
    told: BTreeSet<Capability>,
}

impl Refusals {
    /// The log of the request that is at work.
    pub(crate) fn log(&self) -> RequestLog {
        self.log.get()
    }

    pub(crate) fn tell(&mut self, capability: Capability) {
        if self.told.insert(capability) {
            let what = capability.in_words();
            let sentence = format!("The component was refused {what}: not granted.");
            self.log.get().host(sentence);
        }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            ctx: &mut self.http,
            table: &mut self.table,
            hooks: &mut self.outbound,
        }
    }
}
