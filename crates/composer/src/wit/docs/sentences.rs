//! What WASI's interfaces are for.

/// A sentence for each, whatever its version.
const SENTENCES: [(&str, &str); 52] = [
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
    (
        "wasi:cli/terminal-input",
        "A terminal that people type into.",
    ),
    (
        "wasi:cli/terminal-output",
        "A terminal that people read from.",
    ),
    (
        "wasi:cli/terminal-stderr",
        "Says whether messages for people go to a terminal.",
    ),
    (
        "wasi:cli/terminal-stdin",
        "Says whether the program's input comes from a terminal.",
    ),
    (
        "wasi:cli/terminal-stdout",
        "Says whether the program's output goes to a terminal.",
    ),
    ("wasi:cli/types", "The errors of the standard streams."),
    (
        "wasi:clocks/monotonic-clock",
        "A clock that only goes forward: measures how long something takes, and waits.",
    ),
    (
        "wasi:clocks/system-clock",
        "The date and the time of day, which may be set back.",
    ),
    (
        "wasi:clocks/timezone",
        "Converts times to a zone of local time.",
    ),
    (
        "wasi:clocks/types",
        "The type in which clocks give lengths of time.",
    ),
    (
        "wasi:clocks/wall-clock",
        "The date and the time of day, which may be set back.",
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
        "wasi:filesystem/types",
        "Opens, reads, writes, lists and removes files and directories.",
    ),
    (
        "wasi:http/client",
        "Sends requests to other servers, and gives their responses.",
    ),
    (
        "wasi:http/handler",
        "Answers requests: what a server calls with each, or the next part in a chain of them.",
    ),
    (
        "wasi:http/incoming-handler",
        "Answers requests: what a server calls with each.",
    ),
    (
        "wasi:http/outgoing-handler",
        "Sends requests to other servers.",
    ),
    (
        "wasi:http/types",
        "Requests, responses, their headers and bodies, and what can go wrong with them.",
    ),
    (
        "wasi:io/error",
        "An error of a stream, with words for people who look for its cause.",
    ),
    (
        "wasi:io/poll",
        "Waits until one of several things is ready.",
    ),
    ("wasi:io/streams", "Reads and writes bytes piece by piece."),
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
        "wasi:random/insecure",
        "Random numbers, fast, but not fit for secrets.",
    ),
    (
        "wasi:random/insecure-seed",
        "A number to start hash tables with, so that nobody can foresee their order.",
    ),
    (
        "wasi:random/random",
        "Random numbers that nobody can foresee: fit for keys and other secrets.",
    ),
    (
        "wasi:sockets/instance-network",
        "The network that the program may use.",
    ),
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
