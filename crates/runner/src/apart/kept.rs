//! Compiled core modules, for the next component that has them inside.

use crate::functions::{CompileCounter, CompileCounts};
use rayon::iter::{IndexedParallelIterator as _, IntoParallelIterator as _, ParallelIterator as _};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use wasmtime::{Engine, Module};

/// The bytes of a core module, with what they are known by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code<'a> {
    pub(super) sha256: [u8; 32],
    bytes: &'a [u8],
}

impl<'a> Code<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        let sha256 = Sha256::digest(bytes).into();
        Self { sha256, bytes }
    }
}

/// What the compiler made of core modules, by the SHA-256 of their bytes. Those that programs use are there once, however
/// many use them; the others go when they are not asked for.
#[derive(Debug)]
pub(crate) struct CompiledModules {
    /// How much is kept, in bytes of what was compiled.
    most: usize,
    /// Most recently used first.
    kept: Mutex<VecDeque<([u8; 32], Module)>>,
    counter: CompileCounter,
}

impl CompiledModules {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            most,
            kept: Mutex::default(),
            counter: CompileCounter::default(),
        }
    }

    pub(crate) fn counts(&self) -> CompileCounts {
        self.counter.counts()
    }

    /// The modules, in their order; those that are not kept are compiled, on the threads of the caller's pool.
    pub(super) fn compile<'a>(
        &self,
        engine: &Engine,
        codes: impl Iterator<Item = Code<'a>>,
    ) -> wasmtime::Result<Vec<Module>> {
        let codes: Vec<Code> = codes.collect();
        let compile = |code: Code| {
            if let Some(module) = self.find(code) {
                self.counter.count(true);
                return Ok(module);
            }
            let module = Module::from_binary(engine, code.bytes)?;
            self.counter.count(false);
            self.keep(code, module.clone());
            Ok(module)
        };
        codes.into_par_iter().with_max_len(1).map(compile).collect()
    }

    fn find(&self, code: Code<'_>) -> Option<Module> {
        let mut kept = self.lock();
        let position = kept.iter().position(|(sha256, _)| *sha256 == code.sha256)?;
        let entry = kept.remove(position)?;
        let module = entry.1.clone();
        kept.push_front(entry);
        Some(module)
    }

    fn keep(&self, code: Code<'_>, module: Module) {
        let mut kept = self.lock();
        // It may have been compiled ahead while somebody compiled it to run it.
        kept.retain(|(sha256, _)| *sha256 != code.sha256);
        kept.push_front((code.sha256, module));
        let mut room = self.most;
        let fits = |(_, module): &([u8; 32], Module)| {
            let left = room.checked_sub(weight(module));
            room = left.unwrap_or(0);
            left.is_some()
        };
        kept.retain(fits);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<([u8; 32], Module)>> {
        // No code that holds the lock leaves the list half changed.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn weight(module: &Module) -> usize {
    let image = module.image_range();
    image.end.addr() - image.start.addr()
}
