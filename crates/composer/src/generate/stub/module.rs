//! The core module of a stub: a function for each of the world's, and the memory that their values lie in.

use super::allocator::{FREE, HEAP, reallocate};
use super::discard::{Body, Discard, memory};
use super::intrinsics::Intrinsic;
use super::layout::{BASE, Layout, Register, Returned};
use super::value::Value;
use super::world::{Resource, Subject};
use super::{Exported, Otherwise};
use crate::generate::GenerateError;
use indexmap::{IndexMap, IndexSet};
use std::collections::{BTreeMap, HashMap};
use wasm_encoder::{
    CodeSection, ConstExpr, DataSection, EntityType, ExportKind, ExportSection,
    Function as CoreFunction, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Instruction as I, MemorySection, MemoryType, Module, NameMap, NameSection, TypeSection,
    ValType,
};
use wit_parser::abi::{AbiVariant, WasmType};
use wit_parser::{
    Function, LiftLowerAbi, ManglingAndAbi, SizeAlign, Type, TypeDefKind, TypeId, WasmExport,
    WasmExportKind, WasmImport, WorldItem, WorldKey,
};

/// What a backtrace calls the module; the runner knows it by these names.
const NAME: &str = "patchbay-stub";
const REFUSAL: &str = "patchbay-refusal";

const PAGE: u64 = 65_536;

/// Everything is lifted and lowered without the async ABI.
pub(super) const ABI: ManglingAndAbi = ManglingAndAbi::Legacy(LiftLowerAbi::Sync);

type Signature = (Vec<ValType>, Vec<ValType>);

/// Writes the module.
pub(super) fn module(
    subject: &Subject,
    exported: &[Exported<'_>],
    values: &BTreeMap<usize, &str>,
    otherwise: &Otherwise,
) -> Result<Vec<u8>, GenerateError> {
    let mut sizes = SizeAlign::default();
    sizes.fill(&subject.resolve);
    let mut writer = Writer {
        subject,
        sizes: &sizes,
        types: IndexSet::new(),
        imports: IndexMap::new(),
        known: HashMap::new(),
        asked: HashMap::new(),
    };
    if subject.keep_imports {
        writer.import_everything();
    }
    let mut layout = Layout::new(subject, &sizes);
    let mut functions = Vec::new();
    for (n, exported) in exported.iter().enumerate() {
        let value = value(subject, exported, values.get(&n).copied(), otherwise)?;
        functions.push(writer.function(exported, value, &mut layout)?);
    }
    let name = match otherwise {
        Otherwise::Refuse(_) => REFUSAL,
        Otherwise::Trap | Otherwise::Default => NAME,
    };
    Ok(writer.finish(name, functions, &layout.into_bytes()))
}

/// What a function does.
enum Answer {
    /// It traps, and is called this.
    Trap(String),
    Return(Option<Value>),
}

fn value(
    subject: &Subject,
    exported: &Exported<'_>,
    given: Option<&str>,
    otherwise: &Otherwise,
) -> Result<Answer, GenerateError> {
    let name = &exported.name;
    let trap = || Answer::Trap(format!("{name} was called"));
    let wrong = |reason| GenerateError::Value {
        function: name.clone(),
        reason,
    };
    Ok(match (given, exported.function.result, otherwise) {
        (Some(text), Some(ty), _) => Answer::Return(Some(subject.read(ty, text).map_err(wrong)?)),
        (Some(text), None, _) if matches!(text.trim(), "" | "()") => Answer::Return(None),
        (Some(_), None, _) => {
            return Err(wrong("it returns nothing; write it as ()".to_string()));
        }
        (None, _, Otherwise::Trap) => trap(),
        (None, result, Otherwise::Refuse(node)) => {
            let sentence = format!("{name} is refused to {node}");
            let refusal = result.and_then(|ty| subject.refusal(ty, &sentence));
            refusal.map_or(Answer::Trap(sentence), |value| Answer::Return(Some(value)))
        }
        (None, None, Otherwise::Default) => Answer::Return(None),
        (None, Some(ty), Otherwise::Default) => match subject.plainest(ty) {
            Ok(value) => Answer::Return(Some(value)),
            Err(what) => Answer::Trap(format!("{name} was called, and no stub can make {what}")),
        },
    })
}

/// A core function, ready to be put in.
struct Written {
    ty: u32,
    /// What it is exported as.
    export: String,
    /// What a backtrace says.
    name: String,
    code: CoreFunction,
}

/// The module while it is written.
pub(super) struct Writer<'a> {
    pub(super) subject: &'a Subject,
    sizes: &'a SizeAlign,
    types: IndexSet<Signature>,
    /// The type of each import, by module and field.
    imports: IndexMap<(String, String), u32>,
    /// Whether values of a type may hold handles.
    known: HashMap<Type, bool>,
    /// What the function at hand imports for its streams and futures: their names take a walk of all its types.
    pub(super) asked: HashMap<(TypeId, Intrinsic), u32>,
}

