//! From what a component is put together of to a graph.

use super::bags::adapted;
use super::imports::Imports;
use super::names;
use super::pieces::{Piece, Pieces};
use super::source::{Source, Sources};
use super::walk::Walk;
use crate::inspect::Component;
use patchbay_model::component::ComponentInfo;
use patchbay_model::geometry::shapes;
use patchbay_model::graph::{
    Endpoint, ExportSource, Graph, Link, Node, NodeId, NodeKind, Point, inner,
};
use patchbay_model::layout::tidy;
use patchbay_model::name::label_from;
use patchbay_model::op::{Op, OpError, Transaction};
use patchbay_model::opened::{Note, NoteKind};
use std::collections::BTreeMap;

/// A graph and what it does not say.
pub(super) struct Drawing {
    pub(super) graph: Graph,
    pub(super) notes: Vec<Note>,
    /// Components that are not inside: adapters, each once.
    pub(super) made: Vec<Component>,
}

/// Draws what a walk found; `wit` gives the type of an import as text that stands alone.
///
/// # Errors
/// What a graph cannot be; not expected of a valid component.
pub(super) fn draw(
    name: &str,
    walk: &Walk<'_>,
    pieces: &Pieces,
    wit: &dyn Fn(&str) -> String,
) -> Result<Drawing, OpError> {
    let sources = Sources::new(walk);
    let imports = Imports::new(walk, pieces, &sources, wit);
    let mut drawer = Drawer {
        walk,
        pieces,
        sources,
        graph: Graph::named(name),
        ids: ids(walk.instantiations.len() + imports.drawn().len()),
        imports: BTreeMap::new(),
        notes: Vec::new(),
        made: Vec::new(),
    };
    drawer.instances()?;
    drawer.import_nodes(&imports)?;
    drawer.links()?;
    drawer.exports()?;
    drawer.unused();
    drawer.metadata();
    let Drawer {
        mut graph,
        notes,
        made,
        ..
    } = drawer;
    arrange(&mut graph, pieces.components.iter().chain(&made))?;
    Ok(Drawing { graph, notes, made })
}

/// Ids that sort in the order of their numbers: instances are made in the order of their ids.
fn ids(count: usize) -> Vec<NodeId> {
    let width = count.to_string().len();
    (1..=count)
        .map(|n| NodeId(format!("n{n:0width$}")))
        .collect()
}

/// Gives every node its place.
pub(super) fn arrange<'c>(
    graph: &mut Graph,
    components: impl IntoIterator<Item = &'c Component>,
) -> Result<(), OpError> {
    let infos = components.into_iter().map(|c| c.info.clone());
    let infos: Vec<ComponentInfo> = infos.collect();
    let ops = tidy(graph, &shapes(graph, &infos));
    graph.apply(&Transaction::new("tidy", ops)).map(drop)
}

struct Drawer<'w, 'a> {
    walk: &'w Walk<'a>,
    pieces: &'w Pieces,
    sources: Sources<'w, 'a>,
    graph: Graph,
    /// Of the instantiations in their order, then of the imports that are drawn.
    ids: Vec<NodeId>,
    /// The nodes of the imports that are drawn.
    imports: BTreeMap<&'a str, NodeId>,
    notes: Vec<Note>,
    made: Vec<Component>,
}

