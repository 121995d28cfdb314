//! What can be done at the press of a button with the server's help.

use super::Editor;
use crate::client::json::encode;
use crate::client::proposal::{Proposal, propose};
use crate::editor::{Selection, link_name};
use leptos::task::spawn_local;
use patchbay_model::{Digest, Endpoint, Graph, Link, NodeId, Op, SortedSet};

/// Something that the server knows how to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Where to ask for it.
    pub path: String,
    /// The question, with `"@graph"` where the graph belongs.
    pub question: String,
    /// The step of the history.
    pub step: String,
}

impl Offer {
    /// Puts a component without code between two ports that differ in shape.
    pub fn adapt(graph: &Graph, link: &Link) -> Self {
        let (from, to) = (written(&link.from), written(&link.to));
        Self {
            path: "/adapters".to_string(),
            question: format!(r#"{{"graph":"@graph","from":[{from}],"to":{to}}}"#),
            step: format!("adapt {}", link_name(graph, link)),
        }
    }

    /// Fills an import with a component that stands in for a real one: its functions return the plainest values, or trap.
    pub fn stub(import: &Endpoint, defaults: bool) -> Self {
        let of = format!(r#"{{"graph":"@graph","import":{}}}"#, written(import));
        Self {
            path: "/stubs".to_string(),
            question: format!(r#"{{"of":{{"import":{of}}},"defaults":{defaults}}}"#),
            step: format!("fill {} with a stub", import.port),
        }
    }

    /// Puts the nodes that a node is made of in its place.
    pub fn expand(node: &NodeId, name: &str) -> Self {
        let node = written(node);
        Self {
            path: "/ungroup".to_string(),
            question: format!(r#"{{"graph":"@graph","node":{node}}}"#),
            step: format!("expand {name}"),
        }
    }

    /// Makes a node an instance of another component.
    pub fn replace(node: &NodeId, name: &str, component: &Digest) -> Self {
        let node = written(node);
        Self {
            path: "/swap".to_string(),
            question: format!(r#"{{"graph":"@graph","node":{node},"component":"{component}"}}"#),
            step: format!("replace {name}"),
        }
    }
}

fn written(value: &impl serde::Serialize) -> String {
    // What cannot be written is no question, and the server says so.
    encode(value).unwrap_or_default()
}

impl Editor {
    /// Does what has been offered, one after the other: one step of the history each.
    pub fn take(self, offers: Vec<Offer>) {
        let document = self.documents.get_untracked();
        spawn_local(async move {
            for Offer {
                path,
                question,
                step,
            } in offers
            {
                let graph = written(&self.graph().get_untracked());
                let answer = propose(&path, question.replacen("\"@graph\"", &graph, 1)).await;
                // The graph that was meant may have been left meanwhile.
                if self.documents.get_untracked() != document {
                    return;
                }
                match answer {
                    Ok(proposal) => self.accept(step, proposal),
                    Err(failure) => self.alert(failure.to_string(), None),
                }
            }
        });
    }

    /// Does what the server proposes, selects what is new, and says what it costs.
    fn accept(self, step: String, proposal: Proposal) {
        let made = proposal.component.into_iter().chain(proposal.components);
        made.for_each(|component| self.keep(component));
        let mut new = Vec::new();
        let mut first = None;
        for op in &proposal.ops {
            if let Op::AddNode { node } = op {
                new.push(node.id.clone());
                first.get_or_insert_with(|| (node.id.clone(), node.name.clone()));
            }
        }
        if !self.commit(step.clone(), proposal.ops) {
            return;
        }
        if let Some((id, name)) = first {
            self.selection.set(Selection {
                nodes: SortedSet::from_iter(new),
                ..Selection::default()
            });
            self.reveal.set(Some((id, String::new())));
            self.announce(format!("Added {name}"));
        }
        let mut cost = String::new();
        for lost in &proposal.lost {
            cost += &format!("{}\n", lost.message);
        }
        for import in &proposal.opened {
            cost += &format!("{import} is a new import, and nothing fills it yet.\n");
        }
        let words = match (cost.is_empty(), proposal.lost.is_empty()) {
            (true, _) => return self.notify(format!("Done: {step}")),
            (false, true) => "It has new imports.",
            (false, false) => "Not everything that was linked fits any more.",
        };
        self.alert(format!("Done: {step}. {words}"), Some(cost));
    }
}
