//! `/api/v1/previews/{id}/links`: previews of traced builds.

use crate::panels::{alone, has, send, start};
use crate::support::{TestServer, problem};
use patchbay_model::Graph;
use patchbay_model::api::{PreviewInfo, PreviewOutcome};
use serde_json::{Value, json};

const NUMBER: &str = include_str!("../fixtures/number.wat");

/// The status that the guarded sample answers.
async fn ask(server: &TestServer, preview: &PreviewInfo, token: &str) -> u16 {
    let path = format!("/api/v1/previews/{}/requests", preview.id);
    let headers = [("authorization", format!("Bearer {token}"))];
    let request = json!({ "method": "GET", "path": "/", "headers": headers, "body": "" });
    let response = server.post(&path, &request).send().await.unwrap();
    match response.json().await.unwrap() {
        PreviewOutcome::Answered { status, .. } => status,
        PreviewOutcome::Failed { message, .. } => panic!("{message}"),
    }
}

async fn trace(server: &TestServer, preview: &PreviewInfo, on: bool) -> Value {
    let url = server.url(&format!("/api/v1/previews/{}/links", preview.id));
    let request = server.client.put(url).json(&json!({ "trace": on }));
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

/// The calls of the traced links; nothing is said of the others but why.
fn calls(links: &Value) -> Vec<u64> {
    let links = links["links"].as_array().unwrap();
    let traced = links.iter().filter(|it| it["untraced"].is_null());
    traced.map(|it| it["calls"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_preview_is_traced_when_it_is_switched_on_and_the_download_never() {
    let server = TestServer::with_samples().await;
    let graph: Graph = server.get_json("/api/v1/samples/guarded-hello").await;
    let download = async || {
        let response = server.post("/api/v1/fuse", &graph).send().await.unwrap();
        assert_eq!(response.status(), 200);
        response.bytes().await.unwrap()
    };
    let before = download().await;
    let preview = start(&server, &graph, "").await;
    let path = format!("/api/v1/previews/{}/links", preview.id);
    let off: Value = server.get_json(&path).await;
    assert_eq!(off["traced"], false);
    assert_eq!(send(&server, &preview, "canvas", &[]).await, "");

    let on = trace(&server, &preview, true).await;
    assert_eq!(on["traced"], true);
    assert!(on["added-bytes"].as_u64().unwrap() > 0, "{on}");
    assert!(on["nanoseconds-per-call"].is_u64(), "{on}");
    assert_eq!(on["links"].as_array().unwrap().len(), graph.links().len());
    assert!(!calls(&on).is_empty(), "{on}");
    assert!(calls(&on).iter().all(|calls| *calls == 0), "{on}");
    assert_eq!(ask(&server, &preview, "patchbay").await, 200);
    assert_eq!(ask(&server, &preview, "nobody").await, 401);
    let counted: Value = server.get_json(&path).await;
    assert!(calls(&counted).iter().any(|calls| *calls > 0), "{counted}");

    let view = send(&server, &preview, "links", &[]).await;
    has(&view, "aria-checked=\"true\"");
    has(&view, "data-canvas=");
    has(&view, "to what runs");
    let labels = send(&server, &preview, "canvas", &[]).await;
    has(&labels, "data-again=");
    has(&labels, "offset-path:url('#line-");
    assert_eq!(download().await, before);

    assert_eq!(trace(&server, &preview, false).await["traced"], false);
    assert_eq!(ask(&server, &preview, "patchbay").await, 200);
    assert_eq!(send(&server, &preview, "canvas", &[]).await, "");
    has(
        &send(&server, &preview, "links", &[]).await,
        "aria-checked=\"false\"",
    );
}

#[tokio::test]
async fn the_switch_is_kept_with_a_saved_graph_and_can_be_set_at_the_start() {
    let server = TestServer::with_samples().await;
    let graph: Graph = server.get_json("/api/v1/samples/guarded-hello").await;
    let stored = server.save_new(&graph).await;
    let of_graph = format!("&graph={}", stored.id);
    let traced = async |preview: &PreviewInfo| {
        let path = format!("/api/v1/previews/{}/links", preview.id);
        let links: Value = server.get_json(&path).await;
        links["traced"] == true
    };
    let first = start(&server, &stored.graph, &of_graph).await;
    assert!(!traced(&first).await);
    let view = send(&server, &first, "trace", &[("trace", "true")]).await;
    has(&view, "aria-checked=\"true\"");
    assert!(traced(&start(&server, &stored.graph, &of_graph).await).await);
    send(&server, &first, "trace", &[("trace", "false")]).await;
    assert!(!traced(&start(&server, &stored.graph, &of_graph).await).await);
    assert!(traced(&start(&server, &graph, "&trace=true").await).await);
}

#[tokio::test]
async fn what_has_no_links_says_so_and_what_is_gone_too() {
    let server = TestServer::start().await;
    let preview = alone(&server, NUMBER, "test:numbers/source@1.0.0").await;
    let view = send(&server, &preview, "trace", &[("trace", "true")]).await;
    has(&view, "The graph has no links");
    assert!(!view.contains("alert"), "{view}");
    server
        .delete(&format!("/api/v1/previews/{}", preview.id))
        .send()
        .await
        .unwrap();
    let gone = server.get(&format!("/api/v1/previews/{}/links", preview.id));
    problem(gone.send().await.unwrap(), 404, "not-found").await;
    assert_eq!(send(&server, &preview, "canvas", &[]).await, "");
}
