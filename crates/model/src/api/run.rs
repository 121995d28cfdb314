//! Running a component as a command.

use serde::{Deserialize, Serialize};

/// What a command is started with.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RunRequest {
    /// After the command's own name.
    #[serde(default)]
    pub arguments: Vec<String>,
    /// Names and values of the environment. It has nothing else in it.
    #[serde(default)]
    pub environment: Vec<(String, String)>,
    /// What it can read from its standard input.
    #[serde(default)]
    pub stdin: String,
}

/// What comes of a command, one after the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum RunEvent {
    /// It wrote something.
    Wrote {
        /// `stdout` or `stderr`.
        stream: String,
        /// Not always whole lines. Bytes that are not UTF-8 are replaced.
        text: String,
    },
    /// It came to its end. Nothing follows.
    Finished {
        /// 0 when all is well.
        code: i32,
        /// What it took.
        usage: Usage,
    },
    /// It was ended: it trapped, took too long, or reached another limit. Nothing follows.
    Failed {
        /// A stable word: `trapped`, `out-of-time`, `out-of-memory`, …
        reason: String,
        /// What happened, in a sentence that names the limit.
        message: String,
    },
}

/// What a run or a call took.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Usage {
    /// From beginning to end, in microseconds.
    pub micros: u64,
    /// As much of it as the component computed, in microseconds.
    pub cpu_micros: u64,
    /// All its linear memories together, in bytes.
    pub memory_bytes: u64,
}
