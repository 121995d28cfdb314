//! What a preview does for its guests and for who watches it: logs, key-value store, stopping, turns.

mod guests;

use guests::{Source, assert_logged, assert_serves, counter, get, hello, limits, start, text};
use http_body_util::BodyExt;
use patchbay_runner::{Limits, LogStream, RunError, Runner, Served};
use std::time::Duration;

const LOOP: &str = "(loop $again (br $again))";
const HEAD_THEN_LOOP: &str = "(call $begin (local.get $out)) (loop $again (br $again))";

/// Guests may compute for a minute: for tests that end them by other means.
fn patient() -> Limits {
    let minute = Duration::from_secs(60);
    Limits {
        cpu_per_request: minute,
        wall_per_request: minute,
        first_byte: minute,
        ..limits()
    }
}

#[tokio::test]
async fn answers_and_numbers_its_requests() {
    let runner = Runner::new(limits()).unwrap();
    let preview = start(&runner, hello()).await;
    for number in 1..=3 {
        let response = preview.handle(get("/")).await.unwrap();
        let served = *response.extensions().get::<Served>().unwrap();
        assert_eq!(served.request, number);
        assert!(served.elapsed > Duration::ZERO);
        assert_eq!(text(response).await, "hello");
    }
    assert!(preview.logs().0.is_empty());
}

#[tokio::test]
async fn what_a_guest_prints_is_logged_with_its_request() {
    let runner = Runner::new(limits()).unwrap();
    let source = Source {
        items: "(data (i32.const 100) \"one\\ntwo\")".to_owned(),
        ..Source::handle(
            "(call $write (call $get-stdout) (i32.const 100) (i32.const 7) (i32.const 1024))
             (call $hello (local.get $out))",
        )
    };
    let preview = start(&runner, source.build()).await;
    let (before, mut live) = preview.logs();
    assert!(before.is_empty());
    text(preview.handle(get("/")).await.unwrap()).await;
    let one = live.recv().await.unwrap();
    assert_eq!(
        (one.sequence, one.request, one.stream, one.text.as_str()),
        (1, 1, LogStream::Stdout, "one")
    );
    // A last line without an end comes when the guest is done.
    assert_eq!(live.recv().await.unwrap().text, "two");
}

#[tokio::test]
async fn a_guest_that_prints_without_end_is_cut_and_served() {
    let runner = Runner::new(Limits {
        log_bytes_per_request: 10_000,
        ..limits()
    })
    .unwrap();
    let source = Source {
        items: "(data (i32.const 2048) \"a line of text that is printed far too often\\n\")
                (global $left (mut i32) (i32.const 2000))"
            .to_owned(),
        ..Source::handle(
            "(global.set $open-stream (call $get-stdout))
             (loop $more
               (call $write (global.get $open-stream) (i32.const 2048) (i32.const 45) (i32.const 1024))
               (global.set $left (i32.sub (global.get $left) (i32.const 1)))
               (br_if $more (global.get $left)))
             (call $hello (local.get $out))",
        )
    };
    let preview = start(&runner, source.build()).await;
    assert_eq!(text(preview.handle(get("/")).await.unwrap()).await, "hello");
    let (lines, _) = preview.logs();
    assert!(lines.len() > 50 && lines.len() < 200, "{}", lines.len());
    let last = lines.last().unwrap();
    assert_eq!(last.stream, LogStream::Host);
    assert!(last.text.contains("dropped"), "{}", last.text);
}

#[tokio::test]
async fn outbound_http_is_refused_and_logged() {
    let runner = Runner::new(limits()).unwrap();
    let source = Source {
        items: "(data (i32.const 100) \"169.254.169.254\") (data (i32.const 120) \"/\")".to_owned(),
        ..Source::handle(
            "(global.set $open-body (call $new-request (call $new-fields)))
             (drop (call $set-authority (global.get $open-body) (i32.const 1) (i32.const 100) (i32.const 15)))
             (drop (call $set-path (global.get $open-body) (i32.const 1) (i32.const 120) (i32.const 1)))
             (call $send (global.get $open-body) (i32.const 0) (i32.const 0) (i32.const 1024))
             (call $hello (local.get $out))",
        )
    };
    let preview = start(&runner, source.build()).await;
    assert_eq!(text(preview.handle(get("/")).await.unwrap()).await, "hello");
    let (lines, _) = preview.logs();
    assert_eq!(lines[0].stream, LogStream::Host);
    assert_eq!(
        lines[0].text,
        "A request to 169.254.169.254 was refused: the host is not granted."
    );
}

