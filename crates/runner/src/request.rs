//! What of a request reaches the guest.

use crate::error::{RequestPart, RunError};
use crate::limits::Limits;
use bytes::Bytes;
use http::header::{CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderName, TE, TRAILER};
use http::uri::{Authority, PathAndQuery, Uri};
use http_body::{Body, Frame};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use tokio::sync::Notify;
use wasmtime_wasi_http::{Error, WasiBody};

/// A request that keeps to the limits, and what tells when its body turns out not to.
pub(crate) struct Incoming {
    pub(crate) request: http::Request<WasiBody>,
    pub(crate) overflow: Arc<Notify>,
}

/// Checks the head of a request, and bounds its body.
pub(crate) fn admit<B>(request: http::Request<B>, limits: &Limits) -> Result<Incoming, RunError>
where
    B: Body<Data = Bytes> + Send + 'static,
{
    let (mut parts, body) = request.into_parts();
    if parts.method == http::Method::CONNECT {
        return Err(invalid(
            "CONNECT opens a tunnel, it is not a request for a resource",
        ));
    }
    parts.uri = plain_uri(&parts.uri, &parts.headers, limits)?;
    check_headers(&parts.headers, limits)?;
    strip_hop_by_hop(&mut parts.headers);

    let overflow = Arc::new(Notify::new());
    let body = BoundedBody {
        // Whatever the transport's reason, for the guest the connection is gone.
        inner: body.map_err(|_| Error::ConnectionTerminated).boxed_unsync(),
        room: limits.request_body,
        overflow: overflow.clone(),
    };
    Ok(Incoming {
        request: http::Request::from_parts(parts, body.boxed_unsync()),
        overflow,
    })
}

/// Authority, path and query; nothing else of what the client wrote. Without an authority it is `localhost`.
fn plain_uri(uri: &Uri, headers: &HeaderMap, limits: &Limits) -> Result<Uri, RunError> {
    let authority = match (uri.authority(), headers.get(HOST)) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => Authority::try_from(host.as_bytes())
            .map_err(|_| invalid("its Host header is not a host name"))?,
        (None, None) => Authority::from_static("localhost"),
    };
    let path = uri
        .path_and_query()
        .cloned()
        .unwrap_or_else(|| PathAndQuery::from_static("/"));
    if path.as_str().len() > limits.url_bytes {
        return Err(RunError::RequestTooLarge {
            part: RequestPart::Url,
            limit: limits.url_bytes,
        });
    }
    let uri = Uri::builder()
        .scheme("http")
        .authority(authority)
        .path_and_query(path)
        .build();
    uri.map_err(|_| invalid("its path does not begin with a slash"))
}

fn check_headers(headers: &HeaderMap, limits: &Limits) -> Result<(), RunError> {
    if headers.len() > limits.header_count {
        return Err(RunError::RequestTooLarge {
            part: RequestPart::HeaderCount,
            limit: limits.header_count,
        });
    }
    let bytes: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if bytes > limits.header_bytes {
        return Err(RunError::RequestTooLarge {
            part: RequestPart::HeaderBytes,
            limit: limits.header_bytes,
        });
    }
    if let Some(length) = headers.get(CONTENT_LENGTH) {
        let length: u64 = length
            .to_str()
            .ok()
            .and_then(|digits| digits.parse().ok())
            .ok_or_else(|| invalid("its Content-Length is not a number"))?;
        if length > limits.request_body as u64 {
            return Err(RunError::RequestTooLarge {
                part: RequestPart::Body,
                limit: limits.request_body,
            });
        }
    }
    Ok(())
}

/// Removes what is about the connection to the client. The engine removes the well-known ones once more; the names that
/// `Connection` lists only this does.
fn strip_hop_by_hop(headers: &mut HeaderMap) {
    let listed: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    let known = wasmtime_wasi_http::DEFAULT_FORBIDDEN_HEADERS
        .into_iter()
        .chain([TE, TRAILER]);
    for name in listed.into_iter().chain(known) {
        headers.remove(name);
    }
}

fn invalid(message: &str) -> RunError {
    RunError::InvalidRequest {
        message: message.to_owned(),
    }
}

