//! Which export gives what, when exports are to be given another shape.

use super::resource_functions::is_one;
use crate::check::verdict::Judge;
use crate::explain::spoken::plain;
use crate::generate::GenerateError;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use wac_graph::types::{
    DefinedType, FuncTypeId, InterfaceId, ItemKind, ResourceId, Type, Types, ValueType,
};

/// An export that an adapter may take from: its name and type.
pub(super) type Offer<'a> = (&'a str, ItemKind);

/// Where one item of what is wanted comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// As it is wanted; the name of the function where a function is wanted.
    pub(super) name: String,
    /// Which export gives it, …
    pub(super) offer: usize,
    /// … and which item of it; `None` for a function on its own.
    pub(super) item: Option<String>,
}

/// Finds a source for everything that is wanted: by name, as the renames say, or the only function of the same type
/// that nothing else needs.
pub(super) fn plan(
    types: &Types,
    offers: &[Offer<'_>],
    want: ItemKind,
    name: &str,
    renames: &BTreeMap<String, String>,
) -> Result<Vec<Part>, GenerateError> {
    let mut planner = Planner {
        types,
        judge: Judge::new(types),
        functions: functions(types, offers),
        taken: BTreeSet::new(),
        offers,
        renames,
    };
    match want {
        ItemKind::Func(_) => {
            let wanted = [(name, want)];
            planner.functions_for(&wanted)
        }
        ItemKind::Instance(id) => planner.interface(id),
        _ => Err(GenerateError::NotAdaptable(format!(
            "`{name}` is neither an interface nor a function"
        ))),
    }
}

/// A function within reach.
#[derive(Clone, Copy)]
struct Known<'a> {
    offer: usize,
    item: Option<&'a str>,
    name: &'a str,
    kind: ItemKind,
}

fn functions<'a>(types: &'a Types, offers: &[Offer<'a>]) -> Vec<Known<'a>> {
    let mut functions = Vec::new();
    for (offer, (name, kind)) in offers.iter().enumerate() {
        match kind {
            ItemKind::Func(_) => functions.push(Known {
                offer,
                item: None,
                name,
                kind: *kind,
            }),
            ItemKind::Instance(id) => {
                let items = types[*id].exports.iter();
                let items = items.filter(|(_, kind)| matches!(kind, ItemKind::Func(_)));
                functions.extend(items.map(|(name, kind)| Known {
                    offer,
                    item: Some(name),
                    name,
                    kind: *kind,
                }));
            }
            _ => {}
        }
    }
    functions
}

struct Planner<'a> {
    types: &'a Types,
    judge: Judge<'a>,
    offers: &'a [Offer<'a>],
    functions: Vec<Known<'a>>,
    /// Those that have been given already.
    taken: BTreeSet<usize>,
    renames: &'a BTreeMap<String, String>,
}

impl<'a> Planner<'a> {
    fn interface(&mut self, id: InterfaceId) -> Result<Vec<Part>, GenerateError> {
        let wanted = &self.types[id];
        let mut parts = Vec::new();
        let mut functions = Vec::new();
        for (name, kind) in &wanted.exports {
            match kind {
                ItemKind::Func(_) => functions.push((name.as_str(), *kind)),
                ItemKind::Type(_) => parts.push(self.type_for(name)?),
                _ => {
                    return Err(GenerateError::NotAdaptable(format!(
                        "`{name}` is neither a function nor a type"
                    )));
                }
            }
        }
        let functions = self.functions_for(&functions)?;
        self.one_maker(id, &parts, &functions)?;
        parts.extend(functions);
        Ok(parts)
    }

    /// Types come with their interface, by name; whether they are the same is found out when the whole is compared.
    fn type_for(&self, name: &str) -> Result<Part, GenerateError> {
        let offer = self.offers.iter().position(|(_, kind)| match kind {
            ItemKind::Instance(id) => {
                matches!(self.types[*id].exports.get(name), Some(ItemKind::Type(_)))
            }
            _ => false,
        });
        let offer = offer.ok_or_else(|| {
            GenerateError::NotAdaptable(format!(
                "the type `{name}` belongs to the interface that is wanted, and no interface that is offered has one of this name"
            ))
        })?;
        Ok(Part {
            name: name.to_string(),
            offer,
            item: Some(name.to_string()),
        })
    }

    fn functions_for(&mut self, wanted: &[(&str, ItemKind)]) -> Result<Vec<Part>, GenerateError> {
        let mut found: Vec<Option<usize>> = Vec::new();
        for (name, kind) in wanted {
            let meant = self.renames.get(*name).map_or(*name, String::as_str);
            let given = self.find(|known| known.name == meant, *kind);
            if given.is_none() && meant != *name {
                return Err(GenerateError::NotAdaptable(format!(
                    "no function `{meant}` of the type of `{name}` is offered"
                )));
            }
            self.taken.extend(given);
            found.push(given);
        }
        let mut parts = Vec::new();
        for ((name, kind), given) in wanted.iter().zip(&found) {
            let given = match given {
                Some(given) => *given,
                None => self.renamed(name, *kind, wanted, &found)?,
            };
            let known = self.functions[given];
            parts.push(Part {
                name: (*name).to_string(),
                offer: known.offer,
                item: known.item.map(str::to_string),
            });
        }
        Ok(parts)
    }

