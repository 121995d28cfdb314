//! What goes wrong with bodies, on the way in and on the way out, and waiting for them.

mod guests;

use guests::{Source, assert_logged, assert_serves, get, limits, start};
use http_body_util::BodyExt;
use patchbay_runner::{Limits, RequestPart, RunError, Runner, Served, TimeLimit};
use std::time::Duration;

fn runner() -> Runner {
    Runner::new(limits()).unwrap()
}

#[tokio::test]
async fn a_trap_in_the_middle_of_the_body_breaks_it_off() {
    let runner = runner();
    let source = Source::handle(
        "(call $begin (local.get $out)) (call $say (i32.const 0) (i32.const 5)) unreachable",
    );
    let preview = start(&runner, source.build()).await;
    let mut response = preview.handle(get("/")).await.unwrap();
    assert_eq!(response.status(), 200);
    let request = response.extensions().get::<Served>().unwrap().request;
    let first = response.body_mut().frame().await.unwrap().unwrap();
    assert_eq!(first.into_data().unwrap(), "hello");
    let error = response.body_mut().frame().await.unwrap().unwrap_err();
    assert!(matches!(error, RunError::Trapped { .. }), "{error:?}");
    assert!(response.body_mut().frame().await.is_none());
    assert_logged(&preview, request, &error);
    assert_serves(&runner).await;
}

#[tokio::test]
async fn a_body_left_unfinished_is_an_error() {
    let runner = runner();
    let source = Source {
        imports: "(alias export $types \"outgoing-body\" (type $outgoing-body))
                  (core func $drop-body (canon resource.drop $outgoing-body))"
            .to_owned(),
        items: "(import \"more\" \"drop-body\" (func $drop-body (param i32)))".to_owned(),
        arguments: "(with \"more\" (instance (export \"drop-body\" (func $drop-body))))",
        handle: "(call $begin (local.get $out)) (call $drop-stream (global.get $open-stream))
                 (call $drop-body (global.get $open-body))",
    };
    let preview = start(&runner, source.build()).await;
    let response = preview.handle(get("/")).await.unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert_eq!(error, RunError::ResponseUnfinished);
    assert_logged(&preview, 1, &error);
}

#[tokio::test]
async fn a_response_without_an_end_is_cut() {
    let limits = Limits {
        response_body: 100_000,
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let source = Source::handle(
        "(call $begin (local.get $out)) (loop $more (call $say (i32.const 0) (i32.const 4096)) (br $more))",
    );
    let preview = start(&runner, source.build()).await;
    let mut body = preview.handle(get("/")).await.unwrap().into_body();
    let mut received = 0;
    let error = loop {
        match body.frame().await.unwrap() {
            Ok(frame) => received += frame.into_data().unwrap().len(),
            Err(error) => break error,
        }
    };
    assert_eq!(received, 100_000);
    assert_eq!(error, RunError::ResponseTooLarge { limit: 100_000 });
    assert_logged(&preview, 1, &error);
    assert_serves(&runner).await;
}

#[tokio::test]
async fn a_request_body_that_is_too_long_ends_the_request() {
    let limits = Limits {
        request_body: 1000,
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let source = Source::handle(
        "(call $consume (local.get $request) (i32.const 1024))
         (call $body-stream (i32.load (i32.const 1028)) (i32.const 1024))
         (global.set $open-stream (i32.load (i32.const 1028)))
         (loop $more
           (call $skip (global.get $open-stream) (i64.const 4096) (i32.const 1040))
           (br_if $more (i32.eqz (i32.load8_u (i32.const 1040)))))
         (call $hello (local.get $out))",
    );
    let preview = start(&runner, source.build()).await;
    let post = |length: usize| {
        let frame = || Ok::<_, std::io::Error>(http_body::Frame::data(vec![b'x'; 100].into()));
        let chunks = std::iter::repeat_with(frame).take(length / 100);
        let body = http_body_util::StreamBody::new(futures::stream::iter(chunks));
        http::Request::builder()
            .method("POST")
            .uri("/")
            .body(body)
            .unwrap()
    };
    assert_eq!(preview.handle(post(1000)).await.unwrap().status(), 200);
    let error = RunError::from(preview.handle(post(1100)).await.err().unwrap());
    assert_eq!(
        error,
        RunError::RequestTooLarge {
            part: RequestPart::Body,
            limit: 1000
        }
    );
    assert_logged(&preview, 2, &error);
}

#[tokio::test]
async fn waiting_counts_against_the_clock_and_not_the_cpu() {
    let limits = Limits {
        first_byte: Duration::from_millis(300),
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    // Reads from a body that never comes.
    let source = Source::handle(
        "(call $consume (local.get $request) (i32.const 1024))
         (call $body-stream (i32.load (i32.const 1028)) (i32.const 1024))
         (call $skip (i32.load (i32.const 1028)) (i64.const 1) (i32.const 1040))",
    );
    let preview = start(&runner, source.build()).await;
    let body =
        http_body_util::StreamBody::new(futures::stream::pending::<Result<_, std::io::Error>>());
    let request = http::Request::builder()
        .method("POST")
        .uri("/")
        .body(body)
        .unwrap();
    let failure = preview.handle(request).await.err().unwrap();
    assert_eq!(
        failure.error,
        RunError::OutOfTime {
            kind: TimeLimit::FirstByte,
            limit: Duration::from_millis(300),
            nodes: Vec::new()
        }
    );
    assert!(failure.elapsed >= Duration::from_millis(300));
}

#[tokio::test]
async fn a_response_that_never_ends_runs_out_of_time() {
    let limits = Limits {
        wall_per_request: Duration::from_millis(400),
        first_byte: Duration::from_millis(200),
        cpu_per_request: Duration::from_secs(20),
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let source = Source::handle("(call $begin (local.get $out)) (loop $again (br $again))");
    let preview = start(&runner, source.build()).await;
    let response = preview.handle(get("/")).await.unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert_eq!(
        error,
        RunError::OutOfTime {
            kind: TimeLimit::Wall,
            limit: Duration::from_millis(400),
            nodes: Vec::new()
        }
    );
    assert_logged(&preview, 1, &error);
    assert_serves(&runner).await;
}
