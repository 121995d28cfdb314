//! `/api/v1/connect`, `/chain`, `/plug`, `/swap`, `/compare`, `/components/{digest}/comparison/{new}`, `/targets` and `/size`

use crate::guests::{NEXT, NUMBER, TEXT};
use crate::support::{TestServer, graph, node, problem};
use patchbay_model::compare::{Comparison, GraphComparison, Judgement, WiringChangeKind};
use patchbay_model::connect::OpenReason;
use patchbay_model::size::SizeReport;
use patchbay_model::swap::Swap;
use patchbay_model::target::TargetReport;
use patchbay_model::{ComponentInfo, Connected, Graph, Transaction};
use reqwest::Response;
use serde_json::{Value, json};

const SOURCE: &str = "test:numbers/source@1.0.0";

/// Nodes without links, and `next` exported.
fn loose(nodes: &[(&str, &ComponentInfo)]) -> Graph {
    let nodes: Vec<Value> = nodes
        .iter()
        .map(|(name, component)| node(name, name, component))
        .collect();
    graph(json!({
        "nodes": nodes,
        "exports": [{ "name": "next", "node": "next", "port": "next" }],
    }))
}

async fn post(server: &TestServer, path: &str, body: Value) -> Response {
    let request = server.client.post(server.url(path)).json(&body);
    request.send().await.unwrap()
}

async fn connect(server: &TestServer, graph: &Graph) -> Connected {
    let response = server.post("/api/v1/connect", graph).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn what_follows_is_linked_and_the_rest_is_asked_or_told() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;

    let mut one = loose(&[("number", &number), ("next", &next)]);
    let connected = connect(&server, &one).await;
    assert!(connected.choices.is_empty() && connected.open.is_empty());
    one.apply(&Transaction::new("connect", connected.ops))
        .unwrap();
    assert_eq!(one.links().len(), 1);
    let fused = server.post("/api/v1/fuse", &one).send().await.unwrap();
    assert_eq!(fused.status(), 200);

    let two = loose(&[("number", &number), ("other", &number), ("next", &next)]);
    let connected = connect(&server, &two).await;
    assert!(connected.ops.is_empty());
    assert_eq!(connected.choices[0].candidates.len(), 2);

    let text = server.add("text", TEXT).await;
    let none = connect(&server, &loose(&[("text", &text), ("next", &next)])).await;
    assert_eq!(none.open[0].reason, OpenReason::Mismatch);
}

/// Hands on what it gets.
const RELAY: &str = r#"(component
  (import "test:numbers/source@1.0.0" (instance $source (export "number" (func (result u32)))))
  (export "test:numbers/source@1.0.0" (instance $source)))"#;

#[tokio::test]
async fn nodes_are_put_in_a_row_and_change_places() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let relay = server.add("relay", RELAY).await;
    let next = server.add("next", NEXT).await;
    let mut graph = loose(&[
        ("number", &number),
        ("one", &relay),
        ("two", &relay),
        ("next", &next),
    ]);
    let row = async |graph: &Graph, nodes: &[&str], from: Value| {
        let to = json!({ "import": { "node": "next", "port": SOURCE } });
        let body = json!({ "graph": graph, "nodes": nodes, "to": to, "from": from });
        post(&server, "/api/v1/chain", body).await
    };
    let suppliers = |graph: &Graph| -> Vec<String> {
        let links = graph.links().map(|link| (link.to.node.0, link.from.node.0));
        links.map(|(to, from)| format!("{from} {to}")).collect()
    };

    problem(row(&graph, &["one"], Value::Null).await, 422, "cannot-fuse").await;
    let from = json!({ "node": "number", "port": SOURCE });
    for (nodes, from, expected) in [
        (&["one"][..], from, ["one next", "number one"].as_slice()),
        (
            &["one", "two"],
            Value::Null,
            &["two next", "number one", "one two"],
        ),
        (
            &["two", "one"],
            Value::Null,
            &["one next", "two one", "number two"],
        ),
        (&[], Value::Null, &["one next", "two one", "number two"]),
    ] {
        let ops = row(&graph, nodes, from).await.json().await.unwrap();
        graph.apply(&Transaction::new("chain", ops)).unwrap();
        assert_eq!(suppliers(&graph), expected, "{nodes:?}");
    }
    let fused = server.post("/api/v1/fuse", &graph).send().await.unwrap();
    assert_eq!(fused.status(), 200);

    for nodes in [&["number"][..], &["nobody"], &["one", "one"]] {
        let refused = row(&graph, nodes, Value::Null).await;
        problem(refused, 422, "cannot-fuse").await;
    }
}

#[tokio::test]
async fn plugs_go_into_a_socket() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    let plug = async |plugs: Value| {
        let body = json!({ "socket": next.digest, "plugs": plugs });
        post(&server, "/api/v1/plug", body).await
    };
    let plugged: Value = plug(json!([number.digest])).await.json().await.unwrap();
    assert_eq!(plugged["obstacles"], json!([]));
    let graph = graph(plugged["graph"].clone());
    let fused = server.post("/api/v1/fuse", &graph).send().await.unwrap();
    assert_eq!(fused.status(), 200);

    let twice = plug(json!([number.digest, number.digest])).await;
    let twice: Value = twice.json().await.unwrap();
    assert_eq!(
        twice["choices"][0]["candidates"].as_array().unwrap().len(),
        2
    );
    assert_eq!(twice["obstacles"].as_array().unwrap().len(), 1, "{twice}");
    problem(plug(json!(["0".repeat(64)])).await, 404, "not-found").await;
}

