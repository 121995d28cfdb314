//! Configurations of `wasm-tools compose`: YAML that says which components to instantiate, and with what.
//!
//! The rules are those of `wasm-compose` 0.254 (its `CONFIG.md` and `composer.rs`): an import that is an interface is
//! filled by a definition that exports one of its name, or by the instance that its argument names, or by the component
//! that is called like the import; from that by the whole instance, or by an export that fits. Whatever the root exports
//! is exported.

use crate::check::verdict::Judge;
use crate::inspect::{Component, load};
use crate::parts::Parts;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::component::PortKind;
use patchbay_model::geometry::shapes;
use patchbay_model::layout::tidy;
use patchbay_model::name::{InterfaceName, label_from};
use patchbay_model::{
    Digest, Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point, Transaction,
};
use serde::Deserialize;
use std::collections::{BTreeMap, VecDeque};
use wac_types::{Interface, ItemKind, Types, WorldId};

/// What the component is called whose exports are those of the result.
const ROOT: &str = "root";

/// How a configuration says where a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// A file, relative to the configuration's directory.
    File(&'a str),
    /// `<name>.wasm` or `<name>.wat` in the configuration's directory, or else in one of the search paths.
    Name(&'a str, &'a [String]),
}

/// Finds components for a configuration; `None` where there is none, an error for one that cannot be used.
pub type Find<'a> = dyn FnMut(Place<'_>) -> Result<Option<Component>, String> + 'a;

/// A configuration as a graph.
#[derive(Clone, Debug)]
pub struct Composed {
    /// The graph; nodes have the names of the instances.
    pub graph: Graph,
    /// Its components.
    pub parts: Parts,
    /// The result is to import its components (`import-components`).
    pub import_dependencies: bool,
    /// The result is not to be validated (`skip-validation`).
    pub skip_validation: bool,
    /// What the configuration says and a graph cannot, each in a sentence.
    pub lost: Vec<String>,
}

