//! What a preview serves on its own origin. The guest is a stranger: nothing of the editor reaches it, and nothing it
//! says reaches further than its own origin.

use super::cookies;
use super::error::Error;
use super::host::editor_origins;
use super::page;
use super::previews::find;
use crate::state::AppState;
use crate::telemetry;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{
    CONTENT_SECURITY_POLICY, HeaderName, REFERRER_POLICY, SET_COOKIE, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use patchbay_runner::RunError;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// What a guest has no business saying on `*.localhost`: it would outlive the preview, or reach beyond it.
const DROPPED: [HeaderName; 4] = [
    STRICT_TRANSPORT_SECURITY,
    HeaderName::from_static("service-worker-allowed"),
    HeaderName::from_static("clear-site-data"),
    X_FRAME_OPTIONS,
];

/// Answers a request to the host of a preview.
pub async fn serve(state: &AppState, id: &str, mut request: Request) -> Response {
    let editor = editor_origins(request.headers());
    let mut response = match find(state, id).await {
        Err(Error::NotFound(_)) => page::plain(
            StatusCode::NOT_FOUND,
            "No preview runs here",
            "It was stopped, or nobody asked it anything for a long time. Run it again from the editor.",
        ),
        Err(error) => {
            error.log();
            page::plain(
                error.status(),
                "The preview did not come back",
                &error.to_string(),
            )
        }
        Ok(found) => {
            cookies::remove(request.headers_mut(), cookies::THEME);
            match telemetry::handle(&found.preview, request).await {
                Ok(response) => {
                    let mut response = response.map(Body::new);
                    restrain(response.headers_mut());
                    response
                }
                Err(failure) => failed(&failure.error),
            }
        }
    };
    isolate(response.headers_mut(), &editor);
    response
}

/// Drops what a guest must not say.
fn restrain(headers: &mut HeaderMap) {
    for name in &DROPPED {
        headers.remove(name);
    }
    keep(headers, SET_COOKIE, |cookie| {
        (!has_domain(cookie)).then(|| cookie.to_owned())
    });
    keep(headers, CONTENT_SECURITY_POLICY, without_frame_ancestors);
}

/// Replaces each value of a header by what `kept` makes of it; a value that is not text goes.
fn keep(headers: &mut HeaderMap, name: HeaderName, kept: impl Fn(&str) -> Option<String>) {
    let values: Vec<HeaderValue> = headers.get_all(&name).iter().cloned().collect();
    headers.remove(&name);
    let kept = values.iter().filter_map(|value| kept(value.to_str().ok()?));
    for value in kept.filter_map(|value| HeaderValue::from_str(&value).ok()) {
        headers.append(name.clone(), value);
    }
}

/// Whether a cookie would be sent to other hosts too.
fn has_domain(cookie: &str) -> bool {
    let mut attributes = cookie.split(';').skip(1);
    attributes.any(|it| {
        it.split('=')
            .next()
            .is_some_and(|name| name.trim().eq_ignore_ascii_case("domain"))
    })
}

/// The guest's policy without its say on who may frame it: ours follows. A header may hold several policies.
fn without_frame_ancestors(policies: &str) -> Option<String> {
    let policies = policies.split(',').filter_map(|policy| {
        let others = policy.split(';').map(str::trim).filter(|directive| {
            let name = directive
                .split_ascii_whitespace()
                .next()
                .unwrap_or_default();
            !name.is_empty() && !name.eq_ignore_ascii_case("frame-ancestors")
        });
        let policy = others.collect::<Vec<_>>().join("; ");
        (!policy.is_empty()).then_some(policy)
    });
    let policies = policies.collect::<Vec<_>>().join(", ");
    (!policies.is_empty()).then_some(policies)
}

/// Adds what keeps the origin to itself.
fn isolate(headers: &mut HeaderMap, editor: &[String; 2]) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("same-origin"));
    // A further policy can only forbid more than the guest's own.
    if let Ok(policy) = HeaderValue::from_str(&format!("frame-ancestors {}", editor.join(" "))) {
        headers.append(CONTENT_SECURITY_POLICY, policy);
    }
}

/// The page a person sees instead of the guest's answer.
fn failed(error: &RunError) -> Response {
    let (status, heading) = match error {
        RunError::OutOfTime { .. } => {
            (StatusCode::GATEWAY_TIMEOUT, "The component ran out of time")
        }
        RunError::Busy { .. } => (StatusCode::SERVICE_UNAVAILABLE, "The sandbox is busy"),
        RunError::Full { .. } => (StatusCode::SERVICE_UNAVAILABLE, "The sandbox is full"),
        RunError::Stopped => (StatusCode::SERVICE_UNAVAILABLE, "The preview was stopped"),
        RunError::RequestTooLarge { .. } => {
            (StatusCode::PAYLOAD_TOO_LARGE, "The request is too large")
        }
        RunError::InvalidRequest { .. } => (
            StatusCode::BAD_REQUEST,
            "The request cannot be given to a component",
        ),
        RunError::SandboxFailed => (StatusCode::INTERNAL_SERVER_ERROR, "The sandbox failed"),
        RunError::OutOfMemory { .. } => {
            (StatusCode::BAD_GATEWAY, "The component ran out of memory")
        }
        _ => (StatusCode::BAD_GATEWAY, "The component did not answer"),
    };
    page::plain(status, heading, &error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchbay_runner::Pool;

    #[test]
    fn what_cannot_be_had_now_may_be_asked_for_again() {
        let full = RunError::Full {
            pool: Pool::Memories,
            limit: 1,
            name: "pool-memories",
        };
        let response = failed(&full);
        assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(response.headers()["retry-after"], "5");
        assert!(
            !failed(&RunError::NoResponse)
                .headers()
                .contains_key("retry-after")
        );
    }

    #[test]
    fn only_the_guests_own_cookies_and_policies_stay() {
        let mut headers = HeaderMap::new();
        for (name, value) in [
            ("set-cookie", "a=1; Path=/"),
            ("set-cookie", "b=2; DOMAIN=localhost"),
            (
                "content-security-policy",
                "default-src 'self'; Frame-Ancestors *, frame-ancestors *",
            ),
            ("x-frame-options", "ALLOWALL"),
            ("clear-site-data", "\"*\""),
            ("x-own", "kept"),
        ] {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            );
        }
        restrain(&mut headers);
        isolate(
            &mut headers,
            &[
                "http://localhost:1".to_owned(),
                "http://127.0.0.1:1".to_owned(),
            ],
        );
        let cookies: Vec<_> = headers.get_all(SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; Path=/"]);
        let policies: Vec<_> = headers.get_all(CONTENT_SECURITY_POLICY).iter().collect();
        assert_eq!(
            policies,
            [
                "default-src 'self'",
                "frame-ancestors http://localhost:1 http://127.0.0.1:1"
            ]
        );
        assert!(!headers.contains_key(X_FRAME_OPTIONS) && !headers.contains_key("clear-site-data"));
        assert_eq!(headers.get("x-own").unwrap(), "kept");
    }
}
