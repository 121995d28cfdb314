//! Types as a component writes them, out of wac's: behind what is there already, one section for each.
//!
//! A type that has a name in an interface is written by that name. Where a component imports the interface, it is an
//! alias of what came in, so both are the same: handles keep their identity.

use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use wac_graph::types::{
    DefinedType, FuncTypeId, Interface, InterfaceId, ItemKind, PrimitiveType, ResourceId, Type,
    Types, ValueType,
};
use wasm_encoder::{
    Alias, ComponentAliasSection, ComponentDefinedTypeEncoder, ComponentExportKind,
    ComponentSection, ComponentTypeSection, ComponentValType, PrimitiveValType,
};
use wasmparser::{ComponentExternalKind as Kind, Parser, Payload, WasmFeatures};

/// Where names of types come from.
pub(super) struct Source {
    /// Which interface has them; `None` where no type has a name.
    pub(super) interface: Option<InterfaceId>,
    /// The index of the instance of it that is imported.
    pub(super) instance: u32,
    /// Those of its types that the component has an index for already. The others are brought in from the instance.
    pub(super) known: HashMap<String, u32>,
}

/// Writes types behind a component that is being made.
pub(super) struct TypeWriter<'a> {
    types: &'a Types,
    /// The component so far.
    pub(super) bytes: Vec<u8>,
    /// What is in it.
    pub(super) spaces: Spaces,
    /// The types of each instance that were brought in.
    brought: HashMap<(u32, String), u32>,
    /// What interfaces call their types.
    names: HashMap<InterfaceId, Names>,
}

/// What an interface calls its types: the first name of each.
#[derive(Default)]
struct Names {
    resources: HashMap<ResourceId, String>,
    values: HashMap<ValueType, String>,
}

impl Names {
    fn of(types: &Types, interface: InterfaceId) -> Self {
        let mut names = Self::default();
        for (name, kind) in types[interface].exports.iter().rev() {
            match kind {
                ItemKind::Type(Type::Resource(id)) => {
                    let resource = types.resolve_resource(*id);
                    names.resources.insert(resource, name.clone());
                }
                ItemKind::Type(Type::Value(ty)) => {
                    names.values.insert(*ty, name.clone());
                }
                _ => {}
            }
        }
        names
    }
}

impl<'a> TypeWriter<'a> {
    /// Goes on with these bytes.
    pub(super) fn new(types: &'a Types, bytes: Vec<u8>, spaces: Spaces) -> Self {
        Self {
            types,
            bytes,
            spaces,
            brought: HashMap::new(),
            names: HashMap::new(),
        }
    }

    /// The index of a function that an instance exports.
    pub(super) fn function_of(&mut self, instance: u32, name: &str) -> u32 {
        self.alias(instance, ComponentExportKind::Func, name);
        self.spaces.funcs += 1;
        self.spaces.funcs - 1
    }

    /// The index of the type of a function.
    pub(super) fn function_type(&mut self, source: &Source, function: FuncTypeId) -> Result<u32> {
        let types = self.types;
        let function = &types[function];
        let mut params = Vec::new();
        for (name, ty) in &function.params {
            params.push((name.as_str(), self.value(source, *ty)?));
        }
        let result = self.optional(source, function.result)?;
        let mut section = ComponentTypeSection::new();
        section
            .function()
            .async_(function.is_async)
            .params(params)
            .result(result);
        section.append_to_component(&mut self.bytes);
        Ok(self.new_type())
    }

    /// The index of a type that the interface has a name for.
    pub(super) fn named(&mut self, source: &Source, name: &str) -> u32 {
        if let Some(index) = source.known.get(name) {
            return *index;
        }
        let key = (source.instance, name.to_string());
        if let Some(index) = self.brought.get(&key) {
            return *index;
        }
        self.alias(source.instance, ComponentExportKind::Type, name);
        let index = self.new_type();
        self.brought.insert(key, index);
        index
    }

    /// What a name of the interface stands for, in other words than that name.
    pub(super) fn definition(
        &mut self,
        source: &Source,
        name: &str,
        ty: ValueType,
    ) -> Result<ComponentValType> {
        let first = self.name(source, |named| *named == Type::Value(ty));
        match first {
            Some(first) if first != name => Ok(ComponentValType::Type(self.named(source, &first))),
            _ => self.structure(source, ty),
        }
    }