/// A file.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Config {
    #[serde(default)]
    definitions: Vec<String>,
    #[serde(default)]
    search_paths: Vec<String>,
    #[serde(default)]
    skip_validation: bool,
    #[serde(default)]
    import_components: bool,
    #[serde(default)]
    disallow_imports: bool,
    #[serde(default)]
    dependencies: BTreeMap<String, Dependency>,
    #[serde(default)]
    instantiations: BTreeMap<String, Instantiation>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Dependency {
    Path(String),
    #[serde(rename_all = "kebab-case")]
    Full {
        path: String,
        /// Written by older versions: import this one component by that name.
        #[serde(default)]
        import: Option<String>,
    },
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Instantiation {
    #[serde(default)]
    dependency: Option<String>,
    #[serde(default)]
    arguments: BTreeMap<String, Argument>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Argument {
    Instance(String),
    Full {
        instance: String,
        #[serde(default)]
        export: Option<String>,
    },
}

/// Reads a configuration. Its root is the component called `root`: among its dependencies, or in the search paths.
///
/// # Errors
/// One sentence for what is wrong with it; `path` is what messages call it.
pub fn read_compose(text: &str, path: &str, find: &mut Find<'_>) -> Result<Composed, Problem> {
    let problem =
        |kind, message: &str| Problem::new(Severity::Error, kind, format!("{path}: {message}"));
    if text.len() > crate::limits::SOURCE_BYTES {
        let message = "a configuration may have up to 1 MiB";
        return Err(problem(ProblemKind::TooLarge, message));
    }
    let config: Config = serde_saphyr::from_str(text)
        .map_err(|error| problem(ProblemKind::Source, &error.to_string()))?;
    let builder = Builder {
        config: &config,
        find,
        graph: Graph::named(path.rsplit('/').next().unwrap_or(path)),
        parts: Parts::new(),
        types: Types::default(),
        worlds: BTreeMap::new(),
        instances: BTreeMap::new(),
        lost: Vec::new(),
    };
    builder
        .build()
        .map_err(|error| problem(ProblemKind::Source, &format!("{error:#}")))
}

struct Builder<'a, 'f> {
    config: &'a Config,
    find: &'a mut Find<'f>,
    graph: Graph,
    parts: Parts,
    types: Types,
    worlds: BTreeMap<Digest, WorldId>,
    /// By name; definitions under their paths.
    instances: BTreeMap<String, (NodeId, Component)>,
    lost: Vec<String>,
}

impl Builder<'_, '_> {
    fn build(mut self) -> anyhow::Result<Composed> {
        let root = self.instance(ROOT, ROOT)?;
        let Some((root, component)) = root else {
            anyhow::bail!(
                "there is no component `{ROOT}`: name its file among the dependencies, or put {ROOT}.wasm beside the configuration"
            );
        };
        let definitions = self.definitions()?;
        let mut queue = VecDeque::from([ROOT.to_string()]);
        while let Some(name) = queue.pop_front() {
            self.fill(&name, &definitions, &mut queue)?;
        }
        for port in &component.info.exports {
            let source = ExportSource {
                node: root.clone(),
                port: Some(port.name.clone()),
            };
            let name = port.name.clone();
            self.apply(Op::AddExport { name, source })?;
        }
        let components = self.instances.values().map(|(_, c)| c.info.clone());
        let shapes = shapes(&self.graph, &components.collect::<Vec<_>>());
        for op in tidy(&self.graph, &shapes) {
            self.apply(op)?;
        }
        Ok(Composed {
            graph: self.graph,
            parts: self.parts,
            import_dependencies: self.config.import_components,
            skip_validation: self.config.skip_validation,
            lost: self.lost,
        })
    }

    fn apply(&mut self, op: Op) -> anyhow::Result<()> {
        self.graph.apply(&Transaction::new("read", vec![op]))?;
        Ok(())
    }

    /// The components whose exports fill imports of their names.
    fn definitions(&mut self) -> anyhow::Result<Vec<(String, Component)>> {
        let mut definitions = Vec::new();
        for path in &self.config.definitions {
            let found = (self.find)(Place::File(path)).map_err(anyhow::Error::msg)?;
            let found = found.ok_or_else(|| anyhow::anyhow!("there is no file {path}"))?;
            definitions.push((path.clone(), found));
        }
        Ok(definitions)
    }

    /// The component of a dependency.
    fn component(&mut self, name: &str) -> anyhow::Result<Option<Component>> {
        let config = self.config;
        let path = match config.dependencies.get(name) {
            Some(Dependency::Path(path)) => path,
            Some(Dependency::Full { path, import }) => {
                if import.is_some() {
                    self.lost.push(format!(
                        "the `import` of the dependency `{name}`: a result imports all of its components or none"
                    ));
                }
                path
            }
            None => {
                let place = Place::Name(name, &config.search_paths);
                return (self.find)(place).map_err(anyhow::Error::msg);
            }
        };
        let found = (self.find)(Place::File(path)).map_err(anyhow::Error::msg)?;
        let found = found.ok_or_else(|| anyhow::anyhow!("there is no file {path}"))?;
        Ok(Some(found))
    }

    /// The instance of that name, made when it is spoken of first; `None` where there is no component for it.
    fn instance(
        &mut self,
        name: &str,
        dependency: &str,
    ) -> anyhow::Result<Option<(NodeId, Component)>> {
        if let Some(known) = self.instances.get(name) {
            return Ok(Some(known.clone()));
        }
        let Some(component) = self.component(dependency)? else {
            return Ok(None);
        };
        self.add(name, component).map(Some)
    }

    fn add(&mut self, name: &str, component: Component) -> anyhow::Result<(NodeId, Component)> {
        let short = InterfaceName::parse(name).map_or(name, |parsed| parsed.interface);
        let node = Node::instance(
            self.graph.free_id(),
            self.graph.free_name(&label_from(short)),
            component.info.reference(),
            Point::default(),
        );
        let id = node.id.clone();
        self.apply(Op::AddNode { node })?;
        self.parts.insert(component.clone());
        self.instances
            .insert(name.to_string(), (id.clone(), component.clone()));
        Ok((id, component))
    }

    /// Fills the imports of an instance, and queues the instances that this makes.
    fn fill(
        &mut self,
        name: &str,
        definitions: &[(String, Component)],
        queue: &mut VecDeque<String>,
    ) -> anyhow::Result<()> {
        let Some((node, component)) = self.instances.get(name).cloned() else {
            return Ok(());
        };
        let nothing = Instantiation::default();
        let config = self.config;
        let instantiation = config.instantiations.get(name).unwrap_or(&nothing);
        for argument in instantiation.arguments.keys() {
            if component.info.import(argument).is_none() {
                anyhow::bail!("the instance `{name}` has no import called `{argument}`");
            }
        }
        let imports = component.info.imports.iter();
        for import in imports.filter(|port| port.kind == PortKind::Instance) {
            let to = Endpoint {
                node: node.clone(),
                port: import.name.clone(),
            };
            let defined = definitions.iter().find(|(_, definition)| {
                let export = definition.info.export(&import.name);
                export.is_some_and(|port| port.kind == PortKind::Instance)
            });
            if let Some((path, definition)) = defined {
                let (from, _) = match self.instances.get(path) {
                    Some(known) => known.clone(),
                    None => self.add(path, definition.clone())?,
                };
                self.link(from, import.name.clone(), to)?;
                continue;
            }
            let (instance, export) = match instantiation.arguments.get(&import.name) {
                Some(Argument::Instance(instance)) => (instance.as_str(), None),
                Some(Argument::Full { instance, export }) => (instance.as_str(), export.clone()),
                None => (import.name.as_str(), None),
            };
            let named = config.instantiations.get(instance);
            let dependency = named
                .and_then(|i| i.dependency.as_deref())
                .unwrap_or(instance);
            let known = self.instances.contains_key(instance);
            let Some((from, supplier)) = self.instance(instance, dependency)? else {
                if config.disallow_imports || export.is_some() {
                    anyhow::bail!(
                        "`{}` of `{name}` is to be filled by `{dependency}`, and there is no such component",
                        import.name
                    );
                }
                continue;
            };
            let port = match export {
                Some(export) => export,
                None => self.fitting(&supplier, &component, &import.name)?,
            };
            self.link(from, port, to)?;
            if !known {
                queue.push_back(instance.to_string());
            }
        }
        Ok(())
    }

    fn link(&mut self, node: NodeId, port: String, to: Endpoint) -> anyhow::Result<()> {
        let from = Endpoint { node, port };
        self.apply(Op::AddLink {
            link: Link { from, to },
        })
    }

    /// What of a supplier fills an import: an export of its name, the whole instance, or the first export that does.
    fn fitting(
        &mut self,
        supplier: &Component,
        consumer: &Component,
        import: &str,
    ) -> anyhow::Result<String> {
        if supplier.info.export(import).is_some() {
            return Ok(import.to_string());
        }
        let (offers, wants) = (self.world(supplier)?, self.world(consumer)?);
        let exports = self.types[offers].exports.clone();
        let whole = self.types.add_interface(Interface {
            id: None,
            uses: Default::default(),
            exports: exports.clone(),
        });
        let wanted = self.types[wants].imports.get(import).copied();
        let wanted = wanted.ok_or_else(|| anyhow::anyhow!("no import `{import}`"))?;
        let mut judge = Judge::new(&self.types);
        let whole = [(String::new(), ItemKind::Instance(whole))].into_iter();
        let found = whole
            .chain(exports)
            .find(|(_, kind)| judge.agree(*kind, wanted).is_ok());
        let found = found.ok_or_else(|| {
            anyhow::anyhow!(
                "nothing that `{}` exports fits the import `{import}`",
                supplier.info.short_name()
            )
        })?;
        Ok(found.0)
    }

    fn world(&mut self, component: &Component) -> anyhow::Result<WorldId> {
        let digest = &component.info.digest;
        if let Some(world) = self.worlds.get(digest) {
            return Ok(*world);
        }
        let world = load(&mut self.types, digest.as_str(), component.skeleton())?;
        self.worlds.insert(digest.clone(), world);
        Ok(world)
    }
}
