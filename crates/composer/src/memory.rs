//! What checks found out about components, kept for the checks that follow.

use crate::check::fits::PairFits;
use crate::inspect::digest;
use crate::limits;
use patchbay_model::analysis::World;
use patchbay_model::component::Digest;
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use wac_graph::{CompositionGraph, PackageId};

/// How many registers are kept: about one for each graph that somebody is drawing.
const REGISTERS: usize = 16;

/// How many worlds are kept: one for each state of a graph that is checked again, moved about or fused.
const WORLDS: usize = 16;

/// Makes the next check of the same components fast. Forgets what was used least when it holds too much; what it holds
/// changes how long a check takes, and nothing else.
#[derive(Default)]
pub struct Memory {
    /// The last used first.
    registers: Mutex<Vec<Arc<Register>>>,
    fits: Mutex<FitTable>,
    /// By what a result is without its code and its names, the last used first.
    worlds: Mutex<Vec<(Digest, World)>>,
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").finish_non_exhaustive()
    }
}

/// A wac graph in which components are registered and nothing is instantiated. To be cloned: wac reads and validates
/// each component when it is registered, and graphs only ever grow.
#[derive(Clone, Default)]
pub(crate) struct Register {
    pub(crate) wac: CompositionGraph,
    pub(crate) packages: BTreeMap<Digest, PackageId>,
    /// How many bytes were read for it: its types take a small multiple.
    pub(crate) weight: usize,
}

impl Memory {
    /// A register to begin with: the one that knows most of these components and few others; empty when none does.
    pub(crate) fn register(&self, wanted: &[&Digest]) -> Arc<Register> {
        let mut registers = locked(&self.registers);
        let useful = |register: &Register| {
            let known = wanted.iter().filter(|d| register.packages.contains_key(d));
            let known = known.count();
            // Every type in it is cloned, so what is not wanted costs time.
            (register.packages.len() <= 2 * known + 8).then_some(known)
        };
        let best = (0..registers.len())
            .filter_map(|at| Some((useful(&registers[at])?, at)))
            .max_by_key(|(known, at)| (*known, usize::MAX - at));
        match best {
            Some((1.., at)) => {
                registers[..=at].rotate_right(1);
                Arc::clone(&registers[0])
            }
            _ => Arc::default(),
        }
    }

    /// Keeps a register that knows more than the one that was begun with.
    pub(crate) fn keep(&self, begun: &Arc<Register>, grown: Arc<Register>) {
        let mut registers = locked(&self.registers);
        registers.retain(|register| !Arc::ptr_eq(register, begun));
        registers.insert(0, grown);
        registers.truncate(REGISTERS);
        let mut weight = 0;
        registers.retain(|register| {
            weight += register.weight;
            weight <= limits::REGISTERED_BYTES
        });
    }

    /// The world of a result that was found valid, the ports behind its items left out.
    pub(crate) fn world(&self, outline: &[u8]) -> Option<World> {
        let key = digest(outline);
        let mut worlds = locked(&self.worlds);
        let at = worlds.iter().position(|(known, _)| *known == key)?;
        worlds[..=at].rotate_right(1);
        Some(worlds[0].1.clone())
    }

    /// Keeps that.
    pub(crate) fn keep_world(&self, outline: &[u8], world: &World) {
        let mut worlds = locked(&self.worlds);
        worlds.insert(0, (digest(outline), world.clone()));
        worlds.truncate(WORLDS);
    }

    /// What is known of how the exports of some components fit the imports of one, for each.
    pub(crate) fn fits(
        &self,
        exporters: &[&Digest],
        importer: &Digest,
    ) -> Vec<Option<Arc<PairFits>>> {
        let table = locked(&self.fits);
        let of_importer = table.pairs.get(importer);
        let known = |exporter: &&Digest| of_importer?.get(*exporter).cloned();
        exporters.iter().map(known).collect()
    }

    /// Keeps that. When it is too much, what was kept so far is forgotten: graphs in use are soon known again.
    pub(crate) fn keep_fits(&self, exporter: &Digest, importer: &Digest, fits: Arc<PairFits>) {
        let mut table = locked(&self.fits);
        if table.weight + fits.weight() > limits::REMEMBERED_FIT_BYTES {
            *table = FitTable::default();
        }
        table.weight += fits.weight();
        let of_importer = table.pairs.entry(importer.clone()).or_default();
        of_importer.insert(exporter.clone(), fits);
    }
}

/// By importer and exporter.
#[derive(Default)]
struct FitTable {
    pairs: HashMap<Digest, HashMap<Digest, Arc<PairFits>>>,
    weight: usize,
}

/// Nothing is left half done under these locks, so a poisoned one is whole.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
