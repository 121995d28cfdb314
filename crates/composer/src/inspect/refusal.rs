//! Why bytes are not a component that can be used here.

/// What a file is instead of a component, and what to do about it, in one or two sentences.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAComponent {
    /// No bytes, or a text of nothing but spaces and comments.
    #[error("this file is empty")]
    Empty,
    /// A core module: the format before components.
    #[error(
        "this is a core WebAssembly module, not a component. Build for the target `wasm32-wasip2`, or wrap it with `wasm-tools component new`"
    )]
    CoreModule,
    /// Interface descriptions in binary form.
    #[error(
        "this is a WIT package: it describes interfaces, but has no code that could run. Upload a component that implements them"
    )]
    WitPackage,
    /// A component of a format that is not read any more, or not yet.
    #[error(
        "this component is of 2023 or before: it has binary format version 0x{version:02x}, and current tools read 0x0d. Build it again with current tools"
    )]
    OldPreamble {
        /// The version field of the preamble; 0x0d is the current one.
        version: u16,
    },
    /// The bytes end in the middle of something.
    #[error(
        "this file is cut short: it ends after {size} bytes, where the section that begins at byte {section} goes on. Download or build it again"
    )]
    Truncated {
        /// How many bytes there are.
        size: usize,
        /// Where the last whole piece ended.
        section: usize,
    },
    /// Neither WebAssembly nor its text format.
    #[error(
        "this is not WebAssembly: a component begins with the bytes `\\0asm`, its text form with `(component`"
    )]
    Garbage,
    /// Too many bytes.
    #[error("this file has {size} bytes; a component may have up to {limit} bytes ({} MiB)", .limit >> 20)]
    TooLarge {
        /// How many there are.
        size: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A component whose types are too much to show and to check.
    #[error(
        "this component is too complex to be used here: it has {found} {what}, and up to {limit} are read"
    )]
    TooComplex {
        /// What there is too much of, in the plural.
        what: &'static str,
        /// How much there is (at least).
        found: u64,
        /// How much there may be.
        limit: u64,
    },
    /// The text format, with a mistake in it.
    #[error("this WebAssembly text has a mistake in line {line}, column {column}: {message}")]
    Text {
        /// What is wrong.
        message: String,
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
    },
    /// A component that breaks a rule.
    #[error(
        "this component is not valid (at byte {offset}): {message}. The tool that made it has a bug, or the file is damaged"
    )]
    Invalid {
        /// Which rule.
        message: String,
        /// Where.
        offset: usize,
    },
}

impl NotAComponent {
    /// A stable identifier of the class, as in `urn:patchbay:problem:core-module`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty-file",
            Self::CoreModule => "core-module",
            Self::WitPackage => "wit-package",
            Self::OldPreamble { .. } => "old-preamble",
            Self::Truncated { .. } => "truncated-file",
            Self::Garbage => "not-webassembly",
            Self::TooLarge { .. } => "component-too-large",
            Self::TooComplex { .. } => "component-too-complex",
            Self::Text { .. } => "text-syntax",
            Self::Invalid { .. } => "invalid-component",
        }
    }

    /// A rule that has no place in the file.
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self::Invalid {
            message: message.into(),
            offset: 0,
        }
    }
}

impl From<wasmparser::BinaryReaderError> for NotAComponent {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Invalid {
            message: error.message().to_string(),
            offset: error.offset(),
        }
    }
}
