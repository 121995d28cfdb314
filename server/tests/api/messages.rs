//! A preview whose component takes messages, over a real NATS server.

#[path = "../../../crates/runner/tests/guests/server.rs"]
mod nats;
#[path = "../../../crates/runner/tests/guests/wit.rs"]
mod wit;

use crate::panels::{has, send, start};
use crate::support::{TestServer, graph, node};
use nats::Server;
use patchbay_runner::{Limits, Message, MessageBroker, Nats};
use serde_json::json;
use std::time::Duration;

const HANDLER: &str = "wasi:messaging/incoming-handler@0.2.0-draft";

/// Waits until so many previews stand so.
async fn stand(server: &TestServer, state: &str, count: usize) {
    let line = format!("patchbay_previews{{state=\"{state}\"}} {count}\n");
    loop {
        let metrics = server.get("/metrics").send().await.unwrap();
        if metrics.text().await.unwrap().contains(&line) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn message(text: &'static str) -> Message {
    Message {
        topic: "orders.new".to_owned(),
        data: text.into(),
        ..Message::default()
    }
}

#[tokio::test]
async fn a_preview_that_was_put_aside_comes_back_for_a_message() {
    let nats_server = Server::start("nats-server", |port| vec!["-a", "127.0.0.1", "-p", port]);
    let limits = Limits {
        private_addresses: true,
        preview_idle: Duration::from_millis(500),
        ..Limits::default()
    };
    let address = format!("nats://127.0.0.1:{}", nats_server.port);
    let others = Nats::new(&address, &limits).unwrap();
    while others.ping().await.is_err() {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let server = TestServer::with_limits(limits).await;
    let guest = wit::component(
        include_str!("../../../crates/runner/tests/guests/messages.wit"),
        include_str!("../../../crates/runner/tests/guests/messages.wat"),
    );
    let uploaded = server.upload("messages.wasm", guest).await;
    let component = uploaded.json().await.unwrap();
    let graph = graph(json!({
        "nodes": [node("n1", "shop", &component)],
        "exports": [
            { "name": HANDLER, "node": "n1", "port": HANDLER },
            { "name": "test:guests/probe", "node": "n1", "port": "test:guests/probe" },
        ],
    }));
    let preview = start(&server, &graph, "").await;
    let grants = json!({
        "messaging": true, "messaging-broker": address, "messaging-topics": ["orders.>"]
    });
    let url = server.url(&format!("/api/v1/previews/{}/grants", preview.id));
    let granted = server.client.put(url).json(&grants).send().await.unwrap();
    assert_eq!(granted.status(), 200);
    stand(&server, "aside", 1).await;
    for text in ["apples", "pears"] {
        others.send(message(text)).await.unwrap();
    }
    // Nobody asked it anything.
    stand(&server, "running", 1).await;
    loop {
        let html = send(&server, &preview, "messages", &[]).await;
        if html.contains("pears") {
            has(&html, "apples");
            has(&html, "comes back for them");
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
