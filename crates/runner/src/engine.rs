//! The runner: one engine, and who may use it when.

use crate::apart::{self, CompiledModules};
use crate::epoch::start_ticking;
use crate::error::PrepareError;
use crate::functions::{CompileCounts, CompiledFunctions};
use crate::grants::Grants;
use crate::guest::Guest;
use crate::idle::idle_threads;
use crate::lane::Lanes;
use crate::limits::Limits;
use crate::pool;
use crate::preview::{Aside, Preview};
use crate::program::{self, Program};
use bytes::Bytes;
use rayon::ThreadPool;
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use wasmtime::Config;
use wasmtime::component::Linker;

/// How many components are compiled ahead at once, when one takes so long that it is not waited for.
const AHEAD_AT_ONCE: usize = 2;

/// The sandbox. Cheap to clone; clones share the engine, the compiled programs and the turns.
#[derive(Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

struct Shared {
    limits: Arc<Limits>,
    linker: Linker<Guest>,
    /// Most recently used first.
    programs: Mutex<VecDeque<Program>>,
    functions: Arc<CompiledFunctions>,
    modules: CompiledModules,
    compile_turns: Arc<Semaphore>,
    /// For what may be asked for later.
    idle: ThreadPool,
    idle_turns: Arc<Semaphore>,
    idle_places: Arc<Semaphore>,
    request_turns: Arc<Semaphore>,
    lanes: Lanes,
    /// As many instances may wait for a request as may be at work on one.
    warm_places: Arc<Semaphore>,
}

/// The sandbox could not be set up on this machine.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The engine refused its configuration.
    #[error("the WebAssembly engine could not be set up: {0:#}")]
    Engine(wasmtime::Error),
    /// The thread that interrupts guests, or those that work when others do not, could not be started.
    #[error("the sandbox's threads could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

impl Runner {
    /// Sets up an engine under these limits.
    ///
    /// # Errors
    ///
    /// When the machine cannot run the engine: an architecture it has no compiler for, or no thread to be had.
    pub fn new(limits: Limits) -> Result<Runner, SetupError> {
        let functions = Arc::new(CompiledFunctions::new(limits.compiled_functions));
        let engine =
            config(&limits, functions.clone()).and_then(|config| pool::engine(config, &limits));
        let engine = engine.map_err(SetupError::Engine)?;
        let linker = program::link(&engine).map_err(SetupError::Engine)?;
        let lanes = Lanes::new()?;
        start_ticking(&engine, lanes.crowded())?;
        let shared = Shared {
            linker,
            functions,
            modules: CompiledModules::new(limits.compiled_modules),
            idle: idle_threads()?,
            lanes,
            idle_turns: Arc::new(Semaphore::new(1)),
            idle_places: Arc::new(Semaphore::new(AHEAD_AT_ONCE)),
            programs: Mutex::default(),
            compile_turns: Arc::new(Semaphore::new(limits.compiles_at_once)),
            warm_places: Arc::new(Semaphore::new(limits.requests_at_once)),
            request_turns: Arc::new(Semaphore::new(limits.requests_at_once)),
            limits: Arc::new(limits),
        };
        Ok(Runner {
            shared: Arc::new(shared),
        })
    }

