//! What a preview may use of what its component imports.

use crate::graph::Endpoint;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is granted, one capability at a time. What is not named is not granted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Grants {
    /// Environment variables, for `wasi:cli/environment`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub environment: Option<BTreeMap<String, String>>,
    /// The time, for `wasi:clocks`.
    #[serde(default)]
    pub clocks: bool,
    /// Random numbers, for `wasi:random`.
    #[serde(default)]
    pub random: bool,
    /// The preview's own store, for `wasi:keyvalue`.
    #[serde(default)]
    pub key_value: bool,
    /// Where that store keeps its values: `memory` (also when it is not said) until the preview stops, `lasting` on this
    /// server for the preview's saved graph, or a Redis server: `redis://example.com:6379/0`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_value_store: Option<String>,
    /// Values, for `wasi:config`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub config: Option<BTreeMap<String, String>>,
    /// Lines in the preview's log, for `wasi:logging`.
    #[serde(default)]
    pub logging: bool,
    /// The preview's own objects, for `wasi:blobstore`.
    #[serde(default)]
    pub blobs: bool,
    /// Where they are kept: `memory` (also when it is not said) until the preview stops, `lasting` on this server for the
    /// preview's saved graph, a store that speaks S3 (`s3://KEY:SECRET@example.com/bucket/folder?region=eu-west-1`), one of
    /// Azure (`az://ACCOUNT:KEY@ACCOUNT.blob.core.windows.net/container`), or WebDAV (`https://USER:PASSWORD@host/folder`).
    /// Never files of the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub blob_store: Option<String>,
    /// Messages, for `wasi:messaging`.
    #[serde(default)]
    pub messaging: bool,
    /// Who carries them: `memory` (also when it is not said) within the preview, or a NATS server:
    /// `nats://example.com:4222`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messaging_broker: Option<String>,
    /// The topics whose messages are for the component, if it takes any: `orders.new`, `orders.*`, `orders.>`. When none
    /// is named, those are all within the preview, and none over NATS.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub messaging_topics: Vec<String>,
    /// The hosts that requests may be sent to, for `wasi:http`: `example.com`, `example.com:8443`, `*.example.com`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<String>,
    /// What single nodes may not use, though it is granted: their imports that become imports of the result. What works with
    /// the resources of one of them is refused to the node as well.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<Endpoint>,
}

/// An import of a preview's component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImportInfo {
    /// By its full name.
    pub name: String,
    /// The capability behind it, as it is called in the grants; `basics`, `files` and `network` cannot be granted. Nothing,
    /// if the sandbox does not know the import.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capability: Option<String>,
    /// What the capability gives, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gives: Option<String>,
    /// `always`: there is nothing to grant. `granted` or `refused`. `never`: it is there and gives nothing. `missing`:
    /// nothing provides it, and calling it ends the component.
    pub standing: String,
    /// The nodes that it is for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<ImporterInfo>,
}

/// A node that needs an import of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ImporterInfo {
    /// The node, and its import.
    pub end: Endpoint,
    /// What the node is called.
    pub name: String,
    /// Whether the node is refused it.
    pub refused: bool,
    /// The node's imports that are refused with it, since they work with its resources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Why the node alone cannot be refused it; nothing, if it can.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tied: Option<String>,
}
