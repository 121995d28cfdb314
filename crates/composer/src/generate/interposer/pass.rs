//! The core modules of an interposer: one with the memory, and one that passes calls on.

use crate::generate::stub::Exported;
use crate::generate::stub::allocator::{FREE, HEAP, reallocate};
use crate::generate::stub::discard::{Body, Discard, Dropped, memory};
use crate::generate::stub::module::core;
use crate::generate::stub::world::Subject;
use indexmap::IndexSet;
use std::collections::HashMap;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, EntityType, ExportKind, ExportSection,
    Function as CoreFunction, FunctionSection, GlobalSection, GlobalType, ImportSection,
    Instruction as I, MemorySection, MemoryType, Module, NameMap, NameSection, TypeSection,
    ValType,
};
use wit_parser::abi::AbiVariant;
use wit_parser::{SizeAlign, Type, TypeDefKind, TypeId};

/// What a backtrace calls the module; the runner knows it by this name.
const NAME: &str = "patchbay-trace";

/// Where free memory begins when no call is inside: no pointer is null.
const BASE: i32 = 16;

/// The names of what the memory's module exports, …
pub(super) const MEMORY: &str = "memory";
pub(super) const REALLOC: &str = "realloc";
pub(super) const RESET: &str = "reset";

/// … and of what the other one imports besides: the functions by their numbers, and what drops a handle.
pub(super) const BEGIN: &str = "begin";
pub(super) const END: &str = "end";
pub(super) fn drop_name(n: usize) -> String {
    format!("drop{n}")
}

/// The names of what it exports for each function: itself, and what is called when its result was read.
pub(super) fn call_name(n: usize) -> String {
    format!("call{n}")
}
pub(super) fn after_name(n: usize) -> String {
    format!("after{n}")
}

