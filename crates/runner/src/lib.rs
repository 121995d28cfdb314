//! Patchbay's sandbox: runs untrusted components on wasmtime, within limits.
//!
//! A [`Runner`] compiles the bytes of a component into a [`Program`]; [`Runner::start`] makes a [`Preview`] of it, with
//! a key-value store and logs of its own; [`Preview::handle`] gives the preview one HTTP request. Each request runs in
//! its own task: of WASI 0.2 in a fresh instance, of WASI 0.3 perhaps in one that is done with an earlier request. What a
//! preview may use is said in [`Grants`]. There are never files or sockets.
//!
//! What a guest may use is written down once, in [`Limits`]; what happens when it wants more, in [`RunError`].

mod activity;
mod apart;
mod blobs;
mod body;
mod call;
mod capability;
mod clock;
mod command;
mod config;
mod engine;
mod epoch;
mod error;
mod functions;
mod grants;
mod guest;
mod idle;
mod instance;
mod keyvalue;
mod lane;
mod limiter;
mod limits;
mod links;
mod logging;
mod logs;
mod messaging;
mod meter;
mod nodes;
mod outbound;
mod outcome;
mod places;
mod pool;
mod preview;
mod program;
mod race;
mod request;
mod run;
mod stubs;
mod warm;
mod wasi;

pub use activity::{CapabilityCall, PastMessage, PastRequest, Way};
pub use blobs::{AddressError, BlobError, BlobStore, ObjectEntry};
pub use body::ResponseBody;
pub use call::{Call, CallError, Function, HeldResource, Obstacle, Returned, Signature, ValueType};
pub use capability::{Capability, Import};
pub use command::{Command, CommandRun, Finished, Output};
pub use engine::{Runner, SetupError};
pub use error::{Failure, MemoryLimit, Pool, PrepareError, RequestPart, RunError, TimeLimit};
pub use functions::CompileCounts;
pub use grants::{Grants, Standing};
pub use instance::Usage;
pub use keyvalue::{
    Answer, Delta, From as KeysFrom, KeyValueBackend, KeyValueEntry, Page, Redis, RedisError,
    StoreError, Swap,
};
pub use limits::{LimitError, Limits};
pub use links::LinkCounts;
pub use logs::{LogLine, LogStream};
pub use messaging::{Arrived, Carried, Message, MessageBroker, MessageError, Nats, NatsError};
pub use outbound::{Host, HostError};
pub use preview::{Aside, Preview, Served};
pub use program::{Program, Use};