    /// Which name of the interface was the first for a type.
    pub(super) fn name(&self, source: &Source, is_it: impl Fn(&Type) -> bool) -> Option<String> {
        let mut exports = self.types[source.interface?].exports.iter();
        let found = exports.find(|(_, kind)| matches!(kind, ItemKind::Type(ty) if is_it(ty)));
        found.map(|(name, _)| name.clone())
    }

    /// The index of a new type.
    pub(super) fn new_type(&mut self) -> u32 {
        self.spaces.types += 1;
        self.spaces.types - 1
    }

    /// The index of a type that is defined here.
    pub(super) fn defined(&mut self, write: impl FnOnce(ComponentDefinedTypeEncoder<'_>)) -> u32 {
        let mut section = ComponentTypeSection::new();
        write(section.defined_type());
        section.append_to_component(&mut self.bytes);
        self.new_type()
    }

    fn define(&mut self, write: impl FnOnce(ComponentDefinedTypeEncoder<'_>)) -> ComponentValType {
        ComponentValType::Type(self.defined(write))
    }

    fn alias(&mut self, instance: u32, kind: ComponentExportKind, name: &str) {
        let mut section = ComponentAliasSection::new();
        section.alias(Alias::InstanceExport {
            instance,
            kind,
            name,
        });
        section.append_to_component(&mut self.bytes);
    }

    fn names(&mut self, source: &Source) -> Option<&Names> {
        let (types, interface) = (self.types, source.interface?);
        let names = self.names.entry(interface);
        Some(names.or_insert_with(|| Names::of(types, interface)))
    }

    /// Types nest no deeper than the parser of components lets them.
    fn value(&mut self, source: &Source, ty: ValueType) -> Result<ComponentValType> {
        if let ValueType::Defined(_) = ty
            && let Some(name) = self
                .names(source)
                .and_then(|it| it.values.get(&ty).cloned())
        {
            return Ok(ComponentValType::Type(self.named(source, &name)));
        }
        self.structure(source, ty)
    }

    fn structure(&mut self, source: &Source, ty: ValueType) -> Result<ComponentValType> {
        let types = self.types;
        let id = match ty {
            ValueType::Primitive(ty) => return Ok(ComponentValType::Primitive(primitive(ty))),
            ValueType::Own(id) | ValueType::Borrow(id) => {
                let made = types.resolve_resource(id);
                let names = self.names(source);
                let name = names.and_then(|names| names.resources.get(&made).cloned());
                let name =
                    name.context("it speaks of a resource that its interface does not name")?;
                let index = self.named(source, &name);
                return Ok(self.define(|encoder| match ty {
                    ValueType::Own(_) => encoder.own(index),
                    _ => encoder.borrow(index),
                }));
            }
            ValueType::Defined(id) => id,
        };
        Ok(match &types[id] {
            DefinedType::Tuple(parts) => {
                let parts: Result<Vec<_>> =
                    parts.iter().map(|ty| self.value(source, *ty)).collect();
                let parts = parts?;
                self.define(|encoder| encoder.tuple(parts))
            }
            DefinedType::List(ty) => {
                let ty = self.value(source, *ty)?;
                self.define(|encoder| encoder.list(ty))
            }
            DefinedType::FixedSizeList(ty, length) => {
                let ty = self.value(source, *ty)?;
                self.define(|encoder| encoder.fixed_length_list(ty, *length))
            }
            DefinedType::Map(key, value) => {
                let (key, value) = (self.value(source, *key)?, self.value(source, *value)?);
                self.define(|encoder| encoder.map(key, value))
            }
            DefinedType::Option(ty) => {
                let ty = self.value(source, *ty)?;
                self.define(|encoder| encoder.option(ty))
            }
            DefinedType::Result { ok, err } => {
                let (ok, err) = (self.optional(source, *ok)?, self.optional(source, *err)?);
                self.define(|encoder| encoder.result(ok, err))
            }
            DefinedType::Stream(ty) => {
                let ty = self.optional(source, *ty)?;
                self.define(|encoder| encoder.stream(ty))
            }
            DefinedType::Future(ty) => {
                let ty = self.optional(source, *ty)?;
                self.define(|encoder| encoder.future(ty))
            }
            DefinedType::Alias(ty) => self.value(source, *ty)?,
            _ if source.interface.is_none() => {
                bail!("it speaks of a type that its interface does not name")
            }
            DefinedType::Variant(variant) => {
                let mut cases = Vec::new();
                for (name, ty) in &variant.cases {
                    cases.push((name.as_str(), self.optional(source, *ty)?));
                }
                self.define(|encoder| encoder.variant(cases))
            }
            DefinedType::Record(record) => {
                let mut fields = Vec::new();
                for (name, ty) in &record.fields {
                    fields.push((name.as_str(), self.value(source, *ty)?));
                }
                self.define(|encoder| encoder.record(fields))
            }
            DefinedType::Flags(flags) => {
                self.define(|encoder| encoder.flags(flags.0.iter().map(String::as_str)))
            }
            DefinedType::Enum(cases) => {
                self.define(|encoder| encoder.enum_type(cases.0.iter().map(String::as_str)))
            }
        })
    }

    fn optional(
        &mut self,
        source: &Source,
        ty: Option<ValueType>,
    ) -> Result<Option<ComponentValType>> {
        ty.map(|ty| self.value(source, ty)).transpose()
    }
}

/// The same interface without its name.
pub(super) fn unnamed(types: &mut Types, id: InterfaceId) -> InterfaceId {
    let Interface { uses, exports, .. } = types[id].clone();
    let id = None;
    types.add_interface(Interface { id, uses, exports })
}

/// How far the index spaces of a component are filled.
#[derive(Default)]
pub(super) struct Spaces {
    pub(super) types: u32,
    pub(super) funcs: u32,
    pub(super) instances: u32,
    /// What is imported, by name: instances and functions.
    pub(super) imported: HashMap<String, u32>,
    /// The types that are exported.
    pub(super) exported: HashMap<String, u32>,
}

impl Spaces {
    /// Of a component that does no more than to import, to alias and to export.
    pub(super) fn of(bytes: &[u8]) -> Result<Self> {
        let mut spaces = Self::default();
        let mut parser = Parser::new(0);
        parser.set_features(WasmFeatures::all());
        for payload in parser.parse_all(bytes) {
            match payload? {
                Payload::ComponentTypeSection(section) => spaces.types += section.count(),
                Payload::ComponentImportSection(section) => {
                    for import in section {
                        let import = import?;
                        let index = spaces.next(import.ty.kind());
                        if matches!(import.ty.kind(), Kind::Instance | Kind::Func) {
                            spaces.imported.insert(import.name.name.to_string(), index);
                        }
                    }
                }
                Payload::ComponentAliasSection(section) => {
                    for alias in section {
                        if let wasmparser::ComponentAlias::InstanceExport { kind, .. } = alias? {
                            spaces.next(kind);
                        }
                    }
                }
                Payload::ComponentExportSection(section) => {
                    for export in section {
                        let export = export?;
                        let index = spaces.next(export.kind);
                        if export.kind == Kind::Type {
                            spaces.exported.insert(export.name.name.to_string(), index);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(spaces)
    }

    /// The next index in a space.
    fn next(&mut self, kind: Kind) -> u32 {
        let space = match kind {
            Kind::Type => &mut self.types,
            Kind::Func => &mut self.funcs,
            Kind::Instance => &mut self.instances,
            Kind::Module | Kind::Value | Kind::Component => return 0,
        };
        *space += 1;
        *space - 1
    }
}

fn primitive(ty: PrimitiveType) -> PrimitiveValType {
    match ty {
        PrimitiveType::U8 => PrimitiveValType::U8,
        PrimitiveType::S8 => PrimitiveValType::S8,
        PrimitiveType::U16 => PrimitiveValType::U16,
        PrimitiveType::S16 => PrimitiveValType::S16,
        PrimitiveType::U32 => PrimitiveValType::U32,
        PrimitiveType::S32 => PrimitiveValType::S32,
        PrimitiveType::U64 => PrimitiveValType::U64,
        PrimitiveType::S64 => PrimitiveValType::S64,
        PrimitiveType::F32 => PrimitiveValType::F32,
        PrimitiveType::F64 => PrimitiveValType::F64,
        PrimitiveType::Char => PrimitiveValType::Char,
        PrimitiveType::Bool => PrimitiveValType::Bool,
        PrimitiveType::String => PrimitiveValType::String,
        PrimitiveType::ErrorContext => PrimitiveValType::ErrorContext,
    }
}
