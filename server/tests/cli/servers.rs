//! `patchbay serve` and `patchbay preview`

use crate::support::{patchbay, sample_components};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use tempfile::TempDir;

/// A server that is killed when the test ends.
struct Running {
    child: Child,
    address: String,
}

impl Running {
    fn start(directory: &TempDir, arguments: &[&str]) -> Self {
        let mut command = patchbay(arguments);
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
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }

    /// Asks it to stop, and returns its exit code and what it wrote to stderr.
    fn stop(&mut self) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let killed = std::process::Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .unwrap();
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
