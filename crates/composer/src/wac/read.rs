//! From a `.wac` source to a graph document.

use super::comments::by_statement;
use super::{PackageName, Packages, parse, problem, resolved, scanned, skeletons};
use crate::guard::guarded;
use crate::inspect::inspect_whole;
use crate::wit::import;
use patchbay_model::analysis::Problem;
use patchbay_model::geometry::shapes;
use patchbay_model::graph::inner;
use patchbay_model::layout::tidy;
use patchbay_model::name::{InterfaceName, check_label, label_from};
use patchbay_model::{
    ComponentInfo, ComponentRef, Endpoint, ExportSource, Graph, Link, Node, NodeId, NodeKind, Op,
    Point, Transaction,
};
use std::collections::{BTreeMap, BTreeSet};
use wac_graph::CompositionGraph;
use wac_graph::types::ItemKind;
use wac_parser::{Document, ExportOptions, ExportStatement, PostfixExpr, PrimaryExpr, Statement};

/// A graph that means what a source says.
#[derive(Clone, Debug, PartialEq)]
pub struct WacGraph {
    /// Its nodes have the names of the `let`s and `import`s, and stand in the order of their links.
    pub graph: Graph,
    /// What the source says and a graph cannot, each in a sentence.
    pub lost: Vec<String>,
}

/// Reads a source as a graph, so that it can be drawn, changed and written again.
///
/// The components are named by package and digest; imports bring their types along as WIT.
///
/// # Errors
/// The first mistake, with its line and column: wac stops there. Of what instances are given, all mistakes.
pub fn read_wac(source: &str, path: &str, packages: &Packages) -> Result<WacGraph, Vec<Problem>> {
    scanned(path, packages)?;
    let document = parse(source, path).map_err(|problem| vec![problem])?;
    let skeletons = skeletons(packages);
    let resolution = resolved(&document, source, path, &skeletons)?;
    let read = guarded(|| Reader::new(resolution.graph(), packages).read(&document, source));
    match read {
        Ok(Ok(read)) => Ok(read),
        Ok(Err(error)) => Err(vec![problem(path, &format!("{error:#}"))]),
        Err(panicked) => Err(vec![problem(path, &panicked.to_string())]),
    }
}

struct Reader<'a> {
    wac: &'a CompositionGraph,
    packages: &'a Packages,
    graph: Graph,
    infos: Vec<ComponentInfo>,
    /// Our node for each of wac's that is an instantiation or an import.
    nodes: BTreeMap<wac_graph::NodeId, NodeId>,
    lost: Vec<String>,
}

impl<'a> Reader<'a> {
    fn new(wac: &'a CompositionGraph, packages: &'a Packages) -> Self {
        Self {
            wac,
            packages,
            graph: Graph::default(),
            infos: Vec::new(),
            nodes: BTreeMap::new(),
            lost: Vec::new(),
        }
    }

