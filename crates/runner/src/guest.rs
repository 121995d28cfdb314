//! The state a guest works on during one request, and what of it is granted: next to nothing.

use crate::clock::CoarseClock;
use crate::keyvalue::{KeyValueStore, KeyValueView};
use crate::limiter::MemoryLimiter;
use crate::limits::Limits;
use crate::logs::{GuestOutput, LogStream, RequestLog};
use wasmtime::component::ResourceTable;
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{
    Error, RequestOptions, WasiBody, WasiHttpCtx, WasiHttpCtxView, WasiHttpHooks, WasiHttpView,
};

/// What the host functions see of one request.
pub(crate) struct Guest {
    wasi: WasiCtx,
    http: WasiHttpCtx,
    network: NoNetwork,
    table: ResourceTable,
    key_value: KeyValueStore,
    memory: MemoryLimiter,
}

impl Guest {
    pub(crate) fn new(limits: &Limits, key_value: KeyValueStore, log: &RequestLog) -> Self {
        // The builder starts with nothing granted: no environment, arguments, stdin, files, sockets or name lookup.
        let wasi = WasiCtx::builder()
            .stdout(GuestOutput::new(log.clone(), LogStream::Stdout))
            .stderr(GuestOutput::new(log.clone(), LogStream::Stderr))
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
    log: RequestLog,
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
        self.log.host(format!(
            "outbound HTTP to {to} was refused: this preview has no network"
        ));
        Box::new(std::future::ready(Err(Error::HttpRequestDenied)))
    }
}
