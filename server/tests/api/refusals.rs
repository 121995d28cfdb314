//! Nodes of a preview that may not use what others may.

use crate::panels::{has, send, start};
use crate::support::{TestServer, graph, node, problem};
use patchbay_model::Graph;
use patchbay_model::api::{CallOutcome, CallRequest, ImportInfo, PreviewInfo};
use serde_json::{Value, json};

/// Asks for a random number, and for a bucket.
const ASKS: &str = include_str!("../fixtures/asks.wat");

pub const RANDOM: &str = "wasi:random/random@0.2.0";
const STORE: &str = "wasi:keyvalue/store@0.2.0-draft";

/// Two nodes of one component, which ask for the same.
pub async fn twins(server: &TestServer) -> Graph {
    let component = server.add("asks", ASKS).await;
    let port = "test:asks/asks";
    graph(json!({
        "nodes": [node("n1", "trusted", &component), node("n2", "stranger", &component)],
        "exports": [
            { "name": "test:out/trusted", "node": "n1", "port": port },
            { "name": "test:out/stranger", "node": "n2", "port": port },
        ],
    }))
}

async fn call(server: &TestServer, preview: &PreviewInfo, function: &str) -> CallOutcome {
    let request = CallRequest {
        function: format!("test:out/{function}"),
        arguments: Vec::new(),
        session: None,
    };
    let url = server.url(&format!("/api/v1/previews/{}/calls", preview.id));
    let response = server.client.post(url).json(&request).send().await.unwrap();
    response.json().await.unwrap()
}

async fn returned(server: &TestServer, preview: &PreviewInfo, function: &str) -> String {
    match call(server, preview, function).await {
        CallOutcome::Returned { result, .. } => result.unwrap(),
        failed => panic!("{failed:?}"),
    }
}

async fn is_refused(server: &TestServer, preview: &PreviewInfo) {
    match call(server, preview, "stranger#random").await {
        CallOutcome::Failed {
            reason, message, ..
        } => {
            assert_eq!(reason, "refused");
            assert_eq!(
                message,
                "The node stranger called wasi:random/random@0.2.0.get-random-u64, which is refused to this node."
            );
        }
        returned => panic!("{returned:?}"),
    }
    assert_eq!(returned(server, preview, "stranger#open").await, "2");
    returned(server, preview, "trusted#random").await;
    assert_eq!(returned(server, preview, "trusted#open").await, "0");
}

fn end(node: &str, port: &str) -> Value {
    json!({ "node": node, "port": port })
}

#[tokio::test]
async fn one_node_may_and_the_other_may_not() {
    let server = TestServer::start().await;
    let preview = start(&server, &twins(&server).await, "").await;
    returned(&server, &preview, "stranger#random").await;
    assert_eq!(returned(&server, &preview, "stranger#open").await, "0");

    let url = server.url(&format!("/api/v1/previews/{}/grants", preview.id));
    let put = async |refused: Vec<Value>| {
        let grants = json!({ "random": true, "key-value": true, "refused": refused });
        server.client.put(&url).json(&grants).send().await.unwrap()
    };
    let response = put(vec![end("n2", RANDOM), end("n2", STORE)]).await;
    let imports: Vec<ImportInfo> = response.json().await.unwrap();
    let nodes = |import: &str| {
        let import = imports.iter().find(|it| it.name == import).unwrap();
        assert_eq!(import.standing, "granted");
        let nodes = import.nodes.iter();
        nodes
            .map(|it| (it.name.as_str(), it.refused))
            .collect::<Vec<_>>()
    };
    assert_eq!(nodes(RANDOM), [("trusted", false), ("stranger", true)]);
    assert_eq!(nodes(STORE), [("trusted", false), ("stranger", true)]);
    is_refused(&server, &preview).await;

    // So it is in a traced build, which has what says no besides.
    let links = server.url(&format!("/api/v1/previews/{}/links", preview.id));
    let traced = server.client.put(links).json(&json!({ "trace": true }));
    assert_eq!(traced.send().await.unwrap().status(), 200);
    is_refused(&server, &preview).await;

    put(Vec::new()).await;
    returned(&server, &preview, "stranger#random").await;
    problem(
        put(vec![end("n1", "wasi:io/poll@0.2.0")]).await,
        400,
        "bad-request",
    )
    .await;
}

#[tokio::test]
async fn the_panel_has_a_box_for_each_node_and_remembers_it_for_the_graph() {
    let server = TestServer::start().await;
    let stored = server.save_new(&twins(&server).await).await;
    let query = format!("&graph={}", stored.id);
    let preview = start(&server, &stored.graph, &query).await;
    let html = send(&server, &preview, "grants", &[]).await;
    let may = |node: &str| {
        let name = if node == "n1" { "trusted" } else { "stranger" };
        format!("value=\"{RANDOM} {node}\" aria-label=\"{name} may use {RANDOM}\"")
    };
    has(&html, &format!("{} checked", may("n1")));
    has(&html, &format!("{} checked", may("n2")));

    let boxes: Vec<String> = ["n1", "n2"]
        .iter()
        .flat_map(|node| [RANDOM, STORE].map(|port| format!("{port} {node}")))
        .collect();
    let mut form = vec![("grant", "random"), ("grant", "key-value")];
    form.extend(boxes.iter().map(|it| ("asked", it.as_str())));
    form.extend(boxes.iter().take(2).map(|it| ("may", it.as_str())));
    let html = send(&server, &preview, "grant", &form).await;
    has(&html, "The grants hold");
    has(&html, &format!("{} checked", may("n1")));
    has(&html, &format!("{}>", may("n2")));
    is_refused(&server, &preview).await;

    // What is downloaded is not what is previewed: nothing stands in for anything.
    let fused = server.post("/api/v1/fuse", &stored.graph).send();
    let fused = fused.await.unwrap();
    assert_eq!(fused.status(), 200);
    let fused = fused.bytes().await.unwrap();
    let refusal = b"patchbay-refusal";
    assert!(!fused.windows(refusal.len()).any(|part| part == refusal));

    let again = start(&server, &stored.graph, &query).await;
    is_refused(&server, &again).await;
}