    /// The limits it was made with.
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }

    /// Compiles a component, or finds it among those compiled before. Must be called within a tokio runtime.
    ///
    /// The compiler works on threads for blocking work, never more than [`Limits::compiles_at_once`] at a time.
    ///
    /// # Errors
    ///
    /// See [`PrepareError`]; its text is a sentence for the person who brought the component.
    pub async fn prepare(&self, bytes: Bytes) -> Result<Program, PrepareError> {
        self.prepared(bytes, None).await
    }

    /// Does the same with a traced build, which imports `patchbay:preview/trace@0.1.0` to tell of the calls of so many
    /// links. Its previews count them, see [`Preview::links`]. For any other program, that interface is an import that
    /// nothing provides.
    ///
    /// # Errors
    ///
    /// As [`Runner::prepare`].
    pub async fn prepare_traced(
        &self,
        bytes: Bytes,
        links: usize,
    ) -> Result<Program, PrepareError> {
        self.prepared(bytes, Some(links)).await
    }

    async fn prepared(&self, bytes: Bytes, links: Option<usize>) -> Result<Program, PrepareError> {
        let limits = &self.shared.limits;
        if bytes.len() > limits.max_component_bytes {
            let limit = limits.max_component_bytes;
            return Err(PrepareError::TooLarge {
                actual: bytes.len(),
                limit,
            });
        }
        let (bytes, sha256) = on_blocking_thread(move || {
            let sha256 = Sha256::digest(&bytes).into();
            Ok((bytes, sha256))
        })
        .await?;
        if let Some(program) = self.shared.find(sha256, links) {
            return Ok(program);
        }
        let turn = timeout(
            limits.compile_time,
            self.shared.compile_turns.clone().acquire_owned(),
        )
        .await
        .map_err(|_| PrepareError::Busy)?
        .map_err(|_| PrepareError::Busy)?;
        let shared = self.shared.clone();
        let compiled = on_blocking_thread(move || {
            // Kept until the compiler is done, also when nobody waits for it any more.
            let _turn = turn;
            // The same bytes may have been compiled while this waited for its turn.
            if let Some(program) = shared.find(sha256, links) {
                return Ok(program);
            }
            let program = shared.compile(&bytes, sha256, links)?;
            shared.keep(program.clone());
            Ok(program)
        });
        timeout(limits.compile_time, compiled)
            .await
            .unwrap_or(Err(PrepareError::TimedOut {
                limit: limits.compile_time,
            }))
    }

    /// Compiles a component that will probably be run, when nobody else wants the processors: [`Runner::prepare`] then
    /// finds it. One at a time, beside those that are compiled to be run. The future ends when it is done, or after
    /// [`Limits::compile_time`]: then the next has its turn, but not a third beside the two. What is wrong with it is for
    /// `prepare` to say.
    pub async fn compile_ahead(&self, bytes: Bytes) {
        self.compile_program_ahead(bytes, None).await;
    }

    /// Does the same with a traced build of so many links, for [`Runner::prepare_traced`] to find.
    pub async fn compile_traced_ahead(&self, bytes: Bytes, links: usize) {
        self.compile_program_ahead(bytes, Some(links)).await;
    }

    async fn compile_program_ahead(&self, bytes: Bytes, links: Option<usize>) {
        self.when_idle(bytes, move |shared, bytes| {
            let sha256 = Sha256::digest(bytes).into();
            if shared.find(sha256, links).is_some() {
                return;
            }
            apart::compile_modules(shared.linker.engine(), bytes, &shared.modules);
            if let Ok(program) = shared.compile(bytes, sha256, links) {
                shared.keep(program);
            }
        })
        .await;
    }

    /// Compiles the large core modules of a component that will probably be a part of what is run, and the functions of
    /// its small ones, as [`Runner::compile_ahead`] does.
    pub async fn compile_part_ahead(&self, bytes: Bytes) {
        self.when_idle(bytes, |shared, bytes| {
            apart::compile_part(shared.linker.engine(), bytes, &shared.modules);
        })
        .await;
    }

    async fn when_idle(&self, bytes: Bytes, work: impl FnOnce(&Shared, &[u8]) + Send + 'static) {
        if bytes.len() > self.shared.limits.max_component_bytes {
            return;
        }
        let (turns, places) = (&self.shared.idle_turns, &self.shared.idle_places);
        let Ok(_turn) = turns.acquire().await else {
            return;
        };
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let shared = self.shared.clone();
        let (done, end) = oneshot::channel::<()>();
        self.shared.idle.spawn(move || {
            work(&shared, &bytes);
            drop((place, done));
        });
        // It ends in an error, as nothing is sent.
        let _ = timeout(self.shared.limits.compile_time, end).await;
    }

    /// How many functions were compiled, and how many had been compiled before.
    pub fn functions(&self) -> CompileCounts {
        self.shared.functions.counts()
    }

    /// How many of the core modules that are compiled each on its own were, and how many had been compiled before.
    pub fn modules(&self) -> CompileCounts {
        self.shared.modules.counts()
    }

    /// A preview of a program, with an empty key-value store and empty logs. It may use what `grants` says. Must be called
    /// within a tokio runtime.
    pub fn start(&self, program: &Program, grants: Grants) -> Preview {
        let turns = self.shared.request_turns.clone();
        let places = self.shared.warm_places.clone();
        let limits = self.shared.limits.clone();
        let lane = self.shared.lanes.lane();
        Preview::new(program.clone(), grants, limits, lane, turns, places)
    }

    /// The preview that was put aside, with what it was granted and what it has stored; what waits for it is handled. Must
    /// be called within a tokio runtime.
    pub fn resume(&self, program: &Program, aside: &Aside) -> Preview {
        let preview = self.start(program, aside.grants());
        preview.go_on_with(aside);
        preview
    }
}

impl Shared {
    fn compile(
        &self,
        bytes: &[u8],
        sha256: [u8; 32],
        links: Option<usize>,
    ) -> Result<Program, PrepareError> {
        Program::compile(
            &self.linker,
            &self.limits,
            &self.modules,
            bytes,
            sha256,
            links,
        )
    }

    fn find(&self, sha256: [u8; 32], links: Option<usize>) -> Option<Program> {
        let mut programs = self.programs();
        let position = programs
            .iter()
            .position(|program| program.sha256() == sha256 && program.links() == links)?;
        let program = programs.remove(position)?;
        programs.push_front(program.clone());
        Some(program)
    }

    fn keep(&self, program: Program) {
        let mut programs = self.programs();
        // It may have been compiled ahead while somebody compiled it to run it.
        let is_it =
            |kept: &Program| kept.sha256() == program.sha256() && kept.links() == program.links();
        programs.retain(|kept| !is_it(kept));
        programs.push_front(program);
        programs.truncate(self.limits.programs_kept);
    }

    fn programs(&self) -> MutexGuard<'_, VecDeque<Program>> {
        self.programs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A panic of the compiler is the component's fault as far as anyone here can tell.
async fn on_blocking_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PrepareError> + Send + 'static,
) -> Result<T, PrepareError> {
    let failed = |_| PrepareError::Invalid {
        message: "the compiler failed on it".to_owned(),
    };
    spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(failed(error)))
}

/// The engine's own share of the limits.
fn config(limits: &Limits, functions: Arc<CompiledFunctions>) -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .max_wasm_stack(limits.stack)
        // Host functions run on what is left above the guest's part.
        .async_stack_size(limits.stack + 1536 * 1024)
        .wasm_memory64(false)
        .wasm_relaxed_simd(false)
        .enable_incremental_compilation(functions)?;
    Ok(config)
}
