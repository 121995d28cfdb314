//! From bytes to something that can be run.

use crate::apart::{Compiled, CompiledModules};
use crate::call::{Function, functions};
use crate::capability::{Import, is_wasi};
use crate::error::{PrepareError, RunError};
use crate::guest::Guest;
use crate::limits::Limits;
use crate::links;
use crate::messaging::{HANDLER, HandlerPre};
use crate::nodes::Nodes;
use crate::stubs;
use std::sync::Arc;
use wasmtime::Engine;
use wasmtime::component::{Component, InstancePre, Linker};
use wasmtime_wasi_http::handler::ProxyPre;
use wasmtime_wasi_http::{p2, p3};

const HANDLER_02: &str = "wasi:http/incoming-handler";
const HANDLER_03: &str = "wasi:http/handler";
const RUN: &str = "wasi:cli/run";

/// A component that was compiled and checked, ready to be started. Cheap to clone.
#[derive(Clone)]
pub struct Program {
    shared: Arc<Shared>,
}

struct Shared {
    component: Component,
    instance: InstancePre<Guest>,
    imports: Vec<Import>,
    functions: Vec<Function>,
    http: Option<Arc<ProxyPre<Guest>>>,
    command: Option<Arc<CommandPre>>,
    messages: Option<Arc<HandlerPre<Guest>>>,
    nodes: Nodes,
    sha256: [u8; 32],
    /// How many links tell of their calls; `None` for what is not a traced build.
    links: Option<usize>,
}

/// A component that exports `wasi:cli/run`, by the version of WASI.
pub(crate) enum CommandPre {
    Wasi02(wasmtime_wasi::p2::bindings::CommandPre<Guest>),
    Wasi03(wasmtime_wasi::p3::bindings::CommandPre<Guest>),
}

/// What a component can be run as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// It answers HTTP requests.
    Http,
    /// It is a command, with arguments and an exit code.
    Command,
    /// Its functions are called by hand.
    Calls,
}

impl Program {
    /// Compiles `bytes`, and lets what it imports and the sandbox does not know end whoever calls it.
    pub(crate) fn compile(
        linker: &Linker<Guest>,
        limits: &Limits,
        modules: &CompiledModules,
        bytes: &[u8],
        sha256: [u8; 32],
        links: Option<usize>,
    ) -> Result<Self, PrepareError> {
        let compiled = Compiled::new(linker.engine(), bytes, modules).map_err(invalid)?;
        // Each interposer has a memory of its own.
        let memories = limits.memories.saturating_add(links.unwrap_or_default());
        check_size(compiled.memories, memories.min(limits.pool_memories))?;
        let mut linker = linker.clone();
        compiled.link(&mut linker).map_err(invalid)?;
        let mut imports = imports(&compiled.component);
        imports.retain(|import| !compiled.is_module(&import.name));
        let Compiled {
            component, modules, ..
        } = compiled;
        if links.is_some() {
            links::add_to_linker(&mut linker).map_err(invalid)?;
            imports.retain(|import| import.name != links::INTERFACE);
        }
        stubs::define(&mut linker, &component, &imports)
            .map_err(|names| PrepareError::MissingImports { names })?;
        let instance = linker.instantiate_pre(&component).map_err(invalid)?;
        let http = answers_http(&component, &instance)
            .transpose()
            .map_err(invalid)?
            .map(Arc::new);
        let command = is_command(&component, &instance)
            .transpose()
            .map_err(invalid)?
            .map(Arc::new);
        let takes_messages = export_names(&component).iter().any(|it| it == HANDLER);
        let messages = takes_messages
            .then(|| HandlerPre::new(instance.clone()))
            .transpose()
            .map_err(invalid)?
            .map(Arc::new);
        Ok(Self {
            shared: Arc::new(Shared {
                imports,
                functions: functions(&component),
                component,
                instance,
                http,
                command,
                messages,
                nodes: Nodes::read(bytes, modules),
                sha256,
                links,
            }),
        })
    }

    /// The SHA-256 of the bytes it was compiled from.
    pub fn sha256(&self) -> [u8; 32] {
        self.shared.sha256
    }

    /// How many links tell of their calls; `None` for what is not a traced build.
    pub(crate) fn links(&self) -> Option<usize> {
        self.shared.links
    }

