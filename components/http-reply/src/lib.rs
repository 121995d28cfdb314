//! Sends a whole HTTP response in one call: what the HTTP samples share.

use std::io::Write as _;

use wasip2::http::types::{Fields, OutgoingBody, OutgoingResponse, ResponseOutparam};

/// Answers with `status`, `headers` and `body`.
///
/// A client that hangs up before the end is no concern of the component, so errors in writing are let go.
pub fn send(out: ResponseOutparam, status: u16, headers: &[(&str, &str)], body: &str) {
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (name.to_string(), value.as_bytes().to_vec()))
        .collect();
    let response =
        OutgoingResponse::new(Fields::from_list(&headers).unwrap_or_else(|_| Fields::new()));
    // Only a status that no HTTP response can have is refused; the response then stays a 200.
    let _ = response.set_status_code(status);

    let outgoing = response.body();
    ResponseOutparam::set(out, Ok(response));
    let Ok(outgoing) = outgoing else { return };
    if let Ok(mut stream) = outgoing.write() {
        let _ = stream.write_all(body.as_bytes());
        let _ = stream.blocking_flush();
    }
    // The stream is a child of the body and is dropped by now: `finish` would trap otherwise.
    let _ = OutgoingBody::finish(outgoing, None);
}

/// Answers with plain text.
pub fn text(out: ResponseOutparam, status: u16, body: &str) {
    send(
        out,
        status,
        &[("content-type", "text/plain; charset=utf-8")],
        body,
    );
}

/// Answers with a web page.
pub fn html(out: ResponseOutparam, status: u16, body: &str) {
    send(
        out,
        status,
        &[("content-type", "text/html; charset=utf-8")],
        body,
    );
}
