//! `/api/v1/previews/{id}/panel`: what the page shows of a preview, and what its forms do.

use crate::guests::COMMAND;
use crate::support::{TestServer, graph, node, problem};
use patchbay_model::api::PreviewInfo;
use patchbay_model::{Graph, Transaction};
use patchbay_runner::Limits;
use serde_json::json;
use std::time::Duration;

/// Takes a value of many types and gives it back.
const ECHO: &str = include_str!("../fixtures/echo.wat");

pub async fn start(server: &TestServer, graph: &Graph, query: &str) -> PreviewInfo {
    let path = format!("/api/v1/previews?use=any{query}");
    let response = server.post(&path, graph).send().await.unwrap();
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

pub async fn alone(server: &TestServer, text: &str, port: &str) -> PreviewInfo {
    let component = server.add("component", text).await;
    let graph = graph(json!({
        "nodes": [node("n1", "component", &component)],
        "exports": [{ "name": port, "node": "n1", "port": port }],
    }));
    start(server, &graph, "").await
}

/// Sends a form.
pub async fn send(
    server: &TestServer,
    preview: &PreviewInfo,
    action: &str,
    form: &[(&str, &str)],
) -> String {
    let url = server.url(&format!("/api/v1/previews/{}/panel/{action}", preview.id));
    let response = server.client.post(url).form(form).send().await.unwrap();
    assert_eq!(response.status(), 200, "{action}");
    let media = response.headers()["content-type"].to_str().unwrap();
    assert!(media.starts_with("text/html"), "{media}");
    response.text().await.unwrap()
}

pub fn has(html: &str, words: &str) {
    assert!(html.contains(words), "no {words} in {html}");
}

#[tokio::test]
async fn a_request_is_sent_saved_and_written_for_a_shell() {
    let server = TestServer::with_samples().await;
    let graph: Graph = server.get_json("/api/v1/samples/guarded-hello").await;
    let stored = server.save_new(&graph).await;
    let query = format!("&graph={}", stored.id);
    let preview = start(&server, &stored.graph, &query).await;
    let first = send(&server, &preview, "open", &[]).await;
    has(&first, "aria-pressed=\"true\">Request<");
    let form = [
        ("method", "GET"),
        ("path", "/"),
        ("headers", "authorization: Bearer patchbay"),
    ];
    let html = send(&server, &preview, "send", &form).await;
    has(&html, "200 OK");
    has(&html, "Hello from Patchbay!");
    has(
        &html,
        "data-copy=\"curl --include --request 'GET' --header 'authorization: Bearer patchbay'",
    );
    let wrong = send(&server, &preview, "send", &[("headers", "what")]).await;
    has(&wrong, "“what” is no header");

    let activity = send(&server, &preview, "activity", &[]).await;
    has(&activity, "<code>GET /</code>");
    has(&activity, "<span class=\"ok\">200</span>");

    // What is saved with a graph is there for its next preview, and after a restart.
    let mut named = form.to_vec();
    named.push(("name", "<Greet>"));
    let saved = send(&server, &preview, "save", &named).await;
    has(&saved, "&lt;Greet&gt;");
    let server = server.restart().await;
    let preview = start(&server, &stored.graph, &query).await;
    let opened = send(&server, &preview, "open-saved", &[("saved", "<Greet>")]).await;
    has(&opened, "authorization: Bearer patchbay");
    send(&server, &preview, "forget-saved", &[("saved", "<Greet>")]).await;
    let view = send(&server, &preview, "request", &[]).await;
    assert!(!view.contains("Greet"), "{view}");
}

#[tokio::test]
async fn a_command_runs_and_its_output_is_followed() {
    let server = TestServer::start().await;
    let preview = alone(&server, COMMAND, "wasi:cli/run@0.2.0").await;
    let first = send(&server, &preview, "open", &[]).await;
    has(&first, "aria-pressed=\"true\">Command<");
    let mut html = send(
        &server,
        &preview,
        "run",
        &[("arguments", "one\ntwo & <three>")],
    )
    .await;
    for _ in 0..100 {
        if !html.contains("data-again") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        html = send(&server, &preview, "output", &[]).await;
    }
    has(&html, "Exit code 0");
    has(&html, "two &amp; &lt;three&gt;");
    let wrong = send(&server, &preview, "run", &[("environment", "A")]).await;
    has(&wrong, "“A” says nothing");
}

#[tokio::test]
async fn a_function_is_called_with_a_form_or_with_text() {
    let server = TestServer::start().await;
    let preview = alone(&server, ECHO, "test:echo/echo").await;
    let view = send(&server, &preview, "open", &[]).await;
    has(&view, "aria-pressed=\"true\">Call<");
    has(&view, "name=\"0.length\"");
    let function = ("function", "test:echo/echo#shape");
    let form = [
        function,
        ("as", "form"),
        ("0.length", "1"),
        ("0.0.name", "a \"b\"\n<c>"),
        ("0.0.points.length", "2"),
        ("0.0.points.0.0", "1"),
        ("0.0.points.0.1", "-2"),
        ("0.0.points.1.0", "3"),
        ("0.0.points.1.1", "4"),
        ("0.0.kind", "circle"),
        ("0.0.kind.circle", "1.5"),
        ("0.0.note", "some"),
        ("0.0.note.some", "!"),
        ("0.0.tags", "hot"),
        ("0.0.tags", "wet"),
    ];
    let html = send(&server, &preview, "do-call", &form).await;
    has(
        &html,
        "[{name: &quot;a \\&quot;b\\&quot;\\n&lt;c&gt;&quot;, points: [(1, -2), (3, 4)]",
    );
    has(&html, "circle(1.5)");
    has(&html, "some('!')");
    has(&html, "{hot, wet}");
    // A longer list, and the same as text.
    let mut more = form.to_vec();
    more.push(("more", "0.0.points"));
    let html = send(&server, &preview, "call", &more).await;
    has(&html, "name=\"0.0.points.2.0\"");
    let mut turned = form.to_vec();
    turned.push(("turn", "text"));
    let html = send(&server, &preview, "call", &turned).await;
    has(&html, "name=\"text.0\" value=\"[{name: &quot;a");
    let text = [function, ("as", "text"), ("text.0", "[1]")];
    let html = send(&server, &preview, "do-call", &text).await;
    has(&html, "role=\"alert\"");
    let wrong = [
        function,
        ("0.length", "1"),
        ("0.0.points.length", "1"),
        ("0.0.points.0.0", "1, 2"),
    ];
    has(
        &send(&server, &preview, "do-call", &wrong).await,
        "“1, 2” is no s32",
    );
}

#[tokio::test]
async fn grants_are_given_and_kept_for_the_graph() {
    let server = TestServer::with_samples().await;
    let mut document: Graph = server.get_json("/api/v1/samples/counter").await;
    let store = document
        .nodes()
        .find(|node| node.name == "store")
        .unwrap()
        .id
        .clone();
    let removal = Transaction::new("Remove store", document.removal(&[store]));
    document.apply(&removal).unwrap();
    let stored = server.save_new(&document).await;
    let query = format!("&graph={}", stored.id);
    let preview = start(&server, &stored.graph, &query).await;
    let view = send(&server, &preview, "grants", &[]).await;
    has(&view, "name=\"grant\" value=\"key-value\" checked");
    has(&view, "wasi:keyvalue/store@0.2.0-draft");

    let visit = [("method", "GET"), ("path", "/here")];
    has(
        &send(&server, &preview, "send", &visit).await,
        "Visit number 1",
    );
    let view = send(&server, &preview, "grant", &[("grant", "clocks")]).await;
    has(&view, "hold from the next request on");
    let refused = send(&server, &preview, "send", &visit).await;
    assert!(!refused.contains("Visit number"), "{refused}");
    has(&send(&server, &preview, "activity", &[]).await, "refused");

    let lasting = [("grant", "key-value"), ("place", "lasting")];
    send(&server, &preview, "grant", &lasting).await;
    has(
        &send(&server, &preview, "send", &visit).await,
        "Visit number 1",
    );
    let activity = send(&server, &preview, "activity", &[]).await;
    has(&activity, "the key-value store of the preview");
    let keys = send(&server, &preview, "store", &[]).await;
    has(&keys, "aria-label=\"Delete /here\"");

    // It is there after a restart, and can be edited.
    let server = server.restart().await;
    let preview = start(&server, &stored.graph, &query).await;
    has(
        &send(&server, &preview, "send", &visit).await,
        "Visit number 2",
    );
    let bucket = bucket_of(&keys);
    let value = [
        ("bucket", bucket.as_str()),
        ("key", "/here"),
        ("value", "41"),
    ];
    has(
        &send(&server, &preview, "set-value", &value).await,
        "<code>41</code>",
    );
    has(
        &send(&server, &preview, "send", &visit).await,
        "Visit number 42",
    );
    has(
        &send(&server, &preview, "edit-value", &value).await,
        "\n42</textarea>",
    );
    let emptied = send(&server, &preview, "delete-value", &value).await;
    has(&emptied, "Nothing is stored yet.");

    for (form, words) in [
        (vec![("grant", "http")], "Name the hosts"),
        (
            vec![
                ("grant", "key-value"),
                ("place", "redis"),
                ("redis", "nowhere"),
            ],
            "no address of a Redis server",
        ),
        (vec![("grant", "config"), ("config", "a")], "says nothing"),
    ] {
        has(&send(&server, &preview, "grant", &form).await, words);
    }
}

/// The bucket in the first row of the table.
fn bucket_of(html: &str) -> String {
    let (_, rest) = html.split_once("<tbody><tr><td><code>").unwrap();
    rest.split_once("</code>").unwrap().0.to_owned()
}

#[tokio::test]
async fn limits_are_shown_and_other_views_are_not_there() {
    let server = TestServer::start().await;
    let preview = alone(&server, ECHO, "test:echo/echo").await;
    let html = send(&server, &preview, "limits", &[]).await;
    has(&html, "<meter");
    has(&html, "<dt>memory-total</dt><dd>128 MiB</dd>");
    let url = server.url(&format!("/api/v1/previews/{}/panel/nothing", preview.id));
    let nothing: [(&str, &str); 0] = [];
    let response = server.client.post(url).form(&nothing).send().await.unwrap();
    problem(response, 404, "not-found").await;
}

#[tokio::test]
async fn a_preview_that_was_put_aside_comes_back_with_what_it_had() {
    let server = TestServer::with_limits(Limits {
        preview_idle: Duration::from_millis(200),
        ..Limits::default()
    })
    .await;
    let preview = alone(&server, ECHO, "test:echo/echo").await;
    let value = [("bucket", "b"), ("key", "k"), ("value", "kept")];
    send(&server, &preview, "set-value", &value).await;
    send(&server, &preview, "grant", &[("grant", "random")]).await;
    send(&server, &preview, "limits", &[]).await;
    let logs = format!("/api/v1/previews/{}/logs", preview.id);
    let mut stream = server.get(&logs).send().await.unwrap();
    while !server
        .get("/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap()
        .contains("patchbay_previews{state=\"aside\"} 1")
    {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // Whoever follows its logs goes on, and does not wake it.
    let more = tokio::time::timeout(Duration::from_millis(700), stream.chunk()).await;
    assert!(more.is_err(), "{more:?}");
    let keys = send(&server, &preview, "store", &[]).await;
    has(&keys, "<code>kept</code>");
    let grants = send(&server, &preview, "grants", &[]).await;
    has(&grants, "value=\"random\" checked");
    assert!(!grants.contains("value=\"clocks\" checked"), "{grants}");
    let path = format!("/api/v1/previews/{}", preview.id);
    server.delete(&path).send().await.unwrap();
    assert!(stream.text().await.unwrap().contains("stopped"));
}
