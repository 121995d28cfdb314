//! What guests can import, and what is behind it.

/// What lies behind an import that the sandbox knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Capability {
    /// Streams, polling, the types of HTTP, output that goes to the log, ending itself: reaches nothing outside.
    Basics,
    /// Arguments and environment variables.
    Environment,
    /// The time.
    Clocks,
    /// Random numbers.
    Random,
    /// The key-value store of the preview.
    KeyValue,
    /// Configuration values.
    Config,
    /// Structured log lines.
    Logging,
    /// Messages.
    Messaging,
    /// Objects in containers.
    Blobs,
    /// Requests to other HTTP servers.
    Http,
    /// Files. There are never any.
    Files,
    /// Sockets and name lookup. They are always refused.
    Network,
}

/// An import of a component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// By its full name.
    pub name: String,
    /// What is behind it; nothing, if the sandbox does not know it. Calling it then ends the guest.
    pub capability: Option<Capability>,
}

/// The interfaces of WASI 0.2, which every guest finds there: toolchains import them whether they are used or not.
const WASI_02: &[(&str, Capability)] = &[
    ("wasi:cli/environment", Capability::Environment),
    ("wasi:cli/exit", Capability::Basics),
    ("wasi:cli/stderr", Capability::Basics),
    ("wasi:cli/stdin", Capability::Basics),
    ("wasi:cli/stdout", Capability::Basics),
    ("wasi:cli/terminal-input", Capability::Basics),
    ("wasi:cli/terminal-output", Capability::Basics),
    ("wasi:cli/terminal-stderr", Capability::Basics),
    ("wasi:cli/terminal-stdin", Capability::Basics),
    ("wasi:cli/terminal-stdout", Capability::Basics),
    ("wasi:clocks/monotonic-clock", Capability::Clocks),
    ("wasi:clocks/wall-clock", Capability::Clocks),
    ("wasi:filesystem/preopens", Capability::Files),
    ("wasi:filesystem/types", Capability::Files),
    ("wasi:http/outgoing-handler", Capability::Http),
    ("wasi:http/types", Capability::Basics),
    ("wasi:io/error", Capability::Basics),
    ("wasi:io/poll", Capability::Basics),
    ("wasi:io/streams", Capability::Basics),
    ("wasi:random/insecure", Capability::Random),
    ("wasi:random/insecure-seed", Capability::Random),
    ("wasi:random/random", Capability::Random),
    ("wasi:sockets/instance-network", Capability::Network),
    ("wasi:sockets/ip-name-lookup", Capability::Network),
    ("wasi:sockets/network", Capability::Network),
    ("wasi:sockets/tcp", Capability::Network),
    ("wasi:sockets/tcp-create-socket", Capability::Network),
    ("wasi:sockets/udp", Capability::Network),
    ("wasi:sockets/udp-create-socket", Capability::Network),
];

/// The same for WASI 0.3.
const WASI_03: &[(&str, Capability)] = &[
    ("wasi:cli/environment", Capability::Environment),
    ("wasi:cli/exit", Capability::Basics),
    ("wasi:cli/stderr", Capability::Basics),
    ("wasi:cli/stdin", Capability::Basics),
    ("wasi:cli/stdout", Capability::Basics),
    ("wasi:cli/terminal-input", Capability::Basics),
    ("wasi:cli/terminal-output", Capability::Basics),
    ("wasi:cli/terminal-stderr", Capability::Basics),
    ("wasi:cli/terminal-stdin", Capability::Basics),
    ("wasi:cli/terminal-stdout", Capability::Basics),
    ("wasi:cli/types", Capability::Basics),
    ("wasi:clocks/monotonic-clock", Capability::Clocks),
    ("wasi:clocks/system-clock", Capability::Clocks),
    ("wasi:clocks/types", Capability::Basics),
    ("wasi:filesystem/preopens", Capability::Files),
    ("wasi:filesystem/types", Capability::Files),
    ("wasi:http/client", Capability::Http),
    ("wasi:http/types", Capability::Basics),
    ("wasi:random/insecure", Capability::Random),
    ("wasi:random/insecure-seed", Capability::Random),
    ("wasi:random/random", Capability::Random),
    ("wasi:sockets/ip-name-lookup", Capability::Network),
    ("wasi:sockets/types", Capability::Network),
];

