//! Adapters: components without code that give exports another shape, so that they fill an import.
//!
//! An adapter turns functions into an interface of them and back, merges several interfaces into one, and renames
//! functions. It changes no type: what differs in a parameter needs code, which somebody must write. What it cannot pass on
//! are functions on their own whose types have names.
//!
//! A resource of an adapter is the one that comes in, with functions of its own names. WIT has no way to say that: an
//! interface that uses a resource of another cannot have functions of it. So such adapters are shown with a resource in
//! both interfaces, and tools that read WIT out of components refuse them; components are composed with them all the same.

pub(super) mod encode;
mod gathering;
mod plan;
mod resource_functions;

use super::{GenerateError, finish};
use crate::check::verdict::Judge;
use crate::explain::nearest::nearest;
use crate::guard::guarded;
use crate::inspect::{Component, load};
pub(crate) use gathering::gathering;
use patchbay_model::component::Generated;
use patchbay_model::name::{InterfaceName, label_from, unique_label};
use plan::{Offer, Part};
use std::collections::BTreeMap;
use wac_graph::CompositionGraph;
use wac_graph::types::{ItemKind, Types, World};

/// An adapter, and how it is linked.
#[derive(Clone, Debug)]
pub struct Adapter {
    /// The component; it exports what the import asks for, under the import's name.
    pub component: Component,
    /// Which of its imports takes which of the exports it was made for: the import's name, and the place in the list.
    /// An export that gives nothing is not in it.
    pub inputs: Vec<(String, usize)>,
}

/// An adapter from exports to an import. `renames` says for a function that is wanted which one is meant.
///
/// # Errors
/// Why there is none: a port that is not there, or what differs in more than shape.
pub fn adapter(
    exports: &[(&Component, &str)],
    importer: &Component,
    import: &str,
    renames: &BTreeMap<String, String>,
) -> Result<Adapter, GenerateError> {
    make(exports, importer, import, |types, offers, want| {
        plan::plan(types, offers, want, import, renames)
    })
}

/// An adapter from exports to an import, of an interface whose items are all said: the name of each, which export gives
/// it, and which item of that; `None` for a function on its own.
///
/// # Errors
/// As [`adapter`].
pub(crate) fn arranged(
    exports: &[(&Component, &str)],
    importer: &Component,
    import: &str,
    items: &[(&str, usize, Option<&str>)],
) -> Result<Adapter, GenerateError> {
    make(exports, importer, import, |_, _, _| {
        let part = |(name, offer, item): &(&str, usize, Option<&str>)| Part {
            name: (*name).to_string(),
            offer: *offer,
            item: item.map(str::to_string),
        };
        Ok(items.iter().map(part).collect())
    })
}

fn make(
    exports: &[(&Component, &str)],
    importer: &Component,
    import: &str,
    parts: impl FnOnce(&Types, &[Offer<'_>], ItemKind) -> Result<Vec<Part>, GenerateError>,
) -> Result<Adapter, GenerateError> {
    let mut graph = CompositionGraph::new();
    let want = port(graph.types_mut(), importer, import, "import")?;
    let mut offers = Vec::new();
    for (component, name) in exports {
        offers.push((*name, port(graph.types_mut(), component, name, "export")?));
    }
    let parts = parts(graph.types(), &offers, want)?;

    // Exports that nothing is taken from are left out.
    let used: Vec<usize> = (0..offers.len())
        .filter(|n| parts.iter().any(|part| part.offer == *n))
        .collect();
    let kept: Vec<Offer<'_>> = used.iter().map(|n| offers[*n]).collect();
    let mut parts = parts;
    for part in &mut parts {
        part.offer = used.iter().position(|n| *n == part.offer).unwrap_or(0);
    }
    let names = import_names(&kept);
    let label = InterfaceName::parse(import).map_or(import, |name| name.interface);
    let component = finish(Generated::Adapter, &label_from(label), || {
        let is_function = matches!(want, ItemKind::Func(_));
        encode::encode(graph, &kept, &names, &parts, (import, is_function))
            .map_err(|error| GenerateError::NotAdaptable(format!("{error:#}")))
    });
    let component = component.map_err(|error| match error {
        GenerateError::Failed(reason) => GenerateError::NotAdaptable(reason),
        other => other,
    })?;
    verify(&component, (importer, import), exports, &used, &names)?;
    let inputs = names.into_iter().zip(used).collect();
    Ok(Adapter { component, inputs })
}

/// What a component has at a port.
pub(super) fn port(
    types: &mut Types,
    component: &Component,
    name: &str,
    side: &'static str,
) -> Result<ItemKind, GenerateError> {
    let world = load(types, component.info.digest.as_str(), component.skeleton())
        .map_err(|refusal| GenerateError::Failed(refusal.to_string()))?;
    let items = side_of(&types[world], side);
    items
        .get(name)
        .copied()
        .ok_or_else(|| GenerateError::NoSuchPort {
            package: component.info.package.clone(),
            side,
            name: name.to_string(),
            near: nearest(name, items.keys()).map(str::to_string),
        })
}

fn side_of<'w>(world: &'w World, side: &str) -> &'w indexmap::IndexMap<String, ItemKind> {
    match side {
        "import" => &world.imports,
        _ => &world.exports,
    }
}

/// An import name for each export: its own, or a label where two exports have one name.
fn import_names(offers: &[Offer<'_>]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for (name, _) in offers {
        let free = match names.iter().any(|taken| taken == name) {
            false => (*name).to_string(),
            true => {
                let base = InterfaceName::parse(name).map_or(*name, |name| name.interface);
                unique_label(&label_from(base), |label| names.iter().any(|n| n == label))
            }
        };
        names.push(free);
    }
    names
}

/// Compares the adapter with what it was made for, as wac will when the links are drawn.
fn verify(
    adapter: &Component,
    (importer, import): (&Component, &str),
    exports: &[(&Component, &str)],
    used: &[usize],
    names: &[String],
) -> Result<(), GenerateError> {
    let mut types = Types::default();
    let mut pairs = vec![(
        port(&mut types, adapter, import, "export")?,
        port(&mut types, importer, import, "import")?,
    )];
    for (n, name) in used.iter().zip(names) {
        let (component, export) = exports[*n];
        pairs.push((
            port(&mut types, component, export, "export")?,
            port(&mut types, adapter, name, "import")?,
        ));
    }
    verify_pairs(&types, &pairs)
}

/// Whether the first of each two items can stand for the second.
fn verify_pairs(types: &Types, pairs: &[(ItemKind, ItemKind)]) -> Result<(), GenerateError> {
    let mut judge = Judge::new(types);
    let verdict = guarded(|| {
        pairs
            .iter()
            .try_for_each(|(have, want)| judge.agree(*have, *want))
    });
    verdict
        .map_err(|panicked| panicked.to_string())
        .and_then(|verdict| verdict)
        .map_err(GenerateError::NotAdaptable)
}
