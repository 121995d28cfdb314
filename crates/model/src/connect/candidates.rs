//! What could fill which import, and which of it is best.

use super::{Candidate, OFFERS, OpenReason, StaysOpen, is_plumbing};
use crate::analysis::{Fit, Mismatch, PortFit};
use crate::component::{ComponentInfo, Digest};
use crate::graph::{Endpoint, Graph, Node};
use crate::name::{InterfaceName, release};
use crate::verdict::find_component;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// An import that no link fills, with what may.
pub(super) struct Wanted<'a> {
    /// The import.
    pub(super) end: Endpoint,
    /// Its node's place among the nodes.
    pub(super) node: usize,
    /// Everything that fits by name, of other nodes.
    all: Vec<Offer<'a>>,
    /// What of it closes no cycle.
    pub(super) viable: Vec<Offer<'a>>,
    /// The first node that exports it as another type.
    mismatch: Option<(usize, &'a Mismatch)>,
}

impl Wanted<'_> {
    /// Whether every host provides it.
    pub(super) fn is_plumbing(&self) -> bool {
        is_plumbing(&self.end.port)
    }
}

/// An export of a node.
#[derive(Clone, Copy)]
pub(super) struct Offer<'a> {
    /// Its node's place among the nodes.
    pub(super) node: usize,
    fit: &'a PortFit,
}

/// Everything that offers are looked up in.
pub(super) struct Candidates<'a> {
    nodes: Vec<&'a Node>,
    components: Vec<Option<&'a ComponentInfo>>,
    /// By component: the places of its instances.
    instances: BTreeMap<&'a Digest, Vec<usize>>,
    /// By component and import: what fits by name, and what has the name and does not fit.
    fits: BTreeMap<(&'a Digest, &'a str), Vec<&'a PortFit>>,
}

