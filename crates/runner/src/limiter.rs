//! Memory and tables of one request, summed over everything in its store.

use crate::error::{MemoryLimit, RunError};
use crate::limits::Limits;
use wasmtime::ResourceLimiter;

/// Allows growth while the sums stay within the limits.
///
/// Wasmtime's own `StoreLimits` applies to each memory alone; a fused graph has one or more for each of its components.
pub(crate) struct MemoryLimiter {
    memory_total: usize,
    memory_each: usize,
    table_elements: usize,
    core_instances: usize,
    memories: usize,
    bytes: usize,
    elements: usize,
    /// What was last allowed, to give back if the engine then fails to grow.
    pending_bytes: usize,
    pending_elements: usize,
    refused: Option<Refusal>,
}

/// A growth that was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    kind: MemoryLimit,
    limit: usize,
    asked: usize,
}

impl From<Refusal> for RunError {
    fn from(refusal: Refusal) -> Self {
        RunError::OutOfMemory {
            kind: refusal.kind,
            limit: refusal.limit as u64,
            asked: refusal.asked as u64,
        }
    }
}

impl MemoryLimiter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            memory_total: limits.memory_total,
            memory_each: limits.memory_each,
            table_elements: limits.table_elements,
            core_instances: limits.core_instances,
            memories: limits.memories,
            bytes: 0,
            elements: 0,
            pending_bytes: 0,
            pending_elements: 0,
            refused: None,
        }
    }

    /// The last growth that was refused. The guest may have lived with it.
    pub(crate) fn refused(&self) -> Option<Refusal> {
        self.refused
    }

    /// Lets there be what so many interposers need besides: two core instances each, and a memory.
    pub(crate) fn with_interposers(mut self, interposers: usize) -> Self {
        self.core_instances += 2 * interposers;
        self.memories += interposers;
        self
    }

    /// All linear memories together.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Begins a new request in the same memories.
    pub(crate) fn forget_refusal(&mut self) {
        self.refused = None;
    }

    fn refuse(&mut self, kind: MemoryLimit, limit: usize, asked: usize) -> wasmtime::Result<bool> {
        self.refused = Some(Refusal { kind, limit, asked });
        Ok(false)
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.pending_bytes = 0;
        if maximum.is_some_and(|maximum| desired > maximum) {
            // The guest's own bound, which the engine enforces: nothing to count, and not a limit of ours.
            return Ok(false);
        }
        if desired > self.memory_each {
            return self.refuse(MemoryLimit::Each, self.memory_each, desired);
        }
        let growth = desired - current;
        let total = self.bytes.saturating_add(growth);
        if total > self.memory_total {
            return self.refuse(MemoryLimit::Total, self.memory_total, total);
        }
        self.bytes = total;
        self.pending_bytes = growth;
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        tracing::debug!(%error, "a linear memory did not grow");
        self.bytes -= std::mem::take(&mut self.pending_bytes);
        Ok(())
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        self.pending_elements = 0;
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let growth = desired - current;
        let total = self.elements.saturating_add(growth);
        if total > self.table_elements {
            return self.refuse(MemoryLimit::TableElements, self.table_elements, total);
        }
        self.elements = total;
        self.pending_elements = growth;
        Ok(true)
    }

    fn table_grow_failed(&mut self, error: wasmtime::Error) -> wasmtime::Result<()> {
        tracing::debug!(%error, "a table did not grow");
        self.elements -= std::mem::take(&mut self.pending_elements);
        Ok(())
    }

    fn instances(&self) -> usize {
        self.core_instances
    }

    fn memories(&self) -> usize {
        self.memories
    }

    fn tables(&self) -> usize {
        // A component built by wit-component has a table or two in each core instance.
        self.core_instances * 2
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limiter() -> MemoryLimiter {
        MemoryLimiter::new(&Limits {
            memory_total: 100,
            memory_each: 60,
            table_elements: 10,
            ..Limits::default()
        })
    }

    #[test]
    fn memories_are_summed() {
        let mut limiter = limiter();
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        assert!(limiter.memory_growing(0, 40, None).unwrap());
        assert!(!limiter.memory_growing(40, 41, None).unwrap());
        let refusal = limiter.refused().unwrap();
        assert_eq!(
            refusal,
            Refusal {
                kind: MemoryLimit::Total,
                limit: 100,
                asked: 101
            }
        );
    }

    #[test]
    fn each_memory_has_a_limit_too() {
        let mut limiter = limiter();
        assert!(!limiter.memory_growing(0, 61, None).unwrap());
        assert_eq!(limiter.refused().unwrap().kind, MemoryLimit::Each);
    }

    #[test]
    fn a_growth_that_failed_is_given_back_once() {
        let mut limiter = limiter();
        assert!(limiter.memory_growing(0, 60, None).unwrap());
        limiter
            .memory_grow_failed(wasmtime::Error::msg("no"))
            .unwrap();
        limiter
            .memory_grow_failed(wasmtime::Error::msg("no"))
            .unwrap();
        assert_eq!(limiter.bytes, 0);
    }

    #[test]
    fn the_guests_own_maximum_is_not_our_refusal() {
        let mut limiter = limiter();
        assert!(!limiter.memory_growing(0, 50, Some(40)).unwrap());
        assert_eq!(limiter.refused(), None);
    }

    #[test]
    fn tables_are_summed() {
        let mut limiter = limiter();
        assert!(limiter.table_growing(0, 8, None).unwrap());
        assert!(!limiter.table_growing(0, 3, None).unwrap());
        assert_eq!(limiter.refused().unwrap().kind, MemoryLimit::TableElements);
    }
}