    fn find(&mut self, is_meant: impl Fn(&Known<'_>) -> bool, kind: ItemKind) -> Option<usize> {
        (0..self.functions.len()).find(|n| {
            let known = self.functions[*n];
            is_meant(&known) && self.judge.agree(known.kind, kind).is_ok()
        })
    }

    /// The only function of that type that nothing else needs, when nothing else could need it.
    fn renamed(
        &mut self,
        name: &str,
        kind: ItemKind,
        wanted: &[(&str, ItemKind)],
        found: &[Option<usize>],
    ) -> Result<usize, GenerateError> {
        let free: Vec<usize> = (0..self.functions.len())
            .filter(|n| !self.taken.contains(n) && !is_one(self.functions[*n].name))
            .filter(|n| self.judge.agree(self.functions[*n].kind, kind).is_ok())
            .collect();
        let rivals = wanted.iter().zip(found).any(|((other, rival), found)| {
            found.is_none() && *other != name && self.judge.agree(*rival, kind).is_ok()
        });
        match free.as_slice() {
            [one] if !rivals && !is_one(name) => Ok(*one),
            several if several.is_empty() || is_one(name) => {
                Err(GenerateError::NotAdaptable(format!(
                    "nothing that is offered has a function like `{}`",
                    plain(name)
                )))
            }
            several => {
                let names: Vec<String> = several
                    .iter()
                    .map(|n| format!("`{}`", self.functions[*n].name))
                    .collect();
                Err(GenerateError::NotAdaptable(format!(
                    "`{name}` may be {}, and their types do not say which: say it with a rename",
                    names.join(" or ")
                )))
            }
        }
    }

    /// Resources that the interface declares are made by one instance, so the functions that speak of them must come from
    /// there.
    fn one_maker(
        &self,
        id: InterfaceId,
        types: &[Part],
        functions: &[Part],
    ) -> Result<(), GenerateError> {
        let wanted = &self.types[id];
        let declared = types
            .iter()
            .filter_map(|part| match wanted.exports.get(&part.name) {
                Some(ItemKind::Type(Type::Resource(id)))
                    if !wanted.uses.contains_key(&part.name) =>
                {
                    Some((self.types.resolve_resource(*id), part))
                }
                _ => None,
            });
        let makers: HashMap<ResourceId, &Part> = declared.collect();
        for function in functions {
            let Some(ItemKind::Func(id)) = wanted.exports.get(&function.name) else {
                continue;
            };
            let elsewhere = |resource| {
                let maker = makers.get(&resource).copied();
                maker.filter(|maker| maker.offer != function.offer)
            };
            if let Some(maker) = made_elsewhere(self.types, *id, &elsewhere) {
                return Err(GenerateError::NotAdaptable(format!(
                    "the resource `{}` is made by `{}`, and the function `{}` comes from `{}`, to which its handles mean nothing",
                    maker.name,
                    self.offers[maker.offer].0,
                    plain(&function.name),
                    self.offers[function.offer].0
                )));
            }
        }
        Ok(())
    }
}

/// The maker of a resource whose handles go through a function, where it is another than the function's.
fn made_elsewhere<'p>(
    types: &Types,
    function: FuncTypeId,
    elsewhere: &impl Fn(ResourceId) -> Option<&'p Part>,
) -> Option<&'p Part> {
    let function = &types[function];
    let params = function.params.values().copied();
    let mut all = params.chain(function.result);
    all.find_map(|ty| held(types, ty, elsewhere))
}

/// Types nest no deeper than the parser of components lets them.
fn held<'p>(
    types: &Types,
    ty: ValueType,
    elsewhere: &impl Fn(ResourceId) -> Option<&'p Part>,
) -> Option<&'p Part> {
    let id = match ty {
        ValueType::Primitive(_) => return None,
        ValueType::Own(id) | ValueType::Borrow(id) => {
            return elsewhere(types.resolve_resource(id));
        }
        ValueType::Defined(id) => id,
    };
    let one = |ty: &ValueType| held(types, *ty, elsewhere);
    match &types[id] {
        DefinedType::Tuple(parts) => parts.iter().find_map(one),
        DefinedType::List(ty)
        | DefinedType::FixedSizeList(ty, _)
        | DefinedType::Option(ty)
        | DefinedType::Alias(ty) => one(ty),
        DefinedType::Map(key, value) => [key, value].into_iter().find_map(one),
        DefinedType::Result { ok, err } => ok.iter().chain(err).find_map(one),
        DefinedType::Variant(variant) => variant.cases.values().flatten().find_map(one),
        DefinedType::Record(record) => record.fields.values().find_map(one),
        DefinedType::Stream(ty) | DefinedType::Future(ty) => ty.iter().find_map(one),
        DefinedType::Flags(_) | DefinedType::Enum(_) => None,
    }
}