/// Interfaces that are drafts: each version is a thing of its own.
const DRAFTS: &[(&str, &str, Capability)] = &[
    ("wasi:blobstore/blobstore", "0.2.0-draft", Capability::Blobs),
    ("wasi:blobstore/container", "0.2.0-draft", Capability::Blobs),
    ("wasi:blobstore/types", "0.2.0-draft", Capability::Blobs),
    ("wasi:config/store", "0.2.0-rc.1", Capability::Config),
    ("wasi:keyvalue/atomics", "0.2.0-draft", Capability::KeyValue),
    (
        "wasi:keyvalue/atomics",
        "0.2.0-draft2",
        Capability::KeyValue,
    ),
    ("wasi:keyvalue/batch", "0.2.0-draft", Capability::KeyValue),
    ("wasi:keyvalue/batch", "0.2.0-draft2", Capability::KeyValue),
    ("wasi:keyvalue/store", "0.2.0-draft", Capability::KeyValue),
    ("wasi:keyvalue/store", "0.2.0-draft2", Capability::KeyValue),
    ("wasi:logging/logging", "0.1.0-draft", Capability::Logging),
    (
        "wasi:messaging/producer",
        "0.2.0-draft",
        Capability::Messaging,
    ),
    (
        "wasi:messaging/request-reply",
        "0.2.0-draft",
        Capability::Messaging,
    ),
    ("wasi:messaging/types", "0.2.0-draft", Capability::Messaging),
];

impl Capability {
    /// What it would give, as in "it was refused …".
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Basics => "streams, polling and output",
            Self::Environment => "arguments and environment variables",
            Self::Clocks => "the time",
            Self::Random => "random numbers",
            Self::KeyValue => "the key-value store of the preview",
            Self::Config => "configuration values",
            Self::Logging => "lines in the log",
            Self::Messaging => "messages",
            Self::Blobs => "objects in containers",
            Self::Http => "requests to other HTTP servers",
            Self::Files => "files",
            Self::Network => "sockets and name lookup",
        }
    }
}

impl Import {
    /// The import of that name.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            capability: capability(name),
        }
    }
}

fn capability(import: &str) -> Option<Capability> {
    let (interface, version) = import.split_once('@')?;
    let draft = DRAFTS
        .iter()
        .find(|(name, draft, _)| *name == interface && *draft == version);
    if let Some((_, _, capability)) = draft {
        return Some(*capability);
    }
    let released = |minor, known: &[(&str, Capability)]| {
        let (_, capability) = known.iter().find(|(name, _)| *name == interface)?;
        is_wasi(import, minor, interface).then_some(*capability)
    };
    released(2, WASI_02).or_else(|| released(3, WASI_03))
}

/// Whether this is that interface at a released version `0.<minor>`: those are compatible with each other.
pub(crate) fn is_wasi(port: &str, minor: u8, interface: &str) -> bool {
    port.split_once('@').is_some_and(|(name, version)| {
        let patch = version.strip_prefix(&format!("0.{minor}."));
        name == interface
            && patch.is_some_and(|patch| patch.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn released_versions_of_wasi_and_some_drafts_are_known() {
        let basics = Some(Capability::Basics);
        assert_eq!(capability("wasi:http/types@0.2.0"), basics);
        assert_eq!(capability("wasi:http/types@0.2.12"), basics);
        assert_eq!(capability("wasi:http/types@0.3.0"), basics);
        assert_eq!(capability("wasi:http/types@0.3.0-rc-2026-03-15"), None);
        assert_eq!(capability("wasi:http/types@0.4.0"), None);
        assert_eq!(capability("wasi:http/types@0.2.0-rc-2023-11-10"), None);
        assert_eq!(capability("wasi:http/types"), None);
        let key_value = Some(Capability::KeyValue);
        assert_eq!(capability("wasi:keyvalue/store@0.2.0-draft"), key_value);
        assert_eq!(capability("wasi:keyvalue/atomics@0.2.0-draft2"), key_value);
        assert_eq!(capability("wasi:keyvalue/store@0.2.0"), None);
        assert_eq!(capability("docs:greet/greeter@0.2.0"), None);
        assert_eq!(capability("wasi:http/client@0.3.0"), Some(Capability::Http));
        assert_eq!(capability("wasi:http/client@0.2.0"), None);
    }
}
