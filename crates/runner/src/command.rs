//! Commands: components that are run once, with arguments, and end with an exit code.

mod output;

pub(crate) use output::CommandOutput;
pub use output::Output;

use crate::activity::Asked;
use crate::body::CancelOnDrop;
use crate::error::{Failure, RunError, TimeLimit};
use crate::guest::Guest;
use crate::instance::{Instance, Usage};
use crate::lane::Lane;
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::outcome::{CpuSpent, exit_code, explain};
use crate::program::{CommandPre, Program};
use crate::race::{Ended, race};
use futures::StreamExt;
use futures::channel::mpsc;
use output::Room;
use std::fmt;
use std::future::poll_fn;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;
use tokio::io::AsyncRead;
use tokio::sync::{OwnedSemaphorePermit, oneshot, watch};
use tokio::time::sleep;
use wasmtime::Store;

/// How many pieces of output may wait for their reader.
const PIECES: usize = 16;

/// What a command is started with.
pub struct Command {
    /// The first is the command's own name, by custom.
    pub arguments: Vec<String>,
    /// Names and values.
    pub environment: Vec<(String, String)>,
    /// Read as far as the command wants.
    pub stdin: Box<dyn AsyncRead + Send + Sync + Unpin>,
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Command")
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

/// A command that came to its end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Finished {
    /// 0 when all is well.
    pub code: i32,
    /// What it took.
    pub usage: Usage,
}

/// A command that runs. Dropping it ends the command.
pub struct CommandRun {
    request: u64,
    began: Instant,
    output: mpsc::Receiver<Output>,
    end: oneshot::Receiver<Result<Finished, RunError>>,
    _guest: CancelOnDrop,
}

impl CommandRun {
    /// The next piece of what the command writes; none when it has ended. The command waits for a reader that is slow.
    pub async fn next(&mut self) -> Option<Output> {
        self.output.next().await
    }

    /// How the command ended. What it wrote and was not read is lost.
    ///
    /// # Errors
    ///
    /// Any [`RunError`] that is not about HTTP, wrapped with the number of the run among the preview's requests.
    pub async fn finish(mut self) -> Result<Finished, Failure> {
        self.output.close();
        let failed = |error| Failure {
            request: self.request,
            elapsed: self.began.elapsed(),
            error,
        };
        let end = (&mut self.end).await;
        end.unwrap_or(Err(RunError::SandboxFailed)).map_err(failed)
    }
}

/// Everything one run of a command needs.
pub(crate) struct CommandTask {
    pub(crate) command: Arc<CommandPre>,
    pub(crate) program: Program,
    pub(crate) limits: Arc<Limits>,
    pub(crate) log: RequestLog,
    pub(crate) asked: Asked,
    pub(crate) stopped: watch::Receiver<bool>,
    pub(crate) turns: [OwnedSemaphorePermit; 2],
}

impl CommandTask {
    /// Starts the command in a task of its own. `guest` makes its state, given where its output goes.
    pub(crate) fn start(
        self,
        request: u64,
        lane: &Lane,
        guest: impl FnOnce(CommandOutput) -> Guest,
    ) -> CommandRun {
        let began = Instant::now();
        let (sender, output) = mpsc::channel(PIECES);
        let room = Arc::new(Room::new(self.limits.command_output));
        let guest = guest(CommandOutput::new(sender, room.clone()));
        let cpu = CpuSpent {
            kind: TimeLimit::CommandCpu,
            limit: self.limits.cpu_per_command,
        };
        let instance = Instance::new(self.program.engine(), guest, &self.limits, cpu);
        let (ended, end) = oneshot::channel();
        let task = lane.spawn(async move {
            let result = self.run(instance, &room).await;
            // Nobody may be there to hear it.
            let _ = ended.send(result);
        });
        CommandRun {
            request,
            began,
            output,
            end,
            _guest: CancelOnDrop::new(task.abort_handle()),
        }
    }

    async fn run(self, mut instance: Instance, room: &Room) -> Result<Finished, RunError> {
        let began = self.asked.began;
        let started = AtomicBool::new(false);
        let store = &mut instance.store;
        let ended = race(
            call(&self.command, store, &started),
            self.interruption(room),
        )
        .await;
        let usage = instance.usage(began.elapsed());
        let refused = instance.store.data_mut().memory().refused();
        let result = match ended {
            Err(Ended::Because(error)) => Err(error),
            _ if room.is_used_up() => Err(RunError::OutputTooLarge {
                limit: self.limits.command_output,
            }),
            Ok(Ok(())) => Ok(0),
            Ok(Err(())) => Ok(1),
            Err(Ended::ByItself(error)) => exit_code(&error).ok_or_else(|| {
                explain(
                    &error,
                    refused,
                    started.load(Ordering::Relaxed),
                    &self.limits,
                    self.program.nodes(),
                )
            }),
        };
        if let Err(error) = &result {
            self.log.failure(error);
        }
        let ended = result.as_ref().map(|code| format!("exit code {code}"));
        self.log.ended(&self.asked, ended, usage);
        drop(instance);
        drop(self.turns);
        result.map(|code| Finished { code, usage })
    }

    async fn interruption(&self, room: &Room) -> RunError {
        let limit = self.limits.wall_per_command;
        let mut stopped = self.stopped.clone();
        tokio::select! {
            biased;
            Ok(_) = stopped.wait_for(|stopped| *stopped) => RunError::Stopped,
            () = room.used_up() => RunError::OutputTooLarge { limit: self.limits.command_output },
            () = sleep(limit) => RunError::OutOfTime { kind: TimeLimit::CommandWall, limit, nodes: Vec::new() },
        }
    }
}

async fn call(
    command: &CommandPre,
    store: &mut Store<Guest>,
    started: &AtomicBool,
) -> wasmtime::Result<Result<(), ()>> {
    match command {
        CommandPre::Wasi02(command) => {
            let command = command.instantiate_async(&mut *store).await?;
            started.store(true, Ordering::Relaxed);
            command.wasi_cli_run().call_run(store).await
        }
        CommandPre::Wasi03(command) => {
            let command = command.instantiate_async(&mut *store).await?;
            started.store(true, Ordering::Relaxed);
            let run = store.run_concurrent(async |accessor| {
                let result = command.wasi_cli_run().call_run(accessor).await;
                // What it still writes belongs to it.
                poll_fn(|context| accessor.poll_no_interesting_tasks(context)).await;
                result
            });
            run.await?
        }
    }
}
