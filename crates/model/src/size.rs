//! How many bytes each part of a composed component takes.

use serde::{Deserialize, Serialize};

/// Where the bytes of a composed component are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SizeReport {
    /// All bytes.
    pub total: u64,
    /// The components inside, the largest first. One that is instantiated several times stands once.
    pub parts: Vec<EmbeddedPart>,
    /// What remains: the types of its imports and exports, the instantiations, the names.
    pub wiring: u64,
}

/// A component inside another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct EmbeddedPart {
    /// Its size.
    pub bytes: u64,
    /// How much of it is not needed to run it: names of functions, debug information, notes about its making.
    pub removable: u64,
    /// The names of its instances; an instance without a name is called by its number.
    pub instances: Vec<String>,
    /// The package that a graph knows it by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub package: Option<String>,
}
