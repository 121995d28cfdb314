//! `patchbay preview`

use super::{Failure, block_on, read, start_logging};
use crate::server::{asked_to_stop, listen};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use patchbay_runner::{Limits, LogStream, Preview, Runner};
use std::net::SocketAddr;
use std::path::PathBuf;
use tokio::sync::broadcast::error::RecvError;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A component that exports wasi:http/incoming-handler
    file: PathBuf,
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    addr: SocketAddr,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    start_logging();
    let bytes = read(&arguments.file)?;
    let name = arguments
        .file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let refused = |error: &dyn std::fmt::Display| {
        Failure::Problem(format!("{}: {error}", arguments.file.display()))
    };
    // Says what the file is if it is not a component; the sandbox would not.
    let component = patchbay_composer::inspect_upload(&name, bytes).map_err(|e| refused(&e))?;
    block_on(async {
        let runner = Runner::new(Limits::default()).map_err(|e| refused(&e))?;
        let program = runner
            .prepare(bytes::Bytes::from_owner(component.bytes))
            .await;
        let preview = runner.start(&program.map_err(|e| refused(&e))?);
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
    match preview.handle(request).await {
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
