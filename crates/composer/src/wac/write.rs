//! From a graph document to a `.wac` source that a person would be glad to have written.

use super::read::read_wac;
use super::{PackageName, Packages, idents, types};
use crate::assembly::{Assembly, Code};
use crate::check::check;
use crate::parts::Parts;
use crate::wac::sentence::Sentences;
use patchbay_model::analysis::{Problem, ProblemKind, Severity};
use patchbay_model::component::Digest;
use patchbay_model::graph::{Graph, Node, NodeId};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A source, and what it speaks of.
#[derive(Clone, Debug, PartialEq)]
pub struct WacText {
    /// The source.
    pub text: String,
    /// The bytes of each package that it names: the graph's components, and WIT packages for the types of imports.
    pub packages: Packages,
}

/// Writes a graph as a source that resolves to the same component over the packages that come with it.
///
/// Nodes give the `let`s and `import`s their names, as far as the language has them; components go by their package
/// names. What shortens and means the same is written short: spreads, and interfaces by their last names.
///
/// # Errors
/// What keeps the graph from being written: missing components or ports, a cycle, names that a result cannot have; or an
/// import whose type the language cannot say.
pub fn write_wac(graph: &Graph, parts: &Parts) -> Result<WacText, Vec<Problem>> {
    let mut problems = check(graph, parts).problems;
    problems.retain(|problem| problem.severity == Severity::Error);
    let unclear = |problem: &Problem| {
        use ProblemKind as K;
        let fits_or_not = [
            K::Mismatch,
            K::ImportConflict,
            K::ResourceIdentity,
            K::Encoding,
        ];
        !fits_or_not.contains(&problem.kind)
    };
    if problems.iter().any(unclear) {
        return Err(problems);
    }
    let (assembly, _) = Assembly::new(graph, parts, Code::Skeleton);
    let plan = Plan::new(graph, &assembly).map_err(|why| vec![unwritable(&why)])?;
    let mut why = String::new();
    for brief in [true, false] {
        let written = WacText {
            text: plan.text(&assembly, brief),
            packages: plan.packages.clone(),
        };
        // What does not fit, wac does not read.
        if !problems.is_empty() {
            return Ok(written);
        }
        match plan.agrees(&written) {
            Ok(()) => return Ok(written),
            Err(reason) => why = reason,
        }
    }
    Err(vec![unwritable(&why)])
}

fn unwritable(why: &str) -> Problem {
    Problem::new(
        Severity::Error,
        ProblemKind::Source,
        format!("This graph cannot be written as .wac: {why}"),
    )
}

/// What is written, before it is known how.
pub(super) struct Plan<'a> {
    pub(super) graph: &'a Graph,
    /// The identifier of each node.
    pub(super) names: BTreeMap<&'a NodeId, String>,
    /// What stands behind the colon of each import.
    types: BTreeMap<String, String>,
    package: PackageName,
    /// The component of each instance, and the package that each component goes by.
    digests: BTreeMap<&'a NodeId, &'a Digest>,
    components: BTreeMap<&'a Digest, PackageName>,
    packages: Packages,
}

impl<'a> Plan<'a> {
    fn new(graph: &'a Graph, assembly: &Assembly<'a>) -> Result<Self, String> {
        let imports = types::of_imports(assembly);
        let (types, mut packages) = imports.map_err(|error| format!("{error:#}"))?;
        let mut taken = BTreeSet::new();
        let names = graph
            .nodes()
            .map(|node| (&node.id, idents::identifier(&node.name, &mut taken)))
            .collect();
        let (mut digests, mut components) = (BTreeMap::new(), BTreeMap::new());
        for node in graph.nodes() {
            let (Some(component), Some(reference)) =
                (assembly.component(&node.id), node.component())
            else {
                continue;
            };
            digests.insert(&node.id, &component.info.digest);
            components.entry(&component.info.digest).or_insert_with(|| {
                let name = idents::package(&reference.package, |name| packages.contains_key(name));
                packages.insert(name.clone(), component.bytes.clone());
                name
            });
        }
        // The language lets no source speak of packages of its own name.
        let named = |name: &PackageName| packages.keys().any(|other| other.name == name.name);
        Ok(Self {
            graph,
            names,
            types,
            package: idents::package(graph.name(), named),
            digests,
            components,
            packages,
        })
    }

