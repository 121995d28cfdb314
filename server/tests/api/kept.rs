//! What a preview exchanges and keeps, on the page and over the API: messages.

use crate::guests::NUMBER;
use crate::panels::{alone, has, send};
use crate::support::{TestServer, problem};
use patchbay_model::api::PreviewInfo;
use serde_json::{Value, json};

const SOURCE: &str = "test:numbers/source@1.0.0";

async fn grant(server: &TestServer, preview: &PreviewInfo, grants: &Value) -> reqwest::Response {
    let url = server.url(&format!("/api/v1/previews/{}/grants", preview.id));
    server.client.put(url).json(grants).send().await.unwrap()
}

#[tokio::test]
async fn messages_are_sent_and_shown() {
    let server = TestServer::start().await;
    let preview = alone(&server, NUMBER, SOURCE).await;
    let html = send(&server, &preview, "messages", &[]).await;
    has(&html, "The component takes no messages");
    has(&html, "There was no message yet.");
    let form = [("topic", "orders.new"), ("data", "<b>two</b>")];
    let html = send(&server, &preview, "publish", &form).await;
    has(&html, "from you");
    has(&html, "<code>orders.new</code>");
    has(&html, "<code>&lt;b&gt;two&lt;/b&gt;</code>");
    let wrong = [("topic", "orders new"), ("data", "two")];
    let html = send(&server, &preview, "publish", &wrong).await;
    has(&html, "“orders new” is no topic");
    has(&html, "value=\"orders new\"");
}

#[tokio::test]
async fn messages_are_carried_by_whom_was_named() {
    let server = TestServer::start().await;
    let preview = alone(&server, NUMBER, SOURCE).await;
    let form = [
        ("grant", "messaging"),
        ("broker", "memory"),
        ("topics", "orders.*\nbills"),
    ];
    let html = send(&server, &preview, "grant", &form).await;
    has(&html, "name=\"grant\" value=\"messaging\" checked");
    has(&html, "orders.*\nbills</textarea>");
    // Neither what is no address nor one that is not global is dialled.
    for (broker, why) in [
        ("http://broker.example", "is no address of a NATS server"),
        ("nats://127.0.0.1:4222", "127.0.0.1 is not a global address"),
        ("nats://[::ffff:10.0.0.1]", "is not a global address"),
    ] {
        let grants = json!({ "messaging": true, "messaging-broker": broker });
        let refused = problem(grant(&server, &preview, &grants).await, 400, "bad-request").await;
        let detail = refused.detail;
        assert!(detail.contains(why), "{broker}: {detail}");
    }
    let grants = json!({ "messaging": true, "messaging-topics": [">"] });
    assert_eq!(grant(&server, &preview, &grants).await.status(), 200);
}