#[tokio::test]
async fn another_build_takes_a_components_place() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let newer = server.add("newer", &NUMBER.replace("42", "43")).await;
    let text = server.add("text", TEXT).await;
    let next = server.add("next", NEXT).await;
    let mut graph = loose(&[("number", &number), ("next", &next)]);
    let ops = connect(&server, &graph).await.ops;
    graph.apply(&Transaction::new("connect", ops)).unwrap();

    let swap = async |node: &str, component: &ComponentInfo| {
        let body = json!({ "graph": graph, "node": node, "component": component.digest });
        post(&server, "/api/v1/swap", body).await
    };
    let kept: Swap = swap("number", &newer).await.json().await.unwrap();
    assert!(kept.lost.is_empty() && kept.ops.len() == 1, "{kept:?}");
    let broken: Swap = swap("number", &text).await.json().await.unwrap();
    assert!(broken.lost[0].mismatch.is_some(), "{broken:?}");

    problem(swap("nobody", &newer).await, 422, "cannot-fuse").await;
    let unknown = json!({ "graph": graph, "node": "number", "component": "0".repeat(64) });
    problem(
        post(&server, "/api/v1/swap", unknown).await,
        404,
        "not-found",
    )
    .await;

    // The same replacement as a difference between two graphs.
    let mut after = graph.clone();
    after.apply(&Transaction::new("swap", kept.ops)).unwrap();
    let body = json!({ "old": graph, "new": after });
    let compared: GraphComparison = post(&server, "/api/v1/compare", body)
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(compared.wiring.len(), 1);
    assert_eq!(compared.wiring[0].kind, WiringChangeKind::ComponentReplaced);
    assert_eq!(compared.world.unwrap().judgement, Judgement::Identical);

    let path = |a: &ComponentInfo, b: &ComponentInfo| {
        format!("/api/v1/components/{}/comparison/{}", a.digest, b.digest)
    };
    let same: Comparison = server.get_json(&path(&number, &newer)).await;
    assert_eq!(same.judgement, Judgement::Identical);
    let other: Comparison = server.get_json(&path(&number, &text)).await;
    assert_eq!(other.judgement, Judgement::Breaking);
}

#[tokio::test]
async fn targets_and_sizes_are_told_of_the_result() {
    let server = TestServer::start().await;
    let next = server.add("next", NEXT).await;
    let graph = loose(&[("next", &next)]);

    let matrix = post(&server, "/api/v1/targets", json!({ "graph": graph })).await;
    let matrix: Vec<TargetReport> = matrix.json().await.unwrap();
    assert!(matrix.len() > 5 && matrix.iter().all(|report| !report.fits));
    assert_eq!(matrix[0].findings[0].name, SOURCE);
    assert_eq!(matrix[0].findings[0].nodes[0].0, "next");

    let wit =
        "package my:app; world w { import test:numbers/source@1.0.0; export next: func() -> u32; }
        package test:numbers@1.0.0 { interface source { number: func() -> u32; } }";
    let own = json!({ "graph": graph, "wit": wit });
    let own = post(&server, "/api/v1/targets", own).await;
    let own: Vec<TargetReport> = own.json().await.unwrap();
    assert_eq!((own.len(), own[0].fits), (1, true), "{own:?}");
    // WASI's packages are known without being in the text.
    let over_wasi = "package my:app; world w { include wasi:http/proxy@0.2.3;
        import wasi:cli/environment@0.2.0; export next: func() -> u32; }";
    let over_wasi = json!({ "graph": graph, "wit": over_wasi });
    let over_wasi = post(&server, "/api/v1/targets", over_wasi).await;
    let over_wasi: Vec<TargetReport> = over_wasi.json().await.unwrap();
    let missing: Vec<&str> = over_wasi[0].findings.iter().map(|f| &*f.name).collect();
    assert_eq!(missing, [SOURCE, "wasi:http/incoming-handler@0.2.3"]);
    let unknown =
        json!({ "graph": graph, "wit": "package a:b; world w { import wasi:http/types@0.2.99; }" });
    let unknown = post(&server, "/api/v1/targets", unknown).await;
    let unknown = problem(unknown, 400, "bad-request").await;
    let known = "wasi:http at 0.2.0 to 0.2.12; wasi:http at 0.3.0";
    assert!(unknown.detail.contains(known), "{unknown:?}");
    let wrong = json!({ "graph": graph, "wit": "package" });
    problem(
        post(&server, "/api/v1/targets", wrong).await,
        400,
        "bad-request",
    )
    .await;

    let sizes = server.post("/api/v1/size", &graph).send().await.unwrap();
    let sizes: SizeReport = sizes.json().await.unwrap();
    assert_eq!(sizes.parts[0].bytes, next.size);
    assert_eq!(sizes.parts[0].instances, ["next"]);
    assert_eq!(sizes.total, sizes.wiring + next.size);
}
