//! One request, from the connection to the response.

use super::Rules;
use super::dial::{Destination, Refused, dial};
use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use http::uri::{PathAndQuery, Uri};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
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

/// Sends a request, and follows no redirection.
pub(crate) async fn send(
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
    let stream = dial(destination, private_addresses).await?;
    if !destination.secure {
        return Ok(Box::new(stream));
    }
    let name = ServerName::try_from(destination.host.clone());
    let name = name.map_err(|_| Error::HttpRequestUriInvalid)?;
    let stream = TLS.connect(name, stream).await.map_err(Error::Tls)?;
    Ok(Box::new(stream))
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
