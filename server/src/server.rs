//! A server from its first to its last moment.

use crate::http;
use crate::state::{AppState, Config, SetUpError, State};
use crate::wake;
use axum::serve::ListenerExt;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// How long requests get to finish when the server is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// A server that has its address and is ready to answer.
pub struct Server {
    listener: TcpListener,
    addr: SocketAddr,
    state: AppState,
}

/// Why a server cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken.
    #[error(
        "{0} is in use, perhaps by another Patchbay. Stop that one, or choose another address with --addr"
    )]
    InUse(SocketAddr),
    /// The address cannot be had for another reason.
    #[error("cannot listen at {addr}: {error}")]
    Listen {
        /// The address.
        addr: SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// The data directory or the sandbox.
    #[error(transparent)]
    SetUp(#[from] SetUpError),
}

impl Server {
    /// Takes the address and opens everything. Connections wait until [`Server::run`].
    ///
    /// # Errors
    /// See [`StartError`].
    pub async fn bind(config: Config) -> Result<Self, StartError> {
        let (listener, addr) = listen(config.addr).await?;
        let state = State::open(Config { addr, ..config }).await?;
        Ok(Self {
            listener,
            addr,
            state,
        })
    }

    /// Where it listens: the port is a real one even if the configuration says 0.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Answers requests until `stop` comes; then lets those at work finish, for some seconds.
    ///
    /// # Errors
    /// When the listening socket fails.
    pub async fn run(self, stop: impl Future<Output = ()> + Send) -> std::io::Result<()> {
        let state = self.state;
        let router = http::router(state.clone());
        let stopping = CancellationToken::new();
        let listener = self.listener.tap_io(|stream| {
            // Small answers must not wait for more; a socket that refuses still works.
            let _ = stream.set_nodelay(true);
        });
        let serving = axum::serve(listener, router)
            .with_graceful_shutdown(stopping.clone().cancelled_owned());
        let stopped = async {
            stop.await;
            stopping.cancel();
            // Ends their logs, which would keep connections open for ever.
            state.previews.stop_all();
            tokio::time::sleep(GRACE).await;
        };
        let result = tokio::select! {
            result = serving => result,
            () = stopped => Ok(()),
            () = state.previews.put_idle_ones_aside() => Ok(()),
            () = state.compile_ahead() => Ok(()),
            () = wake::for_messages(&state) => Ok(()),
        };
        state.storage.close().await;
        result
    }
}

/// Takes an address.
///
/// # Errors
/// A sentence that names it.
pub async fn listen(addr: SocketAddr) -> Result<(TcpListener, SocketAddr), StartError> {
    let failed = |error: std::io::Error| match error.kind() {
        ErrorKind::AddrInUse => StartError::InUse(addr),
        _ => StartError::Listen { addr, error },
    };
    let listener = TcpListener::bind(addr).await.map_err(failed)?;
    let addr = listener.local_addr().map_err(failed)?;
    Ok((listener, addr))
}

/// Comes when the person presses Ctrl-C or the system asks the process to end.
pub async fn asked_to_stop() {
    let interrupted = async {
        // Without the handler only a kill ends the process, but it serves until then.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => terminate.recv().await.unwrap_or_default(),
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => {}
        () = terminated => {}
    }
}
