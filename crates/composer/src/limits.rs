//! How much work one call may be asked to do.
//!
//! Bytes and documents come from strangers. Each limit is far above what real components need, and below what takes a
//! two-core machine more than seconds; the hostile inputs behind them are in `tests/hostile.rs`.

/// The largest component that is inspected, in bytes.
pub const COMPONENT_BYTES: usize = patchbay_model::api::MAX_COMPONENT_BYTES as usize;

/// The largest result of a fuse, in bytes: wac, the validator and the caller each hold a copy for a while.
pub const FUSED_BYTES: usize = 256 << 20;

/// The most nodes in a graph.
pub const NODES: usize = 1_000;

/// The most links in a graph.
pub const LINKS: usize = 4_000;

/// The most exports of a result.
pub const EXPORTS: usize = 2_000;

/// The most imports and exports of a component together: wac takes 15 s for 100,000.
pub const PORTS: usize = 2_000;

/// The most characters in the name of a port, a function, a type, a field or a case.
pub const NAME_CHARS: usize = 256;

/// The most items in the types of all ports together, with every reference to an unnamed type written out. A few
/// hundred bytes of nested tuples stand for millions of items, and a check visits each.
pub const TYPE_ITEMS: u64 = 1_000_000;

/// Above this many items a port is printed by our own printer, which stops at [`WIT_BYTES`]; wit-component's cannot.
pub const WIT_ITEMS: u64 = 20_000;

/// Above this many items a type is compared only with types of the same name.
pub const STRUCTURE_ITEMS: u64 = 5_000;

/// The most WIT text kept of one port, in bytes.
pub const WIT_BYTES: usize = 64 << 10;

/// The most WIT text of the world of a result, in bytes.
pub const WORLD_WIT_BYTES: usize = 512 << 10;

/// The most type declarations inside type declarations in one section: wasmparser reads them by recursion, so that
/// three bytes a level could overflow the stack. Ordinary components have next to none.
pub const NESTED_TYPES: u64 = 256;

/// How deep components may nest in one another: a validator keeps kilobytes for each level, which takes 14 bytes.
pub const NESTED_COMPONENTS: u64 = 64;

/// The most pairs of ports that one check compares.
pub const PAIRS: usize = 250_000;

/// The most items of types that one check compares while it looks for fits.
pub const COMPARED_ITEMS: u64 = 50_000_000;

/// The most pairs of ports that an analysis lists.
pub const FITS: usize = 20_000;

/// The most differences that are told of one mismatch.
pub const REASONS: usize = 50;

/// The most bytes of WIT whose differing words are marked in one check; past them, types are shown as they are.
pub const MARKED_BYTES: usize = 4 << 20;

/// The most bytes that an analysis tells of mismatches, about: past them, each is told in its one sentence.
pub const TOLD_BYTES: usize = 16 << 20;

/// The most links that something else is offered for in one check.
pub const MENDED_LINKS: usize = 100;

/// The most missing packages of a source that another is offered for.
pub const MENDED_PACKAGES: usize = 20;

/// The most suppliers of one import that are ranked.
pub const SUPPLIERS: usize = 2_000;

/// The most bytes of skeletons whose types are kept from one check to the next.
pub const REGISTERED_BYTES: usize = 64 << 20;

/// The most bytes of fits that are kept from one check to the next.
pub const REMEMBERED_FIT_BYTES: usize = 64 << 20;

/// The most bytes of a `.wac` source, and of WIT text.
pub const SOURCE_BYTES: usize = 1 << 20;

/// How deep expressions and types may nest in text: wac-parser and wit-parser read them by recursion, without a bound of
/// their own.
pub const TEXT_DEPTH: usize = 100;

/// The most types in WIT text that a stub is generated from.
pub const WIT_TYPES: usize = 10_000;

/// How deep types may be made of other types where they are laid out by recursion: validators allow 100.
pub const TYPE_DEPTH: u32 = 100;

/// The most bytes of a value that a stub returns, as text and as laid out in memory.
pub const VALUE_BYTES: usize = 1 << 20;
