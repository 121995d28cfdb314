//! The two that are measured, each in a process of its own: the `patchbay` command, and `wasmtime serve`.

use crate::Result;
use patchbay_model::api::PreviewInfo;
use patchbay_model::{ComponentInfo, Graph};
use reqwest::Client;
use reqwest::header::HOST;
use serde::Serialize;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const MISSING: &str = "build the components first: `cargo xtask components --all`";

/// Who sets this has a backtrace taken for each error, of which the engine has some in each request.
const BACKTRACES: &str = "RUST_BACKTRACE";

/// A server that answers HTTP on this machine, as long as this is there.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It has nothing to lose.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Where requests go: the address, and the name that is asked for there.
#[derive(Clone)]
pub struct Place {
    pub addr: String,
    pub host: String,
}

impl Place {
    pub fn url(&self) -> String {
        format!("http://{}/", self.addr)
    }
}

/// `patchbay serve`, with data of its own.
pub struct Patchbay {
    pub client: Client,
    addr: String,
    process: Process,
    _data: TempDir,
}

impl Patchbay {
    /// Starts one with these limits besides those it has by itself.
    pub fn start(limits: &[(&str, u32)]) -> Result<Self> {
        let data = TempDir::new()?;
        let mut command = Command::new(env!("CARGO_BIN_EXE_patchbay"));
        command
            .args(["serve", "--addr", "127.0.0.1:0"])
            .arg("--data-dir")
            .arg(data.path())
            .arg("--samples-dir")
            .arg(components())
            .arg("--site-root")
            .arg(workspace().join("public"))
            // Guests that fail are meant to.
            .env("RUST_LOG", "off")
            .env_remove(BACKTRACES)
            .stdout(Stdio::piped());
        for (name, value) in limits {
            command.arg("--limit").arg(format!("{name}={value}"));
        }
        let mut process = Process(command.spawn()?);
        let output = process.0.stdout.take().ok_or("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let port = line.trim().rsplit(':').next().unwrap_or_default();
        let port: u16 = port.parse().map_err(|_| format!("it said: {line}"))?;
        Ok(Self {
            client: Client::new(),
            addr: format!("127.0.0.1:{port}"),
            process,
            _data: data,
        })
    }

    /// A sample graph, with its components.
    pub async fn sample(&self, id: &str) -> Result<Graph> {
        let url = self.api(&format!("samples/{id}"));
        let response = self.client.get(url).send().await?.error_for_status()?;
        let graph = Graph::from_json(&response.text().await?)?;
        let built = graph.references().all(|part| part.digest.is_some());
        match built {
            true => Ok(graph),
            false => Err(MISSING.into()),
        }
    }

    /// What the graph is fused to.
    pub async fn fuse(&self, graph: &Graph) -> Result<Vec<u8>> {
        let response = self.post("fuse?no_graph=true", graph).await?;
        Ok(response.bytes().await?.to_vec())
    }

    /// Uploads a component, and returns a graph of one instance of it.
    pub async fn upload(&self, name: &str, bytes: Vec<u8>) -> Result<Graph> {
        let url = self.api(&format!("components?name={name}.wat"));
        let request = self.client.post(url).body(bytes);
        let request = request.header("content-type", "application/wasm");
        let info: ComponentInfo = checked(request.send().await?).await?.json().await?;
        crate::graph_of(&info)
    }

    /// A graph of one instance of a sample component.
    pub async fn component(&self, package: &str) -> Result<Graph> {
        let list = self.client.get(self.api("components")).send().await?;
        let list: Vec<ComponentInfo> = checked(list).await?.json().await?;
        let info = list.iter().find(|info| info.package == package);
        crate::graph_of(info.ok_or(MISSING)?)
    }

    /// Starts a preview, as whatever the graph can be used.
    pub async fn preview(&self, graph: &Graph) -> Result<Place> {
        let started = self.post("previews?use=any", graph).await?;
        let info: PreviewInfo = started.json().await?;
        let host = info.url.trim_start_matches("http://").trim_end_matches('/');
        Ok(Place {
            addr: self.addr.clone(),
            host: host.to_owned(),
        })
    }

    /// Says that a graph will probably be run.
    pub async fn expect(&self, graph: &Graph) -> Result<()> {
        self.post("previews/ahead", graph).await.map(drop)
    }

    /// How long the answer to one request takes. It must be `expected`.
    pub async fn ask(&self, place: &Place, expected: u16) -> Result<Duration> {
        let began = Instant::now();
        let request = self.client.get(place.url()).header(HOST, &place.host);
        let response = request.send().await?;
        let status = response.status();
        let body = response.bytes().await?;
        match status.as_u16() == expected {
            true => Ok(began.elapsed()),
            false => Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into()),
        }
    }

    /// The memory that it holds, in bytes.
    pub fn resident(&self) -> Result<usize> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.0.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.trim_end_matches("kB").trim().parse::<usize>().ok());
        Ok(kib.ok_or("a system without VmRSS")? * 1024)
    }

    fn api(&self, path: &str) -> String {
        format!("http://{}/api/v1/{path}", self.addr)
    }

    async fn post(&self, path: &str, body: &impl Serialize) -> Result<reqwest::Response> {
        let request = self.client.post(self.api(path)).json(body);
        checked(request.send().await?).await
    }
}

/// `wasmtime serve`, the one that PyPI has.
pub struct Wasmtime {
    pub place: Place,
    _process: Process,
}

impl Wasmtime {
    /// Serves that file.
    pub async fn start(component: &Path) -> Result<Self> {
        let wasmtime = std::env::var_os("WASMTIME");
        let wasmtime = wasmtime.ok_or("say where wasmtime is: `cargo xtask bench preview` does")?;
        // It cannot say which port it got, so it is given one that was free a moment ago.
        let addr = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let child = Command::new(wasmtime)
            .env_remove(BACKTRACES)
            .args(["serve", "--addr", &addr, "-S", "cli"])
            .arg(component)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let process = Process(child);
        let began = Instant::now();
        while tokio::net::TcpStream::connect(&addr).await.is_err() {
            if began.elapsed() > Duration::from_secs(30) {
                return Err("wasmtime serve does not listen".into());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Self {
            place: Place {
                host: addr.clone(),
                addr,
            },
            _process: process,
        })
    }
}

async fn checked(response: reqwest::Response) -> Result<reqwest::Response> {
    let status = response.status();
    match status.is_success() {
        true => Ok(response),
        false => Err(format!("{status}: {}", response.text().await?).into()),
    }
}

fn workspace() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn components() -> PathBuf {
    workspace().join("target/components")
}
