//! What a component may use.

mod named;

pub use named::LimitError;

use std::time::Duration;

const KIB: usize = 1024;
const MIB: usize = 1024 * KIB;

/// Every limit of the sandbox. The defaults are meant for strangers' components on a small shared machine.
///
/// Sizes are in bytes unless a field says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// The largest component that is compiled: 64 MiB.
    pub max_component_bytes: usize,
    /// How long one component may take to compile: 60 s, which is enough for the 30 MB of a script engine on two cores.
    /// A compilation that takes longer is abandoned, but keeps its turn (see `compiles_at_once`) until it ends.
    pub compile_time: Duration,
    /// How many components are compiled at the same time because somebody wants to run them: 1. Beside them one is compiled
    /// ahead, on threads of the lowest priority; two, while one of them takes longer than `compile_time`.
    pub compiles_at_once: usize,
    /// How much machine code of single functions is kept for the next component that has them: 256 MiB. Components in
    /// JavaScript or Python have 25 to 35 MiB.
    pub compiled_functions: usize,
    /// How much is kept of large core modules that were compiled, for the next component that has them inside: 256 MiB.
    /// Components in JavaScript or Python have 40 to 60 MiB. What a program uses stays in any case.
    pub compiled_modules: usize,
    /// How many compiled components are kept for the next preview of the same bytes: 16.
    pub programs_kept: usize,

    /// Linear memory, summed over all memories of a request: 128 MiB.
    pub memory_total: usize,
    /// Linear memory, for each memory: 64 MiB.
    pub memory_each: usize,
    /// How many linear memories a component may have: 32.
    pub memories: usize,
    /// Elements of tables, summed over all tables of a request: 100,000. A component made from JavaScript or Python has
    /// about 8,000, so a graph of ten of them fits; an element takes 8 bytes.
    pub table_elements: usize,
    /// How many core instances a component may have (each component in a graph brings three or more): 200.
    pub core_instances: usize,
    /// The stack of the guest: 512 KiB.
    pub stack: usize,
    /// Memories for all components that run: 8,000. Each is 4 GiB of address space, of which there are 128 TiB. No more are
    /// set up than the other limits let components have at the same time; so it is with the next two.
    pub pool_memories: usize,
    /// Tables for all components that run: 100,000.
    pub pool_tables: usize,
    /// Stacks for all components that run: 8,000. A task of WASI 0.3 that waits has one of its own.
    pub pool_stacks: usize,

    /// CPU time a guest may use for one request, not counting the time it waits: 1 s.
    pub cpu_per_request: Duration,
    /// Time from the start of a request to the end of its response body: 10 s.
    pub wall_per_request: Duration,
    /// Time from the start of a request to the head of its response: 5 s.
    pub first_byte: Duration,

    /// CPU time a command may use: 10 s.
    pub cpu_per_command: Duration,
    /// Time from the start of a command to its end: 30 s.
    pub wall_per_command: Duration,
    /// What a command may write to stdout and stderr together: 16 MiB. One that writes more is ended.
    pub command_output: usize,

    /// The body of a request: 4 MiB.
    pub request_body: usize,
    /// The body of a response: 16 MiB; a longer one is cut.
    pub response_body: usize,
    /// The path and query of a request: 8 KiB.
    pub url_bytes: usize,
    /// The names and values of the headers of a request together, and about so much for headers a guest makes: 64 KiB.
    pub header_bytes: usize,
    /// How many headers a request may have: 100.
    pub header_count: usize,

    /// What a guest may write to stdout and stderr in one request; the rest is dropped: 256 KiB.
    pub log_bytes_per_request: usize,
    /// What is kept of the logs of a preview; the oldest lines go first: 1 MiB.
    pub log_ring_bytes: usize,

    /// How many requests of one preview run at the same time: 4. Others wait, see `queue_wait`.
    pub requests_per_preview: usize,
    /// How many requests of all previews together run at the same time: 16.
    pub requests_at_once: usize,
    /// How many requests one instance of a WASI 0.3 component answers, one after the other: 128. An instance of WASI 0.2
    /// answers one.
    pub requests_per_instance: usize,
    /// How long an instance of WASI 0.3 is kept for the next request: 1 s.
    pub instance_idle: Duration,
    /// How many sessions of calls by hand a preview has: 4. Each keeps an instance with its memory.
    pub sessions_per_preview: usize,
    /// A session that is not called for so long is over: 10 min.
    pub session_idle: Duration,
    /// The result of a call by hand, as text: 1 MiB.
    pub call_result: usize,
    /// How long a request waits for its turn before it is refused: 5 s.
    pub queue_wait: Duration,

    /// How many previews run at the same time: 32. When all places are taken, the one that has been idle for longest makes
    /// room.
    pub previews: usize,
    /// A preview that nobody asks anything, and that no message comes for, is put aside after so long, and comes back with its
    /// next request or message: 10 min.
    pub preview_idle: Duration,

    /// How many requests to other servers a guest may send for one request: 5.
    pub outbound_requests: usize,
    /// How long such a request may take to connect, to be answered, and to be silent: 30 s.
    pub outbound_time: Duration,
    /// The body of a response of another server: 4 MiB.
    pub outbound_response: usize,
    /// Whether hosts that are granted may have addresses that are not global: those of this machine, say. No, unless it
    /// is a developer's own.
    pub private_addresses: bool,

    /// How long a server that takes the place of the sandbox's own store, broker or objects (Redis, NATS, S3, ...) may take to
    /// connect, to answer, and to be silent: 5 s. A whole object may take twice as long.
    pub service_time: Duration,

    /// How many keys a preview may store, over all buckets: 1,000.
    pub kv_keys: usize,
    /// The length of a key, and of the name of a bucket: 1 KiB.
    pub kv_key_bytes: usize,
    /// The length of a value: 64 KiB.
    pub kv_value_bytes: usize,
    /// All keys and values of a preview together: 8 MiB.
    pub kv_total_bytes: usize,

    /// How many objects a preview may keep, containers counted: 1,000.
    pub objects: usize,
    /// The length of an object: 4 MiB.
    pub object_bytes: usize,
    /// All objects of a preview together, with their names: 16 MiB.
    pub objects_total_bytes: usize,

    /// What a message may say: 64 KiB.
    pub message_bytes: usize,
    /// How many messages a guest may send for one request: 20.
    pub messages_per_request: usize,
    /// How many messages wait for whoever listens, while the component is at work on another, or its preview comes back: 100.
    pub messages_waiting: usize,

    /// Random bytes a guest may ask for in one call: 64 KiB.
    pub random_bytes_per_call: usize,
    /// What a guest may pass to the sandbox in one call: 8 MiB.
    pub call_bytes: usize,
    /// How many handles to resources a guest may hold: 10,000.
    pub handles: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_component_bytes: 64 * MIB,
            compile_time: Duration::from_secs(60),
            compiles_at_once: 1,
            compiled_functions: 256 * MIB,
            compiled_modules: 256 * MIB,
            programs_kept: 16,
            memory_total: 128 * MIB,
            memory_each: 64 * MIB,
            memories: 32,
            table_elements: 100_000,
            core_instances: 200,
            stack: 512 * KIB,
            pool_memories: 8_000,
            pool_tables: 100_000,
            pool_stacks: 8_000,
            cpu_per_request: Duration::from_secs(1),
            wall_per_request: Duration::from_secs(10),
            first_byte: Duration::from_secs(5),
            cpu_per_command: Duration::from_secs(10),
            wall_per_command: Duration::from_secs(30),
            command_output: 16 * MIB,
            request_body: 4 * MIB,
            response_body: 16 * MIB,
            url_bytes: 8 * KIB,
            header_bytes: 64 * KIB,
            header_count: 100,
            log_bytes_per_request: 256 * KIB,
            log_ring_bytes: MIB,
            requests_per_preview: 4,
            requests_at_once: 16,
            requests_per_instance: 128,
            instance_idle: Duration::from_secs(1),
            sessions_per_preview: 4,
            session_idle: Duration::from_secs(10 * 60),
            call_result: MIB,
            queue_wait: Duration::from_secs(5),
            previews: 32,
            preview_idle: Duration::from_secs(10 * 60),
            outbound_requests: 5,
            outbound_time: Duration::from_secs(30),
            outbound_response: 4 * MIB,
            private_addresses: false,
            service_time: Duration::from_secs(5),
            kv_keys: 1_000,
            kv_key_bytes: KIB,
            kv_value_bytes: 64 * KIB,
            kv_total_bytes: 8 * MIB,
            objects: 1_000,
            object_bytes: 4 * MIB,
            objects_total_bytes: 16 * MIB,
            message_bytes: 64 * KIB,
            messages_per_request: 20,
            messages_waiting: 100,
            random_bytes_per_call: 64 * KIB,
            call_bytes: 8 * MIB,
            handles: 10_000,
        }
    }
}
