//! What a stub does with its parameters: it gives the handles among them back, and reads no stream or future to its end.
//!
//! A borrowed handle that is still there when a call ends is an error, and an owned one is the stub's to drop. Anything
//! else is forgotten.

use super::layout::{offsets, payload_offset, size, tag};
use super::value::Shape;
use super::world::{Resource, Subject};
use std::collections::HashMap;
use wasm_encoder::{BlockType, Instruction as I, MemArg, ValType};
use wit_parser::abi::FlatTypes;
use wit_parser::{Int, SizeAlign, Type, TypeId};

/// A core function while it is written.
pub(in crate::generate) struct Body {
    pub(in crate::generate) instructions: Vec<I<'static>>,
    /// The parameters, then the locals.
    pub(in crate::generate) locals: Vec<ValType>,
}

impl Body {
    pub(in crate::generate) fn local(&mut self, ty: ValType) -> u32 {
        self.locals.push(ty);
        self.locals.len() as u32 - 1
    }

    pub(in crate::generate) fn push(&mut self, instructions: impl IntoIterator<Item = I<'static>>) {
        self.instructions.extend(instructions);
    }
}

/// What a parameter may hold that must be dropped.
#[derive(Clone, Copy, Debug)]
pub(in crate::generate) enum Dropped {
    Handle(Resource),
    /// The end that is read of a stream; who writes to it learns that nobody listens.
    Stream(TypeId),
    /// The same of a future.
    Future(TypeId),
}

/// Writes the code that drops them.
pub(in crate::generate) struct Discard<'a, 'd> {
    pub(in crate::generate) subject: &'a Subject,
    pub(in crate::generate) sizes: &'a SizeAlign,
    pub(in crate::generate) body: &'d mut Body,
    /// The function that drops one.
    pub(in crate::generate) drop: &'d mut dyn FnMut(Dropped) -> u32,
    pub(in crate::generate) known: &'d mut HashMap<Type, bool>,
    /// Whether to drop what was lent and no more: everything else goes on to somebody.
    pub(in crate::generate) borrowed_only: bool,
}

impl Discard<'_, '_> {
    /// Drops what is in parameters that came in registers, from the local `at` on.
    pub(in crate::generate) fn registers(&mut self, types: &[Type], mut at: u32) {
        for ty in types {
            if self.matters(*ty) {
                self.register(*ty, at);
            }
            at += self.width(*ty);
        }
    }

    /// Drops what is in parameters that came in memory.
    pub(in crate::generate) fn memory(&mut self, types: &[Type], base: u32) {
        self.fields(types, base, 0);
    }

    /// What must be dropped; a handle that is borrowed from the stub's own resources came as its representation.
    fn dropped(&self, shape: &Shape<'_>) -> Option<Dropped> {
        match shape {
            Shape::Handle(handle) => {
                let (resource, owned) = self.subject.resource(handle);
                let drops = match self.borrowed_only {
                    true => !owned,
                    false => owned || !resource.own,
                };
                drops.then_some(Dropped::Handle(resource))
            }
            Shape::Stream(id) if !self.borrowed_only => Some(Dropped::Stream(*id)),
            Shape::Future(id, _) if !self.borrowed_only => Some(Dropped::Future(*id)),
            _ => None,
        }
    }

    /// Whether there may be handles to drop in a value of this type.
    fn matters(&mut self, ty: Type) -> bool {
        if let Some(known) = self.known.get(&ty) {
            return *known;
        }
        let subject = self.subject;
        let matters = match subject.shape(ty) {
            Shape::Plain(_) | Shape::String | Shape::Enum(_) | Shape::Flags(_) | Shape::Unmade => {
                false
            }
            Shape::List(ty) | Shape::Fixed(ty, _) => self.matters(ty),
            Shape::Map(key, value) => self.matters(key) | self.matters(value),
            Shape::Fields(fields) => fields.iter().any(|(_, ty)| self.matters(*ty)),
            Shape::Cases(cases) => cases
                .iter()
                .filter_map(|(_, ty)| *ty)
                .any(|ty| self.matters(ty)),
            shape @ (Shape::Handle(_) | Shape::Stream(_) | Shape::Future(..)) => {
                self.dropped(&shape).is_some()
            }
        };
        self.known.insert(ty, matters);
        matters
    }

    /// How many registers a value takes. Parameters in registers are 16 at most.
    fn width(&self, ty: Type) -> u32 {
        let mut storage = [wit_parser::abi::WasmType::I32; 16];
        let mut flat = FlatTypes::new(&mut storage);
        self.subject.resolve.push_flat(&ty, &mut flat);
        flat.to_vec().len() as u32
    }

    /// A register as an `i32`, which the cases of a variant may share with wider types.
    fn get(&mut self, at: u32) {
        self.body.push([I::LocalGet(at)]);
        if self.body.locals[at as usize] == ValType::I64 {
            self.body.push([I::I32WrapI64]);
        }
    }