    fn read<'d>(mut self, document: &'d Document<'d>, source: &str) -> anyhow::Result<WacGraph> {
        let mut comments = Comments::of(document, source);
        self.graph = Graph::named(document.directive.package.string);
        if let Some(target) = &document.directive.targets {
            let target = target.string;
            self.lost.push(format!(
                "`targets {target}`: the source was checked against that world, and a graph does not name one"
            ));
        }
        self.place(&mut comments)?;
        self.connect()?;
        self.export(document)?;
        // What stands with a name that no node got is still said, of the whole.
        comments.others.extend(comments.named.into_values());
        let whole = comments
            .others
            .into_iter()
            .map(|text| (String::new(), text));
        let exports = comments.exports.into_iter().map(|(export, text)| {
            let name = self.export_of(export).unwrap_or_default();
            (name, text)
        });
        let texts = whole.chain(exports).filter(|(_, text)| !text.is_empty());
        let texts = texts.collect();
        self.graph = self.graph.commented(texts);
        let shapes = shapes(&self.graph, &self.infos);
        self.apply(tidy(&self.graph, &shapes))?;
        Ok(WacGraph {
            graph: self.graph,
            lost: self.lost,
        })
    }

    fn apply(&mut self, ops: Vec<Op>) -> anyhow::Result<()> {
        self.graph.apply(&Transaction::new("read", ops))?;
        Ok(())
    }

    /// A node for each instantiation and each import, in the order of the source.
    fn place(&mut self, comments: &mut Comments<'_>) -> anyhow::Result<()> {
        let wac = self.wac;
        for id in wac.node_ids() {
            let node = &wac[id];
            let given = node.name();
            let (kind, default) = match node.kind() {
                wac_graph::NodeKind::Instantiation(_) => {
                    let reference = self.instance(node)?;
                    let short = reference.short_name().to_string();
                    (NodeKind::Instance(reference), short)
                }
                wac_graph::NodeKind::Import(name) => {
                    match import::import(wac.types(), name, node.item_kind()) {
                        Ok(import) => (NodeKind::Import(import), name.clone()),
                        Err(why) => {
                            self.lost.push(format!("the import `{name}`: {why:#}"));
                            continue;
                        }
                    }
                }
                wac_graph::NodeKind::Definition => {
                    let name = node.export_name().unwrap_or_default();
                    self.lost.push(format!(
                        "the type `{name}`, which the result of the source exports: a graph exports what its nodes have"
                    ));
                    continue;
                }
                wac_graph::NodeKind::Alias => {
                    if let Some(name) = given {
                        self.lost.push(format!(
                            "the name `{name}`: a graph has names for nodes, not for what is taken out of them"
                        ));
                    }
                    continue;
                }
            };
            let label = match given {
                Some(name) if check_label(name).is_ok() => name.to_string(),
                Some(name) => label_from(name),
                None => label_from(&default),
            };
            let name = self.graph.free_name(&label);
            if let Some(given) = given.filter(|given| *given != name) {
                self.lost
                    .push(format!("the name `{given}`: its node is called `{name}`"));
            }
            let placed = Node {
                id: self.graph.free_id(),
                name,
                kind,
                position: Point::default(),
                expanded: false,
                comment: given
                    .and_then(|given| comments.named.remove(given))
                    .unwrap_or_default(),
            };
            self.nodes.insert(id, placed.id.clone());
            self.apply(vec![Op::AddNode { node: placed }])?;
        }
        Ok(())
    }

    /// The component that an instantiation is of, by its package and its bytes.
    fn instance(&mut self, node: &wac_graph::Node) -> anyhow::Result<ComponentRef> {
        let package = node.package().map(|id| &self.wac[id]);
        let package = package.ok_or_else(|| anyhow::anyhow!("an instance of nothing"))?;
        let name = PackageName {
            name: package.name().to_string(),
            version: package.version().cloned(),
        };
        let full = name.to_string();
        if let Some(known) = self.infos.iter().find(|info| info.package == full) {
            return Ok(known.reference());
        }
        let bytes = self.packages.get(&name);
        let bytes = bytes.ok_or_else(|| anyhow::anyhow!("the package `{full}` is not here"))?;
        let info = inspect_whole(&full, bytes.clone()).map(|component| component.info);
        let info = info.map_err(|refusal| anyhow::anyhow!("the package `{full}`: {refusal}"))?;
        let reference = info.reference();
        self.infos.push(info);
        Ok(reference)
    }

    /// Our end of what one of wac's nodes stands for; `None` where it comes from what is lost.
    fn end(&self, node: wac_graph::NodeId) -> Option<Endpoint> {
        let mut names = Vec::new();
        let mut at = node;
        while let Some((source, name)) = self.wac.get_alias_source(at) {
            names.push(name);
            at = source;
        }
        let start = self.wac.get_import_name(at).unwrap_or_default();
        let port = names
            .iter()
            .rev()
            .fold(start.to_string(), |port, name| inner::within(&port, name));
        Some(Endpoint {
            node: self.nodes.get(&at)?.clone(),
            port,
        })
    }

    /// A link for each argument.
    fn connect(&mut self) -> anyhow::Result<()> {
        let wac = self.wac;
        let mut ops = Vec::new();
        for (id, node) in &self.nodes {
            for (name, source) in wac.get_instantiation_arguments(*id) {
                let to = Endpoint {
                    node: node.clone(),
                    port: name.to_string(),
                };
                match self.end(source) {
                    Some(from) => ops.push(Op::AddLink {
                        link: Link { from, to },
                    }),
                    None => self.lost.push(format!(
                        "the argument `{name}`, which comes from an import that a graph cannot have"
                    )),
                }
            }
        }
        self.apply(ops)
    }

    /// wac knows which node is exported by a name, but lists no names: they are those that the source gives, and those
    /// that it may infer.
    fn export(&mut self, document: &Document<'_>) -> anyhow::Result<()> {
        let wac = self.wac;
        let mut names = BTreeSet::new();
        for statement in &document.statements {
            if let Statement::Export(export) = statement
                && let ExportOptions::Rename(name) = &export.options
            {
                names.insert(name.as_str());
            }
        }
        for id in wac.node_ids() {
            names.extend(wac.get_import_name(id));
            names.extend(wac.get_alias_source(id).map(|(_, name)| name));
            if let ItemKind::Instance(interface) = wac[id].item_kind() {
                names.extend(wac.types()[interface].id.as_deref());
            }
        }
        let mut ops = Vec::new();
        for name in names {
            let Some(node) = wac.get_export(name) else {
                continue;
            };
            if matches!(wac[node].kind(), wac_graph::NodeKind::Definition) {
                continue;
            }
            match self.end(node) {
                Some(Endpoint { node, port }) => ops.push(Op::AddExport {
                    name: name.to_string(),
                    source: ExportSource {
                        node,
                        port: (!port.is_empty()).then_some(port),
                    },
                }),
                None => self.lost.push(format!(
                    "the export `{name}`, which is made of an import that a graph cannot have"
                )),
            }
        }
        self.apply(ops)
    }

    /// The name under which a graph has what a source exports by a statement, to keep the statement's comment with it.
    fn export_of(&self, export: &ExportStatement<'_>) -> Option<String> {
        if let ExportOptions::Rename(name) = &export.options {
            return Some(name.as_str().to_string());
        }
        let last = match export.expr.postfix.last() {
            Some(PostfixExpr::Access(access)) => Some(access.id.string),
            Some(PostfixExpr::NamedAccess(access)) => Some(access.string.value),
            None => None,
        };
        let node = match &export.expr.primary {
            PrimaryExpr::Ident(ident) => self.graph.node_named(ident.string),
            _ => None,
        };
        let mut exports = self.graph.exports();
        let found = exports.find(|(name, source)| match last {
            Some(last) => {
                *name == last || InterfaceName::parse(name).is_some_and(|n| n.interface == last)
            }
            None => node.is_some_and(|node| node.id == source.node),
        });
        found.map(|(name, _)| name.to_string())
    }
}