impl Writer<'_> {
    fn ty(&mut self, params: &[ValType], results: &[ValType]) -> u32 {
        self.types
            .insert_full((params.to_vec(), results.to_vec()))
            .0 as u32
    }

    /// A function that is imported; the same again where its name is.
    pub(super) fn import(
        &mut self,
        name: (String, String),
        params: &[ValType],
        results: &[ValType],
    ) -> u32 {
        let ty = self.ty(params, results);
        let entry = self.imports.entry(name);
        let index = entry.index();
        entry.or_insert(ty);
        index as u32
    }

    /// Imports every function and every resource, so that none is left out of the component.
    fn import_everything(&mut self) {
        let resolve = &self.subject.resolve;
        for (key, item) in &resolve.worlds[self.subject.world].imports {
            match item {
                WorldItem::Function(function) => self.import_function(None, function),
                WorldItem::Interface { id, .. } => {
                    let interface = &resolve.interfaces[*id];
                    for function in interface.functions.values() {
                        self.import_function(Some(key), function);
                    }
                    for ty in interface.types.values() {
                        if matches!(resolve.types[*ty].kind, TypeDefKind::Resource) {
                            let own = false;
                            self.drop_handle(Resource { id: *ty, own });
                        }
                    }
                }
                WorldItem::Type { .. } => {}
            }
        }
    }

    fn import_function(&mut self, interface: Option<&WorldKey>, func: &Function) {
        let resolve = &self.subject.resolve;
        let name = resolve.wasm_import_name(ABI, WasmImport::Func { interface, func });
        let signature = resolve.wasm_signature(AbiVariant::GuestImport, func);
        self.import(name, &core(&signature.params), &core(&signature.results));
    }

    fn function(
        &mut self,
        exported: &Exported<'_>,
        answer: Answer,
        layout: &mut Layout<'_>,
    ) -> Result<Written, GenerateError> {
        let Exported {
            interface,
            function: func,
            name,
        } = exported;
        self.asked.clear();
        let resolve = &self.subject.resolve;
        let signature = resolve.wasm_signature(AbiVariant::GuestExport, func);
        let export = resolve.wasm_export_name(
            ABI,
            WasmExport::Func {
                interface: *interface,
                func,
                kind: WasmExportKind::Normal,
            },
        );
        let (params, results) = (core(&signature.params), core(&signature.results));
        let ty = self.ty(&params, &results);
        let mut body = Body {
            instructions: Vec::new(),
            locals: params.clone(),
        };
        let name = match answer {
            Answer::Trap(sentence) => {
                body.push([I::Unreachable]);
                sentence
            }
            Answer::Return(value) => {
                self.discard(exported, signature.indirect_params, &mut body);
                body.push([I::GlobalGet(FREE), I::GlobalSet(HEAP)]);
                let returned = match func.result.zip(value) {
                    Some((ty, value)) => layout.result(ty, &value)?,
                    None => Returned::Nothing,
                };
                self.give(&returned, exported, &mut body);
                name.clone()
            }
        };
        body.push([I::End]);
        let locals = body.locals[params.len()..].iter().map(|ty| (1, *ty));
        let mut code = CoreFunction::new(locals);
        for instruction in &body.instructions {
            code.instruction(instruction);
        }
        Ok(Written {
            ty,
            export,
            name,
            code,
        })
    }

    fn discard(&mut self, exported: &Exported<'_>, in_memory: bool, body: &mut Body) {
        let params = exported.function.params.iter();
        let types: Vec<Type> = params.map(|param| param.ty).collect();
        let (subject, sizes) = (self.subject, self.sizes);
        let mut known = std::mem::take(&mut self.known);
        let mut discard = Discard {
            subject,
            sizes,
            body,
            drop: &mut |dropped| self.drop(dropped, exported),
            known: &mut known,
            borrowed_only: false,
        };
        match in_memory {
            true => discard.memory(&types, 0),
            false => discard.registers(&types, 0),
        }
        self.known = known;
    }

    fn give(&mut self, returned: &Returned, exported: &Exported<'_>, body: &mut Body) {
        match returned {
            Returned::Nothing => {}
            Returned::Register(Register::I32(value)) => body.push([I::I32Const(*value)]),
            Returned::Register(Register::I64(value)) => body.push([I::I64Const(*value)]),
            Returned::Register(Register::F32(value)) => body.push([I::F32Const((*value).into())]),
            Returned::Register(Register::F64(value)) => body.push([I::F64Const((*value).into())]),
            Returned::Register(Register::Made(made)) => self.make(*made, exported, body),
            Returned::Memory(address, places) => {
                for place in places {
                    body.push([I::I32Const(place.address.cast_signed())]);
                    self.make(place.made, exported, body);
                    body.push([I::I32Store(memory(0, 2))]);
                }
                body.push([I::I32Const(address.cast_signed())]);
            }
        }
    }

    fn finish(mut self, name: &str, functions: Vec<Written>, data: &[u8]) -> Vec<u8> {
        let realloc = self.ty(&[ValType::I32; 4], &[ValType::I32]);
        let imported = self.imports.len() as u32;
        let heap = (BASE as usize + data.len()).next_multiple_of(16) as u64;

        let mut types = TypeSection::new();
        for (params, results) in &self.types {
            types
                .ty()
                .function(params.iter().copied(), results.iter().copied());
        }
        let mut imports = ImportSection::new();
        for ((module, field), ty) in &self.imports {
            imports.import(module, field, EntityType::Function(*ty));
        }
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: heap.div_ceil(PAGE),
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut globals = GlobalSection::new();
        let i32 = |mutable| GlobalType {
            val_type: ValType::I32,
            mutable,
            shared: false,
        };
        for mutable in [true, false] {
            globals.global(i32(mutable), &ConstExpr::i32_const(heap as i32));
        }

        let mut declared = FunctionSection::new();
        let mut exports = ExportSection::new();
        let mut code = CodeSection::new();
        let mut names = NameMap::new();
        for (index, function) in (imported..).zip(&functions) {
            declared.function(function.ty);
            exports.export(&function.export, ExportKind::Func, index);
            names.append(index, &function.name);
            code.function(&function.code);
        }
        let index = imported + functions.len() as u32;
        declared.function(realloc);
        exports.export("cabi_realloc", ExportKind::Func, index);
        names.append(index, "cabi_realloc");
        code.function(&reallocate());
        exports.export("memory", ExportKind::Memory, 0);

        let mut values = DataSection::new();
        if !data.is_empty() {
            values.active(0, &ConstExpr::i32_const(BASE as i32), data.iter().copied());
        }
        let mut name_section = NameSection::new();
        name_section.module(name);
        name_section.functions(&names);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&declared)
            .section(&memories)
            .section(&globals)
            .section(&exports)
            .section(&code)
            .section(&values)
            .section(&name_section);
        module.finish()
    }
}

/// The core types of a signature.
pub(in crate::generate) fn core(types: &[WasmType]) -> Vec<ValType> {
    let core = |ty: &WasmType| match ty {
        WasmType::I32 | WasmType::Pointer | WasmType::Length => ValType::I32,
        WasmType::I64 | WasmType::PointerOrI64 => ValType::I64,
        WasmType::F32 => ValType::F32,
        WasmType::F64 => ValType::F64,
    };
    types.iter().map(core).collect()
}
