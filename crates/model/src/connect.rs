//! Connect all: the links of a graph that follow from its components without a guess.
//!
//! An open import is linked when exactly one export can fill it: by name, or by a version that may stand in for the one
//! it asks for, without closing a cycle. Each link can settle others (what would now close a cycle is no candidate any
//! more), so this is repeated until nothing follows. What does not follow is told: with the candidates, best first, where
//! there are several, and with the reason where there is none. The links that follow from one another's absence (two nodes
//! that need each other) are left open as well, since choosing one of them would be a guess.
//!
//! An export that fits by the shape of its type alone ([`Fit::Structure`]) is never a candidate. What every host provides
//! ([`InterfaceName::is_host_plumbing`]) is linked when one node provides it, because somebody put that node there to
//! stand in for the host, and is left to the host when none or several do.

mod candidates;
mod reach;

use crate::analysis::{Fit, PortFit};
use crate::component::ComponentInfo;
use crate::graph::{Endpoint, Graph, Link, NodeId};
use crate::name::InterfaceName;
use crate::op::Op;
use candidates::{Candidates, Offer, Wanted};
use reach::Reach;
use serde::{Deserialize, Serialize};

/// The most candidates that are told of one import.
pub const OFFERS: usize = 20;

/// What connecting all comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Connected {
    /// Draws the links that follow: one transaction.
    pub ops: Vec<Op>,
    /// The imports that several exports could fill, for a person to choose. Applying a choice may settle others.
    pub choices: Vec<Choice>,
    /// The imports that stay open, and why.
    pub open: Vec<StaysOpen>,
}

/// An import that several exports could fill.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// The import.
    pub import: Endpoint,
    /// Up to [`OFFERS`] exports, the best first: the same version before others, then the nearest higher one, then what
    /// supplies other nodes already, then what stands nearest.
    pub candidates: Vec<Candidate>,
}

/// An export that could fill an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Candidate {
    /// The export.
    pub export: Endpoint,
    /// How it fits.
    pub fit: Fit,
}

/// An import that stays open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StaysOpen {
    /// The import.
    pub import: Endpoint,
    /// The class of the reason.
    pub reason: OpenReason,
    /// The reason, in a sentence.
    pub message: String,
    /// The cycle that a link would close: begins and ends with one node.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<NodeId>,
}

/// Why an import stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OpenReason {
    /// The host provides it.
    Host,
    /// No node exports it.
    NoCandidate,
    /// A node exports it, as another type.
    Mismatch,
    /// Only a link that closes a cycle could fill it.
    Cycle,
}

/// Connects what follows without a guess. Existing links stay as they are, and a second run finds nothing more to link.
///
/// `fits` is what an analysis of this graph says. Nodes whose component is not among `components` are passed over, and so
/// are those that are imports of the result: whoever draws one means to choose who takes it.
pub fn connect_all(graph: &Graph, components: &[ComponentInfo], fits: &[PortFit]) -> Connected {
    let table = Candidates::new(graph, components, fits);
    let mut reach = Reach::of(graph);
    let mut wanted = table.wanted(graph);
    let mut links = Vec::new();
    loop {
        let sure = settle(&mut wanted, &mut reach);
        if sure.is_empty() {
            break;
        }
        links.extend(sure.iter().map(|(to, offer)| Link {
            from: table.export(offer),
            to: to.clone(),
        }));
    }
    let mut linked = graph.clone();
    for link in &links {
        linked.links.insert(link.to.clone(), link.from.clone());
    }
    let mut tempting = linked.clone();
    for import in &wanted {
        if let [only] = &import.viable[..] {
            tempting
                .links
                .insert(import.end.clone(), table.export(only));
        }
    }
    let mut connected = Connected {
        ops: links.into_iter().map(|link| Op::AddLink { link }).collect(),
        ..Connected::default()
    };
    for import in wanted {
        if import.viable.len() > 1 && !import.is_plumbing() {
            connected.choices.push(Choice {
                candidates: table.ranked(&linked, &import),
                import: import.end,
            });
        } else {
            connected
                .open
                .push(table.stays_open(&linked, &tempting, import));
        }
    }
    connected
}

/// One round: the imports that have one candidate left are taken out, with that candidate. Those whose links would close
/// a cycle among themselves stay.
fn settle<'a>(wanted: &mut Vec<Wanted<'a>>, reach: &mut Reach) -> Vec<(Endpoint, Offer<'a>)> {
    let mut together = reach.clone();
    for import in wanted.iter_mut() {
        import
            .viable
            .retain(|offer| !reach.closes_cycle(offer.node, import.node));
        if let [only] = import.viable[..] {
            together.add(only.node, import.node);
        }
    }
    let mut sure = Vec::new();
    wanted.retain(|import| match import.viable[..] {
        [only] if !together.closes_cycle(only.node, import.node) => {
            sure.push((import.end.clone(), only));
            reach.add(only.node, import.node);
            false
        }
        _ => true,
    });
    sure
}

/// Whether a name is one of those that every host provides.
fn is_plumbing(name: &str) -> bool {
    InterfaceName::parse(name).is_some_and(|name| name.is_host_plumbing())
}
