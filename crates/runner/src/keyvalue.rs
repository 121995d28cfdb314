//! Key-value stores: in memory, shared by the requests of a preview and gone with it, or wherever else its starter keeps
//! one.

mod backend;
mod draft;
mod draft2;
mod redis;
mod store;
mod view;

pub use backend::{Answer, Delta, From, KeyValueBackend};
pub use redis::{Redis, RedisError};
pub(crate) use store::KeyValueStore;
pub use store::{KeyValueEntry, Page, StoreError, Swap};
pub(crate) use view::KeyValueView;

use crate::guest::Guest;
use std::sync::Arc;
use wasmtime::component::{HasData, Linker};

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
