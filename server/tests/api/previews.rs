//! `/api/v1/previews`, and what a preview serves on its own host.

use crate::guests::{NUMBER, handler};
use crate::support::{TestServer, graph, node, problem};
use futures::StreamExt;
use patchbay_model::api::{LogLine, PreviewInfo, PreviewOutcome, PreviewRequest};
use patchbay_model::{ComponentInfo, Graph};
use patchbay_runner::Limits;
use reqwest::RequestBuilder;
use serde_json::json;
use std::time::Duration;

const HANDLER: &str = "wasi:http/incoming-handler@0.2.3";

/// One handler, exported.
fn alone(component: &ComponentInfo) -> Graph {
    graph(json!({
        "nodes": [node("n1", "handler", component)],
        "exports": [{ "name": HANDLER, "node": "n1", "port": HANDLER }],
    }))
}

async fn run(server: &TestServer, graph: &Graph) -> PreviewInfo {
    let response = server.post("/api/v1/previews", graph).send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    assert_eq!(status, 201, "{text}");
    serde_json::from_str(&text).unwrap()
}

async fn run_sample(server: &TestServer, id: &str) -> PreviewInfo {
    let graph: Graph = server.get_json(&format!("/api/v1/samples/{id}")).await;
    run(server, &graph).await
}

/// A request to the preview's own origin. The name is looked up nowhere: it only stands in the Host header.
fn visit(server: &TestServer, preview: &PreviewInfo, path: &str) -> RequestBuilder {
    let host = preview
        .url
        .trim_start_matches("http://")
        .trim_end_matches('/');
    server.get(path).header("host", host)
}

async fn ask(
    server: &TestServer,
    preview: &PreviewInfo,
    headers: &[(&str, &str)],
) -> PreviewOutcome {
    let request = PreviewRequest {
        method: "GET".to_owned(),
        path: "/".to_owned(),
        headers: headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        body: String::new(),
    };
    let url = server.url(&format!("/api/v1/previews/{}/requests", preview.id));
    let response = server.client.post(url).json(&request).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_sample_answers_on_its_own_origin_and_through_the_api() {
    let server = TestServer::with_samples().await;
    let preview = run_sample(&server, "guarded-hello").await;
    assert_eq!(
        preview.url,
        format!("http://{}.localhost:{}/", preview.id, server.addr.port())
    );
    assert!(
        preview
            .limits
            .iter()
            .any(|limit| *limit == ("memory".into(), "128 MiB".into()))
    );

    let refused = visit(&server, &preview, "/").send().await.unwrap();
    assert_eq!(refused.status(), 401);
    let greeted = visit(&server, &preview, "/").header("authorization", "Bearer patchbay");
    let greeted = greeted.send().await.unwrap();
    assert_eq!(greeted.headers()["x-content-type-options"], "nosniff");
    assert_eq!(
        greeted.headers()["content-security-policy"]
            .to_str()
            .unwrap(),
        format!(
            "frame-ancestors http://localhost:{0} http://127.0.0.1:{0}",
            server.addr.port()
        )
    );
    let greeting = greeted.text().await.unwrap();

    match ask(&server, &preview, &[("authorization", "Bearer patchbay")]).await {
        PreviewOutcome::Answered {
            status: 200, body, ..
        } => assert_eq!(body, greeting),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_editor_is_not_on_a_previews_origin() {
    let server = TestServer::with_samples().await;
    let preview = run_sample(&server, "guarded-hello").await;
    // The guest answers whatever is asked for, with its own refusal.
    let response = visit(&server, &preview, "/api/v1/graphs")
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 401);
}

#[tokio::test]
async fn logs_are_streamed_and_resumed() {
    let server = TestServer::with_samples().await;
    let preview = run_sample(&server, "guarded-hello").await;
    for path in ["/one", "/two"] {
        visit(&server, &preview, path).send().await.unwrap();
    }
    let path = format!("/api/v1/previews/{}/logs", preview.id);
    let follow = |after: &'static str| {
        let request = server.get(&path).header("last-event-id", after);
        async { request.send().await.unwrap() }
    };
    let all = follow("0").await;
    assert_eq!(all.headers()["content-type"], "text/event-stream");
    let resumed = follow("1").await;
    assert_eq!(
        server
            .delete(&format!("/api/v1/previews/{}", preview.id))
            .send()
            .await
            .unwrap()
            .status(),
        204
    );

    // Stopping ends the streams, after what had been written.
    let (all, resumed) = (lines(all).await, lines(resumed).await);
    assert!(
        all[0].text.contains("GET /one") && all[0].stream == "stdout",
        "{all:?}"
    );
    assert_eq!(all[1..], resumed);
}

#[tokio::test]
async fn lines_are_counted_on_when_a_preview_comes_back() {
    let server = TestServer::with_limits(Limits {
        preview_idle: Duration::from_secs(1),
        ..Limits::default()
    })
    .await;
    let component = server.add("handler", &handler("unreachable")).await;
    let preview = run(&server, &alone(&component)).await;
    // Each time the sandbox says in two lines why it failed.
    assert_eq!(
        visit(&server, &preview, "/").send().await.unwrap().status(),
        502
    );
    loop {
        let metrics = server.get("/metrics").send().await.unwrap();
        let aside = "patchbay_previews{state=\"aside\"} 1";
        if metrics.text().await.unwrap().contains(aside) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(
        visit(&server, &preview, "/").send().await.unwrap().status(),
        502
    );
    let path = format!("/api/v1/previews/{}", preview.id);
    let logs = server.get(&format!("{path}/logs"));
    let logs = logs.header("last-event-id", "3").send().await.unwrap();
    server.delete(&path).send().await.unwrap();
    let numbers: Vec<u64> = lines(logs).await.iter().map(|line| line.sequence).collect();
    assert_eq!(numbers, [4]);
}

async fn lines(response: reqwest::Response) -> Vec<LogLine> {
    let mut text = String::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        text.push_str(std::str::from_utf8(&chunk.unwrap()).unwrap());
    }
    assert!(
        text.ends_with("event: stopped\ndata: stopped\n\n"),
        "{text}"
    );
    let data = text.lines().filter_map(|line| line.strip_prefix("data: {"));
    data.map(|data| serde_json::from_str(&format!("{{{data}")).unwrap())
        .collect()
}

#[tokio::test]
async fn misbehaving_guests_fail_alone_and_in_words() {
    let server = TestServer::start().await;
    for (name, instructions, reason, status) in [
        ("spin", "(loop (br 0))", "out-of-time", 504),
        ("trap", "unreachable", "trapped", 502),
        (
            "hog",
            "(loop (br_if 0 (i32.ne (memory.grow (i32.const 64)) (i32.const -1)))) unreachable",
            "out-of-memory",
            502,
        ),
        ("silent", "", "no-response", 502),
    ] {
        let component = server.add(name, &handler(instructions)).await;
        let preview = run(&server, &alone(&component)).await;
        match ask(&server, &preview, &[]).await {
            PreviewOutcome::Failed {
                reason: is,
                message,
                ..
            } => {
                assert_eq!(is, reason, "{name}: {message}");
                let page = visit(&server, &preview, "/").send().await.unwrap();
                assert_eq!(page.status(), status, "{name}");
                assert!(
                    page.headers()["content-security-policy"]
                        .to_str()
                        .unwrap()
                        .contains("frame-ancestors")
                );
                let page = page.text().await.unwrap();
                assert!(page.contains("<h1>"), "{page}");
            }
            other => panic!("{name}: {other:?}"),
        }
        assert_eq!(
            server.get("/api/v1/health").send().await.unwrap().status(),
            204
        );
    }
}

#[tokio::test]
async fn a_stopped_preview_is_gone() {
    let server = TestServer::start().await;
    let component = server.add("silent", &handler("")).await;
    let preview = run(&server, &alone(&component)).await;
    let path = format!("/api/v1/previews/{}", preview.id);
    assert_eq!(server.get_json::<PreviewInfo>(&path).await, preview);
    assert_eq!(server.delete(&path).send().await.unwrap().status(), 204);
    problem(server.delete(&path).send().await.unwrap(), 404, "not-found").await;
    problem(server.get(&path).send().await.unwrap(), 404, "not-found").await;
    problem(
        server.get(&format!("{path}/logs")).send().await.unwrap(),
        404,
        "not-found",
    )
    .await;
    let page = visit(&server, &preview, "/").send().await.unwrap();
    assert_eq!(page.status(), 404);
}

#[tokio::test]
async fn what_cannot_be_previewed_says_why() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let port = "test:numbers/source@1.0.0";
    let numbers = graph(json!({
        "nodes": [node("n1", "number", &number)],
        "exports": [{ "name": port, "node": "n1", "port": port }],
    }));
    let response = server
        .post("/api/v1/previews", &numbers)
        .send()
        .await
        .unwrap();
    let details = problem(response, 422, "not-http").await;
    assert!(details.detail.contains(port), "{}", details.detail);
}

