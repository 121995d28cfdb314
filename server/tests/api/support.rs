//! A server on a free port, with directories of its own.

use patchbay_model::api::{ProblemDetails, StoredGraph};
use patchbay_model::{ComponentInfo, Graph};
use patchbay_runner::Limits;
use patchbay_server::server::Server;
use patchbay_server::state::Config;
use reqwest::{Client, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs as long as this is there.
pub struct TestServer {
    pub addr: SocketAddr,
    pub client: Client,
    directory: TempDir,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl TestServer {
    /// A server without samples.
    pub async fn start() -> Self {
        Self::start_in(TempDir::new().unwrap()).await
    }

    /// A server with the sample components as built.
    pub async fn with_samples() -> Self {
        let directory = TempDir::new().unwrap();
        let samples = directory.path().join("components");
        std::os::unix::fs::symlink(sample_components(), samples).unwrap();
        Self::start_in(directory).await
    }

    /// A server whose previews have these limits.
    pub async fn with_limits(limits: Limits) -> Self {
        Self::start_with(TempDir::new().unwrap(), limits).await
    }

    async fn start_in(directory: TempDir) -> Self {
        Self::start_with(directory, Limits::default()).await
    }

    async fn start_with(directory: TempDir, limits: Limits) -> Self {
        let config = Config {
            addr: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir: directory.path().join("data"),
            site_root: workspace().join("public"),
            samples_dir: directory.path().join("components"),
            limits,
        };
        let server = Server::bind(config).await.unwrap();
        let addr = server.addr();
        let (stop, stopped) = oneshot::channel::<()>();
        let task = tokio::spawn(async move {
            let stopped = async { drop(stopped.await) };
            server.run(stopped).await.unwrap();
        });
        Self {
            addr,
            client: Client::new(),
            directory,
            stop,
            task,
        }
    }

    /// Stops it and starts another one on the same data.
    pub async fn restart(self) -> Self {
        self.stop.send(()).unwrap();
        self.task.await.unwrap();
        Self::start_in(self.directory).await
    }

    /// Where it keeps its data.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// Where its sample components are.
    pub fn samples(&self) -> PathBuf {
        self.directory.path().join("components")
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }

    pub fn get(&self, path: &str) -> RequestBuilder {
        self.client.get(self.url(path))
    }

    pub fn delete(&self, path: &str) -> RequestBuilder {
        self.client.delete(self.url(path))
    }

    pub fn post(&self, path: &str, body: &impl Serialize) -> RequestBuilder {
        self.client.post(self.url(path)).json(body)
    }

    pub fn post_text(&self, path: &str, text: &str) -> RequestBuilder {
        let request = self.client.post(self.url(path));
        request
            .header("content-type", "text/plain; charset=utf-8")
            .body(text.to_owned())
    }

    pub async fn get_json<T: DeserializeOwned>(&self, path: &str) -> T {
        let response = self.get(path).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    /// Uploads a file.
    pub async fn upload(&self, name: &str, bytes: impl Into<Vec<u8>>) -> Response {
        let path = format!("/api/v1/components?name={name}");
        self.send_file(&path, bytes).await
    }

    /// Sends a file somewhere.
    pub async fn send_file(&self, path: &str, bytes: impl Into<Vec<u8>>) -> Response {
        let request = self.client.post(self.url(path));
        let request = request
            .header("content-type", "application/wasm")
            .body(bytes.into());
        request.send().await.unwrap()
    }

    /// Sends a component as text, and expects it to be taken.
    pub async fn add(&self, name: &str, wat: &str) -> ComponentInfo {
        let response = self.upload(&format!("{name}.wat"), wat).await;
        let status = response.status();
        let text = response.text().await.unwrap();
        assert!(status == 201 || status == 200, "{text}");
        serde_json::from_str(&text).unwrap()
    }

    pub async fn save_new(&self, graph: &Graph) -> StoredGraph {
        let response = self.post("/api/v1/graphs", graph).send().await.unwrap();
        assert_eq!(response.status(), 201);
        response.json().await.unwrap()
    }
}

/// Expects a problem document of that status and class.
pub async fn problem(response: Response, status: u16, class: &str) -> ProblemDetails {
    let is = response.status().as_u16();
    let media_type = response.headers().get("content-type").cloned();
    let text = response.text().await.unwrap();
    assert_eq!(is, status, "{text}");
    assert_eq!(media_type.unwrap(), "application/problem+json", "{text}");
    let details: ProblemDetails = serde_json::from_str(&text).unwrap();
    assert_eq!(details.status, status);
    assert_eq!(
        details.kind,
        format!("urn:patchbay:problem:{class}"),
        "{text}"
    );
    details
}

pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The sample components; a test that needs them says how to get them.
pub fn sample_components() -> PathBuf {
    let directory = std::env::var_os("PATCHBAY_COMPONENTS")
        .map_or_else(|| workspace().join("target/components"), PathBuf::from);
    assert!(
        directory.join("patchbay/http-hello.wasm").is_file(),
        "the sample components are not in {}: build them with `cargo xtask components --all`",
        directory.display()
    );
    directory.canonicalize().unwrap()
}

/// A sample graph as it stands in the repository.
pub fn sample(id: &str) -> Graph {
    let path = workspace().join(format!("public/samples/{id}.json"));
    Graph::from_json(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// A graph out of JSON, with the document's version added.
pub fn graph(mut document: serde_json::Value) -> Graph {
    document["patchbay"] = 1.into();
    Graph::from_json(&document.to_string()).unwrap()
}

/// A node for [`graph`].
pub fn node(id: &str, name: &str, component: &ComponentInfo) -> serde_json::Value {
    serde_json::json!({
        "id": id, "name": name, "component": component.reference(), "position": { "x": 0.0, "y": 0.0 }
    })
}
