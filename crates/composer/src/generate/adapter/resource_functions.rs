//! The functions of a resource, exported anew.
//!
//! A method belongs to a resource by its name, and to that of the scope it is exported in: its type must speak of the
//! resource that is exported beside it, and not of the one that came in, though both are the same. wac exports a
//! function with the type it has, so these are written behind what wac wrote, each with a type of its own.

use super::plan::{Offer, Part};
use crate::explain::spoken::of_resource;
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use wac_graph::types::{
    DefinedType, FuncTypeId, InterfaceId, ItemKind, PrimitiveType, Type, Types, ValueType,
};
use wasm_encoder::{
    Alias, ComponentAliasSection, ComponentDefinedTypeEncoder, ComponentExportKind,
    ComponentExportSection, ComponentSection, ComponentTypeRef, ComponentTypeSection,
    ComponentValType, PrimitiveValType,
};
use wasmparser::{ComponentExternalKind as Kind, Parser, Payload, WasmFeatures};

/// Whether an item is a function of a resource.
pub(super) fn is_one(name: &str) -> bool {
    of_resource(name).is_some()
}

/// Exports them from a component that imports the offers under these names, and exports everything else.
pub(super) fn append(
    types: &Types,
    bytes: Vec<u8>,
    offers: &[Offer<'_>],
    names: &[String],
    parts: &[Part],
) -> Result<Vec<u8>> {
    let functions: Vec<&Part> = parts.iter().filter(|part| is_one(&part.name)).collect();
    let mut writer = Writer {
        types,
        spaces: Spaces::of(&bytes)?,
        bytes,
        known: HashMap::new(),
    };
    for part in functions {
        let (ItemKind::Instance(interface), Some(item)) = (offers[part.offer].1, &part.item) else {
            bail!("`{}` is no function of a resource", part.name);
        };
        let Some(ItemKind::Func(function)) = types[interface].exports.get(item) else {
            bail!("`{item}` is no function");
        };
        let source = Source {
            interface,
            instance: *writer
                .spaces
                .imported
                .get(&names[part.offer])
                .context("no import")?,
            // What is exported beside it, by what it is called where it comes from.
            exported: parts
                .iter()
                .filter(|other| other.offer == part.offer)
                .filter_map(|other| {
                    let index = writer.spaces.exported.get(&other.name)?;
                    Some((other.item.as_deref()?, *index))
                })
                .collect(),
        };
        writer.function(&source, &part.name, item, *function)?;
    }
    Ok(writer.bytes)
}

/// Where a function comes from.
struct Source<'a> {
    interface: InterfaceId,
    /// The index of the import.
    instance: u32,
    /// The types of it that are exported, with their new indexes.
    exported: HashMap<&'a str, u32>,
}

struct Writer<'a> {
    types: &'a Types,
    bytes: Vec<u8>,
    spaces: Spaces,
    /// The types of each import that were brought in.
    known: HashMap<(u32, String), u32>,
}

impl Writer<'_> {
    fn function(
        &mut self,
        source: &Source<'_>,
        name: &str,
        item: &str,
        function: FuncTypeId,
    ) -> Result<()> {
        self.alias(source, ComponentExportKind::Func, item);
        let function_index = self.spaces.funcs;
        // The alias, and the export.
        self.spaces.funcs += 2;
        let types = self.types;
        let function = &types[function];
        let mut params = Vec::new();
        for (name, ty) in &function.params {
            params.push((name.as_str(), self.value(source, *ty)?));
        }
        let result = function.result.map(|ty| self.value(source, ty));
        let result = result.transpose()?;
        let mut section = ComponentTypeSection::new();
        section
            .function()
            .async_(function.is_async)
            .params(params)
            .result(result);
        section.append_to_component(&mut self.bytes);
        let ty = ComponentTypeRef::Func(self.new_type());
        let mut exports = ComponentExportSection::new();
        exports.export(name, ComponentExportKind::Func, function_index, Some(ty));
        exports.append_to_component(&mut self.bytes);
        Ok(())
    }

    fn alias(&mut self, source: &Source<'_>, kind: ComponentExportKind, name: &str) {
        let mut section = ComponentAliasSection::new();
        section.alias(Alias::InstanceExport {
            instance: source.instance,
            kind,
            name,
        });
        section.append_to_component(&mut self.bytes);
    }

    fn new_type(&mut self) -> u32 {
        self.spaces.types += 1;
        self.spaces.types - 1
    }

    /// A type that the interface has a name for: as it is exported, or as it came in.
    fn named(&mut self, source: &Source<'_>, name: &str) -> u32 {
        if let Some(index) = source.exported.get(name) {
            return *index;
        }
        let key = (source.instance, name.to_string());
        if let Some(index) = self.known.get(&key) {
            return *index;
        }
        self.alias(source, ComponentExportKind::Type, name);
        let index = self.new_type();
        self.known.insert(key, index);
        index
    }

    /// What an interface calls a type.
    fn name(&self, source: &Source<'_>, is_it: impl Fn(&Type) -> bool) -> Option<String> {
        let mut exports = self.types[source.interface].exports.iter();
        let found = exports.find(|(_, kind)| matches!(kind, ItemKind::Type(ty) if is_it(ty)));
        found.map(|(name, _)| name.clone())
    }

    /// Types nest no deeper than the parser of components lets them.
    fn value(&mut self, source: &Source<'_>, ty: ValueType) -> Result<ComponentValType> {
        let types = self.types;
        let id = match ty {
            ValueType::Primitive(ty) => return Ok(ComponentValType::Primitive(primitive(ty))),
            ValueType::Own(id) | ValueType::Borrow(id) => {
                let made = types.resolve_resource(id);
                let is_it = |ty: &Type| matches!(ty, Type::Resource(id) if types.resolve_resource(*id) == made);
                let name = self
                    .name(source, is_it)
                    .context("a resource without a name")?;
                let index = self.named(source, &name);
                return Ok(self.define(|encoder| match ty {
                    ValueType::Own(_) => encoder.own(index),
                    _ => encoder.borrow(index),
                }));
            }
            ValueType::Defined(id) => id,
        };
        if let Some(name) = self.name(source, |named| *named == Type::Value(ty)) {
            return Ok(ComponentValType::Type(self.named(source, &name)));
        }
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
            DefinedType::Variant(_)
            | DefinedType::Record(_)
            | DefinedType::Flags(_)
            | DefinedType::Enum(_) => bail!("a type that needs a name has none"),
        })
    }

    fn optional(
        &mut self,
        source: &Source<'_>,
        ty: Option<ValueType>,
    ) -> Result<Option<ComponentValType>> {
        ty.map(|ty| self.value(source, ty)).transpose()
    }

    fn define(&mut self, write: impl FnOnce(ComponentDefinedTypeEncoder<'_>)) -> ComponentValType {
        let mut section = ComponentTypeSection::new();
        write(section.defined_type());
        section.append_to_component(&mut self.bytes);
        ComponentValType::Type(self.new_type())
    }
}

/// How far the index spaces of a component are filled.
#[derive(Default)]
struct Spaces {
    types: u32,
    funcs: u32,
    instances: u32,
    /// The instances that are imported.
    imported: HashMap<String, u32>,
    /// The types that are exported.
    exported: HashMap<String, u32>,
}

impl Spaces {
    /// Of a component that does no more than to import, to alias and to export.
    fn of(bytes: &[u8]) -> Result<Self> {
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
                        if import.ty.kind() == Kind::Instance {
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