#[tokio::test]
async fn a_request_that_is_none_is_refused_in_words() {
    let server = TestServer::start().await;
    let component = server.add("silent", &handler("")).await;
    let preview = run(&server, &alone(&component)).await;
    let url = server.url(&format!("/api/v1/previews/{}/requests", preview.id));
    for (request, word) in [
        (json!({ "method": "G E T", "path": "/" }), "method"),
        (
            json!({ "method": "GET", "path": "http://elsewhere/" }),
            "slash",
        ),
        (
            json!({ "method": "GET", "path": "/", "headers": [["a b", "c"]] }),
            "header name",
        ),
        (
            json!({ "method": "GET", "path": "/", "headers": [["a", "b\nc: d"]] }),
            "header value",
        ),
        (json!({ "path": "/" }), "method"),
    ] {
        let response = server
            .client
            .post(&url)
            .json(&request)
            .send()
            .await
            .unwrap();
        let details = problem(response, 400, "bad-request").await;
        assert!(details.detail.contains(word), "{}", details.detail);
    }
}

#[tokio::test]
async fn there_are_only_so_many_previews() {
    let server = TestServer::start().await;
    let component = server.add("silent", &handler("")).await;
    let graph = alone(&component);
    let first = run(&server, &graph).await;
    for _ in 1..Limits::default().previews {
        run(&server, &graph).await;
    }
    let response = server
        .post("/api/v1/previews", &graph)
        .send()
        .await
        .unwrap();
    assert!(response.headers().contains_key("retry-after"));
    problem(response, 503, "too-many-previews").await;
    server
        .delete(&format!("/api/v1/previews/{}", first.id))
        .send()
        .await
        .unwrap();
    run(&server, &graph).await;
}

#[tokio::test]
async fn a_graph_that_cannot_be_run_may_be_announced() {
    let server = TestServer::start().await;
    let nothing = graph(json!({ "nodes": [] }));
    let announced = server.post("/api/v1/previews/ahead", &nothing);
    assert_eq!(announced.send().await.unwrap().status(), 202);
    let component = server.add("handler", &handler("")).await;
    run(&server, &alone(&component)).await;
}
