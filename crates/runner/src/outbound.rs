//! Requests of guests to other HTTP servers: to the hosts that are granted, and nowhere else.

mod address;
mod dial;
mod host;
mod send;
mod server;

use dial::Destination;
pub(crate) use dial::{Refused, dial};
pub use host::{Host, HostError};

use crate::capability::Capability;
use crate::limits::Limits;
use crate::logs::{CurrentLog, RequestLog};
use http::header::HeaderName;
use http::uri::Scheme;
use http::{HeaderMap, HeaderValue, Uri};
pub(crate) use send::send;
pub(crate) use server::Server;
use std::future::ready;
use std::time::{Duration, Instant};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// The header that says to which trace a request belongs, <https://www.w3.org/TR/trace-context/>.
pub(crate) const TRACE: HeaderName = HeaderName::from_static("traceparent");

/// What one instance may send, and where to.
pub(crate) struct Outbound {
    hosts: Vec<Host>,
    rules: Rules,
    log: CurrentLog,
    most: usize,
    sent: usize,
}

/// What every request has to keep to.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    pub(crate) private_addresses: bool,
    pub(crate) time: Duration,
    pub(crate) response: usize,
}

impl Outbound {
    pub(crate) fn new(limits: &Limits, hosts: Vec<Host>, log: CurrentLog) -> Self {
        Self {
            hosts,
            rules: Rules {
                private_addresses: limits.private_addresses,
                time: limits.outbound_time,
                response: limits.outbound_response,
            },
            log,
            most: limits.outbound_requests,
            sent: 0,
        }
    }

    /// Begins another request of a client.
    pub(crate) fn begin(&mut self) {
        self.sent = 0;
    }

    /// Where to, if the request may be sent; otherwise why not, for the log.
    fn admit(&mut self, uri: &Uri) -> Result<Destination, String> {
        let to = uri.authority().map_or("nowhere", |it| it.as_str());
        let secure = uri.scheme() == Some(&Scheme::HTTPS);
        let known = secure || uri.scheme() == Some(&Scheme::HTTP);
        let host = uri.host().filter(|_| known && !to.contains('@'));
        let Some(host) = host else {
            return Err(format!(
                "A request to {to} was refused: it is no address of HTTP."
            ));
        };
        let port = uri.port_u16().unwrap_or(if secure { 443 } else { 80 });
        if !self.hosts.iter().any(|granted| granted.covers(host, port)) {
            return Err(format!(
                "A request to {to} was refused: the host is not granted."
            ));
        }
        if self.sent >= self.most {
            return Err(format!(
                "A request to {to} was refused: one request may send {} in turn.",
                self.most
            ));
        }
        self.sent += 1;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        Ok(Destination {
            host: host.to_owned(),
            port,
            secure,
        })
    }
}

/// Says to which trace a request belongs: to that of the request that brought it about, if the guest does not say.
fn carry(trace: Option<&HeaderValue>, headers: &mut HeaderMap) {
    if let Some(trace) = trace {
        headers.entry(TRACE).or_insert_with(|| trace.clone());
    }
}

type Sent = (
    http::Response<WasiBody>,
    Box<dyn Future<Output = Result<(), Error>> + Send>,
);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        mut request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _received: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Sent, Error>> + Send> {
        let began = Instant::now();
        let log = self.log.get();
        let asked = format!("{} {}", request.method(), request.uri());
        let called = move |log: &RequestLog, result| {
            log.called(Capability::Http, "request", asked, result, began);
        };
        let destination = match self.admit(request.uri()) {
            Ok(destination) => destination,
            Err(sentence) => {
                called(&log, "refused".to_owned());
                log.host(sentence);
                return Box::new(ready(Err(Error::HttpRequestDenied)));
            }
        };
        carry(log.trace(), request.headers_mut());
        let (rules, options) = (self.rules, options.unwrap_or_default());
        Box::new(async move {
            let to = destination.to_string();
            let sent = send(destination, request, options, rules).await;
            called(
                &log,
                match &sent {
                    Ok(response) => response.status().to_string(),
                    Err(refused) => match &refused.reason {
                        Some(reason) => format!("refused: {reason}"),
                        None => refused.error.to_string(),
                    },
                },
            );
            let response = sent.map_err(|refused| {
                if let Some(reason) = refused.reason {
                    log.host(format!("A request to {to} was refused: {reason}."));
                }
                refused.error
            })?;
            // The connection is looked after by the response's body.
            let done: Box<dyn Future<Output = _> + Send> = Box::new(ready(Ok(())));
            Ok((response, done))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trace_is_carried_on_unless_the_guest_says_another() {
        let of_client = HeaderValue::from_static("00-aa-01");
        let mut headers = HeaderMap::new();
        carry(None, &mut headers);
        assert!(headers.is_empty());
        carry(Some(&of_client), &mut headers);
        assert_eq!(headers[TRACE], of_client);
        let own = HeaderValue::from_static("00-bb-01");
        headers.insert(TRACE, own.clone());
        carry(Some(&of_client), &mut headers);
        assert_eq!(headers[TRACE], own);
    }
}
