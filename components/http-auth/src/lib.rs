//! HTTP middleware that asks for `authorization: Bearer patchbay`.
//!
//! It imports the very interface it exports, so it can stand in front of any handler.

use exports::wasi::http::incoming_handler::Guest;
use wasi::http::incoming_handler;
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

wit_bindgen::generate!({
    path: "../wit",
    world: "http-middleware",
    // Requests and responses are the types of the crate `wasip2`.
    with: {
        "wasi:http/types@0.2.12": wasip2::http::types,
        "wasi:io/error@0.2.12": wasip2::io::error,
        "wasi:io/poll@0.2.12": wasip2::io::poll,
        "wasi:io/streams@0.2.12": wasip2::io::streams,
        "wasi:clocks/monotonic-clock@0.2.12": wasip2::clocks::monotonic_clock,
    },
    generate_all,
});

export!(Auth);

/// The token a caller has to know. A real component would read it from `wasi:config/store`.
const TOKEN: &str = "patchbay";

struct Auth;

impl Guest for Auth {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        if carries_token(&request) {
            incoming_handler::handle(request, out);
        } else {
            http_reply::send(
                out,
                401,
                &[
                    ("content-type", "text/plain; charset=utf-8"),
                    ("www-authenticate", "Bearer"),
                ],
                "This needs the header `authorization: Bearer patchbay`.\n",
            );
        }
    }
}

/// Whether the request has one `authorization` header, of the scheme `Bearer` (in any case), with the right token.
fn carries_token(request: &IncomingRequest) -> bool {
    let values = request.headers().get("authorization");
    let [value] = values.as_slice() else {
        return false;
    };
    let Ok(value) = str::from_utf8(value) else {
        return false;
    };
    value.split_once(' ').is_some_and(|(scheme, token)| {
        scheme.eq_ignore_ascii_case("bearer") && token.trim() == TOKEN
    })
}
