//! Guests written by hand, and what the tests do with them.

#![allow(dead_code, reason = "each test file uses its part")]

pub mod wit;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use patchbay_runner::{
    Failure, Grants, Limits, LogStream, Preview, ResponseBody, RunError, Runner,
};
use std::time::Duration;
use tokio::net::TcpListener;

const TEMPLATE: &str = include_str!("template.wat");

/// An HTTP component in the making; see `template.wat`.
#[derive(Default)]
pub struct Source {
    pub imports: String,
    pub arguments: &'static str,
    pub items: String,
    pub handle: &'static str,
}

impl Source {
    pub fn handle(handle: &'static str) -> Self {
        Self {
            handle,
            ..Self::default()
        }
    }

    pub fn build(&self) -> Bytes {
        let text = TEMPLATE
            .replacen("\n  ;;IMPORTS", &format!("\n{}", self.imports), 1)
            .replacen("\n    ;;ARGUMENTS", &format!("\n{}", self.arguments), 1)
            .replacen("\n    ;;ITEMS", &format!("\n{}", self.items), 1)
            .replacen("\n      ;;HANDLE", &format!("\n{}", self.handle), 1);
        wat::parse_str(text).expect("a guest that assembles").into()
    }
}

/// Makes a core module so large that it is compiled on its own, and unlike those that are filled with something else.
pub fn padding(filling: char) -> String {
    format!("(data \"{}\")", filling.to_string().repeat(300 * 1024))
}

/// Answers 200 with `hello`.
pub fn hello() -> Bytes {
    Source::handle("(call $hello (local.get $out))").build()
}

/// Adds 2 to `visits` in the bucket `default`, and traps if that fails.
pub fn counter(draft: &str, number: &str) -> Bytes {
    let imports = format!(
        "(import \"wasi:keyvalue/store@0.2.0-{draft}\" (instance $store
           (type $error' (variant (case \"no-such-store\") (case \"access-denied\") (case \"other\" string)))
           (export \"error\" (type $error (eq $error')))
           (export \"bucket\" (type $bucket (sub resource)))
           (export \"open\" (func (param \"identifier\" string) (result (result (own $bucket) (error $error)))))))
         (alias export $store \"error\" (type $kv-error))
         (alias export $store \"bucket\" (type $bucket))
         (import \"wasi:keyvalue/atomics@0.2.0-{draft}\" (instance $atomics
           (alias outer 1 $kv-error (type $outer-error))
           (export \"error\" (type $error (eq $outer-error)))
           (alias outer 1 $bucket (type $outer-bucket))
           (export \"bucket\" (type $bucket (eq $outer-bucket)))
           (export \"increment\" (func
             (param \"bucket\" (borrow $bucket)) (param \"key\" string) (param \"delta\" {number})
             (result (result {number} (error $error)))))))
         (core func $open (canon lower (func $store \"open\") (memory $memory) (realloc $realloc)))
         (core func $increment (canon lower (func $atomics \"increment\") (memory $memory) (realloc $realloc)))"
    );
    Source {
        imports,
        items: "(import \"kv\" \"open\" (func $open (param i32 i32 i32)))
                (import \"kv\" \"increment\" (func $increment (param i32 i32 i32 i64 i32)))
                (data (i32.const 100) \"default\") (data (i32.const 110) \"visits\")"
            .to_owned(),
        arguments: "(with \"kv\" (instance (export \"open\" (func $open)) (export \"increment\" (func $increment))))",
        handle: "(call $open (i32.const 100) (i32.const 7) (i32.const 1024))
                 (if (i32.load8_u (i32.const 1024)) (then unreachable))
                 (call $increment (i32.load (i32.const 1028)) (i32.const 110) (i32.const 6) (i64.const 2) (i32.const 1024))
                 (if (i32.load8_u (i32.const 1024)) (then unreachable))
                 (call $hello (local.get $out))",
    }
    .build()
}

/// The default limits, with times that suit tests.
pub fn limits() -> Limits {
    Limits {
        cpu_per_request: Duration::from_millis(200),
        queue_wait: Duration::from_secs(30),
        ..Limits::default()
    }
}

/// The port of a server that takes connections, reads what it is sent, and never says anything.
pub async fn silent_server() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move { tokio::io::copy(&mut stream, &mut tokio::io::sink()).await });
        }
    });
    port
}

/// Limits under which such a server is reached, and not waited for for long.
pub fn impatient() -> Limits {
    Limits {
        private_addresses: true,
        service_time: Duration::from_millis(250),
        ..limits()
    }
}

pub async fn start(runner: &Runner, guest: Bytes) -> Preview {
    let program = runner.prepare(guest).await;
    runner.start(
        &program.expect("a guest that can be run"),
        Grants::within_the_sandbox(),
    )
}

pub fn get(path: &str) -> http::Request<Empty<Bytes>> {
    http::Request::builder()
        .uri(path)
        .header("host", "preview.localhost:3000")
        .body(Empty::new())
        .unwrap()
}

pub async fn text(response: http::Response<ResponseBody>) -> String {
    let bytes = response
        .into_body()
        .collect()
        .await
        .expect("a whole body")
        .to_bytes();
    String::from_utf8(bytes.into()).unwrap()
}

/// Runs one request that must fail, and checks that the logs say so and that the runner goes on serving others.
pub async fn failure(runner: &Runner, guest: Bytes) -> RunError {
    let preview = start(runner, guest).await;
    let Failure { request, error, .. } = match preview.handle(get("/")).await {
        Err(failure) => failure,
        Ok(response) => panic!("answered {}", response.status()),
    };
    assert_logged(&preview, request, &error);
    assert_serves(runner).await;
    error
}

/// Checks that the error of a request is in the logs, as a line of the host.
pub fn assert_logged(preview: &Preview, request: u64, error: &RunError) {
    let (lines, _) = preview.logs();
    let sentence = error.to_string();
    let found = |stream| {
        lines
            .iter()
            .any(|l| l.request == request && l.stream == stream && l.text == sentence)
    };
    assert!(found(LogStream::Host), "{sentence:?} is not in {lines:?}");
}

/// Checks that a well-behaved guest on the same runner is served.
pub async fn assert_serves(runner: &Runner) {
    let preview = start(runner, hello()).await;
    let response = preview.handle(get("/")).await.expect("the next request");
    assert_eq!(text(response).await, "hello");
}
