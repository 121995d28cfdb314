//! Who may ask for what: by Host, by origin, by method.

use crate::support::{TestServer, problem};
use patchbay_model::Graph;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn other_names_are_not_served() {
    let server = TestServer::start().await;
    for host in [
        "evil.example",
        "localhost.evil.example",
        "0.0.0.0",
        "[::]:80",
    ] {
        for path in ["/", "/api/v1/graphs", "/pkg/patchbay.js"] {
            let response = server.get(path).header("host", host).send().await.unwrap();
            assert_eq!(response.status(), 421, "{host}{path}");
            assert!(
                response
                    .text()
                    .await
                    .unwrap()
                    .contains("localhost and 127.0.0.1")
            );
        }
    }
    for host in ["localhost", "LOCALHOST:99", "127.0.0.1:1"] {
        let response = server
            .get("/api/v1/health")
            .header("host", host)
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 204, "{host}");
    }
}

#[tokio::test]
async fn a_host_of_no_preview_says_so() {
    let server = TestServer::start().await;
    let unguessed = format!("{}.localhost", "0".repeat(32));
    for (host, path) in [
        ("nobody.localhost", "/"),
        (&unguessed, "/"),
        (&unguessed, "/api/v1/graphs"),
    ] {
        let response = server.get(path).header("host", host).send().await.unwrap();
        assert_eq!(response.status(), 404);
        assert!(
            response
                .text()
                .await
                .unwrap()
                .contains("No preview runs here")
        );
    }
}

#[tokio::test]
async fn other_origins_change_nothing() {
    let server = TestServer::start().await;
    let graph = Graph::named("mine");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://evil.example"),
        ("origin", "null"),
    ] {
        let request = server.post("/api/v1/graphs", &graph).header(name, value);
        problem(request.send().await.unwrap(), 403, "cross-site").await;
    }
    let request = server.post("/api/v1/graphs", &graph);
    let origin = format!("http://127.0.0.1:{}", server.addr.port());
    let ours = request
        .header("sec-fetch-site", "same-origin")
        .header("origin", origin);
    assert_eq!(ours.send().await.unwrap().status(), 201);
}

#[tokio::test]
async fn answers_cannot_be_framed_sniffed_or_shared() {
    let server = TestServer::start().await;
    for path in [
        "/api/v1/graphs",
        "/api/v1/nothing",
        "/nothing",
        "/samples/index.json",
    ] {
        let response = server.get(path).send().await.unwrap();
        let header = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(
            header("cross-origin-resource-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            header("content-security-policy").contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert!(
            !response
                .headers()
                .contains_key("access-control-allow-origin"),
            "{path}"
        );
    }
}

#[tokio::test]
async fn unknown_addresses_and_methods_have_problem_documents() {
    let server = TestServer::start().await;
    let response = server.get("/api/v1/nothing").send().await.unwrap();
    problem(response, 404, "not-found").await;
    let response = server.delete("/api/v1/components").send().await.unwrap();
    problem(response, 405, "method-not-allowed").await;
}

#[tokio::test]
async fn a_request_that_names_two_hosts_is_not_believed() {
    let server = TestServer::start().await;
    for (head, status) in [
        ("GET / HTTP/1.1\r\nHost: localhost", "200"),
        (
            "GET http://evil.example/ HTTP/1.1\r\nHost: localhost",
            "421",
        ),
        (
            "GET http://localhost/ HTTP/1.1\r\nHost: evil.example",
            "421",
        ),
        (
            "GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example",
            "421",
        ),
        ("GET / HTTP/1.1\r\nAccept: */*", "421"),
    ] {
        let mut stream = TcpStream::connect(server.addr).await.unwrap();
        let request = format!("{head}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut response = Vec::new();
        stream.read_to_end(&mut response).await.unwrap();
        let response = String::from_utf8_lossy(&response);
        assert!(
            response.starts_with(&format!("HTTP/1.1 {status}")),
            "{head}: {response}"
        );
    }
}

#[tokio::test]
async fn the_operator_gets_numbers() {
    let server = TestServer::start().await;
    server.get("/api/v1/health").send().await.unwrap();
    let response = server.get("/metrics").send().await.unwrap();
    assert!(
        response.headers()["content-type"]
            .to_str()
            .unwrap()
            .starts_with("text/plain; version=0.0.4")
    );
    let text = response.text().await.unwrap();
    assert!(
        text.contains("patchbay_previews{state=\"running\"} 0\n"),
        "{text}"
    );
    assert!(
        text.contains("patchbay_http_requests_total{site=\"editor\",status=\"2xx\"} 1\n"),
        "{text}"
    );
}