#[tokio::test]
async fn both_drafts_of_the_key_value_store_count() {
    let runner = Runner::new(limits()).unwrap();
    for (draft, number) in [("draft", "u64"), ("draft2", "s64")] {
        let preview = start(&runner, counter(draft, number)).await;
        for _ in 0..3 {
            assert_eq!(text(preview.handle(get("/")).await.unwrap()).await, "hello");
        }
        let entries = preview.key_values().entries(9).await.unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(
            (entries[0].bucket.as_str(), entries[0].key.as_str()),
            ("default", "visits")
        );
        assert_eq!(entries[0].value, "6");

        let other = start(&runner, counter(draft, number)).await;
        let entries = other.key_values().entries(9).await.unwrap();
        assert!(entries.is_empty(), "previews share nothing");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_ends_what_runs_and_what_comes() {
    let runner = Runner::new(Limits {
        requests_per_preview: 1,
        ..patient()
    })
    .unwrap();
    let preview = start(&runner, Source::handle(LOOP).build()).await;
    // The second waits for the first.
    let requests: Vec<_> = (0..2)
        .map(|_| {
            let preview = preview.clone();
            tokio::spawn(async move { preview.handle(get("/")).await.err().unwrap() })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert!(!preview.is_stopped());
    preview.stop();
    for request in requests {
        let failure = request.await.unwrap();
        assert_eq!(failure.error, RunError::Stopped);
        assert_logged(&preview, failure.request, &failure.error);
    }
    assert!(preview.is_stopped());
    assert_eq!(
        preview.handle(get("/")).await.err().unwrap().error,
        RunError::Stopped
    );
    assert_serves(&runner).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_wait_for_their_turn_and_give_up() {
    let limits = Limits {
        requests_per_preview: 1,
        queue_wait: Duration::from_millis(300),
        ..patient()
    };
    let runner = Runner::new(limits).unwrap();
    let preview = start(&runner, Source::handle(HEAD_THEN_LOOP).build()).await;
    let running = preview.handle(get("/")).await.unwrap();
    let failure = preview.handle(get("/")).await.err().unwrap();
    assert_eq!(
        failure.error,
        RunError::Busy {
            waited: Duration::from_millis(300)
        }
    );
    assert!(failure.elapsed >= Duration::from_millis(300));
    assert_logged(&preview, failure.request, &failure.error);
    // Turns are the preview's own: another one is served meanwhile.
    assert_serves(&runner).await;
    preview.stop();
    assert_eq!(
        running.into_body().collect().await.unwrap_err(),
        RunError::Stopped
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_previews_together_have_a_limit_too() {
    let limits = Limits {
        requests_at_once: 1,
        queue_wait: Duration::from_millis(300),
        ..patient()
    };
    let runner = Runner::new(limits).unwrap();
    let greedy = start(&runner, Source::handle(HEAD_THEN_LOOP).build()).await;
    let other = start(&runner, hello()).await;
    let running = greedy.handle(get("/")).await.unwrap();
    let refused = other.handle(get("/")).await.err().unwrap();
    assert!(
        matches!(refused.error, RunError::Busy { .. }),
        "{refused:?}"
    );
    greedy.stop();
    assert_eq!(
        running.into_body().collect().await.unwrap_err(),
        RunError::Stopped
    );
    assert_eq!(other.handle(get("/")).await.unwrap().status(), 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_away_takes_its_guest_along() {
    // One turn for all: who comes next is served only if the guest is gone.
    let limits = Limits {
        requests_at_once: 1,
        queue_wait: Duration::from_secs(10),
        ..patient()
    };
    let runner = Runner::new(limits).unwrap();

    let silent = start(&runner, Source::handle(LOOP).build()).await;
    let waited = tokio::time::timeout(Duration::from_millis(200), silent.handle(get("/"))).await;
    assert!(waited.is_err());
    assert_serves(&runner).await;

    let talking = start(&runner, Source::handle(HEAD_THEN_LOOP).build()).await;
    drop(talking.handle(get("/")).await.unwrap());
    assert_serves(&runner).await;
}
