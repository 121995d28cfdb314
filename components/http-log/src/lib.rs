//! HTTP middleware that prints a line for every request, such as `GET /page`, and hands it on.
//!
//! It imports the very interface it exports, so it can stand in front of any handler.

use exports::wasi::http::incoming_handler::Guest;
use wasi::http::incoming_handler;
use wasip2::http::types::{IncomingRequest, Method, ResponseOutparam};

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

export!(Log);

struct Log;

impl Guest for Log {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let path = request.path_with_query().unwrap_or_default();
        println!("{} {path}", name(&request.method()));
        incoming_handler::handle(request, out);
    }
}

/// A method as it is written in a request.
fn name(method: &Method) -> String {
    match method {
        Method::Other(name) => name.clone(),
        // The bindings print the rest as `Method::Get` and so on.
        known => format!("{known:?}")
            .trim_start_matches("Method::")
            .to_uppercase(),
    }
}
