//! The key-value store of a preview: in memory, shared by its requests, gone with it.

mod draft;
mod draft2;
mod store;

pub use store::KeyValueEntry;
pub(crate) use store::KeyValueStore;

use crate::capability::Capability;
use crate::guest::{Guest, Refusals};
use std::sync::Arc;
use store::StoreError;
use wasmtime::component::{HasData, Linker, ResourceTable};

/// What the host functions of both drafts work on.
pub(crate) struct KeyValueView<'a> {
    pub(crate) store: &'a KeyValueStore,
    pub(crate) table: &'a mut ResourceTable,
    pub(crate) granted: bool,
    pub(crate) refusals: &'a mut Refusals,
}

impl KeyValueView<'_> {
    /// Whether buckets may be opened. Says in the log if not.
    fn may_open(&mut self) -> bool {
        if !self.granted {
            self.refusals.tell(Capability::KeyValue);
        }
        self.granted
    }
}

/// Tells the generated bindings that they work on a [`KeyValueView`].
struct KeyValue;

impl HasData for KeyValue {
    type Data<'a> = KeyValueView<'a>;
}

/// The concrete type behind `bucket`. Buckets are made by being written to, so a handle is a name.
pub struct Bucket {
    name: Arc<str>,
}

/// Adds the interfaces of both drafts.
pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    draft::add_to_linker(linker)?;
    draft2::add_to_linker(linker)
}
