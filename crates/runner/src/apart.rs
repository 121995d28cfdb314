//! Components whose large core modules are compiled each on its own, so that what was compiled for one component serves
//! every other one that has it inside.
//!
//! The compiler is given the *outline* of a component: the same component, but with an import in the place of each large
//! core module. The engine links the modules to it when it is instantiated. Everything else, the adapters between the
//! nodes, resources, streams, limits, is what it would be, since the outline still is the fused component.

mod kept;
mod outline;
mod shape;
mod tree;

pub(crate) use kept::CompiledModules;

use crate::guest::Guest;
use kept::Code;
use shape::Shape;
use std::collections::BTreeMap;
use tree::Level;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Module};

/// The smallest core module that is compiled on its own. One that is smaller is compiled in a moment, function by function
/// from those compiled before; apart, it would only be looked up by its names in each new instance.
const LARGE: usize = 256 * 1024;

/// Why the core modules of a component are compiled with it, however large they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Together {
    /// It is for the compiler to say what is wrong with it.
    #[error("it cannot be read")]
    Unreadable,
    /// Nobody nests components so deep but to do harm.
    #[error("components are nested too deep in it")]
    TooDeep,
    /// It imports or exports a core module, or gives one to a component inside.
    #[error("core modules are passed around in it")]
    PassesModules,
    /// It imports or exports a component, or gives one to a component inside.
    #[error("components are passed around in it")]
    PassesComponents,
    /// It has types of core modules of its own, which would have to be counted anew.
    #[error("it defines core types")]
    CoreTypes,
    /// One of its imports has a name that the outline needs.
    #[error("it imports what an outline imports")]
    NameTaken,
}

impl From<wasmparser::BinaryReaderError> for Together {
    fn from(_: wasmparser::BinaryReaderError) -> Self {
        Self::Unreadable
    }
}

/// A component with imports in the place of its large core modules.
#[derive(Debug)]
struct Split<'a> {
    outline: Vec<u8>,
    pieces: Vec<Piece<'a>>,
    /// How many linear memories an instance has.
    memories: u64,
}

/// A core module that is compiled on its own.
#[derive(Debug)]
struct Piece<'a> {
    code: Code<'a>,
    /// Where its bytes begin among those of the component.
    start: usize,
    shape: Shape,
}

/// Takes the core modules of at least `large` bytes out of a component; none are, where none is so large.
fn split(bytes: &[u8], large: usize) -> Result<Split<'_>, Together> {
    let (top, modules) = Level::read(bytes, large)?;
    // Of a function in a module that stands in two places, nobody could tell the place.
    let mut places = BTreeMap::new();
    for module in &modules {
        *places.entry(module.code.sha256).or_insert(0_usize) += 1;
    }
    let pieces: Vec<Piece> = modules
        .into_iter()
        .filter(|module| places[&module.code.sha256] == 1)
        .collect();
    Ok(Split {
        outline: outline::write(&top, &pieces)?,
        memories: top.memories,
        pieces,
    })
}

/// A component that was compiled, with what was compiled apart from it.
pub(crate) struct Compiled {
    /// Its outline, where there are modules beside it.
    pub(crate) component: Component,
    /// Each with where its bytes begin among those of the component.
    pub(crate) modules: Vec<(Module, usize)>,
    /// How many linear memories an instance has; `None` where that depends on what it is given.
    pub(crate) memories: Option<u64>,
}

impl Compiled {
    /// Compiles a component, except for the modules that were compiled before.
    pub(crate) fn new(
        engine: &Engine,
        bytes: &[u8],
        kept: &CompiledModules,
    ) -> wasmtime::Result<Self> {
        match apart(engine, bytes, kept) {
            Ok(Some(compiled)) => Ok(compiled),
            Ok(None) => Self::together(engine, bytes),
            Err(why) => {
                tracing::debug!("a component is compiled as a whole: {why:#}");
                Self::together(engine, bytes)
            }
        }
    }

    fn together(engine: &Engine, bytes: &[u8]) -> wasmtime::Result<Self> {
        let component = Component::from_binary(engine, bytes)?;
        let required = component.resources_required();
        Ok(Self {
            memories: required.map(|it| it.num_memories.into()),
            component,
            modules: Vec::new(),
        })
    }

    /// Gives the outline its modules.
    pub(crate) fn link(&self, linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
        for (n, (module, _)) in self.modules.iter().enumerate() {
            linker.root().module(&outline::import_name(n), module)?;
        }
        Ok(())
    }

    /// Whether this is the import of one of the modules.
    pub(crate) fn is_module(&self, import: &str) -> bool {
        (0..self.modules.len()).any(|n| outline::import_name(n) == import)
    }
}

/// `None` where nothing is large enough.
fn apart(
    engine: &Engine,
    bytes: &[u8],
    kept: &CompiledModules,
) -> wasmtime::Result<Option<Compiled>> {
    let split = split(bytes, LARGE)?;
    if split.pieces.is_empty() {
        return Ok(None);
    }
    let component = Component::from_binary(engine, &split.outline)?;
    let modules = kept.compile(engine, split.pieces.iter().map(|piece| piece.code))?;
    let starts = split.pieces.iter().map(|piece| piece.start);
    Ok(Some(Compiled {
        component,
        modules: modules.into_iter().zip(starts).collect(),
        memories: Some(split.memories),
    }))
}

/// Compiles the large modules of a component for whoever runs it later, one after the other: who cannot wait for the last
/// finds the others.
pub(crate) fn compile_modules(engine: &Engine, bytes: &[u8], kept: &CompiledModules) {
    if let Ok(split) = split(bytes, LARGE) {
        compile_one_by_one(engine, &split, kept);
    }
}

/// Compiles what of a component serves others that have it inside: its large modules, and the functions of what else there
/// is.
pub(crate) fn compile_part(engine: &Engine, bytes: &[u8], kept: &CompiledModules) {
    // What is kept are the functions, which the compiler put aside.
    let _ = match split(bytes, LARGE) {
        Ok(split) => {
            compile_one_by_one(engine, &split, kept);
            engine.precompile_component(&split.outline)
        }
        Err(_) => engine.precompile_component(bytes),
    };
}

fn compile_one_by_one(engine: &Engine, split: &Split<'_>, kept: &CompiledModules) {
    for piece in &split.pieces {
        // What is wrong with it is said when it is to be run.
        let _ = kept.compile(engine, std::iter::once(piece.code));
    }
}

#[cfg(test)]
mod tests;
