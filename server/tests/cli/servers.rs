//! `patchbay serve` and `patchbay preview`

use crate::support::{patchbay, sample_components};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use tempfile::TempDir;

/// A server that is killed when the test ends.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(directory: &TempDir, arguments: &[&str]) -> Self {
        Self::start_command(directory, patchbay(arguments))
    }

    fn start_command(directory: &TempDir, mut command: Command) -> Self {
        command
            .current_dir(directory.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut line)
            .unwrap();
        let port = line.trim().rsplit(':').next().unwrap().to_owned();
        assert!(line.contains(" is at http://localhost:"), "{line}");
        Self {
            child,
            address: format!("127.0.0.1:{port}"),
        }
    }

    fn get(&self, path: &str) -> String {
        self.get_with(path, "")
    }

    /// With further headers, each with its end.
    fn get_with(&self, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n"
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Asks it to stop, and returns its exit code and what it wrote to stderr.
    fn stop(&mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(killed.success());
        let code = self.child.wait().unwrap().code();
        let mut stderr = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut stderr)
            .unwrap();
        (code, stderr)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where the test stopped it.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serve_says_where_it_is_and_stops_when_asked() {
    let directory = TempDir::new().unwrap();
    let mut server = Running::start(&directory, &["serve", "--addr", "127.0.0.1:0"]);
    assert!(server.get("/api/v1/health").starts_with("HTTP/1.1 204"));
    assert!(directory.path().join("data/patchbay.sqlite").is_file());

    // A second one at the same address says so, and ends.
    let mut taken = patchbay(&["serve", "--addr", &server.address, "--data-dir", "other"]);
    let taken = taken.current_dir(directory.path()).output().unwrap();
    assert_eq!(taken.status.code(), Some(1));
    let sentence = String::from_utf8(taken.stderr).unwrap();
    assert!(
        sentence.contains(&format!("{} is in use", server.address)),
        "{sentence}"
    );

    assert_eq!(server.stop(), (Some(0), String::new()));
}

#[test]
fn preview_serves_a_component_and_prints_its_logs() {
    let directory = TempDir::new().unwrap();
    let hello = sample_components().join("patchbay/http-hello.wasm");
    let mut server = Running::start(
        &directory,
        &["preview", hello.to_str().unwrap(), "--addr", "127.0.0.1:0"],
    );
    let response = server.get("/");
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    assert!(response.contains("Hello"), "{response}");
    assert_eq!(server.stop().0, Some(0));
}

/// Takes what is sent to it once, as a collector does.
fn collect(listener: TcpListener) -> (String, Vec<u8>) {
    let (stream, _) = listener.accept().unwrap();
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(stream.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let lower = head.to_ascii_lowercase();
    let mut lengths = lower
        .lines()
        .filter_map(|it| it.strip_prefix("content-length: "));
    let length = lengths.next().expect("a length").parse().unwrap();
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    stream.get_mut().write_all(answer).unwrap();
    (lower, body)
}

#[test]
fn traces_go_to_the_collector_that_is_named() {
    let directory = TempDir::new().unwrap();
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", collector.local_addr().unwrap());
    let collecting = thread::spawn(move || collect(collector));
    let hello = sample_components().join("patchbay/http-hello.wasm");
    let arguments = ["preview", hello.to_str().unwrap(), "--addr", "127.0.0.1:0"];
    let mut command = patchbay(&arguments);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", address);
    let mut server = Running::start_command(&directory, command);
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let header = format!("traceparent: 00-{trace}-00f067aa0ba902b7-01\r\n");
    let response = server.get_with("/some/path", &header);
    assert!(response.starts_with("HTTP/1.1"), "{response}");
    // What is left is sent when it ends.
    assert_eq!(server.stop().0, Some(0));
    let (head, body) = collecting.join().unwrap();
    assert!(head.starts_with("post /v1/traces "), "{head}");
    assert!(
        head.contains("content-type: application/x-protobuf"),
        "{head}"
    );
    let has = |bytes: &[u8]| body.windows(bytes.len()).any(|it| it == bytes);
    let trace: Vec<u8> = (0..16)
        .map(|at| u8::from_str_radix(&trace[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    assert!(has(&trace), "the trace of the client");
    for words in [
        "preview request",
        "/some/path",
        "http.response.status_code",
        "patchbay",
    ] {
        assert!(has(words.as_bytes()), "{words}");
    }
}

/// What a command of the command line sends to a collector.
fn traced(arguments: &[&str]) -> Vec<u8> {
    let collector = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", collector.local_addr().unwrap());
    let collecting = thread::spawn(move || collect(collector));
    let mut command = patchbay(arguments);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", address);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    collecting.join().unwrap().1
}

#[test]
fn calls_and_commands_are_traced_too() {
    let directory = TempDir::new().unwrap();
    let file = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, wat::parse_str(text).unwrap()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let number = file("number.wasm", include_str!("../fixtures/number.wat"));
    let command = file("command.wasm", include_str!("../fixtures/command.wat"));
    let call = traced(&["call", &number, "number"]);
    let run = traced(&["run", &command, "--", "a-secret"]);
    let has =
        |bytes: &[u8], words: &str| bytes.windows(words.len()).any(|it| it == words.as_bytes());
    assert!(has(&call, "preview call"));
    assert!(has(&call, "test:numbers/source@1.0.0#number"));
    assert!(has(&run, "preview command"));
    assert!(has(&run, "process.exit.code"));
    assert!(!has(&run, "a-secret"));
}
