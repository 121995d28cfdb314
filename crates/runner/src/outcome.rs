//! From what the engine reports to what a person is told.

use crate::error::{RunError, TimeLimit};
use crate::limiter::Refusal;
use crate::limits::Limits;
use crate::nodes::Nodes;
use crate::pool;
use crate::stubs::NotLinked;
use std::time::Duration;
use wasmtime::{FrameInfo, Trap, WasmBacktrace};
use wasmtime_wasi::{I32Exit, ResourceTableError};

/// How many functions a backtrace shows.
const FRAMES: usize = 20;

/// Raised by the epoch callback when the CPU time that a guest is given is used up.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("out of CPU time")]
pub(crate) struct CpuSpent {
    pub(crate) kind: TimeLimit,
    pub(crate) limit: Duration,
}

/// What `error`, which ended a guest, means. `refused` is the last growth of memory that was refused, if any was.
pub(crate) fn explain(
    error: &wasmtime::Error,
    refused: Option<Refusal>,
    started: bool,
    limits: &Limits,
    nodes: &Nodes,
) -> RunError {
    if let Some(&CpuSpent { kind, limit }) = error.downcast_ref() {
        let Place { nodes, .. } = Place::of(error, nodes);
        return RunError::OutOfTime { kind, limit, nodes };
    }
    if let Some(NotLinked { function }) = error.downcast_ref() {
        let function = function.clone();
        return RunError::NotLinked { function };
    }
    if let Some(code) = exit_code(error) {
        return RunError::Exited { code };
    }
    if let Some((function, node)) = called_refusal(error) {
        let Place { backtrace, .. } = Place::of(error, nodes);
        return RunError::Refused {
            node,
            function,
            backtrace,
        };
    }
    if let Some(full) = pool::exhausted(error, limits) {
        return full;
    }
    let trap = error.downcast_ref::<Trap>().copied();
    if trap == Some(Trap::StackOverflow) {
        let Place { nodes, backtrace } = Place::of(error, nodes);
        return RunError::OutOfStack {
            limit: limits.stack,
            nodes,
            backtrace,
        };
    }
    if let Some(refusal) = refused.filter(|_| follows_a_refusal(trap)) {
        return refusal.into();
    }
    // The engine has no type for the limit on its own handles, only this text.
    let message = error.root_cause().to_string();
    let full = matches!(
        error.downcast_ref::<ResourceTableError>(),
        Some(ResourceTableError::Full)
    );
    if full || message.contains("handle limit exceeded") {
        return RunError::OutOfHandles {
            limit: limits.handles,
        };
    }
    let message = match trap {
        None if !started => {
            return RunError::NotStarted {
                message: format!("{error:#}"),
            };
        }
        None => message,
        Some(trap) => called_stub(error).unwrap_or_else(|| trap_message(trap)),
    };
    let Place { nodes, backtrace } = Place::of(error, nodes);
    RunError::Trapped {
        message,
        nodes,
        backtrace,
    }
}

/// Whether this is how guests end when they did not get memory: an allocator aborts, or the pointer is used anyway.
/// Without a trap the engine itself could not go on, as when the memories a component starts with are too large.
fn follows_a_refusal(trap: Option<Trap>) -> bool {
    matches!(
        trap,
        None | Some(
            Trap::UnreachableCodeReached | Trap::MemoryOutOfBounds | Trap::TableOutOfBounds
        )
    )
}

/// `exit(0)` is a way to return.
pub(crate) fn is_success(error: &wasmtime::Error) -> bool {
    exit_code(error) == Some(0)
}

/// The code that a guest gave to `wasi:cli/exit`.
pub(crate) fn exit_code(error: &wasmtime::Error) -> Option<i32> {
    Some(error.downcast_ref::<I32Exit>()?.0)
}

fn trap_message(trap: Trap) -> String {
    match trap {
        Trap::UnreachableCodeReached => {
            "it gave up (`unreachable`), as a panic or an abort does; see what it printed"
                .to_owned()
        }
        other => other
            .to_string()
            .trim_start_matches("wasm trap: ")
            .to_owned(),
    }
}

/// What was called of a generated stub, where one ended the guest.
fn called_stub(error: &wasmtime::Error) -> Option<String> {
    let called = innermost(error, "patchbay-stub")?;
    let (called, why) = called.split_once(" was called")?;
    let why = why.strip_prefix(", and ").unwrap_or_default();
    let colon = if why.is_empty() { "" } else { ": " };
    Some(format!(
        "it called `{called}`, and there is only a stub that does not answer{colon}{why}"
    ))
}

/// What was called of what a node is refused, and which node.
fn called_refusal(error: &wasmtime::Error) -> Option<(String, String)> {
    let called = innermost(error, "patchbay-refusal")?;
    let (function, node) = called.rsplit_once(" is refused to ")?;
    Some((function.to_owned(), node.to_owned()))
}

/// The name of the function that ended the guest, where it is in a generated module of that name: they say it so.
fn innermost<'e>(error: &'e wasmtime::Error, module: &str) -> Option<&'e str> {
    let backtrace = error.downcast_ref::<WasmBacktrace>()?;
    let frame = backtrace.frames().first()?;
    frame
        .func_name()
        .filter(|_| frame.module().name() == Some(module))
}

/// Where a guest ended.
#[derive(Default)]
struct Place {
    nodes: Vec<String>,
    backtrace: Vec<String>,
}

impl Place {
    fn of(error: &wasmtime::Error, nodes: &Nodes) -> Self {
        let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
            return Self::default();
        };
        let frames = backtrace.frames();
        let outermost_first: Vec<_> = frames
            .iter()
            .rev()
            .map(|frame| place_in_bytes(frame, nodes))
            .collect();
        let names = nodes.along(&outermost_first).into_iter().rev();
        let places = frames.iter().zip(names);
        let of_people = |frame: &FrameInfo| !is_adapter(frame) && !is_interposer(frame);
        let mut places = places.filter(|(frame, _)| of_people(frame)).peekable();
        let innermost = places.peek().map(|(_, nodes)| nodes.clone());
        let innermost = innermost.unwrap_or_default().into_iter();
        Self {
            nodes: innermost.map(str::to_owned).collect(),
            backtrace: places
                .take(FRAMES)
                .map(|(frame, nodes)| line(frame, &nodes))
                .collect(),
        }
    }
}

/// What the engine generates for calls from one component to another. Its places are in no bytes of the component.
fn is_adapter(frame: &FrameInfo) -> bool {
    let module = frame.module();
    module.name().is_none() && module.imports().any(|it| it.module() == "callee")
}

/// What stands in a link of a traced build: its modules have this name.
fn is_interposer(frame: &FrameInfo) -> bool {
    frame.module().name() == Some("patchbay-trace")
}

fn place_in_bytes(frame: &FrameInfo, nodes: &Nodes) -> Option<usize> {
    let offset = frame.module_offset().filter(|_| !is_adapter(frame))?;
    Some(nodes.place(frame.module(), offset))
}

/// `greeter: module: function`, as far as the names are known.
fn line(frame: &FrameInfo, nodes: &[&str]) -> String {
    let function = match frame.func_name() {
        // The alternate form leaves out the hash at the end.
        Some(name) => format!("{:#}", rustc_demangle::demangle(name)),
        None => format!("function {}", frame.func_index()),
    };
    let function = match frame.module().name() {
        Some(module) => format!("{module}: {function}"),
        None => function,
    };
    match nodes {
        [] => function,
        nodes => format!("{}: {function}", nodes.join(" or ")),
    }
}
