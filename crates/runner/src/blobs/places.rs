//! Places of other people where objects can be kept, by their addresses: stores that speak S3, those of Azure, and WebDAV.

use super::BlobStore;
use super::checked::Checked;
use crate::limits::Limits;
use crate::outbound::Server;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::http::HttpBuilder;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, ObjectStore, RetryConfig};
use std::sync::Arc;

/// An address where no objects can be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// It is not of a form that is known.
    #[error(
        "“{0}” is no address of a place for objects: write s3://KEY:SECRET@HOST/BUCKET for a store that speaks S3, \
         az://ACCOUNT:KEY@HOST/CONTAINER for one of Azure, or https://USER:PASSWORD@HOST/FOLDER for WebDAV; a folder may \
         follow, and s3+http://, az+http:// and http:// are for those without encryption"
    )]
    Unknown(String),
    /// A folder of the machine that this runs on.
    #[error("the files of this server are nobody's to keep objects in; `lasting` keeps them on it")]
    File,
}

impl BlobStore {
    /// Objects in one of these places; nothing is dialled yet.
    ///
    /// - `s3://[KEY:SECRET@]HOST[:PORT]/BUCKET[/FOLDER][?region=REGION]`, or `s3+http://`
    /// - `az://ACCOUNT:KEY@HOST[:PORT]/CONTAINER[/FOLDER]`, or `az+http://`
    /// - `https://[USER:PASSWORD@]HOST[:PORT]/[FOLDER]`, or `http://`, for WebDAV
    ///
    /// # Errors
    ///
    /// When the address is not of one of these forms.
    pub fn open(address: &str, limits: &Limits) -> Result<Self, AddressError> {
        if address.starts_with("file:") {
            return Err(AddressError::File);
        }
        let store = s3(address, limits)
            .or_else(|| azure(address, limits))
            .or_else(|| web_dav(address, limits));
        let store = store.ok_or_else(|| AddressError::Unknown(address.to_owned()))?;
        Ok(Self::elsewhere(store, limits))
    }
}

/// The server of an address, and how it is spoken to.
fn server(address: &str, secure: &str, plain: &str) -> Option<(Server, &'static str)> {
    let over_tls = Server::read(address, secure, 443).map(|it| (it, "https"));
    over_tls.or_else(|| Some((Server::read(address, plain, 80)?, "http")))
}

/// The first word of the path, which is not empty, and the folder after it.
fn first(path: &str) -> Option<(&str, &str)> {
    let (first, folder) = path.split_once('/').unwrap_or((path, ""));
    (!first.is_empty()).then_some((first, folder))
}

fn retry(limits: &Limits) -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 1,
        retry_timeout: limits.service_time,
    }
}

fn s3(address: &str, limits: &Limits) -> Option<Arc<dyn ObjectStore>> {
    let (address, region) = address
        .split_once("?region=")
        .unwrap_or((address, "us-east-1"));
    let (server, scheme) = server(address, "s3", "s3+http")?;
    let (bucket, folder) = first(&server.path)?;
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(bucket)
        .with_region(region)
        .with_endpoint(format!("{scheme}://{}", server.authority))
        .with_allow_http(true)
        .with_disable_tagging(true)
        .with_retry(retry(limits))
        .with_http_connector(Checked::new(limits));
    builder = match &server.user {
        Some((key, secret)) => builder
            .with_access_key_id(key)
            .with_secret_access_key(secret),
        // Whoever has no key is not asked for one, least of all the machine that this runs on.
        None => builder.with_skip_signature(true),
    };
    let store = builder.build().ok()?;
    Some(Arc::new(PrefixStore::new(store, folder)))
}

fn azure(address: &str, limits: &Limits) -> Option<Arc<dyn ObjectStore>> {
    let (server, scheme) = server(address, "az", "az+http")?;
    let (container, folder) = first(&server.path)?;
    let (account, key) = server.user.as_ref()?;
    let store = MicrosoftAzureBuilder::new()
        .with_account(account)
        .with_access_key(key)
        .with_container_name(container)
        .with_endpoint(format!("{scheme}://{}", server.authority))
        .with_allow_http(true)
        .with_disable_tagging(true)
        .with_retry(retry(limits))
        .with_http_connector(Checked::new(limits))
        .build()
        .ok()?;
    Some(Arc::new(PrefixStore::new(store, folder)))
}

fn web_dav(address: &str, limits: &Limits) -> Option<Arc<dyn ObjectStore>> {
    let (server, scheme) = server(address, "https", "http")?;
    let authorization = server.user.as_ref().map(|(name, word)| {
        let pair = STANDARD.encode(format!("{name}:{word}"));
        HeaderValue::from_str(&format!("Basic {pair}")).ok()
    });
    let authorization = match authorization {
        Some(written) => Some(written?),
        None => None,
    };
    // What is listed is named from the root, so the folder is ours to take away.
    let folder = Path::from_url_path(&server.path).ok()?;
    let store = HttpBuilder::new()
        .with_url(format!("{scheme}://{}", server.authority))
        .with_retry(retry(limits))
        .with_http_connector(Checked::new(limits).authorized(authorization))
        .build()
        .ok()?;
    Some(Arc::new(PrefixStore::new(store, folder)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_are_read_and_those_that_are_not_global_not_dialled() {
        let open = |address| BlobStore::open(address, &Limits::default());
        for wrong in [
            "store.example",
            "ftp://a/b",
            "s3://a",
            "s3://a/",
            "s3:///b",
            "az://host/container",
            "az://me:not base64@host/container",
        ] {
            assert!(
                matches!(open(wrong), Err(AddressError::Unknown(_))),
                "{wrong}"
            );
        }
        assert_eq!(open("file:///etc").err(), Some(AddressError::File));
        for here in [
            "s3+http://me:secret@127.0.0.1:1/b/c",
            "s3://[::1]/b?region=x",
            "az+http://me:c2VjcmV0@127.0.0.1:1/b/c",
            "az://me:c2VjcmV0@[::1]/b",
            "http://127.0.0.1:1",
            "https://me:secret@[::1]/b",
        ] {
            let error = open(here).ok().unwrap().entries(1).await.unwrap_err();
            let sentence = error.to_string();
            assert!(sentence.contains("not a global address"), "{sentence}");
        }
    }
}
