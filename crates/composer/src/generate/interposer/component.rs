//! An interposer's component around its core modules.

use super::pass::{
    BEGIN, END, MEMORY, Pass, REALLOC, RESET, after_name, call_name, drop_name, memory_module,
};
use super::{INTERFACE, shim};
use crate::generate::adapter::encode::options;
use crate::generate::adapter::port;
use crate::generate::stub::exported;
use crate::generate::stub::world::Subject;
use crate::generate::types::{Source, Spaces, TypeWriter, unnamed};
use crate::inspect::Component;
use anyhow::{Context, Result, bail};
use indexmap::IndexMap;
use std::collections::HashMap;
use wac_graph::CompositionGraph;
use wac_graph::types::{
    FuncType, FuncTypeId, Interface, InterfaceId, ItemKind, PrimitiveType, Types, ValueType,
};
use wasm_encoder::{
    Alias, CanonicalFunctionSection, CanonicalOption, ComponentAliasSection, ComponentExportKind,
    ComponentExportSection, ComponentSection, ExportKind, InstanceSection, ModuleArg,
    ModuleSection,
};
use wit_parser::{Type, TypeDefKind, TypeId, WorldItem};

/// The index of a core instance: that of the memory's module, of what the other one imports, and of that one.
const MEMORY_INSTANCE: u32 = 0;
const IMPORTS_INSTANCE: u32 = 1;
const PASS_INSTANCE: u32 = 2;

/// What an interposer imports, and no more yet.
pub(super) struct Base {
    graph: CompositionGraph,
    /// What it stands in for, …
    kind: ItemKind,
    /// … where that is an interface.
    interface: Option<InterfaceId>,
    pub(super) bytes: Vec<u8>,
}

impl Base {
    /// Imports what a component imports under this name, and the interface that tells of calls.
    pub(super) fn new(importer: &Component, import: &str) -> Result<Self> {
        let mut graph = CompositionGraph::new();
        let mut kind = port(graph.types_mut(), importer, import, "import")?;
        let mut interface = None;
        if let ItemKind::Instance(id) = kind {
            // Under a label, an interface is one of no name.
            let named = graph.types()[id].id.as_deref() == Some(import);
            let id = match named {
                true => id,
                false => unnamed(graph.types_mut(), id),
            };
            (kind, interface) = (ItemKind::Instance(id), Some(id));
        }
        graph.import(import, kind)?;
        let trace = trace(graph.types_mut());
        graph.import(INTERFACE, trace)?;
        let bytes = graph.encode(options())?;
        Ok(Self {
            graph,
            kind,
            interface,
            bytes,
        })
    }
}

/// Encodes the rest of it.
pub(super) fn encode(base: Base, import: &str, subject: &Subject, link: u32) -> Result<Vec<u8>> {
    let Base {
        graph,
        kind,
        interface,
        bytes,
    } = base;
    let spaces = Spaces::of(&bytes)?;
    let imported = |name: &str| spaces.imported.get(name).copied();
    let place = imported(import).context("it is not imported")?;
    let trace = imported(INTERFACE).context("the trace is not imported")?;
    let source = Source {
        interface,
        instance: place,
        known: HashMap::new(),
    };
    let types = graph.types();
    let mut writer = TypeWriter::new(types, bytes, spaces);

    let exported = exported(subject);
    let pass = Pass::new(subject, &exported, link);
    let mut functions = Vec::new();
    for exported in &exported {
        let name = exported.function.name.as_str();
        let (index, ty) = match (kind, interface) {
            (_, Some(id)) => (
                writer.function_of(place, name),
                function(types, id, name).context("no such function")?,
            ),
            (ItemKind::Func(ty), None) => (place, ty),
            _ => bail!("it is neither an interface nor a function"),
        };
        functions.push(Function {
            name,
            index,
            ty: writer.function_type(&source, ty)?,
        });
    }
    let begin = writer.function_of(trace, "begin");
    let end = writer.function_of(trace, "end");
    let mut dropped = Vec::new();
    for resource in &pass.dropped {
        let name = name_of(subject, *resource).with_context(|| {
            let types = &subject.resolve.types;
            let resource = types[*resource].name.as_deref().unwrap_or("of no name");
            format!("`{import}` lends a resource, `{resource}`, that it has no name for")
        })?;
        dropped.push(writer.named(&source, name));
    }
    passing(&mut writer.bytes, &functions, (begin, end), &dropped, &pass);
    let first = writer.spaces.funcs;
    let lifted = functions.iter().zip(first..).map(|(f, n)| (f.name, n));
    let Some(interface) = interface else {
        let mut exports = ComponentExportSection::new();
        exports.export(import, ComponentExportKind::Func, first, None);
        exports.append_to_component(&mut writer.bytes);
        return Ok(writer.bytes);
    };
    let lifted: Vec<(&str, u32)> = lifted.collect();
    shim::export(types, writer, &source, interface, import, &lifted)
}

/// A function that is passed on.
struct Function<'a> {
    name: &'a str,
    /// Of what came in.
    index: u32,
    ty: u32,
}

