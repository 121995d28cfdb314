//! Counts the visits to each path in a key-value store, and says how many there were.

use exports::wasi::http::incoming_handler::Guest;
use wasi::keyvalue::store::{self, Error};
use wasip2::http::types::{IncomingRequest, ResponseOutparam};

wit_bindgen::generate!({
    path: "../wit",
    world: "visit-counter",
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

export!(VisitCounter);

/// The bucket that hosts offer when nothing else is agreed on.
const BUCKET: &str = "default";

struct VisitCounter;

impl Guest for VisitCounter {
    fn handle(request: IncomingRequest, out: ResponseOutparam) {
        let target = request.path_with_query().unwrap_or_default();
        let path = target.split('?').next().unwrap_or_default();
        match count(path) {
            Ok(visits) => http_reply::text(out, 200, &format!("Visit number {visits} to {path}\n")),
            Err(error) => {
                let body = format!("The visit could not be counted: {}\n", reason(&error));
                http_reply::text(out, 500, &body);
            }
        }
    }
}

/// Adds a visit to `path` and returns how many there have been.
fn count(path: &str) -> Result<u64, Error> {
    let bucket = store::open(BUCKET)?;
    let visits = match bucket.get(path)? {
        Some(value) => {
            parse(&value).ok_or_else(|| Error::Other(format!("`{path}` holds no number")))?
        }
        None => 0,
    };
    let visits = visits.saturating_add(1);
    bucket.set(path, visits.to_string().as_bytes())?;
    Ok(visits)
}

/// Counts are kept as decimal text, so that whoever looks into the store can read them.
fn parse(value: &[u8]) -> Option<u64> {
    str::from_utf8(value).ok()?.parse().ok()
}

fn reason(error: &Error) -> &str {
    match error {
        Error::NoSuchStore => "the store has no bucket `default`",
        Error::AccessDenied => "the store denies access to the bucket `default`",
        Error::Other(reason) => reason,
    }
}
