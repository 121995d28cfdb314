//! What a preview exchanges and keeps, on the page and over the API: messages and objects.

use crate::guests::NUMBER;
use crate::panels::{alone, has, send, start};
use crate::support::{TestServer, graph, node, problem};
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

#[tokio::test]
async fn objects_are_written_read_and_deleted() {
    let server = TestServer::start().await;
    let preview = alone(&server, NUMBER, SOURCE).await;
    let html = send(&server, &preview, "objects", &[]).await;
    has(&html, "There are no objects yet.");
    let form = [
        ("container", "shop"),
        ("name", "<b>/1"),
        ("data", "two & three"),
    ];
    let html = send(&server, &preview, "set-object", &form).await;
    has(&html, "<code>&lt;b&gt;/1</code>");
    has(&html, "11 B");
    let html = send(&server, &preview, "edit-object", &form).await;
    has(&html, "two &amp; three</textarea>");
    let wrong = [("container", "shop"), ("name", "a//b")];
    let html = send(&server, &preview, "set-object", &wrong).await;
    has(&html, "“a//b” is no name");
    let html = send(&server, &preview, "delete-object", &form).await;
    has(&html, "There are no objects yet.");
    for (store, why) in [
        (
            "ftp://store.example",
            "is no address of a place for objects",
        ),
        ("file:///etc", "files of this server are nobody's"),
        (
            "s3://169.254.169.254/bucket",
            "169.254.169.254 is not a global address",
        ),
        ("lasting", "Only a saved graph"),
    ] {
        let grants = json!({ "blobs": true, "blob-store": store });
        let refused = problem(grant(&server, &preview, &grants).await, 400, "bad-request").await;
        assert!(refused.detail.contains(why), "{store}: {}", refused.detail);
    }
}

#[tokio::test]
async fn lasting_objects_are_those_of_their_graph_and_go_with_it() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let graph = graph(json!({
        "nodes": [node("n1", "number", &number)],
        "exports": [{ "name": SOURCE, "node": "n1", "port": SOURCE }],
    }));
    let stored = server.save_new(&graph).await;
    let query = format!("&graph={}", stored.id);
    let lasting = json!({ "blobs": true, "blob-store": "lasting" });
    let preview = start(&server, &stored.graph, &query).await;
    assert_eq!(grant(&server, &preview, &lasting).await.status(), 200);
    let form = [("container", "shop"), ("name", "a"), ("data", "kept")];
    send(&server, &preview, "set-object", &form).await;
    let kept = server
        .data()
        .join("objects")
        .join(&stored.id)
        .join("shop/a");
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), "kept");
    // Another preview of the graph finds it, one of no graph does not.
    let again = start(&server, &stored.graph, &query).await;
    has(
        &send(&server, &again, "objects", &[]).await,
        "<code>a</code>",
    );
    let other = alone(&server, NUMBER, SOURCE).await;
    has(
        &send(&server, &other, "objects", &[]).await,
        "no objects yet",
    );
    let path = format!("/api/v1/graphs/{}", stored.id);
    assert_eq!(server.delete(&path).send().await.unwrap().status(), 204);
    assert!(!kept.exists());
}
