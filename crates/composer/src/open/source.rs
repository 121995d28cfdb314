//! Where the items of a component come from: along aliases, and through instances that only pass others on.

use super::walk::{Item, Origin, Walk};
use wasmparser::ComponentExternalKind as Kind;

/// Where an item comes from, at the end of all aliases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Source<'a> {
    /// An import of the component, or what is inside of it, from the outermost inwards.
    Import { name: &'a str, inside: Vec<&'a str> },
    /// One of the instantiations, or what is inside of it.
    Instance {
        instantiation: usize,
        inside: Vec<&'a str>,
    },
    /// An instance that is put together from items of several sources, or under other names than theirs.
    /// One of [`Walk::bags`].
    Bag(usize),
    /// A component, not an instance of it: one of those inside.
    Nested(usize),
    /// Something that is made at the outermost level.
    Own,
}

impl<'a> Source<'a> {
    /// What it is a part of: for `sum` of an instance that exports `sum`, the instance.
    fn around(mut self, name: &str) -> Option<Self> {
        match &mut self {
            Self::Import { inside, .. } | Self::Instance { inside, .. } => {
                (inside.pop()? == name).then_some(self)
            }
            Self::Bag(_) | Self::Nested(_) | Self::Own => None,
        }
    }
}

/// Finds sources, with what is known of the bags.
pub(super) struct Sources<'w, 'a> {
    walk: &'w Walk<'a>,
    /// For each bag, the one instance that it passes on.
    passed: Vec<Option<Source<'a>>>,
}

impl<'w, 'a> Sources<'w, 'a> {
    pub(super) fn new(walk: &'w Walk<'a>) -> Self {
        let mut sources = Self {
            walk,
            passed: Vec::with_capacity(walk.bags.len()),
        };
        // What is in a bag was there before it, so the bags inside of it are known by then.
        for bag in 0..walk.bags.len() {
            let passed = sources.passed_by(bag);
            sources.passed.push(passed);
        }
        sources
    }

    /// The one instance that a bag's items all come from, under their own names. Types do not decide: an interface may
    /// hold those of another under its own name.
    fn passed_by(&self, bag: usize) -> Option<Source<'a>> {
        let bag = &self.walk.bags[bag];
        let only_types = bag.values().all(|item| item.kind == Kind::Type);
        let mut around = bag
            .iter()
            .filter(|(_, item)| only_types || item.kind != Kind::Type)
            .map(|(name, item)| self.of(*item).around(name));
        let first = around.next()??;
        around
            .all(|other| other.as_ref() == Some(&first))
            .then_some(first)
    }

    /// The source of an item.
    pub(super) fn of(&self, item: Item) -> Source<'a> {
        let mut item = item;
        let mut outwards = Vec::new();
        // Each step goes to an item that was there before.
        loop {
            match self.walk.origin(item) {
                Origin::Alias { instance, name } => {
                    outwards.push(name);
                    item = Item {
                        kind: Kind::Instance,
                        index: instance,
                    };
                }
                Origin::Import(name) => {
                    let inside = reversed(outwards);
                    return Source::Import { name, inside };
                }
                Origin::Instance(instantiation) => {
                    return Source::Instance {
                        instantiation,
                        inside: reversed(outwards),
                    };
                }
                Origin::Bag(bag) => match outwards.pop() {
                    Some(name) => match self.walk.bags[bag].get(name) {
                        Some(inner) => item = *inner,
                        None => return Source::Own,
                    },
                    None => return self.passed[bag].clone().unwrap_or(Source::Bag(bag)),
                },
                Origin::Nested(nested) => return Source::Nested(nested),
                Origin::Own => return Source::Own,
            }
        }
    }
}

fn reversed(mut names: Vec<&str>) -> Vec<&str> {
    names.reverse();
    names
}
