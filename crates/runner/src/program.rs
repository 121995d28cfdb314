//! From bytes to something that can be run.

use crate::error::PrepareError;
use crate::guest::Guest;
use crate::limits::Limits;
use std::sync::Arc;
use wasmtime::component::{Component, Linker};
use wasmtime::{Engine, Store};
use wasmtime_wasi_http::p2::bindings::{Proxy, ProxyPre};

/// The interfaces of WASI 0.2 that every preview has, whatever little is behind them.
const WASI: &[&str] = &[
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

/// The interfaces of `wasi:keyvalue`, and the drafts of it.
const KEY_VALUE: &[&str] = &[
    "wasi:keyvalue/atomics",
    "wasi:keyvalue/batch",
    "wasi:keyvalue/store",
];
const KEY_VALUE_DRAFTS: &[&str] = &["0.2.0-draft", "0.2.0-draft2"];

const HANDLER: &str = "wasi:http/incoming-handler";

/// A component that was compiled and checked, ready to be started. Cheap to clone.
#[derive(Clone)]
pub struct Program {
    shared: Arc<Shared>,
}

struct Shared {
    pre: ProxyPre<Guest>,
    sha256: [u8; 32],
}

impl Program {
    /// Compiles `bytes`, and checks that it answers HTTP and needs nothing that the sandbox lacks.
    pub(crate) fn compile(
        linker: &Linker<Guest>,
        limits: &Limits,
        bytes: &[u8],
        sha256: [u8; 32],
    ) -> Result<Self, PrepareError> {
        let component = Component::from_binary(linker.engine(), bytes).map_err(invalid)?;
        check_ports(&component)?;
        check_size(&component, limits)?;
        let pre = linker
            .instantiate_pre(&component)
            .and_then(ProxyPre::new)
            .map_err(invalid)?;
        Ok(Self {
            shared: Arc::new(Shared { pre, sha256 }),
        })
    }

    /// The SHA-256 of the bytes it was compiled from.
    pub fn sha256(&self) -> [u8; 32] {
        self.shared.sha256
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.shared.pre.engine()
    }

    pub(crate) async fn instantiate(&self, store: &mut Store<Guest>) -> wasmtime::Result<Proxy> {
        self.shared.pre.instantiate_async(store).await
    }
}

/// Everything that guests can import. All of WASI 0.2 is there, because toolchains import it whether it is used or not;
/// what is behind it is decided in [`Guest::new`].
pub(crate) fn link(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker)?;
    crate::keyvalue::add_to_linker(&mut linker)?;
    Ok(linker)
}

fn check_ports(component: &Component) -> Result<(), PrepareError> {
    let world = component.component_type();
    let engine = component.engine();
    let exports: Vec<String> = world
        .exports(engine)
        .map(|(name, _)| name.to_owned())
        .collect();
    if !exports.iter().any(|name| is_wasi_02(name, &[HANDLER])) {
        return Err(PrepareError::NotHttp { exports });
    }
    let imports = world.imports(engine).map(|(name, _)| name);
    let names: Vec<String> = imports
        .filter(|name| !is_offered(name))
        .map(str::to_owned)
        .collect();
    if names.is_empty() {
        Ok(())
    } else {
        Err(PrepareError::MissingImports { names })
    }
}

fn is_offered(import: &str) -> bool {
    is_wasi_02(import, WASI)
        || import.split_once('@').is_some_and(|(name, version)| {
            KEY_VALUE.contains(&name) && KEY_VALUE_DRAFTS.contains(&version)
        })
}

/// Whether this is one of `names`, at a released version 0.2: those are compatible with each other.
fn is_wasi_02(port: &str, names: &[&str]) -> bool {
    port.split_once('@').is_some_and(|(name, version)| {
        let patch = version.strip_prefix("0.2.");
        names.contains(&name)
            && patch.is_some_and(|patch| patch.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn check_size(component: &Component, limits: &Limits) -> Result<(), PrepareError> {
    // None: it imports core modules or components, and what they need is known only once they are given.
    let Some(required) = component.resources_required() else {
        return Ok(());
    };
    let memories = u64::from(required.num_memories);
    let limit = limits.memories as u64;
    if memories > limit {
        return Err(PrepareError::TooComplex {
            what: "linear memories",
            actual: memories,
            limit,
        });
    }
    Ok(())
}

fn invalid(error: wasmtime::Error) -> PrepareError {
    PrepareError::Invalid {
        message: format!("{error:#}")
            .trim_end()
            .trim_end_matches('.')
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offers_released_versions_of_wasi_02_and_both_keyvalue_drafts() {
        assert!(is_offered("wasi:http/types@0.2.0"));
        assert!(is_offered("wasi:http/types@0.2.12"));
        assert!(!is_offered("wasi:http/types@0.3.0"));
        assert!(!is_offered("wasi:http/types@0.2.0-rc-2023-11-10"));
        assert!(!is_offered("wasi:http/types"));
        assert!(is_offered("wasi:keyvalue/store@0.2.0-draft"));
        assert!(is_offered("wasi:keyvalue/atomics@0.2.0-draft2"));
        assert!(!is_offered("wasi:keyvalue/store@0.2.0"));
        assert!(!is_offered("docs:greet/greeter@0.2.0"));
    }
}
