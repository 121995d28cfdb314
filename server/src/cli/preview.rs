//! `patchbay preview`

use super::{Failure, block_on, sandbox, start_logging};
use crate::server::{asked_to_stop, listen};
use crate::telemetry;
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use patchbay_runner::{LogStream, Preview, Use};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::sync::broadcast::error::RecvError;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A component that exports wasi:http/incoming-handler or wasi:http/handler
    file: PathBuf,
    #[command(flatten)]
    granted: sandbox::Granted,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let _telemetry = start_logging()?;
    let name = arguments
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let bytes = sandbox::component(&arguments.file)?;
    block_on(async {
        let preview =
            sandbox::preview(&arguments.file, bytes, Use::Http, arguments.granted).await?;
        let listening = listen(arguments.addr).await;
        let (listener, addr) = listening.map_err(|e| Failure::Problem(format!("{e}.")))?;
        println!("{name} is at http://localhost:{}", addr.port());
        tokio::spawn(print_logs(preview.clone()));
        let router = Router::new().fallback(answer).with_state(preview.clone());
        let serving = axum::serve(listener, router).with_graceful_shutdown(async move {
            asked_to_stop().await;
            preview.stop();
        });
        serving
            .await
            .map_err(|e| Failure::Problem(format!("the server failed: {e}.")))
    })
}

async fn answer(State(preview): State<Preview>, request: Request) -> Response {
    match telemetry::handle(&preview, request).await {
        Ok(response) => response.map(Body::new),
        Err(failure) => (StatusCode::BAD_GATEWAY, format!("{failure}\n")).into_response(),
    }
}

async fn print_logs(preview: Preview) {
    let (lines, mut live) = preview.logs();
    let mut last = 0;
    let mut print = |line: patchbay_runner::LogLine| {
        if line.sequence > last {
            last = line.sequence;
            let from = match line.stream {
                LogStream::Stdout => "stdout",
                LogStream::Stderr => "stderr",
                LogStream::Host => "sandbox",
            };
            eprintln!("[{} {from}] {}", line.request, line.text);
        }
    };
    lines.into_iter().for_each(&mut print);
    loop {
        match live.recv().await {
            Ok(line) => print(line),
            Err(RecvError::Lagged(_)) => {
                let lines;
                (lines, live) = preview.logs();
                lines.into_iter().for_each(&mut print);
            }
            Err(RecvError::Closed) => return,
        }
    }
}
