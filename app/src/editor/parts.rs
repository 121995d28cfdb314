//! Who follows which node: a change of one wakes what shows it, and nothing else.
//!
//! What follows a signal is slow to leave it once that is a long list, so in a large graph one signal that every node
//! and every link follows takes tenths of a second for each change.

use super::Editor;
use leptos::prelude::*;
use patchbay_model::{Graph, NodeId};

/// A signal for each node; a handle that is cheap to copy.
#[derive(Clone, Copy, Default)]
pub struct Parts(StoredValue<Vec<(NodeId, ArcTrigger)>>);

impl Parts {
    fn of(self, id: &NodeId) -> ArcTrigger {
        let of = |parts: &mut Vec<(NodeId, ArcTrigger)>| {
            let at = parts.binary_search_by(|(other, _)| other.cmp(id));
            let at = at.unwrap_or_else(|at| {
                parts.insert(at, (id.clone(), ArcTrigger::new()));
                at
            });
            parts[at].1.clone()
        };
        self.0.try_update_value(of).unwrap_or_default()
    }

    /// Follows a node from now on.
    #[inline(never)]
    pub fn follow(self, id: &NodeId) {
        self.of(id).track();
    }

    /// Tells whoever follows a node.
    #[inline(never)]
    pub fn tell(self, id: &NodeId) {
        self.of(id).notify();
    }
}

impl Editor {
    /// The document, to read for the sake of a node: follows that node, its links and its exports only.
    pub fn of_node<T>(self, id: &NodeId, look: impl FnOnce(&Graph) -> T) -> T {
        self.parts.follow(id);
        self.graph.with_untracked(look)
    }

    /// The document, to read for what a check could see of it too: not for where nodes stand.
    pub fn meant<T>(self, look: impl FnOnce(&Graph) -> T) -> T {
        self.meaning.track();
        self.graph.with_untracked(look)
    }

    /// Puts another document in place of this one, and tells whoever follows what is different.
    pub(super) fn put(self, graph: Graph) {
        let touched = self.graph.with_untracked(|before| graph.touched(before));
        self.graph.set(graph);
        for node in &touched {
            self.parts.tell(node);
        }
    }
}
