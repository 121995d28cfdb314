//! What differs between the drawings of two graphs.

use patchbay_model::compare::{WiringChange, WiringChangeKind as Kind};
use patchbay_model::graph::{ExportSource, Graph, Link, Node, NodeId, NodeKind};
use std::collections::{BTreeMap, BTreeSet};

/// The nodes that both graphs have, as pairs: of one name, and of the rest those of one id.
pub(super) fn pairs<'a>(old: &'a Graph, new: &'a Graph) -> Vec<(&'a Node, &'a Node)> {
    let names: BTreeMap<&str, &Node> = new.nodes().map(|n| (n.name.as_str(), n)).collect();
    let mut pairs = Vec::new();
    let mut rest = Vec::new();
    let mut taken = BTreeSet::new();
    for node in old.nodes() {
        match names.get(node.name.as_str()) {
            Some(same) => {
                taken.insert(&same.id);
                pairs.push((node, *same));
            }
            None => rest.push(node),
        }
    }
    for node in rest {
        if let Some(same) = new.node(&node.id).filter(|n| !taken.contains(&n.id)) {
            pairs.push((node, same));
        }
    }
    pairs
}

/// Everything that differs: nodes, then links, then exports.
pub(super) fn changes(old: &Graph, new: &Graph, pairs: &[(&Node, &Node)]) -> Vec<WiringChange> {
    let mut changes = Vec::new();
    let mut say = |kind, node: &NodeId, message| {
        changes.push(WiringChange {
            kind,
            message,
            node: node.clone(),
        });
    };
    let after: BTreeMap<&NodeId, &NodeId> = pairs.iter().map(|(a, b)| (&a.id, &b.id)).collect();
    let known: BTreeSet<&NodeId> = after.values().copied().collect();

    for node in old.nodes().filter(|node| !after.contains_key(&node.id)) {
        let message = format!("`{}` is gone.", node.name);
        say(Kind::NodeRemoved, &node.id, message);
    }
    for node in new.nodes().filter(|node| !known.contains(&node.id)) {
        let message = format!("`{}` is new: {}.", node.name, what(node));
        say(Kind::NodeAdded, &node.id, message);
    }
    for (was, is) in pairs {
        if was.name != is.name {
            let message = format!("`{}` is called `{}` now.", was.name, is.name);
            say(Kind::NodeRenamed, &is.id, message);
        }
        if was.kind != is.kind {
            let message = format!("`{}` is {} now; it was {}.", is.name, what(is), what(was));
            say(Kind::ComponentReplaced, &is.id, message);
        }
    }

    // Links of the first graph in the ids of the second; those of nodes that are gone went with them.
    let id = |node: &NodeId| after.get(node).map(|id| (*id).clone());
    let moved = |link: &Link| {
        let mut link = link.clone();
        link.from.node = id(&link.from.node)?;
        link.to.node = id(&link.to.node)?;
        Some(link)
    };
    let before: BTreeSet<Link> = old.links().filter_map(|link| moved(&link)).collect();
    let now: BTreeSet<Link> = new.links().collect();
    for link in old.links() {
        if !moved(&link).is_some_and(|link| now.contains(&link)) {
            let message = format!("The link {} is gone.", in_words(old, &link));
            let node = id(&link.to.node).unwrap_or_else(|| link.to.node.clone());
            say(Kind::LinkRemoved, &node, message);
        }
    }
    for link in now.difference(&before) {
        let message = format!("The link {} is new.", in_words(new, link));
        say(Kind::LinkAdded, &link.to.node, message);
    }

    let exports: BTreeMap<&str, &ExportSource> = new.exports().collect();
    for (name, source) in old.exports() {
        let node = id(&source.node);
        let same = |is: &ExportSource| Some(&is.node) == node.as_ref() && is.port == source.port;
        match exports.get(name) {
            None => {
                let message = format!("The export “{name}” is gone.");
                say(
                    Kind::ExportRemoved,
                    node.as_ref().unwrap_or(&source.node),
                    message,
                );
            }
            Some(is) if !same(is) => {
                let (was, now) = (source_in_words(old, source), source_in_words(new, is));
                let message = format!("The export “{name}” is {now} now; it was {was}.");
                say(Kind::ExportChanged, &is.node, message);
            }
            Some(_) => {}
        }
    }
    let were: BTreeSet<&str> = old.exports().map(|(name, _)| name).collect();
    for (name, source) in exports.iter().filter(|(name, _)| !were.contains(*name)) {
        let message = format!(
            "The export “{name}” is new: {}.",
            source_in_words(new, source)
        );
        say(Kind::ExportAdded, &source.node, message);
    }
    changes
}

/// What a node stands for. Digests tell two components of one package apart.
fn what(node: &Node) -> String {
    match &node.kind {
        NodeKind::Instance(component) => match &component.digest {
            Some(digest) => format!("{} ({})", component.package, &digest.as_str()[..12]),
            None => component.package.clone(),
        },
        NodeKind::Import(import) => format!("the import `{}`", import.name),
    }
}

fn in_words(graph: &Graph, link: &Link) -> String {
    let name = |node| graph.path_in_words(std::slice::from_ref(node));
    let (from, to) = (name(&link.from.node), name(&link.to.node));
    match link.from.port == link.to.port {
        true => format!("{from} → {to} ({})", link.to.port),
        false => format!("{from} → {to} ({} to {})", link.from.port, link.to.port),
    }
}

fn source_in_words(graph: &Graph, source: &ExportSource) -> String {
    let name = graph.path_in_words(std::slice::from_ref(&source.node));
    match &source.port {
        Some(port) => format!("`{port}` of `{name}`"),
        None => format!("all of `{name}`"),
    }
}