impl<'a> Candidates<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        components: &'a [ComponentInfo],
        fits: &'a [PortFit],
    ) -> Self {
        let components: Vec<_> = graph
            .nodes()
            .map(|node| find_component(components, node.component()?))
            .collect();
        let mut instances: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (node, component) in components.iter().enumerate() {
            if let Some(component) = component {
                instances.entry(&component.digest).or_default().push(node);
            }
        }
        let mut by_import: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for fit in fits {
            if !matches!(fit.fit, Fit::Structure { .. }) {
                by_import
                    .entry((&fit.import.component, fit.import.port.as_str()))
                    .or_default()
                    .push(fit);
            }
        }
        Self {
            nodes: graph.nodes().collect(),
            components,
            instances,
            fits: by_import,
        }
    }

    /// Every import that no link fills.
    pub(super) fn wanted(&self, graph: &Graph) -> Vec<Wanted<'a>> {
        let mut wanted = Vec::new();
        for (node, component) in self.components.iter().enumerate() {
            let Some(component) = component else { continue };
            for import in &component.imports {
                let end = Endpoint {
                    node: self.nodes[node].id.clone(),
                    port: import.name.clone(),
                };
                if graph.supplier(&end).is_none() {
                    wanted.push(self.of(end, node, &component.digest));
                }
            }
        }
        wanted
    }

    fn of(&self, end: Endpoint, node: usize, component: &Digest) -> Wanted<'a> {
        let fits = self.fits.get(&(component, end.port.as_str()));
        let (mut all, mut mismatch) = (Vec::new(), None);
        for fit in fits.into_iter().flatten() {
            let instances = self.instances.get(&fit.export.component);
            let mut others = instances.into_iter().flatten().filter(|at| **at != node);
            match &fit.fit {
                Fit::Mismatch(why) => {
                    mismatch = mismatch.or_else(|| Some((*others.next()?, why)));
                }
                _ => all.extend(others.map(|at| Offer { node: *at, fit })),
            }
        }
        Wanted {
            viable: all.clone(),
            end,
            node,
            all,
            mismatch,
        }
    }

    /// The port that an offer means.
    pub(super) fn export(&self, offer: &Offer<'_>) -> Endpoint {
        Endpoint {
            node: self.nodes[offer.node].id.clone(),
            port: offer.fit.export.port.clone(),
        }
    }

    /// What could fill an import, the best first.
    pub(super) fn ranked(&self, linked: &Graph, import: &Wanted<'a>) -> Vec<Candidate> {
        // Middleware, which hands on what it takes, makes a chain: what nobody has taken yet comes first. Of everything
        // else, such as a store, one instance serves all.
        let chains = self.components[import.node]
            .is_some_and(|component| component.export(&import.end.port).is_some());
        let suppliers: BTreeSet<&Endpoint> = linked.links.values().collect();
        let place = self.nodes[import.node].position;
        let mut ranked: Vec<_> = import
            .viable
            .iter()
            .map(|offer| {
                let export = self.export(offer);
                let taken = suppliers.contains(&export);
                let at = self.nodes[offer.node].position;
                let distance = (at.x - place.x).powi(2) + (at.y - place.y).powi(2);
                let rank = (
                    version_rank(&export.port, &import.end.port),
                    taken == chains,
                    at.x > place.x,
                );
                (rank, distance, offer.node, export, offer)
            })
            .collect();
        ranked.sort_by(|a, b| {
            (a.0.cmp(&b.0))
                .then(a.1.total_cmp(&b.1))
                .then(a.2.cmp(&b.2))
        });
        ranked
            .into_iter()
            .take(OFFERS)
            .map(|(_, _, _, export, offer)| Candidate {
                export,
                fit: offer.fit.fit.clone(),
            })
            .collect()
    }

    /// Why an import stays open. `linked` has every link that follows; `tempting` those, too, that would close a cycle
    /// among themselves.
    pub(super) fn stays_open(
        &self,
        linked: &Graph,
        tempting: &Graph,
        import: Wanted<'a>,
    ) -> StaysOpen {
        let mut path = Vec::new();
        let (reason, message) = if import.is_plumbing() {
            let message = match import.viable.len() {
                0 | 1 => "Every host provides it.",
                _ => "The host provides it, and so do several nodes: link the one you mean.",
            };
            (OpenReason::Host, message.to_string())
        } else if let Some(offer) = import.viable.first().or(import.all.first()) {
            let from = &self.nodes[offer.node].id;
            let closed = |graph: &Graph| graph.cycle_with(from, &import.end.node);
            let (links, cycle) = match closed(linked) {
                Some(cycle) => ("a link from there", cycle),
                None => (
                    "all the links that are wanted",
                    closed(tempting).unwrap_or_default(),
                ),
            };
            path = cycle;
            let message = format!(
                "`{}` exports it, but {links} would close a cycle: {}.",
                self.nodes[offer.node].name,
                linked.path_in_words(&path)
            );
            (OpenReason::Cycle, message)
        } else if let Some((node, mismatch)) = import.mismatch {
            let node = &self.nodes[node].name;
            let message = format!("`{node}` exports it as another type. {}", mismatch.summary);
            (OpenReason::Mismatch, message)
        } else {
            let message = "No other node exports it, so the result imports it.".to_string();
            (OpenReason::NoCandidate, message)
        };
        StaysOpen {
            import: import.end,
            reason,
            message,
            path,
        }
    }
}

/// How far an export's version is from the one asked for: none, the nearest higher, then lower ones.
fn version_rank(export: &str, import: &str) -> (u8, [u64; 3], Reverse<[u64; 3]>) {
    let version = |name| InterfaceName::parse(name).and_then(|name| release(name.version?));
    match (version(export), version(import)) {
        _ if export == import => (0, [0; 3], Reverse([0; 3])),
        (Some(have), Some(want)) if have > want => (1, have, Reverse([0; 3])),
        (have, _) => (2, [0; 3], Reverse(have.unwrap_or_default())),
    }
}