    /// Checks that it can be run as that.
    ///
    /// # Errors
    ///
    /// [`PrepareError::NotHttp`], [`PrepareError::NotCommand`] or [`PrepareError::NoFunctions`].
    pub fn require(&self, what: Use) -> Result<(), PrepareError> {
        match what {
            Use::Http if self.shared.http.is_none() => Err(PrepareError::NotHttp {
                exports: self.exports(),
            }),
            Use::Command if self.shared.command.is_none() => Err(PrepareError::NotCommand {
                exports: self.exports(),
            }),
            Use::Calls if self.shared.functions.is_empty() => Err(PrepareError::NoFunctions),
            _ => Ok(()),
        }
    }

    /// What it imports.
    pub fn imports(&self) -> &[Import] {
        &self.shared.imports
    }

    /// The functions it exports, which can be called by hand.
    pub fn functions(&self) -> &[Function] {
        &self.shared.functions
    }

    /// Whether it exports `wasi:messaging/incoming-handler`.
    pub fn takes_messages(&self) -> bool {
        self.shared.messages.is_some()
    }

    pub(crate) fn messages(&self) -> Option<Arc<HandlerPre<Guest>>> {
        self.shared.messages.clone()
    }

    fn exports(&self) -> Vec<String> {
        export_names(&self.shared.component)
    }

    pub(crate) fn engine(&self) -> &Engine {
        self.shared.component.engine()
    }

    pub(crate) fn instance(&self) -> InstancePre<Guest> {
        self.shared.instance.clone()
    }

    /// The instances that it is composed of.
    pub(crate) fn nodes(&self) -> &Nodes {
        &self.shared.nodes
    }

    pub(crate) fn http(&self) -> Result<Arc<ProxyPre<Guest>>, RunError> {
        let unfit = RunError::Unfit { what: Use::Http };
        self.shared.http.clone().ok_or(unfit)
    }

    pub(crate) fn command(&self) -> Result<Arc<CommandPre>, RunError> {
        let unfit = RunError::Unfit { what: Use::Command };
        self.shared.command.clone().ok_or(unfit)
    }
}

/// Everything that guests can import. All of WASI 0.2 and 0.3 is there, because toolchains import it whether it is used
/// or not; what is behind it is decided in [`Guest::new`].
pub(crate) fn link(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    p2::add_only_http_to_linker_async(&mut linker)?;
    p3::add_to_linker(&mut linker)?;
    crate::wasi::shadow(&mut linker)?;
    crate::keyvalue::add_to_linker(&mut linker)?;
    crate::config::add_to_linker(&mut linker)?;
    crate::logging::add_to_linker(&mut linker)?;
    crate::messaging::add_to_linker(&mut linker)?;
    crate::blobs::add_to_linker(&mut linker)?;
    Ok(linker)
}

/// A component that exports both handlers is taken by the newer one, as `wasmtime serve` does.
fn answers_http(
    component: &Component,
    instance: &InstancePre<Guest>,
) -> Option<wasmtime::Result<ProxyPre<Guest>>> {
    if exports(component, 3, HANDLER_03) {
        Some(p3::bindings::ServicePre::new(instance.clone()).map(ProxyPre::P3))
    } else if exports(component, 2, HANDLER_02) {
        Some(p2::bindings::ProxyPre::new(instance.clone()).map(ProxyPre::P2))
    } else {
        None
    }
}

fn is_command(
    component: &Component,
    instance: &InstancePre<Guest>,
) -> Option<wasmtime::Result<CommandPre>> {
    use wasmtime_wasi::{p2, p3};
    if exports(component, 3, RUN) {
        Some(p3::bindings::CommandPre::new(instance.clone()).map(CommandPre::Wasi03))
    } else if exports(component, 2, RUN) {
        Some(p2::bindings::CommandPre::new(instance.clone()).map(CommandPre::Wasi02))
    } else {
        None
    }
}

/// Whether it exports that interface of WASI `0.<minor>`.
fn exports(component: &Component, minor: u8, interface: &str) -> bool {
    let names = export_names(component);
    names.iter().any(|name| is_wasi(name, minor, interface))
}

fn export_names(component: &Component) -> Vec<String> {
    let world = component.component_type();
    let exports = world.exports(component.engine());
    exports.map(|(name, _)| name.to_owned()).collect()
}

fn imports(component: &Component) -> Vec<Import> {
    let world = component.component_type();
    let imports = world.imports(component.engine());
    imports.map(|(name, _)| Import::named(name)).collect()
}

fn check_size(memories: Option<u64>, limit: usize) -> Result<(), PrepareError> {
    // None: it imports core modules or components, and what they need is known only once they are given.
    let Some(memories) = memories else {
        return Ok(());
    };
    let limit = limit as u64;
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
