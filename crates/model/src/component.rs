//! What is known of a component without its bytes: where to find it, and its ports.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The SHA-256 of a component's bytes: 64 lower-case hexadecimal digits. Two files of the same bytes are one component.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// A text that is not a SHA-256 digest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a SHA-256 digest (64 lower-case hexadecimal digits)")]
pub struct InvalidDigest(pub String);

impl Digest {
    /// The digest of the 32 bytes that a SHA-256 gives.
    pub fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self(bytes.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Digest {
    type Error = InvalidDigest;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 64 && text.bytes().all(hex) {
            Ok(Self(text))
        } else {
            Err(InvalidDigest(text))
        }
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.0
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a graph names a component.
///
/// With a digest it means exactly those bytes. Without one (as in the sample graphs, whose components are built from
/// source) it means whatever stands under the package name where the graph is opened: `<namespace>/<name>.wasm`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComponentRef {
    /// `patchbay:http-hello`; uploads get the namespace `local`.
    pub package: String,
    /// The bytes that are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

impl ComponentRef {
    /// `http-hello` of `patchbay:http-hello@1.0.0`.
    pub fn short_name(&self) -> &str {
        short_name(&self.package)
    }
}

/// What a port carries: the `externtype` kinds of the component model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PortKind {
    /// An interface: an instance of functions and types.
    Instance,
    /// A function on its own.
    Function,
    /// A type on its own.
    Type,
    /// A component, to be instantiated by whoever imports it.
    Component,
    /// A core module.
    Module,
    /// A value.
    Value,
}

impl PortKind {
    /// The word a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Instance => "interface",
            Self::Function => "function",
            Self::Type => "type",
            Self::Component => "component",
            Self::Module => "core module",
            Self::Value => "value",
        }
    }
}

/// One import or export of a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Port {
    /// The full name as it stands in the binary: `wasi:http/incoming-handler@0.2.3`.
    pub name: String,
    /// What it carries.
    pub kind: PortKind,
    /// Its type, as WIT text.
    pub wit: String,
}

/// What Patchbay generated a component as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Generated {
    /// It gives ports another shape, and has no code.
    Adapter,
    /// It stands in for what nobody has written yet.
    Stub,
}

impl Generated {
    /// The word a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Adapter => "adapter",
            Self::Stub => "stub",
        }
    }
}

/// `http-hello` of `patchbay:http-hello@1.0.0`.
pub fn short_name(package: &str) -> &str {
    let name = package.rsplit(':').next().unwrap_or(package);
    name.split('@').next().unwrap_or(name)
}

/// Everything about a component that the page needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComponentInfo {
    /// The SHA-256 of its bytes.
    pub digest: Digest,
    /// `patchbay:http-hello`.
    pub package: String,
    /// Its size in bytes.
    pub size: u64,
    /// In the order of the binary.
    pub imports: Vec<Port>,
    /// In the order of the binary.
    pub exports: Vec<Port>,
    /// The source language and tools that the `producers` section names: `Rust`, `wit-component 0.254.2`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub producers: Vec<String>,
    /// One of the components that come with Patchbay.
    #[serde(default)]
    pub sample: bool,
    /// It is put together of other components, and a node of it can be expanded.
    #[serde(default)]
    pub composed: bool,
    /// What it was generated as; absent for one that somebody wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generated: Option<Generated>,
}

impl ComponentInfo {
    /// The reference that a new node carries.
    pub fn reference(&self) -> ComponentRef {
        ComponentRef {
            package: self.package.clone(),
            digest: Some(self.digest.clone()),
        }
    }

    /// `http-hello` of `patchbay:http-hello`: what the palette shows, and the first node's name.
    pub fn short_name(&self) -> &str {
        let name = self.package.rsplit(':').next().unwrap_or(&self.package);
        name.split('@').next().unwrap_or(name)
    }

    /// The import of that full name.
    pub fn import(&self, name: &str) -> Option<&Port> {
        self.imports.iter().find(|port| port.name == name)
    }

    /// The export of that full name.
    pub fn export(&self, name: &str) -> Option<&Port> {
        self.exports.iter().find(|port| port.name == name)
    }
}
