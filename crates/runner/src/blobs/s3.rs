//! Objects in a store that speaks S3. The requests of `object_store` are sent as those of guests are: to an address that was
//! checked, and with answers of bounded length.

use super::BlobStore;
use crate::limits::Limits;
use crate::outbound::{Rules, Server, send};
use futures::FutureExt;
use http::HeaderValue;
use http::header::HOST;
use http_body_util::BodyExt;
use object_store::aws::AmazonS3Builder;
use object_store::client::{
    ClientOptions, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpService,
};
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, RetryConfig};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;
use wasmtime_wasi_http::{Error, RequestOptions};

/// How long connecting may take, how long the answer, and how long the store may say nothing in the middle of it.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long one request may take in all.
const WHOLE: Duration = Duration::from_secs(10);

/// How long an answer may be besides the object in it: a list of a thousand names.
const AROUND: usize = 1 << 20;

/// Objects in a store that speaks S3.
pub struct S3;

/// An address that is none of a store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no address of a store that speaks S3: write s3://KEY:SECRET@HOST/BUCKET or s3://KEY:SECRET@HOST/BUCKET/FOLDER, \
     or s3+http:// for one without encryption"
)]
pub struct S3Error(String);

impl S3 {
    /// Objects in `s3://[KEY:SECRET@]HOST[:PORT]/BUCKET[/FOLDER][?region=REGION]`; nothing is dialled yet.
    ///
    /// # Errors
    ///
    /// When the address is not of that form.
    pub fn open(address: &str, limits: &Limits) -> Result<BlobStore, S3Error> {
        let wrong = || S3Error(address.to_owned());
        let (address, region) = address
            .split_once("?region=")
            .unwrap_or((address, "us-east-1"));
        let secure = Server::read(address, "s3", 443).map(|it| (it, "https"));
        let server = secure.or_else(|| Server::read(address, "s3+http", 80).map(|it| (it, "http")));
        let (server, scheme) = server.ok_or_else(wrong)?;
        let (bucket, folder) = server.path.split_once('/').unwrap_or((&server.path, ""));
        if bucket.is_empty() {
            return Err(wrong());
        }
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(bucket)
            .with_region(region)
            .with_endpoint(format!("{scheme}://{}", server.authority))
            .with_allow_http(true)
            .with_disable_tagging(true)
            .with_retry(RetryConfig {
                backoff: BackoffConfig::default(),
                max_retries: 1,
                retry_timeout: PATIENCE,
            })
            .with_http_connector(Checked {
                rules: Rules {
                    private_addresses: limits.private_addresses,
                    time: PATIENCE,
                    response: limits.object_bytes + AROUND,
                },
            });
        builder = match &server.user {
            Some((key, secret)) => builder
                .with_access_key_id(key)
                .with_secret_access_key(secret),
            // Whoever has no key is not asked for one, least of all the machine that this runs on.
            None => builder.with_skip_signature(true),
        };
        let store = builder.build().map_err(|_| wrong())?;
        let store = PrefixStore::new(store, folder);
        Ok(BlobStore::elsewhere(Arc::new(store), limits))
    }
}

/// Sends requests to addresses that were checked.
#[derive(Debug, Clone, Copy)]
struct Checked {
    rules: Rules,
}

impl HttpConnector for Checked {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(*self))
    }
}

impl HttpService for Checked {
    fn call<'a, 'b>(
        &'a self,
        request: HttpRequest,
    ) -> futures::future::BoxFuture<'b, Result<HttpResponse, HttpError>>
    where
        'a: 'b,
        Self: 'b,
    {
        let rules = self.rules;
        async move {
            let answer = timeout(WHOLE, answer(request, rules)).await;
            answer.unwrap_or_else(|_| Err(failed(HttpErrorKind::Timeout, "it took too long")))
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
    // What was refused, stays refused.
    let response = sent.map_err(|refused| failed(HttpErrorKind::Unknown, refused.to_string()))?;
    let (parts, body) = response.into_parts();
    let body = body.collect().await;
    let body = body.map_err(|error| failed(HttpErrorKind::Decode, error.to_string()))?;
    Ok(http::Response::from_parts(parts, body.to_bytes().into()))
}

fn failed(kind: HttpErrorKind, error: impl Into<String>) -> HttpError {
    HttpError::new(kind, Failed(error.into()))
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Failed(String);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_are_read_and_those_that_are_not_global_not_dialled() {
        let open = |address| S3::open(address, &Limits::default());
        for wrong in [
            "store.example",
            "https://a/b",
            "s3://a",
            "s3://a/",
            "s3:///b",
        ] {
            assert!(open(wrong).is_err(), "{wrong}");
        }
        for here in [
            "s3+http://me:secret@127.0.0.1:1/b/c",
            "s3://[::1]/b?region=x",
        ] {
            let error = open(here).ok().unwrap().entries(1).await.unwrap_err();
            let sentence = error.to_string();
            assert!(sentence.contains("not a global address"), "{sentence}");
        }
    }
}
