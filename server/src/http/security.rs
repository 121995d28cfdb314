//! What keeps other origins away from the editor.

use super::error::Error;
use super::host::editor_origins;
use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName, ORIGIN, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// Lets only the editor's own page, and programs that are not pages, change anything.
///
/// A browser says where a request comes from in headers that no page can write; `curl` says nothing.
pub async fn guard_changes(request: Request, next: Next) -> Response {
    if request.method().is_safe() || comes_from_us(request.headers()) {
        next.run(request).await
    } else {
        Error::CrossSite.into_response()
    }
}

fn comes_from_us(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").map(HeaderValue::as_bytes);
    let site_is_ours = matches!(site, None | Some(b"same-origin" | b"none"));
    let origin_is_ours = match headers.get(ORIGIN) {
        None => true,
        Some(origin) => editor_origins(headers).iter().any(|ours| origin == ours),
    };
    site_is_ours && origin_is_ours
}

/// Headers for everything that the editor's origin serves. A handler's own have precedence.
pub async fn editor_headers(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "same-origin"),
        (X_FRAME_OPTIONS, "DENY"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        // Pages bring their own; nothing else is meant to be a document.
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; frame-ancestors 'none'",
        ),
        // Kept, but asked about each time: the front end's files keep their names from build to build.
        (CACHE_CONTROL, "no-cache"),
    ] {
        headers
            .entry(name)
            .or_insert(HeaderValue::from_static(value));
    }
    response
}

/// The policy of the editor's pages. Names of components and of graphs are strangers' text, so no script runs but the
/// front end's own; the nonce is for the few lines that start it.
pub fn page_policy(nonce: &str) -> String {
    // cargo-leptos reloads the page through a socket of its own.
    let reload = match std::env::var_os("LEPTOS_WATCH") {
        Some(_) => " ws://localhost:3001 ws://127.0.0.1:3001",
        None => "",
    };
    format!(
        "default-src 'none'; \
         script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; \
         style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; \
         img-src 'self' data: blob:; \
         font-src 'self'; \
         connect-src 'self'{reload}; \
         manifest-src 'self'; \
         frame-src http://*.localhost:*; \
         form-action 'self'; \
         base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_from_our_page_or_from_no_page() {
        let from = |site: Option<&'static str>, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static("localhost:3000"));
            if let Some(site) = site {
                headers.insert("sec-fetch-site", HeaderValue::from_static(site));
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, HeaderValue::from_static(origin));
            }
            comes_from_us(&headers)
        };
        assert!(from(None, None));
        assert!(from(Some("same-origin"), Some("http://localhost:3000")));
        assert!(from(Some("none"), None));
        assert!(!from(Some("cross-site"), None));
        assert!(!from(Some("same-site"), None));
        assert!(!from(None, Some("http://localhost:3001")));
        assert!(!from(None, Some("null")));
        assert!(!from(
            Some("same-origin"),
            Some("http://abc.localhost:3000")
        ));
    }
}
