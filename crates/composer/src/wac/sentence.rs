//! The statements of a source, one at a time.

use super::idents::{escaped, is_identifier, short};
use super::write::Plan;
use crate::assembly::Assembly;
use patchbay_model::analysis::Side;
use patchbay_model::graph::{Endpoint, ExportSource, Import, Node, NodeId, inner};
use patchbay_model::name::InterfaceName;
use std::collections::{BTreeMap, BTreeSet};
use wac_graph::types::{ItemKind, are_semver_compatible};

/// The longest `new` that is written on one line.
const LINE: usize = 80;

/// All arguments that are not named: imports of the result.
const REST: &str = "...";

/// Writes statements, in brief or with every name in full.
pub(super) struct Sentences<'a> {
    pub(super) plan: &'a Plan<'a>,
    pub(super) assembly: &'a Assembly<'a>,
    pub(super) brief: bool,
}

impl Sentences<'_> {
    fn name(&self, node: &NodeId) -> String {
        let name = self.plan.names.get(node).map_or("", String::as_str);
        escaped(name)
    }

    /// `import left as "left": test:math/add@1.0.0;`
    pub(super) fn import(
        &self,
        node: &Node,
        import: &Import,
        types: &BTreeMap<String, String>,
    ) -> String {
        let name = self.name(&node.id);
        let ty = types.get(&import.name).map_or("", String::as_str);
        let own = if InterfaceName::parse(ty).is_some() {
            ty
        } else {
            &name
        };
        match import.name == own {
            true => format!("import {name}: {ty};"),
            false => format!("import {name} as {}: {ty};", extern_name(&import.name)),
        }
    }

    /// `let app = new test:app { ...adder, ... };`
    pub(super) fn instance(&self, node: &Node, package: &str) -> String {
        let arguments = self.arguments(node);
        let head = format!("let {} = new {package}", self.name(&node.id));
        if arguments.is_empty() {
            return format!("{head} {{}};");
        }
        let line = format!("{head} {{ {} }};", arguments.join(", "));
        let named = arguments.iter().filter(|a| a.contains(':')).count();
        if line.len() <= LINE && (named == 0 || arguments.len() == 1) {
            return line;
        }
        let mut text = format!("{head} {{\n");
        for argument in &arguments {
            // Nothing may follow what stands for the rest.
            let comma = if argument == REST { "" } else { "," };
            text.push_str(&format!("    {argument}{comma}\n"));
        }
        text + "};"
    }

    fn arguments(&self, node: &Node) -> Vec<String> {
        let world = self.assembly.world(&node.id);
        let imports: Vec<&String> = world.into_iter().flat_map(|w| w.imports.keys()).collect();
        let link = |import: &str| {
            self.plan.graph.supplier(&Endpoint {
                node: node.id.clone(),
                port: import.to_string(),
            })
        };
        let mut spread: Vec<&NodeId> = Vec::new();
        let mut arguments = Vec::new();
        for import in &imports {
            let Some(from) = link(import) else { continue };
            if spread.contains(&&from.node) && self.spreads(from, import) {
                continue;
            }
            let would = |import: &&String| self.spread_source(&from.node, import);
            let all = imports.iter().all(|import| match would(import) {
                Some(port) => link(import).is_some_and(|f| f.node == from.node && f.port == port),
                None => true,
            });
            if self.brief && all && self.spreads(from, import) {
                spread.push(&from.node);
                arguments.push(format!("...{}", self.name(&from.node)));
            } else {
                arguments.push(self.argument(import, &imports, from));
            }
        }
        if imports.iter().any(|import| link(import).is_none()) {
            arguments.push(REST.to_string());
        }
        arguments
    }

    /// Whether a spread of the supplier gives the import what its link does.
    fn spreads(&self, from: &Endpoint, import: &str) -> bool {
        self.spread_source(&from.node, import).as_deref() == Some(&from.port)
    }

    /// What a spread of an instance gives to an import: the export of its name, or the first of a compatible version.
    fn spread_source(&self, node: &NodeId, import: &str) -> Option<String> {
        let exports = &self.assembly.world(node)?.exports;
        if exports.contains_key(import) {
            return Some(import.to_string());
        }
        let compatible = |export: &&String| are_semver_compatible(export, import);
        exports.keys().find(compatible).cloned()
    }

    /// `store: kv.store`, or `store` alone where the language finds out what is meant.
    fn argument(&self, import: &str, imports: &[&String], from: &Endpoint) -> String {
        let source = self.expression(&from.node, &from.port);
        if self.brief && self.infers(import, imports, from) {
            return source;
        }
        let names = imports.iter().map(|import| import.as_str());
        match short(import, names).filter(|name| self.brief || *name == import) {
            Some(name) => format!("{}: {source}", escaped(name)),
            None => format!("\"{import}\": {source}"),
        }
    }

    /// Whether an import of the result stands for an argument by itself: by its type's name, its own, or its identifier.
    fn infers(&self, import: &str, imports: &[&String], from: &Endpoint) -> bool {
        let node = self.plan.graph.node(&from.node);
        let Some(drawn) = node.and_then(Node::import).filter(|i| i.name == from.port) else {
            return false;
        };
        let known = |name: &str| imports.iter().any(|import| *import == name);
        let own = self
            .assembly
            .port(Side::Export, from)
            .and_then(|kind| match kind {
                ItemKind::Instance(id) => self.assembly.types()[id].id.as_deref(),
                _ => None,
            });
        let identifier = self.plan.names.get(&from.node).map_or("", String::as_str);
        let by_name = own
            .filter(|name| known(name))
            .or_else(|| Some(drawn.name.as_str()).filter(|name| known(name)));
        let names = imports.iter().map(|import| import.as_str());
        let by_last = || !known(identifier) && short(import, names) == Some(identifier);
        match by_name {
            Some(name) => name == import,
            None => identifier == import || by_last(),
        }
    }

    /// `app["test:math/add@1.0.0"].add`
    fn expression(&self, node: &NodeId, port: &str) -> String {
        let mut text = self.name(node);
        let (outer, inside) = inner::steps(port);
        let is_import = self.assembly.component(node).is_none();
        let mut at = match is_import {
            true => outer.to_string(),
            false => String::new(),
        };
        let first = (!is_import && !outer.is_empty()).then_some(outer);
        for step in first.into_iter().chain(inside) {
            let end = Endpoint {
                node: node.clone(),
                port: at.clone(),
            };
            let names = match self.assembly.port(Side::Export, &end) {
                Some(ItemKind::Instance(id)) => self.assembly.types()[id]
                    .exports
                    .keys()
                    .map(String::as_str)
                    .collect(),
                _ => Vec::new(),
            };
            let brief = short(step, names.into_iter());
            match brief.filter(|name| self.brief || *name == step) {
                Some(name) => text.push_str(&format!(".{}", escaped(name))),
                None => text.push_str(&format!("[\"{step}\"]")),
            }
            at = inner::within(&at, step);
        }
        text
    }

    /// The statements that export, each with the names of what it exports.
    pub(super) fn exports(&self) -> Vec<(Vec<&str>, String)> {
        let mut sentences = Vec::new();
        let mut spreads = Vec::new();
        let mut spread: BTreeSet<&NodeId> = BTreeSet::new();
        for (name, source) in self.plan.graph.exports() {
            if spread.contains(&source.node) && source.port.as_deref() == Some(name) {
                continue;
            }
            if let Some(names) = self.spread_export(name, source) {
                spread.insert(&source.node);
                spreads.push((names, format!("export {}...;", self.name(&source.node))));
                continue;
            }
            let port = source.port.as_deref().unwrap_or_default();
            let what = self.expression(&source.node, port);
            let sentence = match self.export_name(source) {
                Some(own) if own == name => format!("export {what};"),
                _ => format!("export {what} as {};", extern_name(name)),
            };
            sentences.push((vec![name], sentence));
        }
        // A spread leaves out what has been exported before.
        sentences.extend(spreads);
        sentences
    }

    /// The names that a spread of a node exports, where the result exports all that the node does, and several of it.
    fn spread_export(&self, name: &str, source: &ExportSource) -> Option<Vec<&str>> {
        if !self.brief || source.port.as_deref() != Some(name) {
            return None;
        }
        let exported: BTreeMap<&str, &ExportSource> = self.plan.graph.exports().collect();
        let names = self.assembly.world(&source.node)?.exports.keys();
        let mut own = Vec::new();
        for name in names {
            let (name, from) = exported.get_key_value(name.as_str())?;
            if from.node == source.node && from.port.as_deref() == Some(*name) {
                own.push(*name);
            }
        }
        (own.len() > 1).then_some(own)
    }

    /// The name under which the language exports something that is given none.
    fn export_name(&self, source: &ExportSource) -> Option<String> {
        let node = self.plan.graph.node(&source.node)?;
        let end = Endpoint {
            node: source.node.clone(),
            port: source.port.clone().unwrap_or_default(),
        };
        if let Some(ItemKind::Instance(id)) = self.assembly.port(Side::Export, &end)
            && let Some(id) = &self.assembly.types()[id].id
        {
            return Some(id.clone());
        }
        match node.import() {
            Some(import) if end.port.is_empty() => Some(import.name.clone()),
            None if end.port.is_empty() => None,
            _ => Some(inner::last(&end.port).to_string()),
        }
    }
}

/// A name behind `as`.
fn extern_name(name: &str) -> String {
    match is_identifier(name) {
        true => escaped(name),
        false => format!("\"{name}\""),
    }
}