    fn text(&self, assembly: &Assembly<'_>, brief: bool) -> String {
        let mut out = String::new();
        self.remark(&mut out, "");
        _ = writeln!(out, "package {};", self.package);
        let sentences = Sentences {
            plan: self,
            assembly,
            brief,
        };
        let (imports, instances): (Vec<&Node>, Vec<&Node>) = self
            .in_order()
            .into_iter()
            .partition(|node| node.import().is_some());
        for nodes in [imports, instances] {
            for (n, node) in nodes.into_iter().enumerate() {
                if n == 0 || !node.comment.is_empty() {
                    out.push('\n');
                }
                comment(&mut out, &node.comment);
                _ = match node.import() {
                    Some(import) => {
                        writeln!(out, "{}", sentences.import(node, import, &self.types))
                    }
                    None => writeln!(out, "{}", sentences.instance(node, &self.package_of(node))),
                };
            }
        }
        for (n, (names, sentence)) in sentences.exports().into_iter().enumerate() {
            if n == 0 {
                out.push('\n');
            }
            for name in names {
                self.remark(&mut out, name);
            }
            _ = writeln!(out, "{sentence}");
        }
        out
    }

    /// The package of an instance.
    fn package_of(&self, node: &Node) -> String {
        let digest = self.digests.get(&node.id);
        let name = digest.and_then(|digest| self.components.get(digest));
        name.map_or_else(String::new, ToString::to_string)
    }

    /// What stands above an export, or above the whole.
    fn remark(&self, out: &mut String, on: &str) {
        for (_, text) in self.graph.comments().iter().filter(|(name, _)| name == on) {
            comment(out, text);
        }
    }

    /// Suppliers first, otherwise as they were added.
    fn in_order(&self) -> Vec<&'a Node> {
        let mut waiting: Vec<&Node> = self.graph.nodes().collect();
        waiting.sort_by_key(|node| age(&node.id));
        let mut ordered: Vec<&Node> = Vec::new();
        let mut suppliers: BTreeMap<NodeId, BTreeSet<NodeId>> = BTreeMap::new();
        for link in self.graph.links() {
            suppliers
                .entry(link.to.node)
                .or_default()
                .insert(link.from.node);
        }
        while !waiting.is_empty() {
            let ready = |node: &&Node| suppliers.get(&node.id).is_none_or(BTreeSet::is_empty);
            // Without one that is ready there would be a cycle, and the check knows of none.
            let node = waiting.remove(waiting.iter().position(ready).unwrap_or(0));
            suppliers
                .values_mut()
                .for_each(|of| _ = of.remove(&node.id));
            ordered.push(node);
        }
        ordered
    }

    /// Reads a source back, and says what has become of the graph.
    fn agrees(&self, written: &WacText) -> Result<(), String> {
        let read = read_wac(&written.text, "graph.wac", &written.packages);
        let read = read.map_err(|problems| {
            let messages: Vec<String> = problems.into_iter().map(|p| p.message).collect();
            messages.join("; ")
        })?;
        if let Some(lost) = read.lost.first() {
            return Err(lost.clone());
        }
        let own = |node: &NodeId| self.names.get(node).cloned().unwrap_or_default();
        let other = |node: &NodeId| {
            let node = read.graph.node(node);
            node.map_or_else(String::new, |node| node.name.clone())
        };
        let of = |node: &Node| self.digests.get(&node.id).map(ToString::to_string);
        let other_of = |node: &Node| node.component()?.digest.as_ref().map(ToString::to_string);
        match wiring(self.graph, &own, &of) == wiring(&read.graph, &other, &other_of) {
            true => Ok(()),
            false => Err("the text would mean another graph".to_string()),
        }
    }
}

/// Nodes, links, and exports of the result, in words that do not depend on ids.
fn wiring(
    graph: &Graph,
    name: &dyn Fn(&NodeId) -> String,
    digest: &dyn Fn(&Node) -> Option<String>,
) -> BTreeSet<[String; 4]> {
    let nodes = graph.nodes().map(|node| {
        let import = || Some(node.import()?.name.clone());
        let what = digest(node).or_else(import).unwrap_or_default();
        [name(&node.id), what, String::new(), String::new()]
    });
    let links = graph.links().map(|link| {
        let (from, to) = (name(&link.from.node), name(&link.to.node));
        [from, link.from.port, to, link.to.port]
    });
    let exports = graph.exports().map(|(export, source)| {
        let port = source.port.clone();
        let import = graph.node(&source.node).and_then(Node::import);
        let port = port.or_else(|| Some(import?.name.clone()));
        let port = port.unwrap_or_default();
        [name(&source.node), port, String::new(), export.to_string()]
    });
    nodes.chain(links).chain(exports).collect()
}

/// `n2` before `n10`.
fn age(id: &NodeId) -> (usize, &str) {
    (id.0.len(), &id.0)
}

fn comment(out: &mut String, text: &str) {
    for line in text.lines() {
        let line: String = line.chars().filter(|c| !c.is_control()).collect();
        _ = writeln!(out, "{}", format!("// {line}").trim_end());
    }
}
