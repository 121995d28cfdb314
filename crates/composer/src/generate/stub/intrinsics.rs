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

impl Writer<'_> {
    /// The function that drops what a parameter of `exported` holds.
    pub(super) fn drop(&mut self, dropped: Dropped, exported: &Exported<'_>) -> u32 {
        match dropped {
            Dropped::Handle(resource) => self.drop_handle(resource),
            Dropped::Stream(ty) => {
                let name = self.of_stream(ty, StreamIntrinsic::DropReadable, exported);
                self.import(name, &[ValType::I32], &[])
            }
            Dropped::Future(ty) => {
                let name = self.of_future(ty, FutureIntrinsic::DropReadable, exported);
                self.import(name, &[ValType::I32], &[])
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
                let name = self.of_stream(ty, StreamIntrinsic::New, exported);
                let ends = self.new_ends(name, body);
                let name = self.of_stream(ty, StreamIntrinsic::DropWritable, exported);
                let close = self.import(name, &[ValType::I32], &[]);
                writable(ends, body);
                body.push([I::Call(close)]);
                readable(ends, body);
            }
            // The writable end stays: it may not be dropped before somebody has read, and nobody tells the stub.
            Made::Future(ty, value) => {
                let name = self.of_future(ty, FutureIntrinsic::New, exported);
                let ends = self.new_ends(name, body);
                let name = self.of_future(ty, FutureIntrinsic::Write, exported);
                let write = self.import(name, &[ValType::I32; 2], &[ValType::I32]);
                writable(ends, body);
                let address = value.unwrap_or(0).cast_signed();
                body.push([I::I32Const(address), I::Call(write), I::Drop]);
                readable(ends, body);
            }
        }
    }

    /// Both ends of something new, in a local: the one that is read in the lower half, the other in the upper.
    fn new_ends(&mut self, name: (String, String), body: &mut Body) -> u32 {
        let new = self.import(name, &[], &[ValType::I64]);
        let ends = body.local(ValType::I64);
        body.push([I::Call(new), I::LocalSet(ends)]);
        ends
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
        intrinsic: StreamIntrinsic,
        exported: &Exported<'_>,
    ) -> (String, String) {
        let import = WasmImport::StreamIntrinsic {
            interface: exported.interface,
            func: exported.function,
            ty: self.with_payload(ty),
            intrinsic,
            exported: true,
            async_: false,
        };
        self.subject.resolve.wasm_import_name(ABI, import)
    }

    /// A value is written without waiting for its reader.
    fn of_future(
        &self,
        ty: TypeId,
        intrinsic: FutureIntrinsic,
        exported: &Exported<'_>,
    ) -> (String, String) {
        let import = WasmImport::FutureIntrinsic {
            interface: exported.interface,
            func: exported.function,
            ty: self.with_payload(ty),
            async_: matches!(intrinsic, FutureIntrinsic::Write),
            intrinsic,
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
