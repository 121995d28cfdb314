//! Which site a request is for, by its Host: the editor, a preview on an origin of its own, or nothing of ours.
//!
//! The editor answers by two names only. Without that, a page on `evil.example` could point its name at 127.0.0.1 and
//! read the editor as if it were its own (DNS rebinding).

use super::{page, preview_site};
use crate::state::AppState;
use axum::extract::{Request, State};
use axum::http::header::HOST;
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use std::time::Instant;

/// Whom a Host header speaks to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Site {
    /// The editor.
    Editor,
    /// The preview of that id, if there is one.
    Preview(String),
    /// Nobody here.
    Unknown,
}

impl Site {
    fn of(authority: &Authority) -> Self {
        let host = authority.host().to_ascii_lowercase();
        if authority.as_str().contains('@') {
            return Self::Unknown;
        }
        match host.strip_suffix(".localhost") {
            Some(label) => Self::Preview(label.to_owned()),
            None if ["localhost", "127.0.0.1"].contains(&host.as_str()) => Self::Editor,
            None => Self::Unknown,
        }
    }
}

/// Sends each request to its site.
pub async fn route(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let site = site(&request);
    let to_preview = matches!(site, Site::Preview(_));
    let response = match site {
        Site::Editor => next.run(request).await,
        Site::Preview(id) => preview_site::serve(&state, &id, request).await,
        Site::Unknown => page::plain(
            StatusCode::MISDIRECTED_REQUEST,
            "Patchbay does not answer to this name",
            "The editor answers at localhost and 127.0.0.1 only, and a preview at the address that its start gave.",
        ),
    };
    state
        .metrics
        .count(to_preview, response.status(), began.elapsed());
    response
}

fn site(request: &Request) -> Site {
    let Some(authority) = authority(request.headers()) else {
        return Site::Unknown;
    };
    // `GET http://other/ HTTP/1.1` names a host too; when the two differ, none of them is to be believed.
    match request.uri().authority() {
        Some(other) if *other != authority => Site::Unknown,
        _ => Site::of(&authority),
    }
}

/// The one Host of a request.
fn authority(headers: &HeaderMap) -> Option<Authority> {
    let mut hosts = headers.get_all(HOST).iter();
    let host = hosts.next()?;
    match hosts.next() {
        Some(_) => None,
        None => Authority::try_from(host.as_bytes()).ok(),
    }
}

/// `:3000`, as the person's browser sees the port of this server.
fn port(headers: &HeaderMap) -> String {
    let port = authority(headers).and_then(|authority| authority.port_u16());
    port.map(|port| format!(":{port}")).unwrap_or_default()
}

/// `http://<id>.localhost:3000`
pub fn preview_origin(id: &str, headers: &HeaderMap) -> String {
    format!("http://{id}.localhost{}", port(headers))
}

/// The origins of the editor, seen from a request to any of our sites.
pub fn editor_origins(headers: &HeaderMap) -> [String; 2] {
    let port = port(headers);
    [
        format!("http://localhost{port}"),
        format!("http://127.0.0.1{port}"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_names_are_ours() {
        let id = "0123456789abcdef0123456789abcdef";
        let preview = Site::Preview(id.to_owned());
        for (host, expected) in [
            ("localhost:3000", Site::Editor),
            ("LOCALHOST", Site::Editor),
            ("127.0.0.1:80", Site::Editor),
            ("[::1]:3000", Site::Unknown),
            (&format!("{id}.localhost:3000"), preview),
            ("nobody.localhost", Site::Preview("nobody".to_owned())),
            ("localhost.evil.example", Site::Unknown),
            ("localhost@evil.example", Site::Unknown),
            ("evil@localhost", Site::Unknown),
            ("192.168.0.1:3000", Site::Unknown),
        ] {
            assert_eq!(Site::of(&host.parse().unwrap()), expected, "{host}");
        }
    }
}