/// The only module that imports nothing, as lowering a function needs its memory.
pub(super) fn memory_module() -> Module {
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32; 4], [ValType::I32]);
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    functions.function(0).function(1);
    let mut memories = MemorySection::new();
    memories.memory(MemoryType {
        minimum: 1,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    let mut globals = GlobalSection::new();
    for mutable in [true, false] {
        let ty = GlobalType {
            val_type: ValType::I32,
            mutable,
            shared: false,
        };
        globals.global(ty, &ConstExpr::i32_const(BASE));
    }
    let mut exports = ExportSection::new();
    exports
        .export(MEMORY, ExportKind::Memory, 0)
        .export(REALLOC, ExportKind::Func, 0)
        .export(RESET, ExportKind::Func, 1);
    let mut reset = CoreFunction::new([]);
    for instruction in [I::GlobalGet(FREE), I::GlobalSet(HEAP), I::End] {
        reset.instruction(&instruction);
    }
    let mut code = CodeSection::new();
    code.function(&reallocate()).function(&reset);
    let mut names = NameSection::new();
    names.module(NAME);
    let mut module = Module::new();
    module
        .section(&types)
        .section(&functions)
        .section(&memories)
        .section(&globals)
        .section(&exports)
        .section(&code)
        .section(&names);
    module
}

/// The module that passes calls on.
pub(super) struct Pass {
    pub(super) module: Module,
    /// The resources whose handles it drops, in the order of their [`drop_name`]s.
    pub(super) dropped: IndexSet<TypeId>,
}

impl Pass {
    /// Writes it.
    pub(super) fn new(subject: &Subject, exported: &[Exported<'_>], link: u32) -> Self {
        let mut sizes = SizeAlign::default();
        sizes.fill(&subject.resolve);
        let mut writer = Writer {
            subject,
            sizes: &sizes,
            link,
            count: exported.len() as u32,
            dropped: IndexSet::new(),
            lent: HashMap::new(),
        };
        let functions = exported.iter().zip(0..).map(|(e, n)| writer.function(e, n));
        let functions: Vec<Written> = functions.collect();
        Self {
            module: writer.finish(exported, &functions),
            dropped: writer.dropped,
        }
    }
}

type Signature = (Vec<ValType>, Vec<ValType>);

/// A function that passes one on.
struct Written {
    /// What is called.
    import: Signature,
    /// What calls it.
    own: Signature,
    code: CoreFunction,
    after: CoreFunction,
}

struct Writer<'a> {
    subject: &'a Subject,
    sizes: &'a SizeAlign,
    link: u32,
    /// How many functions there are: they are imported before everything else.
    count: u32,
    dropped: IndexSet<TypeId>,
    /// Whether there may be lent handles in a type.
    lent: HashMap<Type, bool>,
}

/// How many calls are inside.
const INSIDE: u32 = 0;

impl Writer<'_> {
    // The places of what is imported behind the functions.
    fn begin(&self) -> u32 {
        self.count
    }

    fn end(&self) -> u32 {
        self.count + 1
    }

    fn realloc(&self) -> u32 {
        self.count + 2
    }

    fn reset(&self) -> u32 {
        self.count + 3
    }

    fn first_drop(&self) -> u32 {
        self.count + 4
    }

    fn function(&mut self, exported: &Exported<'_>, n: u32) -> Written {
        let (resolve, func) = (&self.subject.resolve, exported.function);
        let lowered = resolve.wasm_signature(AbiVariant::GuestImport, func);
        let lifted = resolve.wasm_signature(AbiVariant::GuestExport, func);
        let import = (core(&lowered.params), core(&lowered.results));
        let own = (core(&lifted.params), core(&lifted.results));
        let params = own.0.len() as u32;
        let mut body = Body {
            instructions: Vec::new(),
            locals: own.0.clone(),
        };
        let call = body.local(ValType::I64);
        let result = own.1.first().map(|ty| body.local(*ty));
        body.push([
            I::GlobalGet(INSIDE),
            I::I32Const(1),
            I::I32Add,
            I::GlobalSet(INSIDE),
            I::I32Const(self.link.cast_signed()),
            I::Call(self.begin()),
            I::LocalSet(call),
        ]);
        body.push((0..params).map(I::LocalGet));
        match (result, func.result) {
            (Some(result), Some(ty)) if lowered.retptr => {
                let (size, align) = (self.sizes.size(&ty), self.sizes.align(&ty));
                body.push([
                    I::I32Const(0),
                    I::I32Const(0),
                    I::I32Const(align.align_wasm32() as i32),
                    I::I32Const(size.size_wasm32() as i32),
                    I::Call(self.realloc()),
                    I::LocalTee(result),
                    I::Call(n),
                ]);
            }
            (Some(result), _) => body.push([I::Call(n), I::LocalSet(result)]),
            (None, _) => body.push([I::Call(n)]),
        }
        self.give_back(exported, lifted.indirect_params, &mut body);
        body.push([I::LocalGet(call)]);
        match result.filter(|_| self.may_fail(func.result)) {
            // The case of a result is its first byte, and the error is the second one.
            Some(result) if lowered.retptr => {
                body.push([I::LocalGet(result), I::I32Load8U(memory(0, 0))]);
            }
            Some(result) => body.push([I::LocalGet(result)]),
            None => body.push([I::I32Const(0)]),
        }
        body.push([I::Call(self.end())]);
        body.push(result.map(I::LocalGet));
        body.push([I::End]);
        let locals = body.locals[params as usize..].iter().map(|ty| (1, *ty));
        let mut code = CoreFunction::new(locals);
        for instruction in &body.instructions {
            code.instruction(instruction);
        }
        Written {
            import,
            own,
            code,
            after: self.after(),
        }
    }

    /// Drops the handles that the call was lent.
    fn give_back(&mut self, exported: &Exported<'_>, in_memory: bool, body: &mut Body) {
        let params = exported.function.params.iter();
        let types: Vec<Type> = params.map(|param| param.ty).collect();
        let first = self.first_drop();
        let dropped = &mut self.dropped;
        let mut discard = Discard {
            subject: self.subject,
            sizes: self.sizes,
            body,
            drop: &mut |what| match what {
                Dropped::Handle(resource) => first + dropped.insert_full(resource.id).0 as u32,
                // They are not lent.
                Dropped::Stream(_) | Dropped::Future(_) => first,
            },
            known: &mut self.lent,
            borrowed_only: true,
        };
        match in_memory {
            true => discard.memory(&types, 0),
            false => discard.registers(&types, 0),
        }
    }

    /// Whether a result is `result<…>`.
    fn may_fail(&self, ty: Option<Type>) -> bool {
        let types = &self.subject.resolve.types;
        let mut ty = ty;
        while let Some(Type::Id(id)) = ty {
            match &types[id].kind {
                TypeDefKind::Type(alias) => ty = Some(*alias),
                kind => return matches!(kind, TypeDefKind::Result(_)),
            }
        }
        false
    }

    /// What is called when a result was read.
    fn after(&self) -> CoreFunction {
        let mut code = CoreFunction::new([]);
        for instruction in [
            I::GlobalGet(INSIDE),
            I::I32Const(1),
            I::I32Sub,
            I::GlobalSet(INSIDE),
            I::GlobalGet(INSIDE),
            I::I32Eqz,
            I::If(BlockType::Empty),
            I::Call(self.reset()),
            I::End,
            I::End,
        ] {
            code.instruction(&instruction);
        }
        code
    }

    fn finish(&self, exported: &[Exported<'_>], functions: &[Written]) -> Module {
        let mut types: IndexSet<Signature> = IndexSet::new();
        let mut ty = |signature: &Signature| types.insert_full(signature.clone()).0 as u32;
        let mut imports = ImportSection::new();
        let mut import = |name: &str, ty| {
            imports.import("", name, EntityType::Function(ty));
        };
        for (n, function) in functions.iter().enumerate() {
            import(&n.to_string(), ty(&function.import));
        }
        import(BEGIN, ty(&(vec![ValType::I32], vec![ValType::I64])));
        import(END, ty(&(vec![ValType::I64, ValType::I32], Vec::new())));
        let realloc = (vec![ValType::I32; 4], vec![ValType::I32]);
        import(REALLOC, ty(&realloc));
        import(RESET, ty(&Signature::default()));
        for n in 0..self.dropped.len() {
            import(&drop_name(n), ty(&(vec![ValType::I32], Vec::new())));
        }
        imports.import(
            "",
            MEMORY,
            EntityType::Memory(MemoryType {
                minimum: 1,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: None,
            }),
        );
        let mut declared = FunctionSection::new();
        let mut globals = GlobalSection::new();
        globals.global(
            GlobalType {
                val_type: ValType::I32,
                mutable: true,
                shared: false,
            },
            &ConstExpr::i32_const(0),
        );
        let mut exports = ExportSection::new();
        let mut code = CodeSection::new();
        let mut names = NameMap::new();
        let mut index = self.first_drop() + self.dropped.len() as u32;
        for (n, (function, exported)) in functions.iter().zip(exported).enumerate() {
            declared.function(ty(&function.own));
            declared.function(ty(&(function.own.1.clone(), Vec::new())));
            exports.export(&call_name(n), ExportKind::Func, index);
            exports.export(&after_name(n), ExportKind::Func, index + 1);
            names.append(index, &exported.name);
            code.function(&function.code).function(&function.after);
            index += 2;
        }
        let mut name_section = NameSection::new();
        name_section.module(NAME);
        name_section.functions(&names);
        let mut type_section = TypeSection::new();
        for (params, results) in &types {
            let (params, results) = (params.iter().copied(), results.iter().copied());
            type_section.ty().function(params, results);
        }
        let mut module = Module::new();
        module
            .section(&type_section)
            .section(&imports)
            .section(&declared)
            .section(&globals)
            .section(&exports)
            .section(&code)
            .section(&name_section);
        module
    }
}
