//! Which exports fit which imports: what lights up while a link is dragged.

use crate::assembly::Assembly;
use crate::check::verdict::{Judge, TypedPort};
use crate::explain::told;
use crate::inspect::Component;
use crate::inspect::weight::Weigher;
use crate::limits;
use crate::memory::Memory;
use patchbay_model::analysis::{ComponentPort, Fit, PortFit};
use patchbay_model::component::{ComponentInfo, Digest, Port};
use patchbay_model::name::share_name;
use std::collections::HashMap;
use std::sync::Arc;
use wac_types::{ItemKind, Type, Types, World};

/// How the exports of one component fit the imports of another.
#[derive(Default)]
pub(crate) struct PairFits {
    /// For each import, by its place among them: the exports to list with it.
    of: Vec<Vec<PortFit>>,
    /// How many pairs of ports were looked at, …
    pairs: usize,
    /// … how many items of types were compared, …
    work: u64,
    /// … and how many bytes of WIT were compared word by word.
    marked: usize,
    /// How many bytes the mismatches tell.
    told: usize,
}

impl PairFits {
    /// About how many bytes it takes.
    pub(crate) fn weight(&self) -> usize {
        let entries: usize = self.of.iter().map(Vec::len).sum();
        let each = size_of::<PortFit>() + 300;
        size_of::<Self>() + self.of.len() * size_of::<Vec<PortFit>>() + entries * each + self.told
    }
}

/// What is known of the components of a graph, by pairs of them.
#[derive(Default)]
pub(crate) struct Fits<'a> {
    /// Every pair of an export and an import among the components that fits, and every pair of one name that does not,
    /// the WIT of the ports left out: it is that of the components.
    pub(crate) list: Vec<PortFit>,
    /// The place of each component, …
    places: HashMap<&'a Digest, usize>,
    /// … and by those of importer and exporter, what is known of both.
    pairs: Vec<Vec<Arc<PairFits>>>,
}

impl<'a> Fits<'a> {
    /// Compares the components that are not known to `memory` yet.
    ///
    /// An import that asks for nothing (an interface without functions) is filled by everything; it is listed with its
    /// namesakes alone.
    pub(crate) fn new(assembly: &Assembly<'a>, memory: &Memory, judge: &mut Judge<'_>) -> Self {
        let components = assembly.components();
        let mut known = KnownItems::new(assembly.types());
        let digests: Vec<&'a Digest> = components.iter().map(|(c, _)| &c.info.digest).collect();
        let mut fits = Self {
            list: Vec::new(),
            places: digests.iter().copied().zip(0..).collect(),
            pairs: Vec::new(),
        };
        let (mut pairs, mut work) = (0, 0);
        let mut so_far = 0;
        for importer in &components {
            let mut of_importer = Vec::with_capacity(components.len());
            let to = &importer.0.info.digest;
            let remembered = memory.fits(&digests, to);
            for (exporter, remembered) in components.iter().zip(remembered) {
                if pairs > limits::PAIRS || work > limits::COMPARED_ITEMS {
                    break;
                }
                let pair = match remembered {
                    Some(pair) => {
                        judge.has_marked(pair.marked);
                        pair
                    }
                    None => {
                        let pair = Arc::new(compare(judge, &mut known, exporter, importer));
                        // Without marks it is less than others would say of it.
                        if judge.marks() {
                            let from = &exporter.0.info.digest;
                            memory.keep_fits(from, to, Arc::clone(&pair));
                        }
                        pair
                    }
                };
                pairs += pair.pairs;
                work += pair.work;
                of_importer.push(pair);
            }
            let imports = 0..importer.0.info.imports.len();
            let known = imports.flat_map(|import| {
                let pairs = of_importer.iter();
                pairs.flat_map(move |pair| pair.of.get(import).into_iter().flatten())
            });
            let room = limits::FITS - fits.list.len();
            let mut known = known.fuse();
            let listed = known.by_ref().take(room);
            fits.list
                .extend(listed.map(|fit| bounded(fit, &mut so_far)));
            let full = known.next().is_some();
            fits.pairs.push(of_importer);
            if full {
                break;
            }
        }
        fits
    }

