//! What WASI's interfaces are for, where their definitions have no comment or are not here.

/// A sentence for each, whatever its version.
const SENTENCES: [(&str, &str); 31] = [
    (
        "wasi:blobstore/blobstore",
        "Makes, finds and removes containers of objects.",
    ),
    (
        "wasi:blobstore/container",
        "Reads, writes, lists and removes the objects of a container.",
    ),
    (
        "wasi:blobstore/types",
        "The types that the interfaces of object stores share.",
    ),
    (
        "wasi:cli/environment",
        "The environment variables, the arguments and the directory that the program was started with.",
    ),
    (
        "wasi:cli/exit",
        "Ends the program, and says whether it went well.",
    ),
    (
        "wasi:cli/run",
        "Runs the program: what its host calls to start a command.",
    ),
    (
        "wasi:cli/stderr",
        "The stream that messages for people are written to.",
    ),
    (
        "wasi:cli/stdin",
        "The stream that the program's input is read from.",
    ),
    (
        "wasi:cli/stdout",
        "The stream that the program's output is written to.",
    ),
    ("wasi:cli/types", "The errors of the standard streams."),
    (
        "wasi:clocks/timezone",
        "Converts times to a zone of local time.",
    ),
    (
        "wasi:config/runtime",
        "Settings that whoever runs the component gives it, by name.",
    ),
    (
        "wasi:config/store",
        "Settings that whoever runs the component gives it, by name.",
    ),
    (
        "wasi:filesystem/preopens",
        "The directories that whoever runs the component lets it use.",
    ),
    (
        "wasi:io/error",
        "An error of a stream, with words for people who look for its cause.",
    ),
    (
        "wasi:keyvalue/atomics",
        "Changes values of a store in one step, such as counting.",
    ),
    (
        "wasi:keyvalue/batch",
        "Reads, writes and removes several values of a store at once.",
    ),
    (
        "wasi:keyvalue/store",
        "Opens stores, and reads, writes and removes values in them by their keys.",
    ),
    (
        "wasi:keyvalue/watcher",
        "What its host calls when a value of a store changes.",
    ),
    (
        "wasi:logging/logging",
        "Writes messages for the log, each with its level and context.",
    ),
    (
        "wasi:messaging/consumer",
        "Subscribes to topics and takes their messages.",
    ),
    (
        "wasi:messaging/incoming-handler",
        "What its host calls with each message of a topic.",
    ),
    ("wasi:messaging/producer", "Sends messages to topics."),
    (
        "wasi:sockets/ip-name-lookup",
        "Finds the addresses of a host by its name.",
    ),
    (
        "wasi:sockets/network",
        "The networks that may be used, and the addresses and errors that sockets share.",
    ),
    (
        "wasi:sockets/tcp",
        "Connections over TCP: connects, listens and accepts.",
    ),
    ("wasi:sockets/tcp-create-socket", "Makes sockets for TCP."),
    (
        "wasi:sockets/types",
        "Sockets for TCP and UDP, with their addresses and errors.",
    ),
    ("wasi:sockets/udp", "Sends and receives datagrams over UDP."),
    ("wasi:sockets/udp-create-socket", "Makes sockets for UDP."),
    ("wasi:tls/types", "Encrypts connections with TLS."),
];

/// What an interface is for.
pub(super) fn about(full_name: &str) -> Option<&'static str> {
    let path = full_name.split('@').next()?;
    let at = SENTENCES
        .binary_search_by_key(&path, |(name, _)| name)
        .ok()?;
    Some(SENTENCES[at].1)
}

#[cfg(test)]
mod tests {
    use super::{SENTENCES, about};

    #[test]
    fn each_is_found_in_any_version() {
        for (name, sentence) in SENTENCES {
            assert_eq!(about(name), Some(sentence));
            assert_eq!(about(&format!("{name}@0.2.0-draft")), Some(sentence));
        }
        assert_eq!(about("test:cli/run@0.2.0"), None);
    }
}
