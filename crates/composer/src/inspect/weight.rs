//! How much there is to a type when every reference is followed.

use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::at_most;
use crate::limits;
use std::collections::HashMap;
use wac_types::{DefinedType, DefinedTypeId, ItemKind, Type, Types, ValueType};

/// Counts the items of types: functions, parameters, fields, cases, and the types they refer to, each time they do.
/// Saturating, so that a type whose size is exponential in its bytes costs no more than its bytes to measure.
pub(crate) struct Weigher<'a> {
    types: &'a Types,
    known: HashMap<DefinedTypeId, u64>,
    longest_name: usize,
}

impl<'a> Weigher<'a> {
    pub(crate) fn new(types: &'a Types) -> Self {
        Self {
            types,
            known: HashMap::new(),
            longest_name: 0,
        }
    }

    /// Refuses ports that together are more than can be checked and shown; says how many items they have.
    pub(crate) fn bound<'n>(
        mut self,
        ports: impl Iterator<Item = (&'n String, &'n ItemKind)>,
    ) -> Result<u64, NotAComponent> {
        let mut total = 0u64;
        for (name, kind) in ports {
            self.name(name);
            total = total.saturating_add(self.item(*kind));
        }
        let longest = self.longest_name as u64;
        at_most("characters in a name", longest, limits::NAME_CHARS as u64)?;
        at_most("items in its types", total, limits::TYPE_ITEMS)?;
        Ok(total)
    }

    fn name(&mut self, name: &str) {
        self.longest_name = self.longest_name.max(name.len());
    }

    /// The weight of an import or export.
    pub(crate) fn item(&mut self, kind: ItemKind) -> u64 {
        match kind {
            ItemKind::Type(ty) => self.ty(ty),
            other => self.ty(other.ty()),
        }
    }

    fn ty(&mut self, ty: Type) -> u64 {
        let types = self.types;
        match ty {
            Type::Resource(id) => {
                self.name(&types[id].name);
                1
            }
            Type::Func(id) => {
                let func = &types[id];
                func.params.keys().for_each(|name| self.name(name));
                self.sum(func.params.values().chain(&func.result))
            }
            Type::Value(ty) => self.value(ty),
            Type::Interface(id) => self.items(types[id].exports.iter()),
            Type::World(id) => {
                let world = &types[id];
                self.items(world.imports.iter().chain(&world.exports))
            }
            Type::Module(id) => (types[id].imports.len() + types[id].exports.len()) as u64 + 1,
        }
    }

    fn items<'n>(&mut self, items: impl Iterator<Item = (&'n String, &'n ItemKind)>) -> u64 {
        let mut total = 1u64;
        for (name, kind) in items {
            self.name(name);
            total = total.saturating_add(self.item(*kind));
        }
        total
    }

    fn sum<'n>(&mut self, parts: impl Iterator<Item = &'n ValueType>) -> u64 {
        parts.fold(1, |sum, ty| sum.saturating_add(self.value(*ty)))
    }

    fn value(&mut self, ty: ValueType) -> u64 {
        let ValueType::Defined(id) = ty else { return 1 };
        if let Some(weight) = self.known.get(&id) {
            return *weight;
        }
        let types = self.types;
        let weight = match &types[id] {
            DefinedType::Tuple(parts) => self.sum(parts.iter()),
            DefinedType::List(ty) | DefinedType::FixedSizeList(ty, _) | DefinedType::Option(ty) => {
                self.sum([ty].into_iter())
            }
            DefinedType::Alias(ty) => self.value(*ty),
            DefinedType::Map(key, value) => self.sum([key, value].into_iter()),
            DefinedType::Result { ok, err } => self.sum(ok.iter().chain(err)),
            DefinedType::Stream(ty) | DefinedType::Future(ty) => self.sum(ty.iter()),
            DefinedType::Record(record) => {
                record.fields.keys().for_each(|name| self.name(name));
                self.sum(record.fields.values())
            }
            DefinedType::Variant(variant) => {
                variant.cases.keys().for_each(|name| self.name(name));
                let untyped = variant.cases.values().filter(|ty| ty.is_none()).count() as u64;
                self.sum(variant.cases.values().flatten())
                    .saturating_add(untyped)
            }
            DefinedType::Flags(names) => {
                names.0.iter().for_each(|name| self.name(name));
                names.0.len() as u64 + 1
            }
            DefinedType::Enum(names) => {
                names.0.iter().for_each(|name| self.name(name));
                names.0.len() as u64 + 1
            }
        };
        self.known.insert(id, weight);
        weight
    }
}
