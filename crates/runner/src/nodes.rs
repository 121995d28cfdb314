//! Which instance of a composed component a function is from, by the name that the component's name section gives it:
//! what whoever composed it calls a node.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;
use wasmparser::{
    Chunk, ComponentAlias, ComponentExternalKind as Kind, ComponentInstance, ComponentName,
    ComponentOuterAliasKind, ComponentTypeRef, KnownCustom, Parser, Payload, WasmFeatures,
};
use wasmtime::Module;

/// The instances at the outermost level of a component.
#[derive(Debug, Default)]
pub(crate) struct Nodes {
    /// Where the bytes of each component inside are.
    parts: Vec<Range<usize>>,
    nodes: Vec<Node>,
    /// Those of which something is exported, in order: the ones that are called from outside.
    exported: Vec<usize>,
    /// Core modules whose places are told from their own beginning, and where that is.
    apart: Vec<(Module, usize)>,
}

#[derive(Debug)]
struct Node {
    part: usize,
    name: String,
    /// The nodes that it was given something of, in order: the ones it can call.
    given: Vec<usize>,
}

/// Where a call is, seen from outside: in one of these nodes, as far as it can be told.
type Candidates = Vec<usize>;

impl Nodes {
    /// Reads a component that is known to be valid. Some of its core modules may have been compiled apart from it; of each
    /// is said where it begins.
    pub(crate) fn read(bytes: &[u8], apart: Vec<(Module, usize)>) -> Self {
        let mut walk = Walk::default();
        // Whatever cannot be read, nobody can be told about.
        let _ = walk.outermost_level(bytes);
        walk.name();
        walk.found.exported = walk.all(&walk.exports).to_vec();
        walk.found.apart = apart;
        walk.found
    }

    /// Where in the bytes of the component a function is, given where the engine says that it is in this module.
    pub(crate) fn place(&self, module: &Module, offset: usize) -> usize {
        let apart = self.apart.iter().find(|(it, _)| Module::same(it, module));
        offset + apart.map_or(0, |(_, start)| *start)
    }

    /// The names of the nodes that a chain of calls went through, outermost first, given where in the bytes each function
    /// is. More than one name where one component was instantiated several times and nothing tells the instances apart.
    pub(crate) fn along(&self, calls: &[Option<usize>]) -> Vec<Vec<&str>> {
        let mut before: Option<(usize, Candidates)> = None;
        let mut names = Vec::new();
        let mut crossed = false;
        for call in calls {
            let part = call.and_then(|at| self.parts.iter().position(|part| part.contains(&at)));
            let Some(part) = part else {
                // What the engine generates between two components.
                crossed = true;
                names.push(Vec::new());
                continue;
            };
            let candidates = match before {
                Some((same, candidates)) if same == part && !crossed => candidates,
                before => self.reached(part, before.map(|(_, candidates)| candidates)),
            };
            crossed = false;
            let name = |node: &usize| self.nodes[*node].name.as_str();
            names.push(candidates.iter().map(name).collect());
            before = Some((part, candidates));
        }
        names
    }

    /// The instances of a part that those before, or callers from outside, can call; all, when that is not known.
    fn reached(&self, part: usize, callers: Option<Candidates>) -> Candidates {
        let all = (0..self.nodes.len()).filter(|node| self.nodes[*node].part == part);
        let can_call = |node: &usize| match &callers {
            None => self.exported.binary_search(node).is_ok(),
            Some(callers) => callers
                .iter()
                .any(|it| self.nodes[*it].given.binary_search(node).is_ok()),
        };
        let reached: Candidates = all.clone().filter(can_call).collect();
        match reached.is_empty() {
            true => all.collect(),
            false => reached,
        }
    }
}

