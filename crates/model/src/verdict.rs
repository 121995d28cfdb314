//! Whether a link may be drawn: looked up in the last analysis, so that nothing is asked of the server during a drag.

use crate::analysis::{Analysis, Fit, MarkedWit, Mismatch, PortRef, Side};
use crate::component::{ComponentInfo, Digest, Port};
use crate::graph::{Endpoint, Graph, Import, Link, Node, NodeId};
use crate::name::{InterfaceName, share_name};
use crate::sorted_set::SortedSet;

/// Why a link is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// In words.
    pub reason: String,
    /// Both types, where two types do not fit.
    pub mismatch: Option<Box<Mismatch>>,
    /// The cycle that the link would close: begins and ends with one node.
    pub path: Vec<NodeId>,
}

impl Refusal {
    pub(crate) fn because(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
            mismatch: None,
            path: Vec::new(),
        }
    }
}

/// What verdicts are drawn from.
#[derive(Clone, Copy)]
pub struct Evidence<'a> {
    /// The graph as it is now.
    pub graph: &'a Graph,
    /// The components that are at hand.
    pub components: &'a [ComponentInfo],
    /// The last analysis; it may be of an earlier graph.
    pub analysis: &'a Analysis,
    /// The components that the analysed graph had: the pairs that `analysis.fits` speaks of.
    pub analysed: &'a SortedSet<Digest>,
}

impl<'a> Evidence<'a> {
    /// The component of a node.
    pub fn component(&self, node: &NodeId) -> Option<&'a ComponentInfo> {
        let reference = self.graph.node(node)?.component()?;
        find_component(self.components, reference)
    }

    /// How a link fits, or why it is refused.
    ///
    /// # Errors
    /// The refusal in words; for a cycle with its path, for two types that do not fit with both of them.
    pub fn verdict(&self, link: &Link) -> Result<Fit, Refusal> {
        if let Some(import) = self.graph.node(&link.from.node).and_then(Node::import) {
            let (_, port) = self.port(&link.to, ComponentInfo::import, "import")?;
            return Ok(fit_of_import(import, &port.name));
        }
        let (exporter, export) = self.port(&link.from, ComponentInfo::export, "export")?;
        let (importer, import) = self.port(&link.to, ComponentInfo::import, "import")?;
        if let Some(path) = self.graph.cycle_with(&link.from.node, &link.to.node) {
            return Err(Refusal {
                reason: format!(
                    "This would close a cycle: {}. Instances are made one after the other, so none can wait for itself.",
                    self.graph.path_in_words(&path)
                ),
                mismatch: None,
                path,
            });
        }
        let listed = self.analysis.fit(
            (&exporter.digest, &export.name),
            (&importer.digest, &import.name),
        );
        match listed {
            Some(Fit::Mismatch(mismatch)) => {
                let mut mismatch = mismatch.clone();
                mismatch.export.wit.clone_from(&export.wit);
                mismatch.import.wit.clone_from(&import.wit);
                Err(Refusal {
                    reason: mismatch.summary.clone(),
                    mismatch: Some(Box::new(mismatch)),
                    path: Vec::new(),
                })
            }
            Some(fit) => Ok(fit.clone()),
            None if [exporter, importer]
                .iter()
                .all(|c| self.analysed.contains(&c.digest)) =>
            {
                Err(unrelated(export, import))
            }
            None => Err(Refusal::because(
                "This pair is still being checked. Try again in a moment.",
            )),
        }
    }

    /// Whether the two ports of a link have not been compared yet: the next analysis will say.
    pub fn awaits_check(&self, link: &Link) -> bool {
        let ends = (
            self.port(&link.from, ComponentInfo::export, "export"),
            self.port(&link.to, ComponentInfo::import, "import"),
        );
        let (Ok((exporter, export)), Ok((importer, import))) = ends else {
            return false;
        };
        let listed = self.analysis.fit(
            (&exporter.digest, &export.name),
            (&importer.digest, &import.name),
        );
        let analysed = |component: &ComponentInfo| self.analysed.contains(&component.digest);
        listed.is_none() && !(analysed(exporter) && analysed(importer))
    }

    /// The ports on the other side that a link from or to `origin` fits: those for which [`Evidence::verdict`] is `Ok`.
    /// One look through the analysis instead of one for each pair of ports, so that a drag can start at once.
    pub fn candidates(&self, origin: &PortRef) -> SortedSet<Endpoint> {
        if let Some(import) = self.graph.node(&origin.end.node).and_then(Node::import) {
            return self.takers(import);
        }
        let Some(component) = self.component(&origin.end.node) else {
            return SortedSet::new();
        };
        let mut ports: Vec<(&Digest, &str)> = Vec::new();
        for fit in &self.analysis.fits {
            let (here, there) = match origin.side {
                Side::Export => (&fit.export, &fit.import),
                Side::Import => (&fit.import, &fit.export),
            };
            if fit.fit.is_compatible()
                && here.component == component.digest
                && here.port == origin.end.port
            {
                ports.push((&there.component, &there.port));
            }
        }
        // What stands on this side of the origin already would close a cycle.
        let behind = self.graph.reached(&origin.end.node, origin.side);
        let mut candidates = SortedSet::new();
        for (node, behind) in self.graph.nodes().zip(behind) {
            if let Some(import) = node.import()
                && origin.side == Side::Import
                && share_name(import.item(), &origin.end.port)
            {
                candidates.insert(end(&node.id, &import.name));
            }
            let Some(component) = self.component(&node.id).filter(|_| !behind) else {
                continue;
            };
            let fitting = ports.iter().filter(|(of, _)| **of == component.digest);
            candidates.extend(fitting.map(|(_, port)| end(&node.id, port)));
        }
        candidates
    }

    /// The imports of the same name as that of the result: where its node may be linked to.
    fn takers(&self, import: &Import) -> SortedSet<Endpoint> {
        let mut takers = SortedSet::new();
        for node in self.graph.nodes() {
            let ports = self.component(&node.id).map_or(&[][..], |c| &c.imports);
            let named = ports
                .iter()
                .filter(|port| share_name(&port.name, import.item()));
            takers.extend(named.map(|port| end(&node.id, &port.name)));
        }
        takers
    }

    fn port(
        &self,
        end: &Endpoint,
        find: impl Fn(&'a ComponentInfo, &str) -> Option<&'a Port>,
        side: &str,
    ) -> Result<(&'a ComponentInfo, &'a Port), Refusal> {
        let component = self.component(&end.node).ok_or_else(|| {
            Refusal::because("The component of this node is missing, so its types are unknown.")
        })?;
        let port = find(component, &end.port).ok_or_else(|| {
            Refusal::because(format!(
                "{} has no {side} called `{}`.",
                component.short_name(),
                end.port
            ))
        })?;
        Ok((component, port))
    }
}

