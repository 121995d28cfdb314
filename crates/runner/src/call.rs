//! Calling the functions that a component exports, one by one.

mod function;
mod held;
mod session;
mod text;
mod value_type;

pub(crate) use function::functions;
pub use function::{Function, Signature};
pub use held::HeldResource;
pub(crate) use session::Sessions;
pub use value_type::{Obstacle, ValueType};

use crate::activity::Asked;
use crate::error::{Failure, RunError, TimeLimit};
use crate::guest::Guest;
use crate::instance::{Instance, Usage};
use crate::limits::Limits;
use crate::logs::RequestLog;
use crate::outcome::{CpuSpent, explain};
use crate::program::Program;
use crate::race::{Ended, race, stopped_or_late};
use function::split;
use held::Held;
use session::Session;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, watch};
use wasmtime::component::{Func, Val};

/// A function to be called, and what with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// As in [`Function::name`].
    pub function: String,
    /// In order, each in WAVE. A handle to a resource is the name it is held by, in quotes.
    pub arguments: Vec<String>,
    /// The name of the session to call it in. Calls of one session meet the same instance, so that what one made another
    /// can use; without a session, each call meets a new one.
    pub session: Option<String>,
}

/// What came of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// In WAVE; none where the function gives nothing.
    pub result: Option<String>,
    /// What the session holds now.
    pub held: Vec<HeldResource>,
    /// What the call took.
    pub usage: Usage,
}