/// The index spaces of the outermost level, as far as nodes can be found by them. `Binary.md` of the component model says
/// which sections define what.
#[derive(Default)]
struct Walk {
    found: Nodes,
    /// The part that each component is.
    components: Vec<Option<usize>>,
    /// The nodes that each instance and each function comes from: an instance that is put together from items of others
    /// comes from all of them. There are a million functions and aliases of them in some components, so lists are shared.
    instances: Vec<Rc<[usize]>>,
    functions: Vec<Rc<[usize]>>,
    exports: Vec<(Kind, u32)>,
    /// The index of each node among the instances.
    indices: Vec<u32>,
    names: BTreeMap<u32, String>,
}

impl Walk {
    fn outermost_level(&mut self, bytes: &[u8]) -> wasmparser::Result<()> {
        let mut parser = Parser::new(0);
        parser.set_features(WasmFeatures::all());
        let mut at = 0;
        while at < bytes.len() {
            let Chunk::Parsed { payload, consumed } = parser.parse(&bytes[at..], true)? else {
                break;
            };
            at += consumed;
            match payload {
                Payload::ModuleSection {
                    unchecked_range, ..
                } => {
                    at = unchecked_range.end;
                }
                Payload::ComponentSection {
                    unchecked_range, ..
                } => {
                    at = unchecked_range.end;
                    self.components.push(Some(self.found.parts.len()));
                    self.found.parts.push(unchecked_range);
                }
                Payload::ComponentInstanceSection(section) => {
                    for instance in section {
                        self.instance(instance?);
                    }
                }
                Payload::ComponentImportSection(section) => {
                    for import in section {
                        match import?.ty {
                            ComponentTypeRef::Instance(_) => self.instances.push(Rc::default()),
                            ComponentTypeRef::Func(_) => self.functions.push(Rc::default()),
                            ComponentTypeRef::Component(_) => self.components.push(None),
                            _ => {}
                        }
                    }
                }
                Payload::ComponentCanonicalSection(section) => {
                    for function in section {
                        if let wasmparser::CanonicalFunction::Lift { .. } = function? {
                            self.functions.push(Rc::default());
                        }
                    }
                }
                Payload::ComponentAliasSection(section) => {
                    for alias in section {
                        self.alias(alias?);
                    }
                }
                Payload::ComponentExportSection(section) => {
                    for export in section {
                        let export = export?;
                        self.exports.push((export.kind, export.index));
                        self.again(export.kind, export.index);
                    }
                }
                Payload::CustomSection(section) => {
                    if let KnownCustom::ComponentName(sections) = section.as_known() {
                        for section in sections {
                            if let ComponentName::Instances(map) = section? {
                                for naming in map {
                                    let naming = naming?;
                                    self.names.insert(naming.index, naming.name.to_string());
                                }
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn instance(&mut self, instance: ComponentInstance<'_>) {
        let from = match instance {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => match self.component(component_index) {
                None => Rc::default(),
                Some(part) => {
                    let args = args.iter().map(|arg| (arg.kind, arg.index));
                    let given = self.all(&args.collect::<Vec<_>>()).to_vec();
                    self.indices.push(self.instances.len() as u32);
                    self.found.nodes.push(Node {
                        part,
                        name: String::new(),
                        given,
                    });
                    Rc::from([self.found.nodes.len() - 1])
                }
            },
            ComponentInstance::FromExports(exports) => {
                let exports = exports.iter();
                let exports = exports.map(|export| (export.kind, export.index));
                self.all(&exports.collect::<Vec<_>>())
            }
        };
        self.instances.push(from);
    }

    fn alias(&mut self, alias: ComponentAlias<'_>) {
        match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index,
                ..
            } => {
                let from = self.from(Kind::Instance, instance_index);
                match kind {
                    Kind::Instance => self.instances.push(from),
                    Kind::Func => self.functions.push(from),
                    Kind::Component => self.components.push(None),
                    _ => {}
                }
            }
            ComponentAlias::Outer {
                kind: ComponentOuterAliasKind::Component,
                index,
                ..
            } => self.components.push(self.component(index)),
            _ => {}
        }
    }

    /// An item under a new index.
    fn again(&mut self, kind: Kind, index: u32) {
        match kind {
            Kind::Instance => self.instances.push(self.from(kind, index)),
            Kind::Func => self.functions.push(self.from(kind, index)),
            Kind::Component => self.components.push(self.component(index)),
            _ => {}
        }
    }

    fn component(&self, index: u32) -> Option<usize> {
        *self.components.get(index as usize)?
    }

    /// The nodes that these items come from, each once and in order.
    fn all(&self, items: &[(Kind, u32)]) -> Rc<[usize]> {
        let lists = items.iter().map(|(kind, index)| self.from(*kind, *index));
        // A list that a thousand items share is looked at once.
        let lists: BTreeMap<_, _> = lists
            .map(|list| (Rc::as_ptr(&list).cast::<usize>(), list))
            .collect();
        let mut lists = lists.into_values().filter(|list| !list.is_empty());
        match (lists.next(), lists.next()) {
            (None, _) => Rc::default(),
            (Some(only), None) => only,
            (Some(one), Some(other)) => {
                let mut all: BTreeSet<usize> = one.iter().chain(&*other).copied().collect();
                all.extend(lists.flat_map(|list| list.to_vec()));
                all.into_iter().collect()
            }
        }
    }

    fn from(&self, kind: Kind, index: u32) -> Rc<[usize]> {
        let space = match kind {
            Kind::Instance => &self.instances,
            Kind::Func => &self.functions,
            _ => return Rc::default(),
        };
        space.get(index as usize).cloned().unwrap_or_default()
    }

    /// Gives the nodes their names; those without one cannot be told of.
    fn name(&mut self) {
        for (node, index) in self.found.nodes.iter_mut().zip(&self.indices) {
            node.name = self.names.remove(index).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_followed_from_node_to_node() {
        let bytes = wat::parse_str(
            r#"(component
              (component $leaf (core module (func unreachable))
                (core instance $i (instantiate 0)) (export "m" (core module 0)))
              (component $middle (import "l" (instance)) (core module (func unreachable)))
              (instance $one (instantiate $leaf))
              (instance $two (instantiate $leaf))
              (instance $bag (export "x" (instance $two)))
              (instance $upper (instantiate $middle (with "l" (instance $one))))
              (instance $lower (instantiate $middle (with "l" (instance $bag))))
              (export "lower" (instance $lower)))"#,
        );
        let nodes = Nodes::read(&bytes.unwrap(), Vec::new());
        let [leaf, middle] = [0, 1].map(|part| Some(nodes.parts[part].start));
        assert_eq!(
            nodes.along(&[middle, None, leaf]),
            [vec!["lower"], vec![], vec!["two"]]
        );
        assert_eq!(nodes.along(&[None, leaf]), [vec![], vec!["one", "two"]]);
        let given: Vec<_> = nodes.nodes.iter().map(|it| it.given.as_slice()).collect();
        assert_eq!(given, [&[][..], &[], &[0], &[1]]);
        assert_eq!(
            Nodes::read(b"nothing", Vec::new()).along(&[Some(3)]),
            [vec![""; 0]]
        );
    }

    #[test]
    fn what_is_given_over_and_over_is_counted_once() {
        // Each bag has the one before, ten times: 10^9 in all.
        let mut bags = String::new();
        for bag in 1..10 {
            bags += &format!("(instance $bag{bag}");
            for name in 0..10 {
                bags += &format!("(export \"n{name}\" (instance $bag{}))", bag - 1);
            }
            bags += ")";
        }
        let bytes = wat::parse_str(format!(
            r#"(component
              (component $leaf)
              (component $user (import "l" (instance)))
              (instance $one (instantiate $leaf))
              (instance $two (instantiate $leaf))
              (instance $bag0 (export "x" (instance $two)) (export "y" (instance $one)))
              {bags}
              (instance $user (instantiate $user (with "l" (instance $bag9)))))"#,
        ));
        let nodes = Nodes::read(&bytes.unwrap(), Vec::new());
        assert_eq!(nodes.nodes[2].given, [0, 1]);
    }
}
