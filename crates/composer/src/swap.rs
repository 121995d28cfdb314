//! One component in the place of another, with the wiring that still fits.

use crate::assembly::{Assembly, Code};
use crate::check::too_large;
use crate::check::verdict::{Judge, TypedPort};
use crate::guard::guarded;
use crate::inspect::Component;
use crate::parts::Parts;
use patchbay_model::analysis::{Fit, Mismatch, PortRef, Problem, ProblemKind, Severity, Side};
use patchbay_model::component::{ComponentInfo, Port};
use patchbay_model::graph::{Endpoint, ExportSource, Graph, Link, NodeId, inner};
use patchbay_model::name::{InterfaceName, release, share_name};
use patchbay_model::op::{Op, Transaction};
use patchbay_model::swap::{Lost, Swap};
use std::collections::BTreeSet;

/// What it takes to make a node an instance of another component.
///
/// A link or export whose port has another version in the new component goes there; one that fits nowhere is removed,
/// and told with the reason. The new component need not be among `parts`.
///
/// # Errors
/// A node that is not in the graph, or a component that cannot be composed.
pub fn swap(
    graph: &Graph,
    parts: &Parts,
    node: &NodeId,
    component: &Component,
) -> Result<Swap, Problem> {
    if let Some(problem) = too_large(graph) {
        return Err(problem);
    }
    let failed = |message: String| {
        Problem::new(Severity::Error, ProblemKind::MissingComponent, message).at_node(node)
    };
    let replace = Op::ReplaceComponent {
        node: node.clone(),
        component: component.info.reference(),
    };
    let mut swapped = graph.clone();
    swapped
        .apply(&Transaction::new("replace", vec![replace.clone()]))
        .map_err(|error| failed(format!("This component cannot be replaced: {error}")))?;
    let mut parts = parts.clone();
    let old = graph.node(node).and_then(|n| parts.get(n.component()?));
    let old = old.map(|component| component.info.clone());
    // Under its digest: its package may be what other nodes mean by the old one's name.
    parts.provide(component.info.digest.as_str(), component.clone());
    guarded(|| {
        let (assembly, problems) = Assembly::new(&swapped, &parts, Code::Skeleton);
        match problems.into_iter().find(|p| p.node.as_ref() == Some(node)) {
            Some(problem) => Err(problem),
            None => Ok(Refit::new(graph, &assembly, node, &component.info).swap(replace, old)),
        }
    })
    .unwrap_or_else(|panicked| Err(failed(panicked.to_string())))
}

/// Finds the new places of links and exports.
struct Refit<'a> {
    graph: &'a Graph,
    assembly: &'a Assembly<'a>,
    judge: Judge<'a>,
    node: &'a NodeId,
    new: &'a ComponentInfo,
    /// The new component's imports that have a link.
    filled: BTreeSet<String>,
    removed: Vec<Op>,
    added: Vec<Op>,
    lost: Vec<Lost>,
}

/// Why nothing stands where a port was.
enum Gone {
    /// The new component has no such port.
    Missing,
    /// It has, but of another type.
    Mismatch(Mismatch),
    /// Two links would go to one import.
    Taken(String),
}

impl<'a> Refit<'a> {
    fn new(
        graph: &'a Graph,
        assembly: &'a Assembly<'a>,
        node: &'a NodeId,
        new: &'a ComponentInfo,
    ) -> Self {
        Self {
            graph,
            assembly,
            judge: Judge::new(assembly.types()),
            node,
            new,
            filled: BTreeSet::new(),
            removed: Vec::new(),
            added: Vec::new(),
            lost: Vec::new(),
        }
    }

    fn swap(mut self, replace: Op, old: Option<ComponentInfo>) -> Swap {
        for link in self.graph.links() {
            if link.to.node == *self.node {
                self.incoming(link);
            } else if link.from.node == *self.node {
                self.outgoing(link);
            }
        }
        for (name, source) in self.graph.exports() {
            if let (true, Some(port)) = (source.node == *self.node, &source.port) {
                self.export(name, port);
            }
        }
        let was_there = |port: &Port| match &old {
            Some(old) => old.imports.iter().any(|p| share_name(&p.name, &port.name)),
            None => false,
        };
        let opened = self.new.imports.iter();
        let opened = opened.filter(|port| !self.filled.contains(&port.name) && !was_there(port));
        let mut ops = self.removed;
        ops.push(replace);
        ops.extend(self.added);
        Swap {
            opened: opened.map(|port| port.name.clone()).collect(),
            ops,
            lost: self.lost,
        }
    }

    fn incoming(&mut self, link: Link) {
        let place = self.place(Side::Import, &link.to.port, |refit, to| {
            refit.fit(&link.from, to)
        });
        let place = match place {
            Ok(to) if !self.filled.insert(to.port.clone()) => Err(Gone::Taken(to.port)),
            place => place,
        };
        let from = link.from.clone();
        let moved = place.map(|to| Link { from, to });
        let other = self.named(&link.from.node);
        let what = format!("The link from {other} to `{}`", link.to.port);
        self.relink(Side::Import, &link.to.clone(), link, moved, &what);
    }