    fn register(&mut self, ty: Type, at: u32) {
        let subject = self.subject;
        match subject.shape(ty) {
            shape @ (Shape::Handle(_) | Shape::Stream(_) | Shape::Future(..)) => {
                if let Some(dropped) = self.dropped(&shape) {
                    self.get(at);
                    let drop = (self.drop)(dropped);
                    self.body.push([I::Call(drop)]);
                }
            }
            Shape::Fields(fields) => {
                let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
                self.registers(&types, at);
            }
            Shape::Fixed(ty, length) => self.registers(&vec![ty; length as usize], at),
            Shape::Cases(cases) => {
                for (n, (_, ty)) in cases.iter().enumerate() {
                    if let Some(ty) = ty.filter(|ty| self.matters(*ty)) {
                        self.get(at);
                        self.body
                            .push([I::I32Const(n as i32), I::I32Eq, I::If(BlockType::Empty)]);
                        self.register(ty, at + 1);
                        self.body.push([I::End]);
                    }
                }
            }
            Shape::List(ty) => self.list(&[ty], |d| d.get(at), |d| d.get(at + 1)),
            Shape::Map(key, value) => self.list(&[key, value], |d| d.get(at), |d| d.get(at + 1)),
            Shape::Plain(_) | Shape::String | Shape::Enum(_) | Shape::Flags(_) | Shape::Unmade => {}
        }
    }

    fn fields(&mut self, types: &[Type], base: u32, offset: u32) {
        for (field, ty) in offsets(self.sizes, types) {
            if self.matters(ty) {
                self.stored(ty, base, offset + field);
            }
        }
    }

    fn stored(&mut self, ty: Type, base: u32, offset: u32) {
        let subject = self.subject;
        match subject.shape(ty) {
            shape @ (Shape::Handle(_) | Shape::Stream(_) | Shape::Future(..)) => {
                if let Some(dropped) = self.dropped(&shape) {
                    self.load(base, offset);
                    let drop = (self.drop)(dropped);
                    self.body.push([I::Call(drop)]);
                }
            }
            Shape::Fields(fields) => {
                let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
                self.fields(&types, base, offset);
            }
            Shape::Fixed(ty, length) => self.list(
                &[ty],
                |d| {
                    d.body.push([
                        I::LocalGet(base),
                        I::I32Const(offset.cast_signed()),
                        I::I32Add,
                    ])
                },
                |d| d.body.push([I::I32Const(length.cast_signed())]),
            ),
            Shape::Cases(cases) => {
                let types: Vec<Option<Type>> = cases.iter().map(|(_, ty)| *ty).collect();
                let payload = offset + payload_offset(self.sizes, &types);
                for (n, ty) in types.iter().enumerate() {
                    if let Some(ty) = ty.filter(|ty| self.matters(*ty)) {
                        let load = match tag(types.len()) {
                            Int::U8 => I::I32Load8U(memory(offset, 0)),
                            Int::U16 => I::I32Load16U(memory(offset, 1)),
                            Int::U32 | Int::U64 => I::I32Load(memory(offset, 2)),
                        };
                        self.body.push([I::LocalGet(base), load]);
                        self.body
                            .push([I::I32Const(n as i32), I::I32Eq, I::If(BlockType::Empty)]);
                        self.stored(ty, base, payload);
                        self.body.push([I::End]);
                    }
                }
            }
            Shape::List(ty) => {
                self.list(
                    &[ty],
                    |d| d.load(base, offset),
                    |d| d.load(base, offset + 4),
                );
            }
            Shape::Map(key, value) => {
                let types = [key, value];
                self.list(
                    &types,
                    |d| d.load(base, offset),
                    |d| d.load(base, offset + 4),
                );
            }
            Shape::Plain(_) | Shape::String | Shape::Enum(_) | Shape::Flags(_) | Shape::Unmade => {}
        }
    }

    fn load(&mut self, base: u32, offset: u32) {
        self.body
            .push([I::LocalGet(base), I::I32Load(memory(offset, 2))]);
    }

    /// Goes through a list whose items are one type, or a pair.
    fn list(
        &mut self,
        types: &[Type],
        pointer: impl FnOnce(&mut Self),
        length: impl FnOnce(&mut Self),
    ) {
        let item = match types {
            [one] => size(self.sizes, *one),
            several => self.sizes.record(several).size.size_wasm32(),
        };
        let (at, left) = (self.body.local(ValType::I32), self.body.local(ValType::I32));
        pointer(self);
        self.body.push([I::LocalSet(at)]);
        length(self);
        self.body.push([
            I::LocalSet(left),
            I::Block(BlockType::Empty),
            I::Loop(BlockType::Empty),
            I::LocalGet(left),
            I::I32Eqz,
            I::BrIf(1),
        ]);
        self.fields(types, at, 0);
        self.body.push([
            I::LocalGet(at),
            I::I32Const((item as u32).cast_signed()),
            I::I32Add,
            I::LocalSet(at),
            I::LocalGet(left),
            I::I32Const(1),
            I::I32Sub,
            I::LocalSet(left),
            I::Br(0),
            I::End,
            I::End,
        ]);
    }
}

pub(in crate::generate) fn memory(offset: u32, align: u32) -> MemArg {
    MemArg {
        offset: offset.into(),
        align,
        memory_index: 0,
    }
}