/// A request body that tells when it is too long, and then does not go on.
struct BoundedBody {
    inner: WasiBody,
    room: usize,
    overflow: Arc<Notify>,
}

impl Body for BoundedBody {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        let length = match &frame {
            Some(Ok(frame)) => frame.data_ref().map_or(0, Bytes::len),
            _ => 0,
        };
        match self.room.checked_sub(length) {
            Some(room) => {
                self.room = room;
                Poll::Ready(frame)
            }
            None => {
                // An error would reach a guest that may still answer, as if it had read it all. This one waits until
                // it is ended, which the notification brings about.
                self.overflow.notify_one();
                Poll::Pending
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{Empty, Full};

    fn request(uri: &str) -> http::request::Builder {
        http::Request::builder().uri(uri)
    }

    fn admitted(builder: http::request::Builder) -> Result<http::Request<WasiBody>, RunError> {
        let limits = Limits {
            url_bytes: 20,
            header_bytes: 40,
            header_count: 2,
            ..Limits::default()
        };
        admit(builder.body(Empty::new()).unwrap(), &limits).map(|incoming| incoming.request)
    }

    #[test]
    fn keeps_authority_path_and_query_only() {
        let absolute = admitted(request("https://other.example:81/a?b=c")).unwrap();
        assert_eq!(absolute.uri(), "http://other.example:81/a?b=c");
        let origin = admitted(request("/a?b").header("host", "x.localhost:3000")).unwrap();
        assert_eq!(origin.uri(), "http://x.localhost:3000/a?b");
        assert_eq!(admitted(request("/")).unwrap().uri(), "http://localhost/");
    }

    #[test]
    fn refuses_tunnels_and_nonsense() {
        let connect = request("example.com:80").method("CONNECT");
        assert!(matches!(
            admitted(connect),
            Err(RunError::InvalidRequest { .. })
        ));
        let host = request("/").header("host", "a b");
        assert!(matches!(
            admitted(host),
            Err(RunError::InvalidRequest { .. })
        ));
        let length = request("/").header("content-length", "many");
        assert!(matches!(
            admitted(length),
            Err(RunError::InvalidRequest { .. })
        ));
    }

    #[test]
    fn refuses_what_is_too_large() {
        let part = |builder| match admitted(builder) {
            Err(RunError::RequestTooLarge { part, .. }) => part,
            other => panic!("{other:?}"),
        };
        assert_eq!(part(request("/123456789012345678901")), RequestPart::Url);
        assert_eq!(
            part(
                request("/")
                    .header("a", "1")
                    .header("b", "2")
                    .header("c", "3")
            ),
            RequestPart::HeaderCount
        );
        assert_eq!(
            part(request("/").header("a", "x".repeat(50))),
            RequestPart::HeaderBytes
        );
        assert_eq!(
            part(request("/").header("content-length", "99999999")),
            RequestPart::Body
        );
    }

    #[test]
    fn strips_what_is_about_the_connection() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("connection", "close, x-private"),
            ("x-private", "1"),
            ("te", "trailers"),
            ("accept", "*/*"),
        ] {
            headers.append(name, value.parse().unwrap());
        }
        strip_hop_by_hop(&mut headers);
        assert_eq!(
            headers.keys().map(HeaderName::as_str).collect::<Vec<_>>(),
            ["accept"]
        );
    }

    #[tokio::test]
    async fn a_body_that_is_too_long_is_told_and_does_not_go_on() {
        let limits = Limits {
            request_body: 4,
            ..Limits::default()
        };
        let long = http::Request::new(Full::new(Bytes::from_static(b"12345")));
        let mut incoming = admit(long, &limits).unwrap();
        tokio::select! {
            biased;
            _ = incoming.request.body_mut().frame() => panic!("went on"),
            () = incoming.overflow.notified() => {}
        }

        let short = http::Request::new(Full::new(Bytes::from_static(b"1234")));
        let incoming = admit(short, &limits).unwrap();
        assert_eq!(
            incoming
                .request
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes(),
            "1234"
        );
    }
}
