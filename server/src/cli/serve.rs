//! `patchbay serve`

use super::{Failure, block_on, limits, start_logging};
use crate::server::{Server, asked_to_stop};
use crate::state::Config;
use std::net::SocketAddr;
use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:3000")]
    addr: SocketAddr,
    /// Where graphs and uploaded components are kept
    #[arg(long, value_name = "DIR", default_value = "data")]
    data_dir: PathBuf,
    /// The front end as built
    #[arg(long, value_name = "DIR", default_value = "target/site")]
    site_root: PathBuf,
    /// The sample components as built: <namespace>/<name>.wasm
    #[arg(long, value_name = "DIR", default_value = "target/components")]
    samples_dir: PathBuf,
    #[command(flatten)]
    limits: limits::LimitArguments,
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let _telemetry = start_logging()?;
    let config = Config {
        addr: arguments.addr,
        data_dir: arguments.data_dir,
        site_root: arguments.site_root,
        samples_dir: arguments.samples_dir,
        limits: arguments.limits.limits()?,
    };
    block_on(async {
        let server = Server::bind(config).await;
        let server = server.map_err(|e| Failure::Problem(format!("{e}.")))?;
        // Previews have their origins below this name, so it is the one to use, whatever the address.
        println!("Patchbay is at http://localhost:{}", server.addr().port());
        let served = server.run(asked_to_stop()).await;
        served.map_err(|e| Failure::Problem(format!("the server failed: {e}.")))
    })
}