/// Writes the core modules, and lifts what they export.
fn passing(
    bytes: &mut Vec<u8>,
    functions: &[Function<'_>],
    (begin, end): (u32, u32),
    dropped: &[u32],
    pass: &Pass,
) {
    for module in [&memory_module(), &pass.module] {
        ModuleSection(module).append_to_component(bytes);
    }
    let mut instances = InstanceSection::new();
    instances.instantiate(0, std::iter::empty::<(&str, ModuleArg)>());
    instances.append_to_component(bytes);
    let mut aliases = ComponentAliasSection::new();
    let mut alias = |instance, kind, name: &str| {
        aliases.alias(Alias::CoreInstanceExport {
            instance,
            kind,
            name,
        });
    };
    alias(MEMORY_INSTANCE, ExportKind::Memory, MEMORY);
    // Core functions, from the first on.
    alias(MEMORY_INSTANCE, ExportKind::Func, REALLOC);
    alias(MEMORY_INSTANCE, ExportKind::Func, RESET);
    aliases.append_to_component(bytes);
    let options = [
        CanonicalOption::UTF8,
        CanonicalOption::Memory(0),
        CanonicalOption::Realloc(0),
    ];
    let mut imports = vec![
        (REALLOC.to_owned(), ExportKind::Func, 0),
        (RESET.to_owned(), ExportKind::Func, 1),
        (MEMORY.to_owned(), ExportKind::Memory, 0),
    ];
    let mut lowered = CanonicalFunctionSection::new();
    let mut next = 2;
    let mut import = |name: String| {
        imports.push((name, ExportKind::Func, next));
        next += 1;
    };
    for (n, function) in functions.iter().enumerate() {
        lowered.lower(function.index, options);
        import(n.to_string());
    }
    for (name, index) in [(BEGIN, begin), (END, end)] {
        lowered.lower(index, []);
        import(name.to_owned());
    }
    for (n, ty) in dropped.iter().enumerate() {
        lowered.resource_drop(*ty);
        import(drop_name(n));
    }
    lowered.append_to_component(bytes);
    let mut instances = InstanceSection::new();
    instances.export_items(imports);
    instances.instantiate(1, [("", ModuleArg::Instance(IMPORTS_INSTANCE))]);
    instances.append_to_component(bytes);
    let mut aliases = ComponentAliasSection::new();
    let mut lifted = CanonicalFunctionSection::new();
    for (n, function) in functions.iter().enumerate() {
        for name in [call_name(n), after_name(n)] {
            aliases.alias(Alias::CoreInstanceExport {
                instance: PASS_INSTANCE,
                kind: ExportKind::Func,
                name: &name,
            });
        }
        let [utf8, memory, realloc] = options;
        let after = CanonicalOption::PostReturn(next + 1);
        lifted.lift(next, function.ty, [utf8, memory, realloc, after]);
        next += 2;
    }
    aliases.append_to_component(bytes);
    lifted.append_to_component(bytes);
}

/// The interface that tells of calls.
fn trace(types: &mut Types) -> ItemKind {
    let primitive = ValueType::Primitive;
    let function = |params: &[(&str, PrimitiveType)], result| FuncType {
        params: params
            .iter()
            .map(|(name, ty)| ((*name).to_owned(), primitive(*ty)))
            .collect(),
        result,
        is_async: false,
    };
    let begin = function(
        &[("link", PrimitiveType::U32)],
        Some(primitive(PrimitiveType::U64)),
    );
    let params = [
        ("call", PrimitiveType::U64),
        ("failed", PrimitiveType::Bool),
    ];
    let end = function(&params, None);
    let functions = [("begin", begin), ("end", end)];
    let exports = functions.map(|(name, ty)| {
        let ty = types.add_func_type(ty);
        (name.to_owned(), ItemKind::Func(ty))
    });
    ItemKind::Instance(types.add_interface(Interface {
        id: Some(INTERFACE.to_owned()),
        uses: IndexMap::new(),
        exports: IndexMap::from(exports),
    }))
}

fn function(types: &Types, interface: InterfaceId, name: &str) -> Option<FuncTypeId> {
    match types[interface].exports.get(name)? {
        ItemKind::Func(ty) => Some(*ty),
        _ => None,
    }
}

/// What the interface calls a resource.
fn name_of(subject: &Subject, resource: TypeId) -> Option<&str> {
    let types = &subject.resolve.types;
    let made = |mut id: TypeId| {
        while let TypeDefKind::Type(Type::Id(next)) = types[id].kind {
            id = next;
        }
        id
    };
    let exports = subject.resolve.worlds[subject.world].exports.values();
    let mut interfaces = exports.filter_map(|item| match item {
        WorldItem::Interface { id, .. } => Some(&subject.resolve.interfaces[*id].types),
        _ => None,
    });
    interfaces.find_map(|types| {
        let mut types = types.iter();
        let (name, _) = types.find(|(_, id)| made(**id) == resource)?;
        Some(name.as_str())
    })
}
