//! One request: the name is looked up here, and what is dialled is the address that was checked.

use super::Rules;
use super::address::is_global;
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::uri::{PathAndQuery, Uri};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use std::fmt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpStream, lookup_host};
use tokio::task::AbortHandle;
use tokio::time::{Instant, Sleep, sleep, timeout};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use wasmtime_wasi_http::io::TokioIo;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody};

/// Tells other servers, and this one, that a request has been here.
const CDN_LOOP: HeaderName = HeaderName::from_static("cdn-loop");

static TLS: LazyLock<TlsConnector> = LazyLock::new(|| {
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.into(),
    };
    let config = ClientConfig::builder()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
});

/// Where a request goes to.
pub(crate) struct Destination {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) secure: bool,
}

impl fmt::Display for Destination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Why there is no response.
pub(crate) struct Refused {
    pub(super) error: Error,
    /// For the log, if it is the sandbox that refused.
    pub(super) reason: Option<String>,
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => f.write_str(reason),
            None => self.error.fmt(f),
        }
    }
}

impl<E: Into<Error>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self {
            error: error.into(),
            reason: None,
        }
    }
}

/// Sends a request, and follows no redirection.
pub(super) async fn send(
    destination: Destination,
    mut request: http::Request<WasiBody>,
    options: RequestOptions,
    rules: Rules,
) -> Result<http::Response<WasiBody>, Refused> {
    let within = |asked: Option<Duration>| asked.map_or(rules.time, |asked| asked.min(rules.time));
    let connecting = timeout(
        within(options.connect_timeout),
        connect(&destination, rules.private_addresses),
    );
    let stream = connecting.await.map_err(|_| Error::ConnectionTimeout)??;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(Error::from)?;
    let connection = tokio::spawn(async move {
        // What goes wrong with it, the response tells.
        let _ = connection.await;
    });
    let connection = CloseOnDrop(connection.abort_handle());

    // The scheme and the authority are for proxies only.
    let path = request.uri().path_and_query().cloned();
    *request.uri_mut() = Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")));
    request
        .headers_mut()
        .append(CDN_LOOP, HeaderValue::from_static("patchbay"));
    let answer = timeout(
        within(options.first_byte_timeout),
        sender.send_request(request),
    );
    let answer = answer.await.map_err(|_| Error::ConnectionReadTimeout)?;
    let idle = within(options.between_bytes_timeout);
    let response = answer.map_err(Error::from)?.map(|incoming| {
        let body = ResponseBody {
            incoming,
            limit: rules.response,
            received: 0,
            idle,
            silence: Box::pin(sleep(idle)),
            _connection: connection,
        };
        body.boxed_unsync()
    });
    Ok(response)
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

async fn connect(
    destination: &Destination,
    private_addresses: bool,
) -> Result<Box<dyn Stream>, Refused> {
    let address = look_up(destination, private_addresses).await?;
    let stream = TcpStream::connect(address).await;
    let stream = stream.map_err(|error| match error.kind() {
        ErrorKind::ConnectionRefused => Error::ConnectionRefused,
        _ => Error::Connect(error),
    })?;
    if !destination.secure {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(destination.host.clone());
    let name = name.map_err(|_| Error::HttpRequestUriInvalid)?;
    let stream = TLS.connect(name, stream).await.map_err(Error::Tls)?;
    Ok(Box::new(stream))
}

/// An address of the host that may be dialled.
pub(crate) async fn look_up(
    destination: &Destination,
    private_addresses: bool,
) -> Result<SocketAddr, Refused> {
    let found = lookup_host((destination.host.as_str(), destination.port)).await;
    let found: Vec<SocketAddr> = found
        .map_err(|_| Error::DnsError {
            rcode: None,
            info_code: None,
        })?
        .collect();
    let allowed = |address: &&SocketAddr| private_addresses || is_global(address.ip());
    match (found.iter().find(allowed), found.first()) {
        (Some(address), _) => Ok(*address),
        (None, Some(address)) => Err(Refused {
            error: Error::DestinationIpProhibited,
            reason: Some(format!("{} is not a global address", address.ip())),
        }),
        (None, None) => Err(Error::DestinationNotFound.into()),
    }
}

/// Ends the connection.
struct CloseOnDrop(AbortHandle);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body of a response, of bounded length and without long silences.
struct ResponseBody {
    incoming: Incoming,
    limit: usize,
    received: usize,
    idle: Duration,
    silence: Pin<Box<Sleep>>,
    _connection: CloseOnDrop,
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = match Pin::new(&mut self.incoming).poll_frame(context) {
            Poll::Ready(frame) => frame,
            Poll::Pending => {
                return self
                    .silence
                    .as_mut()
                    .poll(context)
                    .map(|()| Some(Err(Error::ConnectionReadTimeout)));
            }
        };
        let idle = self.idle;
        self.silence.as_mut().reset(Instant::now() + idle);
        Poll::Ready(match frame {
            Some(Ok(frame)) => {
                self.received += frame.data_ref().map_or(0, Bytes::len);
                if self.received > self.limit {
                    Some(Err(Error::HttpResponseBodySize(Some(self.limit as u64))))
                } else {
                    Some(Ok(frame))
                }
            }
            Some(Err(error)) => Some(Err(error.into())),
            None => None,
        })
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.is_end_stream()
    }
}
