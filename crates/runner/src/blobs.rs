//! Objects in containers: in memory, or wherever else the preview's starter keeps them.

mod checked;
mod draft;
mod error;
mod places;
mod store;
mod values;
mod view;

pub(crate) use draft::add_to_linker;
pub use error::{BlobError, ObjectEntry};
pub use places::AddressError;
pub use store::BlobStore;
pub(crate) use values::places;
pub use values::{Container, IncomingValue, ObjectNames, OutgoingValue};
pub(crate) use view::BlobsView;

use wasmtime::component::HasData;

/// Tells the generated bindings that they work on a [`BlobsView`].
struct Blobs;

impl HasData for Blobs {
    type Data<'a> = BlobsView<'a>;
}
