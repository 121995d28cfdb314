//! How the requests of `object_store` are sent: as those of guests are, to an address that was checked, and with answers of
//! bounded length.

use crate::error::late;
use crate::limits::Limits;
use crate::outbound::{Refused, Rules, Server, send};
use futures::FutureExt;
use http::HeaderValue;
use http::header::{AUTHORIZATION, HOST};
use http_body_util::BodyExt;
use object_store::client::{
    ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpService,
};
use tokio::time::timeout;
use wasmtime_wasi_http::{Error, RequestOptions};

/// How long an answer may be besides the object in it: a list of a thousand names.
const AROUND: usize = 1 << 20;

/// Sends requests to addresses that were checked.
#[derive(Debug, Clone)]
pub(super) struct Checked {
    rules: Rules,
    /// What every request carries, where `object_store` does not sign them.
    authorization: Option<HeaderValue>,
}

impl Checked {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            rules: Rules {
                private_addresses: limits.private_addresses,
                time: limits.service_time,
                response: limits.object_bytes.saturating_add(AROUND),
            },
            authorization: None,
        }
    }

    /// The same, with what every request carries.
    pub(super) fn authorized(self, authorization: Option<HeaderValue>) -> Self {
        Self {
            authorization,
            ..self
        }
    }
}

impl HttpConnector for Checked {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.clone()))
    }
}

impl HttpService for Checked {
    fn call<'a, 'b>(
        &'a self,
        mut request: HttpRequest,
    ) -> futures::future::BoxFuture<'b, Result<HttpResponse, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        let rules = self.rules;
        if let Some(authorization) = &self.authorization {
            let headers = request.headers_mut();
            headers.insert(AUTHORIZATION, authorization.clone());
        }
        async move {
            let whole = rules.time.saturating_mul(2);
            let answer = timeout(whole, answer(request, rules)).await;
            answer.unwrap_or_else(|_| Err(failed(HttpErrorKind::Timeout, late(whole))))
        }
        .boxed()
    }
}

/// The whole answer to a request.
async fn answer(request: HttpRequest, rules: Rules) -> Result<HttpResponse, HttpError> {
    let uri = request.uri().clone();
    let invalid = || failed(HttpErrorKind::Unknown, format!("{uri} is no address"));
    let server = Server::read(&uri.to_string(), "https", 443);
    let server = server.map(|it| it.over_tls());
    let server = server.or_else(|| Server::read(&uri.to_string(), "http", 80));
    let server = server.ok_or_else(invalid)?;
    let host = HeaderValue::from_str(&server.authority).map_err(|_| invalid())?;
    let (mut parts, body) = request.into_parts();
    parts.headers.entry(HOST).or_insert(host);
    let body = body.map_err(|error| Error::InternalError(Some(error.to_string())));
    let request = http::Request::from_parts(parts, body.boxed_unsync());
    let options = RequestOptions::default();
    let sent = send(server.destination, request, options, rules).await;
    let why = |refused: Refused| match refused.is_late() {
        true => late(rules.time),
        false => refused.to_string(),
    };
    // What was refused, stays refused.
    let response = sent.map_err(|refused| failed(HttpErrorKind::Unknown, why(refused)))?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|error| failed(HttpErrorKind::Decode, why(error.into())))?;
    Ok(http::Response::from_parts(parts, body.to_bytes().into()))
}

fn failed(kind: HttpErrorKind, error: impl Into<String>) -> HttpError {
    HttpError::new(kind, Failed(error.into()))
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(String);
