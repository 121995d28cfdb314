//! OpenTelemetry traces over OTLP, <https://opentelemetry.io/docs/specs/otel/protocol/exporter/>, when the usual variables
//! name a collector: `OTEL_EXPORTER_OTLP_ENDPOINT` or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`. Names, headers and times are
//! set with the other variables of OpenTelemetry.

use axum::http::{HeaderMap, HeaderName, HeaderValue, Response};
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::TracerProvider;
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use opentelemetry_sdk::trace::{SdkTracerProvider, Tracer};
use patchbay_runner::{
    Call, CallError, Command, CommandRun, Failure, Finished, Output, Preview, ResponseBody,
    Returned,
};
use std::env;
use tracing::{Instrument, Span, field, info_span};
use tracing_opentelemetry::OpenTelemetrySpanExt;

/// What is traced.
const TARGET: &str = "patchbay::trace";

/// What sends traces to a collector. Dropping it sends what is left.
pub struct Telemetry {
    provider: SdkTracerProvider,
}

impl Telemetry {
    /// As the variables say; nothing, when they name no collector or say that there is none to be.
    ///
    /// # Errors
    /// A sentence about what cannot be used.
    pub fn from_environment() -> Result<Option<Self>, String> {
        let set = |name: &str| env::var(name).is_ok_and(|value| !value.is_empty());
        let is = |name: &str, word: &str| {
            env::var(name).is_ok_and(|value| value.eq_ignore_ascii_case(word))
        };
        let named = set("OTEL_EXPORTER_OTLP_ENDPOINT") || set("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT");
        if !named || is("OTEL_SDK_DISABLED", "true") || is("OTEL_TRACES_EXPORTER", "none") {
            return Ok(None);
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .build();
        let exporter = exporter.map_err(|error| format!("Traces cannot be sent: {error}."))?;
        let mut resource = Resource::builder();
        if !set("OTEL_SERVICE_NAME") {
            resource = resource.with_service_name("patchbay");
        }
        let provider = SdkTracerProvider::builder()
            .with_batch_exporter(exporter)
            .with_resource(resource.build());
        Ok(Some(Self {
            provider: provider.build(),
        }))
    }

    /// What spans are written with.
    pub fn tracer(&self) -> Tracer {
        self.provider.tracer("patchbay")
    }

    /// Which spans are written.
    pub fn filter() -> tracing_subscriber::filter::Targets {
        tracing_subscriber::filter::Targets::new().with_target(TARGET, tracing::Level::INFO)
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        if let Err(error) = self.provider.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

/// Gives a preview a request, in a span that belongs to the trace that the request names; the guest is told of it. Without
/// a collector there is none, and the guest is told what the client said.
///
/// # Errors
/// As [`Preview::handle`].
pub async fn handle(
    preview: &Preview,
    mut request: axum::extract::Request,
) -> Result<Response<ResponseBody>, Failure> {
    let span = info_span!(
        target: TARGET,
        "preview request",
        otel.kind = "server",
        http.request.method = %request.method(),
        url.path = request.uri().path(),
        http.response.status_code = field::Empty,
        patchbay.failure = field::Empty,
    );
    if !span.is_disabled() {
        let propagator = TraceContextPropagator::new();
        let headers = &mut Headers(request.headers_mut());
        // One whose client names none begins a trace.
        let _ = span.set_parent(propagator.extract(headers));
        propagator.inject_context(&span.context(), headers);
    }
    let handled = preview.handle(request).instrument(span.clone()).await;
    match &handled {
        Ok(response) => span.record("http.response.status_code", response.status().as_u16()),
        Err(failure) => span.record("patchbay.failure", failure.to_string()),
    };
    handled
}

/// Calls a function of a preview by hand, in a span of its own. What it is called with is nobody's business.
///
/// # Errors
/// As [`Preview::call`].
pub async fn call(preview: &Preview, call: Call) -> Result<Returned, CallError> {
    let span = info_span!(
        target: TARGET,
        "preview call",
        otel.kind = "internal",
        code.function.name = call.function,
        patchbay.failure = field::Empty,
    );
    let called = preview.call(call).instrument(span.clone()).await;
    if let Err(error) = &called {
        span.record("patchbay.failure", error.to_string());
    }
    called
}

/// A command that runs, in a span that ends with it.
pub struct Running {
    run: CommandRun,
    span: Span,
}

/// Runs a preview as a command, in a span of its own. Its arguments are nobody's business.
///
/// # Errors
/// As [`Preview::run`].
pub async fn run(preview: &Preview, command: Command) -> Result<Running, Failure> {
    let span = info_span!(
        target: TARGET,
        "preview command",
        otel.kind = "internal",
        process.exit.code = field::Empty,
        patchbay.failure = field::Empty,
    );
    let run = preview.run(command).instrument(span.clone()).await;
    if let Err(failure) = &run {
        span.record("patchbay.failure", failure.to_string());
    }
    Ok(Running { run: run?, span })
}

impl Running {
    /// What it writes next, as [`CommandRun::next`] has it.
    pub async fn next(&mut self) -> Option<Output> {
        self.run.next().await
    }

    /// How it ended.
    ///
    /// # Errors
    /// As [`CommandRun::finish`].
    pub async fn finish(self) -> Result<Finished, Failure> {
        let finished = self.run.finish().await;
        match &finished {
            Ok(finished) => self.span.record("process.exit.code", finished.code),
            Err(failure) => self.span.record("patchbay.failure", failure.to_string()),
        };
        finished
    }
}

/// The headers of a request, as propagators want to have them.
struct Headers<'a>(&'a mut HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key)?.to_str().ok()
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }
}

impl Injector for Headers<'_> {
    fn set(&mut self, key: &str, value: String) {
        let pair = (key.parse::<HeaderName>(), value.parse::<HeaderValue>());
        if let (Ok(name), Ok(value)) = pair {
            self.0.insert(name, value);
        }
    }
}
