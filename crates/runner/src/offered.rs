//! What guests can import.

/// The interfaces of WASI 0.2 that every preview has, whatever little is behind them.
const WASI_02: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/wall-clock",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/outgoing-handler",
    "wasi:http/types",
    "wasi:io/error",
    "wasi:io/poll",
    "wasi:io/streams",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/instance-network",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/network",
    "wasi:sockets/tcp",
    "wasi:sockets/tcp-create-socket",
    "wasi:sockets/udp",
    "wasi:sockets/udp-create-socket",
];

/// The same for WASI 0.3.
const WASI_03: &[&str] = &[
    "wasi:cli/environment",
    "wasi:cli/exit",
    "wasi:cli/stderr",
    "wasi:cli/stdin",
    "wasi:cli/stdout",
    "wasi:cli/terminal-input",
    "wasi:cli/terminal-output",
    "wasi:cli/terminal-stderr",
    "wasi:cli/terminal-stdin",
    "wasi:cli/terminal-stdout",
    "wasi:cli/types",
    "wasi:clocks/monotonic-clock",
    "wasi:clocks/system-clock",
    "wasi:clocks/types",
    "wasi:filesystem/preopens",
    "wasi:filesystem/types",
    "wasi:http/client",
    "wasi:http/types",
    "wasi:random/insecure",
    "wasi:random/insecure-seed",
    "wasi:random/random",
    "wasi:sockets/ip-name-lookup",
    "wasi:sockets/types",
];

/// The interfaces of `wasi:keyvalue`, and the drafts of it.
const KEY_VALUE: &[&str] = &[
    "wasi:keyvalue/atomics",
    "wasi:keyvalue/batch",
    "wasi:keyvalue/store",
];
const KEY_VALUE_DRAFTS: &[&str] = &["0.2.0-draft", "0.2.0-draft2"];

/// Whether the sandbox has an import of that name.
pub(crate) fn is_offered(import: &str) -> bool {
    is_wasi(import, 2, WASI_02)
        || is_wasi(import, 3, WASI_03)
        || import.split_once('@').is_some_and(|(name, version)| {
            KEY_VALUE.contains(&name) && KEY_VALUE_DRAFTS.contains(&version)
        })
}

/// Whether this is one of `names`, at a released version `0.<minor>`: those are compatible with each other.
pub(crate) fn is_wasi(port: &str, minor: u8, names: &[&str]) -> bool {
    port.split_once('@').is_some_and(|(name, version)| {
        let patch = version.strip_prefix(&format!("0.{minor}."));
        names.contains(&name)
            && patch.is_some_and(|patch| patch.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_released_versions_of_wasi_and_both_keyvalue_drafts() {
        assert!(is_offered("wasi:http/types@0.2.0"));
        assert!(is_offered("wasi:http/types@0.2.12"));
        assert!(is_offered("wasi:http/types@0.3.0"));
        assert!(!is_offered("wasi:http/types@0.3.0-rc-2026-03-15"));
        assert!(!is_offered("wasi:http/types@0.4.0"));
        assert!(!is_offered("wasi:http/types@0.2.0-rc-2023-11-10"));
        assert!(!is_offered("wasi:http/types"));
        assert!(is_offered("wasi:keyvalue/store@0.2.0-draft"));
        assert!(is_offered("wasi:keyvalue/atomics@0.2.0-draft2"));
        assert!(!is_offered("wasi:keyvalue/store@0.2.0"));
        assert!(!is_offered("docs:greet/greeter@0.2.0"));
    }
}