    /// How an export of one component fits an import of another, where that is known.
    pub(crate) fn get(
        &self,
        (exporter, export): (&ComponentInfo, &str),
        (importer, import): (&ComponentInfo, &str),
    ) -> Option<Fit> {
        let place = |info: &ComponentInfo| self.places.get(&info.digest).copied();
        let pair = self.pairs.get(place(importer)?)?.get(place(exporter)?)?;
        let at = importer.imports.iter().position(|p| p.name == import)?;
        let mut fits = pair.of.get(at)?.iter();
        let mut fit = fits.find(|fit| fit.export.port == export)?.fit.clone();
        if let Fit::Mismatch(mismatch) = &mut fit {
            mismatch
                .export
                .wit
                .clone_from(&exporter.export(export)?.wit);
            mismatch.import.wit.clone_from(&importer.imports[at].wit);
        }
        Some(fit)
    }
}

/// The same with its summary alone where enough has been told.
fn bounded(fit: &PortFit, so_far: &mut usize) -> PortFit {
    let mut fit = fit.clone();
    if let Fit::Mismatch(mismatch) = &mut fit.fit {
        *so_far += told(mismatch);
        if *so_far > limits::TOLD_BYTES {
            mismatch.reasons.clear();
            mismatch.export.marks.clear();
            mismatch.import.marks.clear();
        }
    }
    fit
}

/// Compares every export of one component with every import of another.
fn compare(
    judge: &mut Judge<'_>,
    known: &mut KnownItems<'_>,
    (exporter, offers): &(&Component, &World),
    (importer, wants): &(&Component, &World),
) -> PairFits {
    let mut found = PairFits::default();
    let marked = judge.marked();
    for (import, kind) in ports(&importer.info.imports, wants.imports.values()) {
        let mut fits = Vec::new();
        let wanted = typed(import, kind);
        let weight = known.weight(kind);
        let by_structure = !known.is_trivial(kind) && weight <= limits::STRUCTURE_ITEMS;
        for (export, kind) in ports(&exporter.info.exports, offers.exports.values()) {
            found.pairs += 1;
            if found.pairs > limits::PAIRS || found.work > limits::COMPARED_ITEMS {
                break;
            }
            let offered = typed(export, kind);
            let namesakes = share_name(offered.name, wanted.name);
            let listed = namesakes
                || by_structure
                    && same_kind(offered.kind, wanted.kind)
                    && known.weight(offered.kind) <= limits::STRUCTURE_ITEMS
                    && judge.agree(offered.kind, wanted.kind).is_ok();
            found.work += weight;
            if listed {
                let mut fit = judge.fit(offered, wanted);
                if let Fit::Mismatch(mismatch) = &mut fit {
                    mismatch.export.wit.clear();
                    mismatch.import.wit.clear();
                    found.told += told(mismatch);
                }
                fits.push(PortFit {
                    export: component_port(&exporter.info, export),
                    import: component_port(&importer.info, import),
                    fit,
                });
            }
        }
        found.of.push(fits);
    }
    found.marked = judge.marked() - marked;
    found
}

fn ports<'a>(
    ports: &'a [Port],
    kinds: impl Iterator<Item = &'a ItemKind>,
) -> impl Iterator<Item = (&'a Port, ItemKind)> {
    ports.iter().zip(kinds.copied())
}

fn typed(port: &Port, kind: ItemKind) -> TypedPort<'_> {
    TypedPort {
        name: &port.name,
        kind,
        wit: &port.wit,
    }
}

fn component_port(info: &ComponentInfo, port: &Port) -> ComponentPort {
    ComponentPort {
        component: info.digest.clone(),
        port: port.name.clone(),
    }
}

fn same_kind(a: ItemKind, b: ItemKind) -> bool {
    std::mem::discriminant(&a) == std::mem::discriminant(&b)
}

/// What is asked of each item once, not once a pair.
struct KnownItems<'a> {
    types: &'a Types,
    weights: HashMap<ItemKind, u64>,
}

impl<'a> KnownItems<'a> {
    fn new(types: &'a Types) -> Self {
        Self {
            types,
            weights: HashMap::new(),
        }
    }

    fn weight(&mut self, kind: ItemKind) -> u64 {
        let types = self.types;
        *self
            .weights
            .entry(kind)
            .or_insert_with(|| Weigher::new(types).item(kind))
    }

    /// Whether nearly everything would fill an import of this type.
    fn is_trivial(&self, kind: ItemKind) -> bool {
        match kind {
            ItemKind::Instance(id) | ItemKind::Type(Type::Interface(id)) => !self.types[id]
                .exports
                .values()
                .any(|item| matches!(item, ItemKind::Func(_) | ItemKind::Instance(_))),
            ItemKind::Type(_) => true,
            _ => false,
        }
    }
}
