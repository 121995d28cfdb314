//! Requests of guests to other servers: to granted hosts at global addresses, and nowhere else.

mod guests;

use guests::wit::component;
use guests::{limits, start};
use patchbay_runner::{Call, Grants, Limits, Preview, Runner};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

// The numbers of error codes, negative and one less.
const DENIED: &str = "-16";
const PROHIBITED: &str = "-5";
const DNS_ERROR: &str = "-2";

async fn preview(limits: Limits, hosts: &[&str]) -> Preview {
    let guest = component(
        include_str!("guests/fetch.wit"),
        include_str!("guests/fetch.wat"),
    );
    let preview = start(&Runner::new(limits).unwrap(), guest).await;
    preview.grant(Grants {
        http: hosts.iter().map(|host| host.parse().unwrap()).collect(),
        ..Grants::default()
    });
    preview
}

/// What the guest gets from there, and what the log says of it.
async fn ask(preview: &Preview, function: &str, authority: &str) -> (String, Vec<String>) {
    let before = preview.logs().0.len();
    let call = Call {
        function: function.to_owned(),
        arguments: vec![format!("\"{authority}\"")],
        session: None,
    };
    let result = preview.call(call).await.unwrap().result.unwrap();
    let lines = preview.logs().0.split_off(before);
    (result, lines.into_iter().map(|line| line.text).collect())
}

/// A server that answers every request with `answer`, and keeps what it was asked.
async fn server(answer: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let requests = asked.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let text = String::from_utf8_lossy(&request[..length]).into_owned();
            requests.lock().unwrap().push(text);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (port, asked)
}

/// As on a developer's own machine.
fn at_home() -> Limits {
    Limits {
        private_addresses: true,
        ..limits()
    }
}

#[tokio::test]
async fn a_granted_host_is_reached_and_no_other() {
    let (port, asked) = server("HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n").await;
    let here = format!("localhost:{port}");
    let granted = preview(at_home(), &[&here]).await;
    let (status, lines) = ask(&granted, "fetch", &here).await;
    assert_eq!((status.as_str(), lines.len()), ("418", 0));
    let request = asked.lock().unwrap().remove(0);
    assert!(request.starts_with("GET /path HTTP/1.1\r\n"), "{request}");
    assert!(request.contains(&format!("host: {here}\r\n")), "{request}");
    assert!(request.contains("cdn-loop: patchbay\r\n"), "{request}");

    // The same host by another name, and another port, are others.
    for other in [format!("127.0.0.1:{port}"), "localhost:80".to_owned()] {
        let (status, lines) = ask(&granted, "fetch", &other).await;
        assert_eq!(status, DENIED, "{other}");
        assert_eq!(
            lines,
            [format!(
                "A request to {other} was refused: the host is not granted."
            )]
        );
    }
    let refused = preview(at_home(), &[]).await;
    let (status, _) = ask(&refused, "fetch", &here).await;
    assert_eq!(status, DENIED);
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_granted_host_is_not_reached_at_an_address_that_is_not_global() {
    let (port, asked) = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    for host in [
        "localhost",
        "127.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "0.0.0.0",
        "2130706433",
    ] {
        let authority = format!("{host}:{port}");
        let preview = preview(limits(), &[&authority]).await;
        let (status, lines) = ask(&preview, "fetch", &authority).await;
        assert_eq!(status, PROHIBITED, "{authority}: {lines:?}");
        assert!(
            lines[0].ends_with("is not a global address."),
            "{authority}: {lines:?}"
        );
    }
    let cloud = "169.254.169.254";
    let preview = preview(limits(), &[cloud]).await;
    assert_eq!(ask(&preview, "fetch", cloud).await.0, PROHIBITED);
    assert!(asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn redirections_are_for_the_guest_to_follow() {
    let (port, asked) =
        server("HTTP/1.1 302 Found\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n")
            .await;
    let here = format!("localhost:{port}");
    let preview = preview(at_home(), &[&here]).await;
    assert_eq!(ask(&preview, "fetch", &here).await.0, "302");
    assert_eq!(asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_request_may_send_so_many_in_turn() {
    let (port, asked) = server("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let here = format!("localhost:{port}");
    let limits = Limits {
        outbound_requests: 1,
        ..at_home()
    };
    let preview = preview(limits, &[&here]).await;
    let (status, lines) = ask(&preview, "twice", &here).await;
    assert_eq!(status, DENIED);
    assert!(lines[0].contains("one request may send 1"), "{lines:?}");
    assert_eq!(asked.lock().unwrap().len(), 1);
    assert_eq!(ask(&preview, "fetch", &here).await.0, "200");
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_waited_for_so_long() {
    let (port, _) = server("").await;
    let here = format!("localhost:{port}");
    let limits = Limits {
        outbound_time: Duration::from_millis(200),
        ..at_home()
    };
    // It closes the connection without an answer.
    let silent = preview(limits.clone(), &[&here]).await;
    let (status, _) = ask(&silent, "fetch", &here).await;
    assert!(status.starts_with('-'), "{status}");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let there = format!("localhost:{}", listener.local_addr().unwrap().port());
    let waiting = preview(limits, &[&there]).await;
    let (status, _) = ask(&waiting, "fetch", &there).await;
    // The case of error-code with number 9 is connection-read-timeout.
    assert_eq!(status, "-10");
}

#[tokio::test]
async fn names_that_nobody_has_are_not_found() {
    let preview = preview(limits(), &["nobody.invalid"]).await;
    assert_eq!(ask(&preview, "fetch", "nobody.invalid").await.0, DNS_ERROR);
}