/// What stands with the statements of a source.
#[derive(Default)]
struct Comments<'a> {
    /// By the names of `let`s and `import`s.
    named: BTreeMap<&'a str, String>,
    exports: Vec<(&'a ExportStatement<'a>, String)>,
    others: Vec<String>,
}

impl<'a> Comments<'a> {
    fn of(document: &'a Document<'a>, source: &str) -> Self {
        let mut texts = by_statement(source).into_iter();
        let mut comments = Self::default();
        comments.others.extend(texts.next());
        // `let b = a.x;` makes no node: what stands with it goes to `a`.
        let mut meant: BTreeMap<&str, &str> = BTreeMap::new();
        for (statement, text) in document.statements.iter().zip(texts) {
            let name = match statement {
                Statement::Import(import) => import.id.string,
                Statement::Let(bound) => {
                    let name = bound.id.string;
                    let of = match &bound.expr.primary {
                        PrimaryExpr::Ident(ident) => {
                            meant.get(ident.string).copied().unwrap_or(ident.string)
                        }
                        _ => name,
                    };
                    meant.insert(name, of);
                    of
                }
                Statement::Export(export) => {
                    comments.exports.push((export, text));
                    continue;
                }
                Statement::Type(_) => {
                    comments.others.push(text);
                    continue;
                }
            };
            if !text.is_empty() {
                let on = comments.named.entry(name).or_default();
                if !on.is_empty() {
                    on.push('\n');
                }
                on.push_str(&text);
            }
        }
        comments
    }
}
