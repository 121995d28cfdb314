//! `/api/v1/previews/{id}/runs`

use crate::guests::COMMAND;
use crate::support::{TestServer, graph, node, problem};
use patchbay_model::api::{PreviewInfo, RunEvent, RunRequest};
use patchbay_model::{ComponentInfo, Graph};
use serde_json::json;

const RUN: &str = "wasi:cli/run@0.2.0";

fn alone(component: &ComponentInfo) -> Graph {
    graph(json!({
        "nodes": [node("n1", "command", component)],
        "exports": [{ "name": RUN, "node": "n1", "port": RUN }],
    }))
}

async fn run(server: &TestServer, preview: &PreviewInfo, arguments: &[&str]) -> Vec<RunEvent> {
    let request = RunRequest {
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        ..RunRequest::default()
    };
    let url = server.url(&format!("/api/v1/previews/{}/runs", preview.id));
    let response = server.client.post(url).json(&request).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let text = response.text().await.unwrap();
    let data = text.lines().filter_map(|line| line.strip_prefix("data: "));
    data.map(|data| serde_json::from_str(data).unwrap())
        .collect()
}

#[tokio::test]
async fn a_command_is_run_with_arguments_and_ends_with_its_exit_code() {
    let server = TestServer::start().await;
    let component = server.add("command", COMMAND).await;
    let response = server
        .post("/api/v1/previews?use=command", &alone(&component))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    let preview: PreviewInfo = response.json().await.unwrap();

    let mut events = run(&server, &preview, &["one", "tw\u{f6}"]).await;
    let last = events.pop().unwrap();
    let RunEvent::Finished { code: 0, usage } = last else {
        panic!("{last:?}")
    };
    assert_eq!(usage.memory_bytes, 64 << 10);
    let mut written = String::new();
    for event in events {
        match event {
            RunEvent::Wrote { stream, text } => {
                assert_eq!(stream, "stdout");
                written += &text;
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(written, "one\ntw\u{f6}\n");

    let events = run(&server, &preview, &[]).await;
    assert!(
        matches!(events[..], [RunEvent::Finished { code: 1, .. }]),
        "{events:?}"
    );
}

#[tokio::test]
async fn what_is_no_command_is_refused() {
    let server = TestServer::start().await;
    let component = server.add("command", COMMAND).await;
    let response = server.post("/api/v1/previews", &alone(&component)).send();
    let details = problem(response.await.unwrap(), 422, "not-http").await;
    assert!(details.detail.contains(RUN), "{}", details.detail);

    let silent = server.add("silent", &crate::guests::handler("")).await;
    let port = "wasi:http/incoming-handler@0.2.3";
    let handler = graph(json!({
        "nodes": [node("n1", "handler", &silent)],
        "exports": [{ "name": port, "node": "n1", "port": port }],
    }));
    let response = server
        .post("/api/v1/previews?use=command", &handler)
        .send()
        .await
        .unwrap();
    problem(response, 422, "not-command").await;
    // A preview that answers HTTP tells whoever runs it nonetheless.
    let response = server.post("/api/v1/previews", &handler).send();
    let preview: PreviewInfo = response.await.unwrap().json().await.unwrap();
    let events = run(&server, &preview, &[]).await;
    assert!(
        matches!(&events[..], [RunEvent::Failed { reason, .. }] if reason == "unfit"),
        "{events:?}"
    );
}
