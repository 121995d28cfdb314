//! Answers HTTP requests: a greeting at `/`, a web page at `/page`, and elsewhere a line that says what was asked.

use wasip2::http::types::{IncomingRequest, Method, ResponseOutparam};

wasip2::http::proxy::export!(Hello);

struct Hello;

impl wasip2::exports::http::incoming_handler::Guest for Hello {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        match (request.method(), path) {
            (Method::Get, "/") => http_reply::text(out, 200, "Hello from Patchbay!\n"),
            (Method::Get, "/page") => http_reply::html(out, 200, include_str!("page.html")),
            (method, path) => {
                let body = format!("Hello! You asked for {} {path}\n", name(&method));
                http_reply::text(out, 200, &body);
            }
        }
    }
}

/// A method as it is written in a request.
fn name(method: &Method) -> &str {
    match method {
        Method::Get => "GET",
        Method::Head => "HEAD",
        Method::Post => "POST",
        Method::Put => "PUT",
        Method::Delete => "DELETE",
        Method::Connect => "CONNECT",
        Method::Options => "OPTIONS",
        Method::Trace => "TRACE",
        Method::Patch => "PATCH",
        Method::Other(name) => name,
    }
}