/// Why a call did not return.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// No such export.
    #[error("The component does not export the function {function}.")]
    NoSuchFunction {
        /// As it was asked for.
        function: String,
    },
    /// It takes or gives what cannot be written down.
    #[error("{function} cannot be called by hand: {obstacle}.")]
    NotCallable {
        /// Its name.
        function: String,
        /// Why.
        obstacle: Obstacle,
    },
    /// Too few or too many arguments.
    #[error("{function} takes {}, not {given}.", arguments(*.expected))]
    WrongCount {
        /// Its name.
        function: String,
        /// How many it takes.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// An argument that is not of its type.
    #[error("The argument {parameter} has to be of type {expected}: {message}.")]
    WrongArgument {
        /// The name of the parameter.
        parameter: String,
        /// Its type.
        expected: String,
        /// What is wrong.
        message: String,
    },
    /// A call of the same session has not returned yet.
    #[error("The session {session} is at work on another call.")]
    SessionBusy {
        /// Its name.
        session: String,
    },
    /// More sessions than [`Limits::sessions_per_preview`].
    #[error("A preview has room for {limit} sessions at a time. End one first.")]
    TooManySessions {
        /// Sessions allowed.
        limit: usize,
    },
    /// The result was too long to be shown.
    #[error("{message}.")]
    NotShown {
        /// Why.
        message: String,
    },
    /// It was called, or waited for its turn, and failed. A session that it was called in is over.
    #[error(transparent)]
    Failed(#[from] Failure),
}

fn arguments(count: usize) -> String {
    match count {
        0 => "no arguments".to_owned(),
        1 => "1 argument".to_owned(),
        count => format!("{count} arguments"),
    }
}

/// Everything one call needs, but its turns.
pub(crate) struct CallTask {
    pub(crate) program: Program,
    pub(crate) function: String,
    pub(crate) signature: Signature,
    pub(crate) arguments: Vec<String>,
    pub(crate) limits: Arc<Limits>,
    pub(crate) log: RequestLog,
    pub(crate) number: u64,
    pub(crate) stopped: watch::Receiver<bool>,
}

impl CallTask {
    /// A session with an instance that has not met a call yet.
    pub(crate) fn session(&self, guest: Guest) -> Session {
        let cpu = CpuSpent {
            kind: TimeLimit::Cpu,
            limit: self.limits.cpu_per_request,
        };
        let engine = self.program.engine();
        Session::new(Instance::new(engine, guest, &self.limits, cpu))
    }

    /// Calls the function in a session, which is over if that fails.
    pub(crate) async fn run(
        self,
        session: &mut Session,
        turns: [OwnedSemaphorePermit; 2],
    ) -> Result<Returned, CallError> {
        let began = Instant::now();
        session.instance.begin(&self.log);
        let (values, given) = self.read_arguments(&session.held)?;
        let started = AtomicBool::new(false);
        let ended = race(
            self.call(session, &values, &started),
            stopped_or_late(self.stopped.clone(), self.limits.wall_per_request),
        )
        .await;
        let usage = session.instance.usage(began.elapsed());
        let guest = session.instance.store.data_mut();
        guest.end();
        let refused = guest.memory().refused();
        drop(turns);
        let asked = Asked {
            what: format!("{}({})", self.function, self.arguments.join(", ")),
            began,
        };
        let result = ended.map_err(|ended| {
            let error = match ended {
                Ended::Because(error) => error,
                Ended::ByItself(error) => {
                    let started = started.load(Ordering::Relaxed);
                    explain(&error, refused, started, &self.limits, self.program.nodes())
                }
            };
            self.log.failure(&error);
            self.log.ended(&asked, Err(&error), usage);
            self.failed(began.elapsed(), error)
        })?;
        self.log.ended(&asked, Ok("returned".to_owned()), usage);
        for handle in given {
            session.held.release(handle);
        }
        let result = self.show(result, &mut session.held)?;
        Ok(Returned {
            result,
            held: session.held.list(),
            usage,
        })
    }

    /// The arguments, and the handles among them that are given away.
    fn read_arguments(
        &self,
        held: &Held,
    ) -> Result<(Vec<Val>, Vec<wasmtime::component::ResourceAny>), CallError> {
        let parameters = &self.signature.parameters;
        if parameters.len() != self.arguments.len() {
            return Err(CallError::WrongCount {
                function: self.function.clone(),
                expected: parameters.len(),
                given: self.arguments.len(),
            });
        }
        let mut given = Vec::new();
        let mut values = Vec::new();
        for ((name, ty), text) in parameters.iter().zip(&self.arguments) {
            let value = text::parse(ty, text, held, &mut given);
            values.push(value.map_err(|message| CallError::WrongArgument {
                parameter: name.clone(),
                expected: ty.to_string(),
                message,
            })?);
        }
        Ok((values, given))
    }

    async fn call(
        &self,
        session: &mut Session,
        values: &[Val],
        started: &AtomicBool,
    ) -> wasmtime::Result<Option<Val>> {
        let store = &mut session.instance.store;
        let instance = match session.entered {
            Some(instance) => instance,
            None => {
                self.program
                    .instance()
                    .instantiate_async(&mut *store)
                    .await?
            }
        };
        session.entered = Some(instance);
        started.store(true, Ordering::Relaxed);
        let (interface, name) = split(&self.function);
        let interface = interface.and_then(|it| instance.get_export_index(&mut *store, None, it));
        let function: Option<Func> = instance
            .get_export_index(&mut *store, interface.as_ref(), name)
            .and_then(|index| instance.get_func(&mut *store, index));
        let function = function.ok_or_else(|| wasmtime::Error::msg("the function is not there"))?;
        let mut results = vec![Val::Bool(false); usize::from(self.signature.result.is_some())];
        function
            .call_async(&mut *store, values, &mut results)
            .await?;
        Ok(results.pop())
    }

    fn show(&self, value: Option<Val>, held: &mut Held) -> Result<Option<String>, CallError> {
        let (Some(ty), Some(value)) = (&self.signature.result, value) else {
            return Ok(None);
        };
        let text = text::print(ty, &value, held);
        let text = text.map_err(|message| CallError::NotShown { message })?;
        let limit = self.limits.call_result;
        if text.len() > limit {
            let size = crate::error::size(limit);
            let message =
                format!("The result is longer than {size} as text, the most that is shown");
            return Err(CallError::NotShown { message });
        }
        Ok(Some(text))
    }

    fn failed(&self, elapsed: Duration, error: RunError) -> CallError {
        CallError::Failed(Failure {
            request: self.number,
            elapsed,
            error,
        })
    }
}
