//! What a core module imports and exports, to say in an outline what it is that stands in its place.

use std::collections::BTreeMap;
use wasm_encoder::{EntityType, ModuleType};
use wasmparser::{
    Export, ExternalKind, FuncType, GlobalType, Import, MemoryType, Parser, Payload, RefType,
    TableType, TypeRef, ValType,
};

/// The type of a core module, encoded.
#[derive(Debug, Clone)]
pub(super) struct Shape(pub(super) ModuleType);

/// A core module without its code.
#[derive(Debug, Default)]
pub(super) struct Core<'a> {
    types: Vec<FuncType>,
    imports: Vec<Import<'a>>,
    exports: Vec<Export<'a>>,
    /// Each with the index of its type.
    functions: Vec<u32>,
    tables: Vec<TableType>,
    memories: Vec<MemoryType>,
    globals: Vec<GlobalType>,
    defined_memories: u64,
}

impl<'a> Core<'a> {
    /// Reads all that comes before the code.
    pub(super) fn read(bytes: &'a [u8]) -> wasmparser::Result<Self> {
        let mut core = Self::default();
        for payload in Parser::new(0).parse_all(bytes) {
            match payload? {
                Payload::TypeSection(types) => {
                    let types = types.into_iter_err_on_gc_types();
                    core.types = types.collect::<Result<_, _>>()?;
                }
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        core.import(import?);
                    }
                }
                Payload::FunctionSection(functions) => {
                    for index in functions {
                        core.functions.push(index?);
                    }
                }
                Payload::TableSection(tables) => {
                    for table in tables {
                        core.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(memories) => {
                    core.defined_memories = u64::from(memories.count());
                    for memory in memories {
                        core.memories.push(memory?);
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        core.globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(exports) => {
                    core.exports = exports.into_iter().collect::<Result<_, _>>()?;
                }
                Payload::CodeSectionStart { .. } | Payload::DataSection(_) => break,
                _ => {}
            }
        }
        Ok(core)
    }

    fn import(&mut self, import: Import<'a>) {
        match import.ty {
            TypeRef::Func(index) | TypeRef::FuncExact(index) => self.functions.push(index),
            TypeRef::Table(ty) => self.tables.push(ty),
            TypeRef::Memory(ty) => self.memories.push(ty),
            TypeRef::Global(ty) => self.globals.push(ty),
            TypeRef::Tag(_) => {}
        }
        self.imports.push(import);
    }

    /// How many linear memories an instance of it brings.
    pub(super) fn memories(&self) -> u64 {
        self.defined_memories
    }

    /// Its type; `None` where it has what is not in WebAssembly 2.0.
    pub(super) fn shape(&self) -> Option<Shape> {
        let mut typed = Typed {
            core: self,
            ty: ModuleType::new(),
            functions: BTreeMap::new(),
        };
        for import in &self.imports {
            let ty = match import.ty {
                TypeRef::Func(index) => typed.function(index)?,
                TypeRef::Table(ty) => table(ty)?,
                TypeRef::Memory(ty) => EntityType::Memory(ty.into()),
                TypeRef::Global(ty) => global(ty)?,
                TypeRef::FuncExact(_) | TypeRef::Tag(_) => return None,
            };
            typed.ty.import(import.module, import.name, ty);
        }
        for export in &self.exports {
            let index = export.index as usize;
            let ty = match export.kind {
                ExternalKind::Func => typed.function(*self.functions.get(index)?)?,
                ExternalKind::Table => table(*self.tables.get(index)?)?,
                ExternalKind::Memory => EntityType::Memory((*self.memories.get(index)?).into()),
                ExternalKind::Global => global(*self.globals.get(index)?)?,
                ExternalKind::FuncExact | ExternalKind::Tag => return None,
            };
            typed.ty.export(export.name, ty);
        }
        Some(Shape(typed.ty))
    }
}

/// The type of a module, as it is written.
struct Typed<'c, 'a> {
    core: &'c Core<'a>,
    ty: ModuleType,
    /// The index that a type of the module has in its own type.
    functions: BTreeMap<u32, u32>,
}

impl Typed<'_, '_> {
    fn function(&mut self, index: u32) -> Option<EntityType> {
        if let Some(known) = self.functions.get(&index) {
            return Some(EntityType::Function(*known));
        }
        let ty = self.core.types.get(index as usize)?;
        let values = |values: &[ValType]| {
            let values = values.iter().map(|ty| value(*ty));
            values.collect::<Option<Vec<_>>>()
        };
        let (params, results) = (values(ty.params())?, values(ty.results())?);
        let known = self.ty.type_count();
        self.ty.ty().function(params, results);
        self.functions.insert(index, known);
        Some(EntityType::Function(known))
    }
}

fn table(ty: TableType) -> Option<EntityType> {
    reference(ty.element_type)?;
    Some(EntityType::Table(ty.try_into().ok()?))
}

fn global(ty: GlobalType) -> Option<EntityType> {
    value(ty.content_type)?;
    Some(EntityType::Global(ty.try_into().ok()?))
}

fn value(ty: ValType) -> Option<wasm_encoder::ValType> {
    if let ValType::Ref(ty) = ty {
        reference(ty)?;
    }
    ty.try_into().ok()
}

/// A reference to a type by its index would be to another one elsewhere.
fn reference(ty: RefType) -> Option<()> {
    (ty == RefType::FUNCREF || ty == RefType::EXTERNREF).then_some(())
}
