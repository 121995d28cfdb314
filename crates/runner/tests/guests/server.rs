//! Servers from Debian, each started for one test.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

/// A server of its own, which keeps nothing.
pub struct Server {
    process: Child,
    pub port: u16,
}

impl Server {
    /// Starts the program with these arguments, given a free port.
    pub fn start(program: &str, arguments: impl FnOnce(&str) -> Vec<&str>) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let process = Command::new(program)
            .args(arguments(&port.to_string()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| {
                panic!("{program}: {error}; `cargo xtask test` installs it, or `apt-get install {program}`")
            });
        Self { process, port }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
