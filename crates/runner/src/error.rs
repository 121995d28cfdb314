//! What goes wrong, in sentences.

mod words;

pub(crate) use words::{late, size};

use crate::program::Use;
use std::time::Duration;
use words::{
    duration, full_sentence, memory_sentence, names_or_nothing, request_sentence, time_sentence,
    unfit_sentence, within,
};

/// A component that cannot be previewed, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    /// More bytes than [`Limits::max_component_bytes`](crate::Limits::max_component_bytes).
    #[error(
        "This component is {} long; the sandbox takes at most {}.",
        size(*.actual), size(*.limit)
    )]
    TooLarge {
        /// Bytes given.
        actual: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// No export of `wasi:http/incoming-handler` of version 0.2, nor of `wasi:http/handler` of version 0.3.
    #[error(
        "This component does not answer HTTP requests: it exports {}, but neither wasi:http/incoming-handler@0.2 nor \
         wasi:http/handler@0.3.",
        names_or_nothing(.exports)
    )]
    NotHttp {
        /// Everything it exports.
        exports: Vec<String>,
    },
    /// No export of `wasi:cli/run` of version 0.2 or 0.3.
    #[error(
        "This component is not a command: it exports {}, but not wasi:cli/run.",
        names_or_nothing(.exports)
    )]
    NotCommand {
        /// Everything it exports.
        exports: Vec<String>,
    },
    /// Nothing to call.
    #[error("This component exports no functions.")]
    NoFunctions,
    /// Imports that the sandbox does not have and cannot stand in for: core modules and components.
    #[error(
        "This component needs {} from outside, which nothing can stand in for. Link it to a component that exports it.",
        .names.join(", ")
    )]
    MissingImports {
        /// The imports, by their full names.
        names: Vec<String>,
    },
    /// Not a component that the engine accepts.
    #[error("This is not a component that the sandbox can run: {message}.")]
    Invalid {
        /// What the engine says.
        message: String,
    },
    /// More memories than [`Limits::memories`](crate::Limits::memories), say.
    #[error("This component has {actual} {what}; the sandbox takes at most {limit}.")]
    TooComplex {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// How many it has.
        actual: u64,
        /// How many are allowed.
        limit: u64,
    },
    /// Longer than [`Limits::compile_time`](crate::Limits::compile_time).
    #[error("This component took longer to compile than the {} it is given.", duration(*.limit))]
    TimedOut {
        /// The time allowed.
        limit: Duration,
    },
    /// Other components were being compiled all the while.
    #[error("Other components are being compiled. Try again in a moment.")]
    Busy,
}

/// How a request to a preview ended, when not with a response.
///
/// The text of each error is a sentence for the person who made the component; it names the limit that was reached.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// A limit on time was reached.
    #[error("{} {}.", time_sentence(*.kind, .nodes), duration(*.limit))]
    OutOfTime {
        /// Which limit.
        kind: TimeLimit,
        /// Its value.
        limit: Duration,
        /// The node that computed, as in [`RunError::Trapped`]; none where the component waited: nobody knows for whom.
        nodes: Vec<String>,
    },
    /// A limit on memory was reached, and the component gave up.
    #[error("{}", memory_sentence(*.kind, *.limit, *.asked))]
    OutOfMemory {
        /// Which limit.
        kind: MemoryLimit,
        /// Its value: bytes, or elements of tables.
        limit: u64,
        /// What it would have come to: bytes, or elements of tables.
        asked: u64,
    },
    /// Recursion went deeper than [`Limits::stack`](crate::Limits::stack).
    #[error(
        "The component ran out of stack{}: the limit is {}. Is there a recursion without an end?",
        within(.nodes), size(*.limit)
    )]
    OutOfStack {
        /// Bytes allowed.
        limit: usize,
        /// As in [`RunError::Trapped`].
        nodes: Vec<String>,
        /// The innermost functions, innermost first.
        backtrace: Vec<String>,
    },
    /// More handles than [`Limits::handles`](crate::Limits::handles).
    #[error("The component holds too many resources at once: the limit is {limit} handles.")]
    OutOfHandles {
        /// Handles allowed.
        limit: usize,
    },
    /// The component did something that ends it: a panic, an access out of bounds, a division by zero.
    #[error("The component stopped with an error{}: {message}.", within(.nodes))]
    Trapped {
        /// What the engine says.
        message: String,
        /// The node it happened in: the instance, as the component's name section calls it. Several where one component was
        /// instantiated more than once and nothing tells which it was; none where the component is not composed.
        nodes: Vec<String>,
        /// The functions that were running, innermost first. Names are there if the component carries them.
        backtrace: Vec<String>,
    },
    /// The component called an import that nothing provides.
    #[error(
        "The component called {function}, which is not linked to anything. Link it to a component that exports it."
    )]
    NotLinked {
        /// `docs:greet/greeter@1.0.0#greet`
        function: String,
    },
    /// A node of the component called what it, and perhaps it alone, is refused, and the interface has no word for that.
    #[error("The node {node} called {function}, which is refused to this node.")]
    Refused {
        /// The node.
        node: String,
        /// `wasi:random/random@0.2.0.get-random-u64`
        function: String,
        /// As in [`RunError::Trapped`].
        backtrace: Vec<String>,
    },
    /// The component called `wasi:cli/exit` before it answered.
    #[error("The component ended itself with exit code {code} instead of answering.")]
    Exited {
        /// The code it gave.
        code: i32,
    },
    /// The component could not be instantiated.
    #[error("The component could not be started: {message}.")]
    NotStarted {
        /// What the engine says.
        message: String,
    },
    /// The handler returned without setting a response.
    #[error("The component returned without setting a response.")]
    NoResponse,
    /// The handler set an error instead of a response.
    #[error("The component answered with the error {code} instead of a response.")]
    ErrorResponse {
        /// The case of `wasi:http/types.error-code`, in the words of the sandbox.
        code: String,
    },
    /// The handler dropped its response body without finishing it.
    #[error("The component left its response body unfinished.")]
    ResponseUnfinished,
    /// The response body went over [`Limits::response_body`](crate::Limits::response_body), and was cut.
    #[error("The response body was cut at {}, the most a preview may send.", size(*.limit))]
    ResponseTooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// The command wrote more than [`Limits::command_output`](crate::Limits::command_output).
    #[error("The command was ended because it wrote more than {}, the most it may.", size(*.limit))]
    OutputTooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// A part of the request is too large; the component may not have seen it at all.
    #[error("{}", request_sentence(*.part, *.limit))]
    RequestTooLarge {
        /// Which part.
        part: RequestPart,
        /// Its limit: bytes, or for [`RequestPart::HeaderCount`] a number.
        limit: usize,
    },
    /// The component cannot be used in that way; [`Program::require`](crate::Program::require) tells beforehand.
    #[error("{}", unfit_sentence(*.what))]
    Unfit {
        /// What it was to be used as.
        what: Use,
    },
    /// A request that cannot be given to a component.
    #[error("This request cannot be given to a component: {message}.")]
    InvalidRequest {
        /// What is wrong with it.
        message: String,
    },
    /// The preview was stopped.
    #[error("The preview was stopped.")]
    Stopped,
    /// No turn came within [`Limits::queue_wait`](crate::Limits::queue_wait).
    #[error("The sandbox is busy: the request waited {} for its turn.", duration(*.waited))]
    Busy {
        /// How long the request waited.
        waited: Duration,
    },
    /// All components that run need more than there is for them together.
    #[error("{}", full_sentence(*.pool, *.limit, .name))]
    Full {
        /// Of what.
        pool: Pool,
        /// How many there are.
        limit: usize,
        /// The limit that has it be no more, as an operator writes it.
        name: &'static str,
    },
    /// A fault of the sandbox itself; the process goes on.
    #[error(
        "The sandbox itself failed while it ran the component. This is not the component's fault."
    )]
    SandboxFailed,
}

