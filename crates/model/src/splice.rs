//! Nodes put into the way of what flows from an export to whoever takes it: one into a link, or a whole chain of
//! middleware in an order of choice.

use crate::analysis::{Fit, Side};
use crate::component::Port;
use crate::graph::{Endpoint, ExportSource, Graph, Link, Node, NodeId};
use crate::name::InterfaceName;
use crate::op::{Op, OpError, Transaction};
use crate::verdict::{Evidence, Refusal, fit_of_import};
use serde::{Deserialize, Serialize};

/// Where a chain ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Sink {
    /// At an import of a node.
    Import(Endpoint),
    /// At an export of the result, by its name.
    Export(String),
}

/// How a chain goes through a node.
struct Way {
    enters: Endpoint,
    leaves: Endpoint,
}

impl Evidence<'_> {
    /// The operations that put a node into a link, in place of it.
    ///
    /// # Errors
    /// As [`Evidence::chain`].
    pub fn splice(&self, node: &NodeId, link: &Link) -> Result<Vec<Op>, Refusal> {
        let sink = Sink::Import(link.to.clone());
        self.chain(&link.from, std::slice::from_ref(node), &sink)
    }

    /// The operations that lead from an export through nodes, in their order, to an import or an export of the result.
    /// What those imports were linked to before goes; links to anything else stay. None when all is so already.
    ///
    /// A node is entered by the import that fits the source best and left by the export that fits the sink best: the
    /// same name before another version before the same shape.
    ///
    /// # Errors
    /// A node that has no such import or export, or several that fit equally well; two neighbours that do not fit; a
    /// cycle.
    pub fn chain(
        &self,
        source: &Endpoint,
        nodes: &[NodeId],
        sink: &Sink,
    ) -> Result<Vec<Op>, Refusal> {
        let (mut removed, mut added) = (Vec::new(), Vec::new());
        let mut from = source.clone();
        for node in nodes {
            let way = self.way_through(node, source, sink)?;
            let to = way.enters;
            self.relink(Link { from, to }, &mut removed, &mut added)?;
            from = way.leaves;
        }
        match sink {
            Sink::Import(to) => {
                let to = to.clone();
                self.relink(Link { from, to }, &mut removed, &mut added)?;
            }
            Sink::Export(name) => self.reexport(name, from, &mut removed, &mut added)?,
        }
        removed.extend(added);
        self.applicable(removed)
    }

    /// Draws a link in place of the one that its import has.
    fn relink(
        &self,
        link: Link,
        removed: &mut Vec<Op>,
        added: &mut Vec<Op>,
    ) -> Result<(), Refusal> {
        let fit = self.fit(&link.from, &link.to);
        if let Some(Fit::Mismatch(mismatch)) = &fit {
            return Err(Refusal {
                mismatch: Some(Box::new(mismatch.clone())),
                ..Refusal::because(mismatch.summary.clone())
            });
        }
        if fit.is_none() {
            return Err(Refusal::because(format!(
                "`{}` of {} does not fill `{}` of {}.",
                link.from.port,
                self.named(&link.from.node),
                link.to.port,
                self.named(&link.to.node)
            )));
        }
        let mut ops = self.graph.linking(link);
        added.extend(ops.pop());
        removed.extend(ops);
        Ok(())
    }

    /// Makes an export of the result of another port.
    fn reexport(
        &self,
        name: &str,
        from: Endpoint,
        removed: &mut Vec<Op>,
        added: &mut Vec<Op>,
    ) -> Result<(), Refusal> {
        let source = ExportSource {
            node: from.node,
            port: Some(from.port),
        };
        let mut exports = self.graph.exports();
        let Some((_, now)) = exports.find(|(other, _)| *other == name) else {
            return Err(Refusal::because(format!(
                "The result has no export called `{name}`."
            )));
        };
        if *now != source {
            removed.push(Op::RemoveExport { name: name.into() });
            added.push(Op::AddExport {
                name: name.into(),
                source,
            });
        }
        Ok(())
    }

    /// The same operations, when they can be done.
    fn applicable(&self, ops: Vec<Op>) -> Result<Vec<Op>, Refusal> {
        let mut graph: Graph = self.graph.clone();
        match graph.apply(&Transaction::new(String::new(), ops.clone())) {
            Ok(_) => Ok(ops),
            Err(error) => Err(Refusal {
                path: match &error {
                    OpError::Cycle { path, .. } => path.clone(),
                    _ => Vec::new(),
                },
                ..Refusal::because(format!("This cannot be wired: {error}."))
            }),
        }
    }

    /// By which import a chain enters a node, and by which export it leaves it.
    fn way_through(&self, node: &NodeId, source: &Endpoint, sink: &Sink) -> Result<Way, Refusal> {
        let Some(component) = self.component(node) else {
            return Err(Refusal::because(format!(
                "The component of {} is missing, so its types are unknown.",
                self.named(node)
            )));
        };
        let enters = self.best(node, Side::Import, &component.imports, &|import| {
            rank(&self.fit(source, import)?)
        })?;
        let leaves = self.best(
            node,
            Side::Export,
            &component.exports,
            &|export| match sink {
                Sink::Import(import) => rank(&self.fit(export, import)?),
                Sink::Export(_) => same_interface(&export.port, &source.port),
            },
        )?;
        Ok(Way { enters, leaves })
    }

    /// The one port of the best rank.
    fn best(
        &self,
        node: &NodeId,
        side: Side,
        ports: &[Port],
        rank: &dyn Fn(&Endpoint) -> Option<u8>,
    ) -> Result<Endpoint, Refusal> {
        let mut best: Option<(u8, Endpoint)> = None;
        let mut several = false;
        for port in ports {
            let end = Endpoint {
                node: node.clone(),
                port: port.name.clone(),
            };
            let Some(its) = rank(&end) else {
                continue;
            };
            let lowest = best.as_ref().map_or(u8::MAX, |(lowest, _)| *lowest);
            several = its == lowest || several && its > lowest;
            if its < lowest {
                best = Some((its, end));
            }
        }
        match best {
            Some(_) if several => Err(Refusal::because(format!(
                "{} has several {}s that fit equally well. Draw these links by hand.",
                self.named(node),
                side.word()
            ))),
            Some((_, end)) => Ok(end),
            None => Err(Refusal::because(format!(
                "{} has no {} that fits, so it cannot stand in between.",
                self.named(node),
                side.word()
            ))),
        }
    }

    fn fit(&self, from: &Endpoint, to: &Endpoint) -> Option<Fit> {
        if let Some(import) = self.graph.node(&from.node).and_then(Node::import) {
            return Some(fit_of_import(import, &to.port));
        }
        let exporter = self.component(&from.node)?;
        let importer = self.component(&to.node)?;
        self.analysis
            .fit((&exporter.digest, &from.port), (&importer.digest, &to.port))
            .cloned()
    }

    fn named(&self, node: &NodeId) -> String {
        format!("`{}`", self.graph.path_in_words(std::slice::from_ref(node)))
    }
}

/// The best fit has the lowest rank.
fn rank(fit: &Fit) -> Option<u8> {
    match fit {
        Fit::Exact => Some(0),
        Fit::Version { .. } => Some(1),
        Fit::Structure { .. } => Some(2),
        Fit::Mismatch(_) => None,
    }
}

/// Ranks names of one interface: the same version, then any.
fn same_interface(a: &str, b: &str) -> Option<u8> {
    if a == b {
        return Some(0);
    }
    let (a, b) = (InterfaceName::parse(a)?, InterfaceName::parse(b)?);
    a.same_interface(&b).then_some(1)
}
