//! Patchbay's server and command line: everything that touches files, sockets and the database.
//!
//! The composer, the sandbox and the page know nothing of each other; they are wired together here.

pub mod ahead;
pub mod blocking;
pub mod cache;
pub mod cli;
pub mod compose;
pub mod http;
pub mod id;
pub mod library;
pub mod panel;
pub mod picture;
pub mod previews;
pub mod samples;
pub mod server;
pub mod state;
pub mod storage;
pub mod telemetry;
pub mod trace;
pub mod views;
mod wake;