impl<'a> Drawer<'_, 'a> {
    fn apply(&mut self, op: Op) -> Result<(), OpError> {
        self.graph
            .apply(&Transaction::new("open", vec![op]))
            .map(drop)
    }

    fn instances(&mut self) -> Result<(), OpError> {
        for (at, instantiation) in self.walk.instantiations.iter().enumerate() {
            let Some(piece) = self.pieces.piece(self.walk, instantiation.component) else {
                continue;
            };
            let component = self.pieces.reference(&piece);
            let base = match self.walk.instance_names.get(&instantiation.index) {
                Some(name) => label_from(name),
                None => label_from(component.short_name()),
            };
            let id = self.ids[at].clone();
            let name = self.graph.free_name(&base);
            if let Piece::Imported(import) = &piece {
                self.notes.push(Note::new(
                    NoteKind::ImportedComponent,
                    format!("The component of `{name}` is not in this file, which imports it as `{import}`. Add `{}` to use the graph; fusing puts it into the result", component.package),
                ).at(&id));
            }
            let node = Node::instance(id, name, component, Point::default());
            self.apply(Op::AddNode { node })?;
        }
        Ok(())
    }

    fn import_nodes(&mut self, imports: &Imports<'a>) -> Result<(), OpError> {
        let first = self.walk.instantiations.len();
        for (at, (name, import)) in imports.drawn().iter().enumerate() {
            let id = self.ids[first + at].clone();
            let label = self.graph.free_name(&names::import_label(name));
            let node = Node {
                id: id.clone(),
                name: label,
                kind: NodeKind::Import(import.clone()),
                position: Point::default(),
                expanded: false,
                comment: String::new(),
            };
            self.apply(Op::AddNode { node })?;
            self.imports.insert(name, id);
        }
        Ok(())
    }

    fn links(&mut self) -> Result<(), OpError> {
        for (at, instantiation) in self.walk.instantiations.iter().enumerate() {
            for (port, item) in &instantiation.args {
                let to = Endpoint {
                    node: self.ids[at].clone(),
                    port: port.to_string(),
                };
                if !self.takes(at, port) {
                    let name = self.name_of(&to.node);
                    self.notes.push(Note::new(
                        NoteKind::Unused,
                        format!("`{name}` is given an argument `{port}` that it does not import. It is left out"),
                    ).at(&to.node));
                    continue;
                }
                let source = self.sources.of(*item);
                let from = match source.clone() {
                    Source::Import { name, .. } if !self.imports.contains_key(name) => continue,
                    Source::Bag(bag) => match self.adapter(bag, at, &to)? {
                        Some(from) => Ok(from),
                        None => self.end(source),
                    },
                    source => self.end(source),
                };
                match from {
                    Ok(from) => self.apply(Op::AddLink {
                        link: Link { from, to },
                    })?,
                    Err(what) => {
                        let name = self.name_of(&to.node);
                        self.notes.push(Note::new(
                            NoteKind::OpenImport,
                            format!("`{name}` is given {what} as `{port}`, and no link can say that. The import is left open: whoever uses the result must provide it"),
                        ).at(&to.node));
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts a node in place of a bag, where an adapter can do what it does.
    fn adapter(
        &mut self,
        bag: usize,
        instantiation: usize,
        to: &Endpoint,
    ) -> Result<Option<Endpoint>, OpError> {
        let place = (instantiation, to.port.as_str());
        let Some(adapted) = adapted(self.walk, self.pieces, &self.sources, bag, place) else {
            return Ok(None);
        };
        let id = self.graph.free_id();
        let component = adapted.component.info.reference();
        let name = self.graph.free_name(&label_from(component.short_name()));
        let importer = self.name_of(&to.node);
        self.notes.push(Note::new(
            NoteKind::Adapter,
            format!("`{importer}` is given an interface that is put together from several parts as `{}`. The node `{name}`, a component without code, does that now", to.port),
        ).at(&id));
        let digest = &adapted.component.info.digest;
        if self.made.iter().all(|other| other.info.digest != *digest) {
            self.made.push(adapted.component);
        }
        let node = Node::instance(id.clone(), name, component, Point::default());
        self.apply(Op::AddNode { node })?;
        for (port, (instantiation, export)) in adapted.inputs {
            let link = Link {
                from: Endpoint {
                    node: self.ids[instantiation].clone(),
                    port: export,
                },
                to: Endpoint {
                    node: id.clone(),
                    port,
                },
            };
            self.apply(Op::AddLink { link })?;
        }
        Ok(Some(Endpoint {
            node: id,
            port: to.port.clone(),
        }))
    }

    /// Whether a component has that import; one that is not here may have any.
    fn takes(&self, instantiation: usize, port: &str) -> bool {
        let component = self.walk.instantiations[instantiation].component;
        match self.pieces.piece(self.walk, component) {
            Some(Piece::Inside(place)) => self.pieces.components[place].info.import(port).is_some(),
            _ => true,
        }
    }

    fn exports(&mut self) -> Result<(), OpError> {
        for export in &self.walk.exports {
            let source = self.sources.of(export.item);
            let name = export.name.to_string();
            match self.end(source) {
                Ok(end) => {
                    let source = ExportSource {
                        node: end.node,
                        port: Some(end.port).filter(|port| !port.is_empty()),
                    };
                    self.apply(Op::AddExport { name, source })?;
                }
                Err(what) => self.notes.push(Note::new(
                    NoteKind::MissingExport,
                    format!("The component exports {what} as `{name}`, and no graph can say that. The export is left out"),
                )),
            }
        }
        Ok(())
    }

    /// Where a link or an export begins, or in words what it would have to begin at.
    fn end(&self, source: Source<'a>) -> Result<Endpoint, &'static str> {
        let (node, port, inside) = match source {
            Source::Instance {
                instantiation,
                inside,
            } => (self.ids[instantiation].clone(), String::new(), inside),
            Source::Import { name, inside } => match self.imports.get(name) {
                Some(node) => (node.clone(), name.to_string(), inside),
                None => return Err("an import of the whole"),
            },
            Source::Bag(_) => return Err("an interface that is put together from several parts"),
            Source::Nested(_) => return Err("a component that is not instantiated"),
            Source::Own => return Err("a definition of its own"),
        };
        let port = inside
            .iter()
            .fold(port, |port, name| inner::within(&port, name));
        Ok(Endpoint { node, port })
    }

    /// Names the components inside of which there is no instance.
    fn unused(&mut self) {
        let idle = self.walk.nested.len() - self.pieces.embedded();
        if idle > 0 {
            let what = match idle {
                1 => "A component".to_string(),
                _ => format!("{idle} components"),
            };
            self.notes.push(Note::new(
                NoteKind::Unused,
                format!("{what} inside of it, of which there is no instance, is left out"),
            ));
        }
    }

    /// Names the custom sections that a fuse does not write.
    fn metadata(&mut self) {
        // The second is about how the file came to be, and a fuse writes its own.
        let written = ["component-name", "producers", super::section::NAME];
        let mut names: Vec<String> = Vec::new();
        for (name, _) in &self.walk.custom {
            let name = format!("`{name}`");
            if !written.contains(&name.trim_matches('`')) && !names.contains(&name) {
                names.push(name);
            }
        }
        if !names.is_empty() {
            self.notes.push(Note::new(
                NoteKind::Metadata,
                format!(
                    "What the file says about itself in the custom sections {} is left out",
                    names.join(", ")
                ),
            ));
        }
    }

    fn name_of(&self, node: &NodeId) -> String {
        self.graph
            .node(node)
            .map_or_else(|| node.to_string(), |node| node.name.clone())
    }
}
