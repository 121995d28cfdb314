//! Where instances have their memories, tables and stacks.
//!
//! From pools that are set up once: an instance then takes a place and gives it back, where it would ask the system for
//! gigabytes of address space and return them with each request. A place is emptied before the next instance has it.
//! What the pools can hold is what the other limits let guests have at the same time, so that nobody's guests keep
//! others' from starting; but no more than [`Limits::pool_memories`] and its like say. It is address space and not memory:
//! some 25 TiB of it.

use crate::error::{Pool, RunError};
use crate::limits::Limits;
use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, PoolConcurrencyLimitError,
    PoolingAllocationConfig,
};

/// The longest table that a module may have, in elements of 8 bytes: what is too long for a guest, the limiter says.
const LONGEST_TABLE: usize = 10_000_000;

/// Stacks for each instance: tasks of WASI 0.3 that wait have one of their own.
const STACKS: usize = 16;

/// What stays with a place of a pool when an instance gives it back, to be zeroed by hand: small memories then never ask
/// the system for pages. At most 100 places that are free keep theirs.
const KEPT_BYTES: usize = 512 * 1024;

/// What the engine keeps of an instance beside its memories, in bytes: more than the longest component could need.
const ENOUGH: usize = 1 << 30;

/// An engine with pools; one without, where the system has no such address space to give.
pub(crate) fn engine(mut config: Config, limits: &Limits) -> wasmtime::Result<Engine> {
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pools(limits)));
    Engine::new(&config).or_else(|error| {
        tracing::warn!("Previews are slower than they could be, as there are no pools: {error:#}");
        config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
        Engine::new(&config)
    })
}

fn pools(limits: &Limits) -> PoolingAllocationConfig {
    let most = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let places = |pool: Pool| most(places(pool, limits).0);
    let mut pools = PoolingAllocationConfig::new();
    pools
        .total_memories(places(Pool::Memories))
        .max_memories_per_module(most(limits.memories))
        .total_tables(places(Pool::Tables))
        .max_tables_per_module(most(tables(limits)))
        .table_elements(LONGEST_TABLE)
        .total_stacks(places(Pool::Stacks))
        // These are not in a pool: the limiter bounds how many there are, and the length of a component how large.
        .total_component_instances(u32::MAX)
        .max_component_instance_size(ENOUGH)
        .total_core_instances(u32::MAX)
        .max_core_instance_size(ENOUGH)
        .linear_memory_keep_resident(KEPT_BYTES)
        .table_keep_resident(KEPT_BYTES)
        .pagemap_scan(Enabled::Auto);
    pools
}

/// How many tables each instance may have: so many the limiter counts, see `MemoryLimiter::tables`.
fn tables(limits: &Limits) -> usize {
    limits.core_instances.saturating_mul(2)
}

/// How many places a pool has, and the name of the limit that has it be no more.
fn places(pool: Pool, limits: &Limits) -> (usize, &'static str) {
    let (each, most, name) = match pool {
        Pool::Memories => (limits.memories, limits.pool_memories, "pool-memories"),
        Pool::Tables => (tables(limits), limits.pool_tables, "pool-tables"),
        Pool::Stacks => (STACKS, limits.pool_stacks, "pool-stacks"),
    };
    // At work, waiting for the next request, and kept by sessions of calls.
    let sessions = limits.previews.saturating_mul(limits.sessions_per_preview);
    let instances = sessions.saturating_add(limits.requests_at_once.saturating_mul(2));
    match instances.saturating_mul(each) {
        places if places <= most => (places, "requests-at-once"),
        _ => (most, name),
    }
}

/// What `error` means, where it is that a pool had no place.
pub(crate) fn exhausted(error: &wasmtime::Error, limits: &Limits) -> Option<RunError> {
    let full: &PoolConcurrencyLimitError = error.downcast_ref()?;
    // The engine says which only in a text.
    let full = full.to_string();
    let named = [("memory", Pool::Memories), ("tables", Pool::Tables)];
    let pool = named.iter().find(|(word, _)| full.contains(word));
    let pool = pool.map_or(Pool::Stacks, |(_, pool)| *pool);
    let (limit, name) = places(pool, limits);
    Some(RunError::Full { pool, limit, name })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_pools_for_few_and_for_many() {
        for previews in [1, 32, 10_000, usize::MAX] {
            let limits = Limits {
                previews,
                ..Limits::default()
            };
            let engine = engine(Config::new(), &limits).unwrap();
            assert!(engine.pooling_allocator_metrics().is_some(), "{previews}");
        }
    }

    #[test]
    fn an_engine_that_can_have_none_is_one_all_the_same() {
        let mut config = Config::new();
        // No more than a place of a pool has to hold.
        config.memory_reservation(1 << 16);
        let engine = engine(config, &Limits::default()).unwrap();
        assert!(engine.pooling_allocator_metrics().is_none());
    }
}
