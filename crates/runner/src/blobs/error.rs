//! What there is to say of objects: what they are, and why something is refused.

use crate::activity::cut;
use crate::error::size;

/// An object, for people to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEntry {
    /// The container that it is in.
    pub container: String,
    /// Its name there.
    pub name: String,
    /// Its bytes.
    pub size: u64,
    /// When it was written, in seconds since 1970.
    pub time: u64,
}

/// Why an operation was refused. Guests get the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobError {
    /// A name that no object and no container can have, or the beginning of one that is too long.
    #[error(
        "“{0}” is no name: write words with slashes between them, with the container's name 1 KiB at most"
    )]
    NotAName(String),
    /// No such container, or no such object.
    #[error("there is no {what} “{name}”")]
    Missing {
        /// Which of them.
        what: &'static str,
        /// Its name.
        name: String,
    },
    /// An object is longer than [`Limits::object_bytes`](crate::Limits::object_bytes).
    #[error("an object may have {}", size(*.limit))]
    TooLong {
        /// Bytes allowed.
        limit: usize,
    },
    /// More than [`Limits::objects`](crate::Limits::objects).
    #[error("a preview may keep {limit} objects")]
    TooMany {
        /// Objects allowed.
        limit: usize,
    },
    /// More than [`Limits::objects_total_bytes`](crate::Limits::objects_total_bytes).
    #[error("a preview may keep {} in objects", size(*.limit))]
    Full {
        /// Bytes allowed.
        limit: usize,
    },
    /// The store is elsewhere, and does not answer as it should.
    #[error("the store does not answer: {0}")]
    Unavailable(String),
}

pub(super) fn no_container(name: &str) -> BlobError {
    BlobError::Missing {
        what: "container",
        name: name.to_owned(),
    }
}

pub(super) fn not_a_name(name: &str) -> BlobError {
    let mut name = name.to_owned();
    cut(&mut name);
    BlobError::NotAName(name)
}
