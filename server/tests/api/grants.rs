//! `/api/v1/previews/{id}/imports` and `/grants`

use crate::support::{TestServer, graph, node, problem};
use patchbay_model::api::{CallOutcome, CallRequest, Grants, ImportInfo, PreviewInfo};
use serde_json::json;

/// Asks for a random number, and for a greeting that nothing provides.
const GUEST: &str = r#"(component
  (import "wasi:random/random@0.2.0" (instance $random (export "get-random-u64" (func (result u64)))))
  (import "docs:greet/greeter@1.0.0" (instance $greeter (export "greet" (func))))
  (core func $random (canon lower (func $random "get-random-u64")))
  (core func $greet (canon lower (func $greeter "greet")))
  (core module $m
    (import "host" "random" (func $random (result i64)))
    (import "host" "greet" (func $greet))
    (export "random" (func $random))
    (export "greet" (func $greet)))
  (core instance $i (instantiate $m (with "host" (instance
    (export "random" (func $random))
    (export "greet" (func $greet))))))
  (func $give (result u64) (canon lift (core func $i "random")))
  (func $pass (canon lift (core func $i "greet")))
  (instance $out (export "random" (func $give)) (export "greet" (func $pass)))
  (export "test:out/out" (instance $out)))"#;

async fn start(server: &TestServer) -> PreviewInfo {
    let component = server.add("guest", GUEST).await;
    let port = "test:out/out";
    let graph = graph(json!({
        "nodes": [node("n1", "guest", &component)],
        "exports": [{ "name": port, "node": "n1", "port": port }],
    }));
    let response = server
        .post("/api/v1/previews?use=calls", &graph)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

async fn call(server: &TestServer, preview: &PreviewInfo, function: &str) -> CallOutcome {
    let request = CallRequest {
        function: format!("test:out/out#{function}"),
        arguments: Vec::new(),
        session: None,
    };
    let url = server.url(&format!("/api/v1/previews/{}/calls", preview.id));
    let response = server.client.post(url).json(&request).send().await.unwrap();
    response.json().await.unwrap()
}

async fn random(server: &TestServer, preview: &PreviewInfo) -> String {
    match call(server, preview, "random").await {
        CallOutcome::Returned { result, .. } => result.unwrap(),
        failed => panic!("{failed:?}"),
    }
}

fn standing(imports: &[ImportInfo], name: &str) -> String {
    let import = imports.iter().find(|import| import.name.starts_with(name));
    import.unwrap().standing.clone()
}

#[tokio::test]
async fn imports_are_listed_and_granted_one_by_one() {
    let server = TestServer::start().await;
    let preview = start(&server).await;
    let path = format!("/api/v1/previews/{}", preview.id);
    let imports: Vec<ImportInfo> = server.get_json(&format!("{path}/imports")).await;
    assert_eq!(standing(&imports, "wasi:random"), "granted");
    assert_eq!(standing(&imports, "docs:greet"), "missing");
    assert_ne!(
        random(&server, &preview).await,
        random(&server, &preview).await
    );

    let url = server.url(&format!("{path}/grants"));
    let put = async |grants: serde_json::Value| {
        server.client.put(&url).json(&grants).send().await.unwrap()
    };
    let response = put(serde_json::to_value(Grants::default()).unwrap()).await;
    let imports: Vec<ImportInfo> = response.json().await.unwrap();
    assert_eq!(standing(&imports, "wasi:random"), "refused");
    assert_eq!(
        random(&server, &preview).await,
        random(&server, &preview).await
    );
    let imports: Vec<ImportInfo> = put(json!({ "random": true })).await.json().await.unwrap();
    assert_eq!(standing(&imports, "wasi:random"), "granted");
    for wrong in [json!({ "files": true }), json!({ "http": ["a b"] })] {
        problem(put(wrong).await, 400, "bad-request").await;
    }
    let hosts = put(json!({ "http": ["*.example.com"] })).await;
    assert_eq!(hosts.status(), 200);
}

#[tokio::test]
async fn an_import_that_nothing_provides_is_named_when_it_is_called() {
    let server = TestServer::start().await;
    let preview = start(&server).await;
    match call(&server, &preview, "greet").await {
        CallOutcome::Failed {
            reason, message, ..
        } => {
            assert_eq!(reason, "not-linked");
            assert!(
                message.contains("docs:greet/greeter@1.0.0#greet"),
                "{message}"
            );
        }
        returned => panic!("{returned:?}"),
    }
}
