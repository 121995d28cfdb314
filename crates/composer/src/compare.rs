//! What differs between two components, as a semantic version would say it, and between two graphs.

mod wiring;

use crate::check::outline::outline;
use crate::check::verdict::Judge;
use crate::explain::diff::{Differ, Sides};
use crate::inspect::refusal::NotAComponent;
use crate::inspect::{Component, load};
use crate::parts::Parts;
use indexmap::IndexMap;
use patchbay_model::analysis::Side;
use patchbay_model::compare::{Change, Comparison, GraphComparison, Judgement, NodeComparison};
use patchbay_model::graph::{Graph, Node};
use std::collections::BTreeSet;
use wac_types::{ItemKind, Types, are_semver_compatible};

/// What differs between the imports and exports of two components.
///
/// The rules are those of composing and of hosts: whatever filled an import of the old component must fill that of the
/// new one, and an export of the new one must fill whatever the old one filled. Versions on one track (`0.2.3` and
/// `0.2.6`) are one import or export, since links and hosts take them for one another as far as their types agree; on
/// another track they are another one.
///
/// # Errors
/// Only for bytes that wac cannot read, which inspection has ruled out.
pub fn compare(old: &Component, new: &Component) -> Result<Comparison, NotAComponent> {
    compare_bytes(old.skeleton(), new.skeleton())
}

/// What differs between two graphs: their wiring, the components of their nodes, and their results.
pub fn compare_graphs(old: (&Graph, &Parts), new: (&Graph, &Parts)) -> GraphComparison {
    let pairs = wiring::pairs(old.0, new.0);
    let mut components = Vec::new();
    for (before, after) in &pairs {
        let part = |node: &Node, parts: &'_ Parts| parts.get(node.component()?).cloned();
        let here = part(before, old.1).zip(part(after, new.1));
        let Some((was, is)) = here.filter(|(was, is)| was.info.digest != is.info.digest) else {
            continue;
        };
        if let Ok(comparison) = compare(&was, &is) {
            components.push(NodeComparison {
                node: after.id.clone(),
                name: after.name.clone(),
                comparison,
            });
        }
    }
    let result = |(graph, parts)| outline(graph, parts).ok();
    let results = result(old).zip(result(new));
    GraphComparison {
        wiring: wiring::changes(old.0, new.0, &pairs),
        components,
        world: results.and_then(|(old, new)| compare_bytes(&old.bytes, &new.bytes).ok()),
    }
}

fn compare_bytes(old: &[u8], new: &[u8]) -> Result<Comparison, NotAComponent> {
    let mut types = Types::default();
    let old = load(&mut types, "old", old)?;
    let new = load(&mut types, "new", new)?;
    let (old, new) = (&types[old], &types[new]);
    let mut comparer = Comparer {
        types: &types,
        judge: Judge::new(&types),
        changes: Vec::new(),
    };
    comparer.side(Side::Import, &old.imports, &new.imports);
    comparer.side(Side::Export, &old.exports, &new.exports);
    let mut changes = comparer.changes;
    changes.sort_by_key(|change| std::cmp::Reverse(change.judgement));
    let gravest = changes.first().map(|change| change.judgement);
    Ok(Comparison {
        judgement: gravest.unwrap_or_default(),
        changes,
    })
}

struct Comparer<'a> {
    types: &'a Types,
    judge: Judge<'a>,
    changes: Vec<Change>,
}

impl Comparer<'_> {
    fn side(
        &mut self,
        side: Side,
        old: &IndexMap<String, ItemKind>,
        new: &IndexMap<String, ItemKind>,
    ) {
        let mut kept = BTreeSet::new();
        for (name, was) in old {
            let still = match new.get_key_value(name) {
                Some(exact) => Some(exact),
                None => new.iter().find(|(other, _)| {
                    are_semver_compatible(other, name) && !old.contains_key(*other)
                }),
            };
            match still {
                Some((now_name, is)) => {
                    kept.insert(now_name);
                    self.changed(side, (name, *was), (now_name, *is));
                }
                None => self.gone(side, name),
            }
        }
        for name in new.keys().filter(|name| !kept.contains(name)) {
            self.came(side, name);
        }
    }

    fn gone(&mut self, side: Side, name: &str) {
        let (judgement, message) = match side {
            Side::Import => (
                Judgement::Compatible,
                "Not imported any more: the host need not provide it.",
            ),
            Side::Export => (
                Judgement::Breaking,
                "Not exported any more: whoever uses it cannot use the new version.",
            ),
        };
        self.say(judgement, side, name, message.to_string(), Vec::new());
    }

    fn came(&mut self, side: Side, name: &str) {
        let (judgement, message) = match side {
            Side::Import => (
                Judgement::Breaking,
                "Imported now: a host that does not provide it cannot run the new version.",
            ),
            Side::Export => (Judgement::Additive, "Exported now."),
        };
        self.say(judgement, side, name, message.to_string(), Vec::new());
    }

    /// An import or export that both have.
    fn changed(&mut self, side: Side, old: (&str, ItemKind), new: (&str, ItemKind)) {
        let as_before = match side {
            Side::Import => self.judge.agree(old.1, new.1),
            Side::Export => self.judge.agree(new.1, old.1),
        };
        let as_after = match side {
            Side::Import => self.judge.agree(new.1, old.1),
            Side::Export => self.judge.agree(old.1, new.1),
        };
        let version = match old.0 == new.0 {
            true => String::new(),
            false => format!("Was `{}`. ", old.0),
        };
        let (judgement, what, differences) = match (side, as_before, as_after) {
            (_, Ok(()), Ok(())) if old.0 == new.0 => return,
            (_, Ok(()), Ok(())) => {
                let what = "The types are the same, so either version stands in for the other.";
                (Judgement::Compatible, what, Vec::new())
            }
            (Side::Import, Ok(()), Err(_)) => {
                let what = "It asks for less than before.";
                (
                    Judgement::Compatible,
                    what,
                    self.differences(new.1, old.1, SWAPPED),
                )
            }
            (Side::Export, Ok(()), Err(_)) => {
                let what = "It offers more than before.";
                (
                    Judgement::Additive,
                    what,
                    self.differences(old.1, new.1, IN_ORDER),
                )
            }
            (Side::Import, Err(chain), _) => {
                let what = "It asks for what a host of the old version need not provide.";
                let found = self.differences(old.1, new.1, IN_ORDER);
                (Judgement::Breaking, what, or_else(found, chain))
            }
            (Side::Export, Err(chain), _) => {
                let what = "It does not offer what users of the old version need.";
                let found = self.differences(new.1, old.1, SWAPPED);
                (Judgement::Breaking, what, or_else(found, chain))
            }
        };
        self.say(judgement, side, new.0, version + what, differences);
    }

    fn differences(&self, have: ItemKind, want: ItemKind, sides: Sides<'_>) -> Vec<String> {
        Differ::new(self.types, sides)
            .differences(have, want)
            .reasons
    }

    fn say(
        &mut self,
        judgement: Judgement,
        side: Side,
        name: &str,
        message: String,
        differences: Vec<String>,
    ) {
        self.changes.push(Change {
            judgement,
            side,
            name: name.to_string(),
            message,
            differences,
        });
    }
}

const IN_ORDER: Sides<'static> = Sides {
    have: "the old version",
    want: "the new version",
};

const SWAPPED: Sides<'static> = Sides {
    have: "the new version",
    want: "the old version",
};

/// wac's reason, where ours finds none.
fn or_else(found: Vec<String>, chain: String) -> Vec<String> {
    match found.is_empty() {
        true => vec![chain],
        false => found,
    }
}
