//! What is compiled before it is run.

use crate::check::linked;
use crate::guests::{NEXT, NUMBER};
use crate::panels::start;
use crate::refusals::{RANDOM, twins};
use crate::support::TestServer;
use patchbay_model::Graph;
use patchbay_model::api::{CallOutcome, CallRequest, PreviewInfo};
use serde_json::json;
use std::time::Duration;

/// How much of that, functions or core modules, the server has compiled so far.
async fn compiled(server: &TestServer, what: &str) -> u64 {
    let metrics = server.get("/metrics").send().await.unwrap();
    let text = metrics.text().await.unwrap();
    let line = format!("patchbay_{what}_total{{from=\"compiler\"}} ");
    let count = text.lines().find_map(|it| it.strip_prefix(&line));
    count.expect("a count").parse().expect("a number")
}

#[tokio::test]
async fn a_graph_that_was_announced_is_compiled_before_it_is_run() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    // What was uploaded is compiled by itself, one component after the other.
    let parts = compiled_after(&server, 0).await;
    let graph = linked(&number, &next);
    let announced = server.post("/api/v1/previews/ahead", &graph);
    assert_eq!(announced.send().await.unwrap().status(), 202);
    // What leads from one to the other is only in the graph.
    let ahead = compiled_after(&server, parts).await;
    let started = server.post("/api/v1/previews?use=calls", &graph);
    assert_eq!(started.send().await.unwrap().status(), 201);
    assert_eq!(
        compiled(&server, "functions").await,
        ahead,
        "nothing was left to compile"
    );
}

/// How many functions the server has compiled once these are more than so many, and get no more.
async fn compiled_after(server: &TestServer, before: u64) -> u64 {
    let mut last = before;
    loop {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let now = compiled(server, "functions").await;
        if now > before && now == last {
            return now;
        }
        last = now;
    }
}

/// How many functions the server has compiled, or found among those compiled: a program that is there already is not
/// even asked for them.
async fn asked_for(server: &TestServer) -> u64 {
    let metrics = server.get("/metrics").send().await.unwrap();
    let text = metrics.text().await.unwrap();
    let counts = text
        .lines()
        .filter(|it| it.starts_with("patchbay_functions_total{"));
    let count = |line: &str| line.split(' ').nth(1).unwrap().parse::<u64>().unwrap();
    counts.map(count).sum()
}

/// That once the server has been at rest for a while.
async fn asked_for_at_last(server: &TestServer, before: u64) -> u64 {
    let mut last = before;
    loop {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let now = asked_for(server).await;
        if now > before && now == last {
            return now;
        }
        last = now;
    }
}

#[tokio::test]
async fn what_is_announced_is_compiled_as_the_saved_graph_is_run() {
    let server = TestServer::start().await;
    let graph = twins(&server).await;
    let stored = server.save_new(&graph).await;
    let query = format!("&graph={}", stored.id);
    let preview = start(&server, &stored.graph, &query).await;
    let grants = json!({ "random": true, "refused": [{ "node": "n2", "port": RANDOM }] });
    let url = server.url(&format!("/api/v1/previews/{}/grants", preview.id));
    let granted = server.client.put(url).json(&grants).send().await.unwrap();
    assert_eq!(granted.status(), 200);
    for traced in [false, true] {
        if traced {
            let url = server.url(&format!("/api/v1/previews/{}/links", preview.id));
            let traced = server.client.put(url).json(&json!({ "trace": true }));
            assert_eq!(traced.send().await.unwrap().status(), 200);
        }
        // Another graph than what ran last.
        let name = format!("again-{traced}");
        let changed = graph.to_json().replace("stranger", &name);
        let changed = Graph::from_json(&changed).unwrap();
        let before = asked_for_at_last(&server, 0).await;
        let announced = format!("/api/v1/previews/ahead?graph={}", stored.id);
        let announced = server.post(&announced, &changed).send().await.unwrap();
        assert_eq!(announced.status(), 202);
        let ahead = asked_for_at_last(&server, before).await;
        start(&server, &changed, &query).await;
        assert_eq!(asked_for(&server).await, ahead, "traced: {traced}");
    }
}

/// The guest with a core module that is large enough to be compiled on its own.
fn large(guest: &str, filling: &str) -> String {
    let padding = format!("(core module $m (data \"{}\")", filling.repeat(300 * 1024));
    guest.replacen("(core module $m", &padding, 1)
}

/// What comes after the number, as a preview of the graph says.
async fn next(server: &TestServer, graph: &Graph) -> CallOutcome {
    let started = server.post("/api/v1/previews?use=calls", graph);
    let started = started.send().await.unwrap();
    assert_eq!(started.status(), 201);
    let preview: PreviewInfo = started.json().await.unwrap();
    let request = CallRequest {
        function: "next".to_owned(),
        arguments: Vec::new(),
        session: None,
    };
    let path = format!("/api/v1/previews/{}/calls", preview.id);
    let called = server.post(&path, &request).send().await.unwrap();
    called.json().await.unwrap()
}

#[tokio::test]
async fn a_graph_of_components_that_were_seen_is_run_without_compiling_them_again() {
    let server = TestServer::start().await;
    let number = server.add("number", &large(NUMBER, "n")).await;
    let after = server.add("next", &large(NEXT, "a")).await;
    while compiled(&server, "modules").await < 2 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Nobody announced the graph, and none is the other.
    let graph = linked(&number, &after);
    let other = graph.to_json().replacen("My Next", "Another", 1);
    let other = Graph::from_json(&other).unwrap();
    for graph in [graph, other] {
        let outcome = next(&server, &graph).await;
        let CallOutcome::Returned { result, .. } = &outcome else {
            panic!("{outcome:?}");
        };
        assert_eq!(result.as_deref(), Some("43"));
    }
    assert_eq!(compiled(&server, "modules").await, 2);
}