    fn outgoing(&mut self, link: Link) {
        let place = self.place(Side::Export, &link.from.port, |refit, from| {
            refit.fit(from, &link.to)
        });
        let to = link.to.clone();
        let moved = place.map(|from| Link { from, to });
        let other = self.named(&link.to.node);
        let what = format!("The link from `{}` to {other}", link.from.port);
        self.relink(Side::Export, &link.from.clone(), link, moved, &what);
    }

    fn relink(
        &mut self,
        side: Side,
        end: &Endpoint,
        link: Link,
        moved: Result<Link, Gone>,
        what: &str,
    ) {
        match moved {
            Ok(moved) if moved == link => {}
            Ok(moved) => {
                self.removed.push(Op::RemoveLink { link });
                self.added.push(Op::AddLink { link: moved });
            }
            Err(gone) => {
                self.removed.push(Op::RemoveLink { link });
                self.lose(side, end, what, gone);
            }
        }
    }

    fn export(&mut self, name: &str, port: &str) {
        let end = self.end(port);
        let moved = self.place(Side::Export, port, |_, _| None);
        match moved {
            Ok(moved) if moved == end => {}
            moved => {
                self.removed.push(Op::RemoveExport { name: name.into() });
                match moved {
                    Ok(moved) => self.added.push(Op::AddExport {
                        name: name.into(),
                        source: ExportSource {
                            node: moved.node,
                            port: Some(moved.port),
                        },
                    }),
                    Err(gone) => {
                        let what = format!("The export “{name}” of the result");
                        self.lose(Side::Export, &end, &what, gone);
                    }
                }
            }
        }
    }

    /// Where what stood at a port stands in the new component: at the port of the same name, or at the nearest version
    /// of it that fits. What was taken out of an export is taken out of that.
    fn place(
        &mut self,
        side: Side,
        port: &str,
        mut mismatch: impl FnMut(&mut Self, &Endpoint) -> Option<Mismatch>,
    ) -> Result<Endpoint, Gone> {
        let ports = match side {
            // The whole instance is there, whatever it exports.
            Side::Export if port.is_empty() => return Ok(self.end(port)),
            Side::Import => &self.new.imports,
            Side::Export => &self.new.exports,
        };
        let (port, inside) = inner::steps(port);
        let inside: Vec<&str> = inside.collect();
        let mut namesakes: Vec<&Port> = ports
            .iter()
            .filter(|other| share_name(&other.name, port))
            .collect();
        namesakes
            .sort_by_key(|other| (other.name != port, std::cmp::Reverse(version(&other.name))));
        let mut gone = Gone::Missing;
        for other in namesakes {
            let inside = inside.iter();
            let name = inside.fold(other.name.clone(), |port, name| inner::within(&port, name));
            let end = self.end(&name);
            if self.assembly.port(side, &end).is_none() {
                continue;
            }
            match mismatch(self, &end) {
                None => return Ok(end),
                Some(why) if matches!(gone, Gone::Missing) => gone = Gone::Mismatch(why),
                Some(_) => {}
            }
        }
        Err(gone)
    }

    /// Why an export does not fill an import, if so.
    fn fit(&mut self, from: &Endpoint, to: &Endpoint) -> Option<Mismatch> {
        let export = self.assembly.typed(Side::Export, from)?;
        let import = self.assembly.typed(Side::Import, to)?;
        match self
            .judge
            .fit(TypedPort::from(&export), TypedPort::from(&import))
        {
            Fit::Mismatch(mismatch) => Some(mismatch),
            _ => None,
        }
    }

    fn lose(&mut self, side: Side, end: &Endpoint, what: &str, gone: Gone) {
        let (why, mismatch) = match gone {
            Gone::Missing => (
                format!("the new component has no such {}.", side.word()),
                None,
            ),
            Gone::Taken(import) => (format!("another link fills `{import}` already."), None),
            Gone::Mismatch(mismatch) => ("it does not fit any more.".to_string(), Some(mismatch)),
        };
        let more = mismatch.as_ref().map_or("", |m| m.summary.as_str());
        let message = format!("{what} is removed: {why} {more}");
        self.lost.push(Lost {
            port: PortRef {
                side,
                end: end.clone(),
            },
            message: message.trim_end().to_string(),
            mismatch,
        });
    }

    fn end(&self, port: &str) -> Endpoint {
        Endpoint {
            node: self.node.clone(),
            port: port.to_string(),
        }
    }

    fn named(&self, node: &NodeId) -> String {
        format!("`{}`", self.graph.path_in_words(std::slice::from_ref(node)))
    }
}

fn version(name: &str) -> Option<[u64; 3]> {
    InterfaceName::parse(name).and_then(|name| release(name.version?))
}
