//! The state that an instance works on, and what of it is granted: next to nothing.

use crate::clock::CoarseClock;
use crate::command::{Command, CommandOutput};
use crate::keyvalue::{KeyValueStore, KeyValueView};
use crate::limiter::MemoryLimiter;
use crate::limits::Limits;
use crate::logs::{CurrentLog, GuestOutput, LogStream, RequestLog};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::cli::AsyncStdinStream;
use wasmtime_wasi::{WasiCtx, WasiCtxBuilder, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

/// What the host functions see of an instance.
pub(crate) struct Guest {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    network: NoNetwork,
    table: ResourceTable,
    key_value: KeyValueStore,
    memory: MemoryLimiter,
    log: CurrentLog,
    /// Those that go to the log.
    outputs: Vec<GuestOutput>,
}

impl Guest {
    /// The state of an instance whose output goes to the log.
    pub(crate) fn new(limits: &Limits, key_value: KeyValueStore, log: &RequestLog) -> Self {
        let log = CurrentLog::new(log.clone());
        let outputs = [LogStream::Stdout, LogStream::Stderr]
            .map(|stream| GuestOutput::new(log.clone(), stream));
        let [stdout, stderr] = outputs.clone();
        // The builder starts with nothing granted: no environment, arguments, stdin, files, sockets or name lookup.
        let mut wasi = WasiCtx::builder();
        wasi.stdout(stdout).stderr(stderr);
        Self {
            outputs: outputs.into(),
            ..Self::with(wasi, limits, key_value, log)
        }
    }

    /// The state of a command, which has what its starter gives it.
    pub(crate) fn of_command(
        limits: &Limits,
        key_value: KeyValueStore,
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
        Self::with(wasi, limits, key_value, CurrentLog::new(log.clone()))
    }

    fn with(
        mut wasi: WasiCtxBuilder,
        limits: &Limits,
        key_value: KeyValueStore,
        log: CurrentLog,
    ) -> Self {
        let wasi = wasi
            .monotonic_clock(CoarseClock::start())
            .max_random_size(limits.random_bytes_per_call as u64)
            .build();
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(limits.header_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(limits.handles);
        Self {
            wasi,
            http,
            network: NoNetwork { log: log.clone() },
            table,
            key_value,
            memory: MemoryLimiter::new(limits),
            log,
            outputs: Vec::new(),
        }
    }

    /// From here on, what the instance writes belongs to another request.
    pub(crate) fn begin(&mut self, log: &RequestLog) {
        self.log.set(log.clone());
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

    pub(crate) fn key_value(&mut self) -> KeyValueView<'_> {
        KeyValueView {
            store: &self.key_value,
            table: &mut self.table,
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
            hooks: &mut self.network,
        }
    }
}

/// Refuses every outbound request, and says so in the logs.
struct NoNetwork {
    log: CurrentLog,
}

type Sent = (
    http::Response<WasiBody>,
    Box<dyn Future<Output = Result<(), Error>> + Send>,
);

impl WasiHttpHooks for NoNetwork {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _options: Option<RequestOptions>,
        _received: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let to = request
            .uri()
            .authority()
            .map_or("nowhere", |authority| authority.as_str());
        self.log.get().host(format!(
            "outbound HTTP to {to} was refused: this preview has no network"
        ));
        Box::new(std::future::ready(Err(Error::HttpRequestDenied)))
    }
}