fn end(node: &NodeId, port: &str) -> Endpoint {
    Endpoint {
        node: node.clone(),
        port: port.to_string(),
    }
}

/// The types of imports of the result are not at hand here: the next analysis compares them.
pub(crate) fn fit_of_import(import: &Import, port: &str) -> Fit {
    match import.item() == port {
        true => Fit::Exact,
        false => Fit::Structure {
            note: format!("`{}` fills `{port}`, if the types agree.", import.name),
        },
    }
}

/// The component that a reference means: by its digest where it has one, by its package name otherwise.
pub fn find_component<'a>(
    components: &'a [ComponentInfo],
    reference: &crate::ComponentRef,
) -> Option<&'a ComponentInfo> {
    components.iter().find(|component| match &reference.digest {
        Some(digest) => component.digest == *digest,
        None => component.package == reference.package,
    })
}

fn unmarked(title: &str, port: &Port) -> MarkedWit {
    MarkedWit {
        title: title.to_string(),
        wit: port.wit.clone(),
        marks: Vec::new(),
    }
}

/// Two ports that have nothing in common.
fn unrelated(export: &Port, import: &Port) -> Refusal {
    let (has, wants) = (export.kind.word(), import.kind.word());
    let reason = if export.kind != import.kind {
        format!(
            "`{}` is a {has}, but `{}` wants a {wants}.",
            export.name, import.name
        )
    } else if InterfaceName::parse(&import.name).is_some() {
        format!(
            "The import wants `{}`, which is another {wants} than `{}`.",
            import.name, export.name
        )
    } else {
        format!(
            "`{}` and `{}` are two {wants}s of different types.",
            export.name, import.name
        )
    };
    let reason = reason.replace(" a interface", " an interface");
    Refusal {
        mismatch: Some(Box::new(Mismatch {
            summary: reason.clone(),
            reasons: Vec::new(),
            export: unmarked("The export is", export),
            import: unmarked("The import wants", import),
        })),
        reason,
        path: Vec::new(),
    }
}
