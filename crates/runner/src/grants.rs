//! What a preview may use of what its component imports.

use crate::capability::Capability;
use crate::outbound::Host;
use std::collections::BTreeMap;

/// What is granted, one capability at a time. The default is nothing.
///
/// A guest that calls what it is not granted is told so where the interface has a word for it, and finds nothing where
/// it has not: no variables, no values, a clock that stands still, the same random numbers each time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Grants {
    /// Environment variables, for `wasi:cli/environment`.
    pub environment: Option<Vec<(String, String)>>,
    /// The time, for `wasi:clocks`.
    pub clocks: bool,
    /// Random numbers, for `wasi:random`.
    pub random: bool,
    /// The preview's own store, for `wasi:keyvalue`.
    pub key_value: bool,
    /// Values, for `wasi:config`.
    pub config: Option<BTreeMap<String, String>>,
    /// Lines in the preview's log, for `wasi:logging`.
    pub logging: bool,
    /// Messages, for `wasi:messaging`; and the topics whose messages are for the component, if it takes any: `*` stands for
    /// any word, `>` for any words at the end.
    pub messaging: Option<Vec<String>>,
    /// The preview's own objects, for `wasi:blobstore`.
    pub blobs: bool,
    /// The hosts that requests may be sent to, for `wasi:http/outgoing-handler` and `wasi:http/client`.
    pub http: Vec<Host>,
}

/// How an import stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It reaches nothing, and is always there.
    Always,
    /// It may be used.
    Granted,
    /// It can be granted, and is not.
    Refused,
    /// It is there, but never gives anything.
    Never,
    /// The sandbox does not know it. Calling it ends the guest.
    Missing,
}

impl Grants {
    /// Everything that stays within the sandbox: clocks, random numbers, the key-value store, logging, messages on all
    /// topics, objects, and an environment and a configuration with nothing in them.
    pub fn within_the_sandbox() -> Self {
        Self {
            environment: Some(Vec::new()),
            clocks: true,
            random: true,
            key_value: true,
            config: Some(BTreeMap::new()),
            logging: true,
            messaging: Some(vec![">".to_owned()]),
            blobs: true,
            http: Vec::new(),
        }
    }

    /// How an import with that behind it stands.
    pub fn standing(&self, capability: Option<Capability>) -> Standing {
        let granted = match capability {
            None => return Standing::Missing,
            Some(Capability::Basics) => return Standing::Always,
            Some(Capability::Files | Capability::Network) => return Standing::Never,
            Some(Capability::Http) => !self.http.is_empty(),
            Some(Capability::Environment) => self.environment.is_some(),
            Some(Capability::Clocks) => self.clocks,
            Some(Capability::Random) => self.random,
            Some(Capability::KeyValue) => self.key_value,
            Some(Capability::Config) => self.config.is_some(),
            Some(Capability::Logging) => self.logging,
            Some(Capability::Blobs) => self.blobs,
            Some(Capability::Messaging) => self.messaging.is_some(),
        };
        if granted {
            Standing::Granted
        } else {
            Standing::Refused
        }
    }
}