impl RunError {
    /// The functions that were running when the guest trapped, innermost first, with the nodes they are in; none for other
    /// errors.
    pub fn backtrace(&self) -> &[String] {
        match self {
            Self::Trapped { backtrace, .. }
            | Self::OutOfStack { backtrace, .. }
            | Self::Refused { backtrace, .. } => backtrace,
            _ => &[],
        }
    }
}

/// A [`RunError`], with what is needed to find it in the logs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct Failure {
    /// The number of the request in its preview, as in [`LogLine::request`](crate::LogLine::request).
    pub request: u64,
    /// From the call of [`Preview::handle`](crate::Preview::handle) to the failure, waiting included.
    pub elapsed: Duration,
    /// What happened.
    pub error: RunError,
}

impl From<Failure> for RunError {
    fn from(failure: Failure) -> Self {
        failure.error
    }
}

/// The limits on time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeLimit {
    /// [`Limits::cpu_per_request`](crate::Limits::cpu_per_request)
    Cpu,
    /// [`Limits::wall_per_request`](crate::Limits::wall_per_request)
    Wall,
    /// [`Limits::first_byte`](crate::Limits::first_byte)
    FirstByte,
    /// [`Limits::cpu_per_command`](crate::Limits::cpu_per_command)
    CommandCpu,
    /// [`Limits::wall_per_command`](crate::Limits::wall_per_command)
    CommandWall,
}

/// The limits on memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MemoryLimit {
    /// [`Limits::memory_total`](crate::Limits::memory_total)
    Total,
    /// [`Limits::memory_each`](crate::Limits::memory_each)
    Each,
    /// [`Limits::table_elements`](crate::Limits::table_elements)
    TableElements,
}

/// What all components that run share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pool {
    /// [`Limits::pool_memories`](crate::Limits::pool_memories)
    Memories,
    /// [`Limits::pool_tables`](crate::Limits::pool_tables)
    Tables,
    /// [`Limits::pool_stacks`](crate::Limits::pool_stacks)
    Stacks,
}

/// The limited parts of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestPart {
    /// [`Limits::request_body`](crate::Limits::request_body)
    Body,
    /// [`Limits::url_bytes`](crate::Limits::url_bytes)
    Url,
    /// [`Limits::header_bytes`](crate::Limits::header_bytes)
    HeaderBytes,
    /// [`Limits::header_count`](crate::Limits::header_count)
    HeaderCount,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_name_the_limit() {
        let cpu = RunError::OutOfTime {
            kind: TimeLimit::Cpu,
            limit: Duration::from_millis(250),
            nodes: vec!["greeter".to_owned()],
        };
        assert_eq!(
            cpu.to_string(),
            "The component ran out of time in greeter. Is there a loop without an end? For one request it may compute for \
             0.25 s."
        );
        let memory = RunError::OutOfMemory {
            kind: MemoryLimit::Total,
            limit: 128 << 20,
            asked: 129 << 20,
        };
        assert!(memory.to_string().contains("128 MiB"), "{memory}");
        assert!(memory.to_string().contains("129 MiB"), "{memory}");
        let none = PrepareError::NotHttp {
            exports: Vec::new(),
        };
        assert!(none.to_string().contains("it exports nothing"), "{none}");
    }
}
