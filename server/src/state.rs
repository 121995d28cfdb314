//! What every request handler works with.

use crate::ahead::Ahead;
use crate::blocking::Blocking;
use crate::compose::Workbench;
use crate::http::Metrics;
use crate::library::Library;
use crate::previews::Previews;
use crate::samples::SampleGraphs;
use crate::storage::{Storage, StorageError};
use leptos::config::LeptosOptions;
use patchbay_runner::{Limits, Runner, SetupError};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

/// Where a server listens, and where it finds and keeps things.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen at.
    pub addr: SocketAddr,
    /// Where graphs and uploaded components are kept; made when it is not there.
    pub data_dir: PathBuf,
    /// The front end as built, and the sample graphs.
    pub site_root: PathBuf,
    /// The sample components as built: `<namespace>/<name>.wasm`.
    pub samples_dir: PathBuf,
    /// What previews may use.
    pub limits: Limits,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            addr: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            data_dir: "data".into(),
            site_root: "target/site".into(),
            samples_dir: "target/components".into(),
            limits: Limits::default(),
        }
    }
}

/// Shared by all requests.
pub struct State {
    /// As the server was started.
    pub config: Config,
    /// What outlives the process.
    pub storage: Storage,
    /// The components.
    pub library: Arc<Library>,
    /// The sample graphs.
    pub samples: SampleGraphs,
    /// Checks and fuses.
    pub workbench: Workbench,
    /// What runs.
    pub previews: Previews,
    /// What is compiled ahead.
    pub ahead: Ahead,
    /// What is counted for the operator.
    pub metrics: Metrics,
    /// How the page refers to the front end.
    pub leptos: LeptosOptions,
}

/// What the handlers extract.
pub type AppState = Arc<State>;

/// Why a server cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The data directory.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The sandbox.
    #[error(transparent)]
    Sandbox(#[from] SetupError),
}

impl State {
    /// Opens everything.
    ///
    /// # Errors
    /// When the data directory cannot be used or the sandbox cannot be set up.
    pub async fn open(config: Config) -> Result<AppState, SetUpError> {
        // The page spawns tasks while it renders. Told a second time (by another server of a test), it is told already.
        let _ = any_spawner::Executor::init_tokio();
        let storage = Storage::open(&config.data_dir).await?;
        let blocking = Blocking::new();
        let library = Library::new(
            storage.clone(),
            blocking.clone(),
            config.samples_dir.clone(),
        );
        let library = Arc::new(library);
        let leptos = LeptosOptions::builder()
            .output_name("patchbay")
            .site_root(config.site_root.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .site_addr(config.addr)
            .build();
        Ok(Arc::new(Self {
            samples: SampleGraphs::new(config.site_root.join("samples")),
            workbench: Workbench::new(library.clone(), blocking),
            previews: Previews::new(Runner::new(config.limits.clone())?),
            ahead: Ahead::default(),
            metrics: Metrics::default(),
            storage,
            library,
            leptos,
            config,
        }))
    }

    /// Compiles what is expected to be run, for as long as the future is polled.
    pub async fn compile_ahead(&self) {
        let runner = self.previews.runner();
        self.ahead
            .work(&self.library, &self.workbench, runner)
            .await;
    }
}
