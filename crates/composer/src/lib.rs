//! Patchbay's engine: what a component is, whether a graph of them fits together, and the one component it becomes.
//!
//! Pure: bytes in, bytes and values out. No files, clocks, sockets or async, so that the server, the command line and
//! (compiled to wasm32) a page can all call it. The calls may take a second on large components: use a blocking thread.
//!
//! ```text
//! inspect ──► Component ──► Parts ─┬─► check ──► Analysis
//!                    a model::Graph ┴─► fuse  ──► bytes ──► world
//!                                  ▲                │
//!                                  └───── open ◄────┘
//! ```
//!
//! The document is the truth and `wac`'s graph is derived: every check and every fuse builds a fresh one, because
//! wac-graph 0.12 keeps stale state after removals. Every call into it is caught when it panics.

#![allow(
    clippy::result_large_err,
    reason = "a problem is an answer for people, made once a call: its size does not matter, its plain type does"
)]

mod annotations;
mod assembly;
mod chain;
pub mod check;
pub mod compare;
pub mod compose_config;
mod explain;
pub mod fuse;
pub mod generate;
mod group;
mod guard;
pub mod inspect;
pub mod limits;
pub mod memory;
pub mod open;
pub mod parts;
mod plug;
pub mod size;
pub mod swap;
pub mod targets;
mod threads;
pub mod traced;
mod ungroup;
pub mod wac;
pub mod wiring;
mod wit;
pub mod world;

pub use annotations::annotations;
pub use chain::{chain, chain_places};
pub use check::check;
pub use compare::{compare, compare_graphs};
pub use fuse::{FuseOptions, fuse, fuse_with};
pub use generate::GenerateError;
pub use group::group;
pub use inspect::refusal::NotAComponent;
pub use inspect::upload::inspect_upload;
pub use inspect::{Component, inspect};
pub use memory::Memory;
pub use open::{Opened, open};
pub use parts::Parts;
pub use plug::{Plugged, plug};
pub use size::size;
pub use swap::swap;
pub use targets::{graph_targets, targets};
pub use traced::{Traced, TracedLink, fuse_traced};
pub use ungroup::{Ungrouped, ungroup};
pub use wac::{
    PackageName, WacAnalysis, WacGraph, WacText, check_wac, fuse_wac, read_wac, wac_packages,
    write_wac,
};
pub use wiring::connect_all;
pub use wit::docs::{Documented, PortDocs, documented};
pub use world::world;
