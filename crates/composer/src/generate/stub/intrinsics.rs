//! The functions that a stub asks of its host: they make and drop handles, streams and futures.

use super::Exported;
use super::discard::{Body, Dropped};
use super::layout::Made;
use super::module::{ABI, Writer};
use super::world::Resource;
use wasm_encoder::{Instruction as I, ValType};
use wit_parser::{
    FutureIntrinsic, ResourceIntrinsic, StreamIntrinsic, TypeDefKind, TypeId, WasmImport,
};

/// What is done with a stream or a future.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Intrinsic {
    New,
    Write,
    DropReadable,
    DropWritable,
}

impl Writer<'_> {
    /// The function that drops what a parameter of `exported` holds.
    pub(super) fn drop(&mut self, dropped: Dropped, exported: &Exported<'_>) -> u32 {
        match dropped {
            Dropped::Handle(resource) => self.drop_handle(resource),
            Dropped::Stream(ty) | Dropped::Future(ty) => {
                self.intrinsic(ty, Intrinsic::DropReadable, exported)
            }
        }
    }

    /// The function that drops a handle.
    pub(super) fn drop_handle(&mut self, resource: Resource) -> u32 {
        let intrinsic = match resource.own {
            true => ResourceIntrinsic::ExportedDrop,
            false => ResourceIntrinsic::ImportedDrop,
        };
        let name = self.of_resource(resource, intrinsic);
        self.import(name, &[ValType::I32], &[])
    }

    /// Makes what `exported` returns, and leaves it on the stack.
    pub(super) fn make(&mut self, made: Made, exported: &Exported<'_>, body: &mut Body) {
        match made {
            Made::Handle(resource, representation) => {
                let name = self.of_resource(resource, ResourceIntrinsic::ExportedNew);
                let new = self.import(name, &[ValType::I32], &[ValType::I32]);
                body.push([I::I32Const(representation.cast_signed()), I::Call(new)]);
            }
            Made::Stream(ty) => {
                let ends = self.new_ends(ty, exported, body);
                let close = self.intrinsic(ty, Intrinsic::DropWritable, exported);
                writable(ends, body);
                body.push([I::Call(close)]);
                readable(ends, body);
            }
            // The writable end stays: it may not be dropped before somebody has read, and nobody tells the stub.
            Made::Future(ty, value) => {
                let ends = self.new_ends(ty, exported, body);
                let write = self.intrinsic(ty, Intrinsic::Write, exported);
                writable(ends, body);
                let address = value.unwrap_or(0).cast_signed();
                body.push([I::I32Const(address), I::Call(write), I::Drop]);
                readable(ends, body);
            }
        }
    }

    /// Both ends of something new, in a local: the one that is read in the lower half, the other in the upper.
    fn new_ends(&mut self, ty: TypeId, exported: &Exported<'_>, body: &mut Body) -> u32 {
        let new = self.intrinsic(ty, Intrinsic::New, exported);
        let ends = body.local(ValType::I64);
        body.push([I::Call(new), I::LocalSet(ends)]);
        ends
    }

    /// The function that does something with a stream or a future.
    fn intrinsic(&mut self, ty: TypeId, intrinsic: Intrinsic, exported: &Exported<'_>) -> u32 {
        if let Some(index) = self.asked.get(&(ty, intrinsic)) {
            return *index;
        }
        let is_future = matches!(self.subject.resolve.types[ty].kind, TypeDefKind::Future(_));
        let name = match is_future {
            true => self.of_future(ty, intrinsic, exported),
            false => self.of_stream(ty, intrinsic, exported),
        };
        let index = match (intrinsic, is_future) {
            (Intrinsic::New, _) => self.import(name, &[], &[ValType::I64]),
            (Intrinsic::Write, true) => self.import(name, &[ValType::I32; 2], &[ValType::I32]),
            (Intrinsic::Write, false) => self.import(name, &[ValType::I32; 3], &[ValType::I32]),
            (Intrinsic::DropReadable | Intrinsic::DropWritable, _) => {
                self.import(name, &[ValType::I32], &[])
            }
        };
        self.asked.insert((ty, intrinsic), index);
        index
    }

    fn of_resource(&self, resource: Resource, intrinsic: ResourceIntrinsic) -> (String, String) {
        let import = WasmImport::ResourceIntrinsic {
            interface: self.subject.interface_of(resource.id, resource.own),
            resource: resource.id,
            intrinsic,
        };
        self.subject.resolve.wasm_import_name(ABI, import)
    }

    fn of_stream(
        &self,
        ty: TypeId,
        intrinsic: Intrinsic,
        exported: &Exported<'_>,
    ) -> (String, String) {
        let import = WasmImport::StreamIntrinsic {
            interface: exported.interface,
            func: exported.function,
            ty: self.with_payload(ty),
            intrinsic: match intrinsic {
                Intrinsic::New => StreamIntrinsic::New,
                Intrinsic::Write => StreamIntrinsic::Write,
                Intrinsic::DropReadable => StreamIntrinsic::DropReadable,
                Intrinsic::DropWritable => StreamIntrinsic::DropWritable,
            },
            exported: true,
            async_: matches!(intrinsic, Intrinsic::Write),
        };
        self.subject.resolve.wasm_import_name(ABI, import)
    }

    /// A value is written without waiting for its reader.
    fn of_future(
        &self,
        ty: TypeId,
        intrinsic: Intrinsic,
        exported: &Exported<'_>,
    ) -> (String, String) {
        let import = WasmImport::FutureIntrinsic {
            interface: exported.interface,
            func: exported.function,
            ty: self.with_payload(ty),
            async_: matches!(intrinsic, Intrinsic::Write),
            intrinsic: match intrinsic {
                Intrinsic::New => FutureIntrinsic::New,
                Intrinsic::Write => FutureIntrinsic::Write,
                Intrinsic::DropReadable => FutureIntrinsic::DropReadable,
                Intrinsic::DropWritable => FutureIntrinsic::DropWritable,
            },
            exported: true,
        };
        self.subject.resolve.wasm_import_name(ABI, import)
    }

    /// A type of stream or future, unless it carries nothing: all of those are one.
    fn with_payload(&self, ty: TypeId) -> Option<TypeId> {
        let empty = matches!(
            self.subject.resolve.types[ty].kind,
            TypeDefKind::Stream(None) | TypeDefKind::Future(None)
        );
        (!empty).then_some(ty)
    }
}

fn readable(ends: u32, body: &mut Body) {
    body.push([I::LocalGet(ends), I::I32WrapI64]);
}

fn writable(ends: u32, body: &mut Body) {
    body.push([
        I::LocalGet(ends),
        I::I64Const(32),
        I::I64ShrU,
        I::I32WrapI64,
    ]);
}
