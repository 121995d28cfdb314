//! `/api/v1/stubs` and `/api/v1/adapters`

use crate::support::{TestServer, problem};
use patchbay_model::api::Addition;
use patchbay_model::component::Generated;
use patchbay_model::{Analysis, ComponentInfo, Graph, Node, NodeId, Op, Point, Transaction};
use serde_json::{Value, json};

const HAVE: &str = "package demo:have;
interface store { fetch: func(key: string) -> option<string>; }
world have { export store; export count: func() -> u32; }";

const WANT: &str = "package demo:want;
interface store { get: func(key: string) -> option<string>; count: func() -> u32; }
world want { import store; export run: func() -> u32; }";

async fn post(server: &TestServer, path: &str, body: &Value) -> reqwest::Response {
    server.post(path, body).send().await.unwrap()
}

async fn addition(server: &TestServer, path: &str, body: &Value) -> Addition {
    let response = post(server, path, body).await;
    assert_eq!(response.status(), 200, "{:?}", response.text().await);
    response.json().await.unwrap()
}

async fn of_wit(server: &TestServer, text: &str) -> ComponentInfo {
    let body = json!({ "of": { "wit": { "text": text } } });
    let made = addition(server, "/api/v1/stubs", &body).await;
    assert_eq!(made.component.generated, Some(Generated::Stub));
    assert!(made.ops.is_empty());
    made.component
}

fn graph(components: &[(&str, &ComponentInfo)]) -> Graph {
    let mut graph = Graph::named("generated");
    let nodes = components.iter().map(|(id, component)| Op::AddNode {
        node: Node::instance(
            NodeId((*id).to_owned()),
            (*id).to_owned(),
            component.reference(),
            Point { x: 0.0, y: 0.0 },
        ),
    });
    graph
        .apply(&Transaction::new("nodes", nodes.collect()))
        .unwrap();
    graph
}

async fn check(server: &TestServer, mut graph: Graph, ops: Vec<Op>) -> Analysis {
    graph.apply(&Transaction::new("generated", ops)).unwrap();
    let response = server.post("/api/v1/check", &graph).send().await.unwrap();
    response.json().await.unwrap()
}

#[tokio::test]
async fn an_open_import_is_filled_with_a_stub() {
    let server = TestServer::start().await;
    let want = of_wit(&server, WANT).await;
    let graph = graph(&[("want", &want)]);
    let import = json!({ "node": "want", "port": "demo:want/store" });
    let body =
        json!({ "of": { "import": { "graph": graph, "import": import } }, "defaults": true });
    let made = addition(&server, "/api/v1/stubs", &body).await;
    assert_eq!(made.component.package, "patchbay:stub-store");
    let analysis = check(&server, graph, made.ops).await;
    assert!(analysis.world.unwrap().imports.is_empty());

    let listed: Vec<ComponentInfo> = server.get_json("/api/v1/components").await;
    assert!(listed.contains(&made.component));
}

#[tokio::test]
async fn an_adapter_links_what_differs_in_shape() {
    let server = TestServer::start().await;
    let (have, want) = (of_wit(&server, HAVE).await, of_wit(&server, WANT).await);
    let graph = graph(&[("have", &have), ("want", &want)]);
    let body = json!({
        "graph": graph,
        "from": [{ "node": "have", "port": "demo:have/store" }],
        "to": { "node": "want", "port": "demo:want/store" },
    });
    let made = addition(&server, "/api/v1/adapters", &body).await;
    assert_eq!(made.component.generated, Some(Generated::Adapter));
    let analysis = check(&server, graph, made.ops).await;
    assert_eq!(analysis.links.len(), 3, "both exports are needed");
    assert!(analysis.world.unwrap().imports.is_empty());
}

#[tokio::test]
async fn what_cannot_be_generated_is_a_problem() {
    let server = TestServer::start().await;
    let have = of_wit(&server, HAVE).await;
    let graph = graph(&[("have", &have)]);
    let body = json!({ "of": { "wit": { "text": "package a:b; world c { import d: func( }" } } });
    let answer = post(&server, "/api/v1/stubs", &body).await;
    problem(answer, 422, "wit-syntax").await;
    let end = json!({ "node": "gone", "port": "x" });
    let body = json!({ "graph": graph, "from": [end], "to": end });
    let answer = post(&server, "/api/v1/adapters", &body).await;
    problem(answer, 422, "no-such-node").await;
}
