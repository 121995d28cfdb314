//! Patchbay's sandbox: runs untrusted components on wasmtime, within limits.
//!
//! A [`Runner`] compiles the bytes of a component into a [`Program`]; [`Runner::start`] makes a [`Preview`] of it, with
//! a key-value store and logs of its own; [`Preview::handle`] gives the preview one HTTP request. Each request runs in
//! a fresh instance, in its own task. Nothing is granted: no files, environment, arguments, sockets or outbound HTTP.
//!
//! What a guest may use is written down once, in [`Limits`]; what happens when it wants more, in [`RunError`].

mod body;
mod clock;
mod engine;
mod epoch;
mod error;
mod guest;
mod keyvalue;
mod limiter;
mod limits;
mod logs;
mod meter;
mod outcome;
mod preview;
mod program;
mod request;
mod run;

pub use body::ResponseBody;
pub use engine::{Runner, SetupError};
pub use error::{Failure, MemoryLimit, PrepareError, RequestPart, RunError, TimeLimit};
pub use keyvalue::KeyValueEntry;
pub use limits::Limits;
pub use logs::{LogLine, LogStream};
pub use preview::{Preview, Served};
pub use program::Program;
