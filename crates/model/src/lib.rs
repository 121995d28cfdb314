//! The words Patchbay's rooms share.
//!
//! Pure data and pure functions, without an engine, a clock or I/O; compiles to wasm32 so that the browser and the
//! server apply the same operations to the same document.

pub mod analysis;
pub mod api;
pub mod compare;
pub mod component;
pub mod connect;
pub mod decimal;
pub mod geometry;
pub mod graph;
pub mod history;
pub mod hue;
pub mod insertion;
pub mod layout;
pub mod name;
pub mod op;
pub mod opened;
pub mod size;
pub mod sorted_set;
pub mod splice;
pub mod swap;
pub mod target;
pub mod verdict;

pub use analysis::{Analysis, Fit, Mismatch, Problem};
pub use component::{ComponentInfo, ComponentRef, Digest, Port};
pub use connect::{Connected, connect_all};
pub use graph::{
    Endpoint, ExportSource, Graph, Import, Link, Node, NodeId, NodeKind, Note, Point, TypeSource,
};
pub use history::History;
pub use op::{Op, OpError, Transaction};
pub use sorted_set::SortedSet;
pub use verdict::{Evidence, Refusal};
