//! The components inside: each taken out of the bytes and inspected, or the reason why it cannot be.

use super::names;
use super::walk::{Item, Origin, Walk};
use crate::inspect::{Component, inspect};
use crate::limits;
use patchbay_model::component::{ComponentRef, Digest};
use patchbay_model::name::{label_from, unique_label};
use std::collections::{BTreeMap, BTreeSet};
use wasmparser::{ComponentAlias, ComponentExternalKind as Kind, Parser, Payload, WasmFeatures};

/// What an instantiation is an instance of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Piece {
    /// A component inside, by its place in [`Pieces::components`].
    Inside(usize),
    /// A component that is imported, under that name.
    Imported(String),
}

/// The components that are instantiated.
pub(super) struct Pieces {
    /// Each once, however often it is embedded or instantiated.
    pub(super) components: Vec<Component>,
    /// By index among the components inside.
    by_nested: BTreeMap<usize, usize>,
}

impl Pieces {
    /// Takes out what is instantiated.
    ///
    /// # Errors
    /// A sentence on the first component that cannot be an instance of its own.
    pub(super) fn new(bytes: &[u8], walk: &Walk<'_>) -> Result<Self, String> {
        let mut pieces = Self {
            components: Vec::new(),
            by_nested: BTreeMap::new(),
        };
        let mut by_digest: BTreeMap<Digest, usize> = BTreeMap::new();
        let mut items = 0u64;
        for instantiation in &walk.instantiations {
            let component = Item {
                kind: Kind::Component,
                index: instantiation.component,
            };
            let nested = match walk.origin(component) {
                Origin::Nested(nested) => nested,
                Origin::Import(_) => continue,
                _ => {
                    return Err(
                        "one of its instances is of a component that another instance exports"
                            .to_string(),
                    );
                }
            };
            if pieces.by_nested.contains_key(&nested) {
                continue;
            }
            let embedded = bytes.get(walk.nested[nested].clone()).unwrap_or_default();
            let name = own_name(embedded);
            let name = walk
                .component_names
                .get(&instantiation.component)
                .copied()
                .or(name);
            let mut component = inspect("", embedded).map_err(|refusal| {
                let called = name.map_or_else(String::new, |name| format!(" (`{name}`)"));
                match reaches_out(embedded) {
                    Some(what) => format!(
                        "the component number {nested} inside of it{called} uses {what} from around it, so it cannot be taken out"
                    ),
                    None => format!("the component number {nested} inside of it{called} cannot be taken out: {refusal}"),
                }
            })?;
            items = items.saturating_add(component.items());
            if items > limits::TYPE_ITEMS {
                return Err("the components inside of it have too many types together".to_string());
            }
            let place = match by_digest.get(&component.info.digest) {
                Some(place) => *place,
                None => {
                    component.info.package = pieces.package(name, &component);
                    by_digest.insert(component.info.digest.clone(), pieces.components.len());
                    pieces.components.push(component);
                    pieces.components.len() - 1
                }
            };
            pieces.by_nested.insert(nested, place);
        }
        Ok(pieces)
    }

    /// How many of the components inside have an instance; those of the same bytes count each.
    pub(super) fn embedded(&self) -> usize {
        self.by_nested.len()
    }

    /// A package that no other of these components has.
    fn package(&self, name: Option<&str>, component: &Component) -> String {
        let taken = |package: &str| self.components.iter().any(|c| c.info.package == package);
        if let Some(package) = name.and_then(names::package_of).filter(|p| !taken(p)) {
            return package;
        }
        let label = name.map_or_else(|| names::label_of(&component.info), label_from);
        let label = unique_label(&label, |label| taken(&format!("local:{label}")));
        format!("local:{label}")
    }

    /// What an instantiation is an instance of.
    pub(super) fn piece(&self, walk: &Walk<'_>, component: u32) -> Option<Piece> {
        let kind = Kind::Component;
        match walk.origin(Item {
            kind,
            index: component,
        }) {
            Origin::Nested(nested) => Some(Piece::Inside(*self.by_nested.get(&nested)?)),
            Origin::Import(name) => Some(Piece::Imported(name.to_string())),
            _ => None,
        }
    }

    /// How a node refers to a piece.
    pub(super) fn reference(&self, piece: &Piece) -> ComponentRef {
        match piece {
            Piece::Inside(place) => self.components[*place].info.reference(),
            Piece::Imported(import) => ComponentRef {
                package: names::locked_package(import)
                    .unwrap_or_else(|| format!("local:{}", label_from(import))),
                digest: None,
            },
        }
    }
}

/// Whether every instance is of a component that needs nothing around it.
pub(super) fn stand_alone(bytes: &[u8], walk: &Walk<'_>) -> bool {
    let mut seen = BTreeSet::new();
    walk.instantiations.iter().all(|instantiation| {
        let component = Item {
            kind: Kind::Component,
            index: instantiation.component,
        };
        match walk.origin(component) {
            Origin::Nested(nested) => {
                let embedded = bytes.get(walk.nested[nested].clone());
                !seen.insert(nested) || embedded.is_some_and(|it| reaches_out(it).is_none())
            }
            Origin::Import(_) => true,
            _ => false,
        }
    })
}

/// What the component calls itself.
fn own_name(bytes: &[u8]) -> Option<&str> {
    Walk::new(bytes).ok()?.name
}

/// What a component uses of those around it, in words; `None` where that is not what is wrong with it.
fn reaches_out(bytes: &[u8]) -> Option<&'static str> {
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut depth = 0u32;
    let mut found = None;
    for payload in parser.parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth = depth.saturating_sub(1),
            Payload::ComponentAliasSection(section) => {
                use wasmparser::ComponentOuterAliasKind as Outer;
                for alias in section.into_iter().map_while(Result::ok) {
                    match alias {
                        ComponentAlias::Outer { kind, count, .. } if count > depth => match kind {
                            Outer::Type | Outer::CoreType => found = Some("types"),
                            Outer::Component | Outer::CoreModule => return Some("code"),
                        },
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    found
}
