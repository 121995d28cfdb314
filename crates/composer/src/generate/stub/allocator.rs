//! Where the parameters of a stub's functions go.

use wasm_encoder::{BlockType, Function as CoreFunction, Instruction as I, ValType};

/// The global that says where free memory begins now, …
pub(in crate::generate) const HEAP: u32 = 0;

/// … and the one that says where it begins when no parameter is in use: after the values.
pub(in crate::generate) const FREE: u32 = 1;

/// An allocator that only ever goes on: each call begins again at the start, when its parameters are not needed any more.
pub(in crate::generate) fn reallocate() -> CoreFunction {
    const OLD: u32 = 0;
    const OLD_SIZE: u32 = 1;
    const ALIGN: u32 = 2;
    const SIZE: u32 = 3;
    const AT: u32 = 4;
    const END: u32 = 5;
    let mut code = CoreFunction::new([(2, ValType::I32)]);
    let instructions = [
        // at = (heap + align - 1) & -align
        I::GlobalGet(HEAP),
        I::LocalGet(ALIGN),
        I::I32Add,
        I::I32Const(1),
        I::I32Sub,
        I::I32Const(0),
        I::LocalGet(ALIGN),
        I::I32Sub,
        I::I32And,
        I::LocalTee(AT),
        I::LocalGet(SIZE),
        I::I32Add,
        I::LocalTee(END),
        // Beyond the end of what 32 bits address.
        I::LocalGet(AT),
        I::I32LtU,
        I::If(BlockType::Empty),
        I::Unreachable,
        I::End,
        // Grows by the pages that are missing.
        I::LocalGet(END),
        I::I32Const(16),
        I::I32ShrU,
        I::I32Const(1),
        I::I32Add,
        I::MemorySize(0),
        I::I32GtU,
        I::If(BlockType::Empty),
        I::LocalGet(END),
        I::I32Const(16),
        I::I32ShrU,
        I::I32Const(1),
        I::I32Add,
        I::MemorySize(0),
        I::I32Sub,
        I::MemoryGrow(0),
        I::I32Const(-1),
        I::I32Eq,
        I::If(BlockType::Empty),
        I::Unreachable,
        I::End,
        I::End,
        I::LocalGet(END),
        I::GlobalSet(HEAP),
        // Copies what was there: the smaller of both sizes.
        I::LocalGet(AT),
        I::LocalGet(OLD),
        I::LocalGet(OLD_SIZE),
        I::LocalGet(SIZE),
        I::LocalGet(OLD_SIZE),
        I::LocalGet(SIZE),
        I::I32LtU,
        I::Select,
        I::MemoryCopy {
            src_mem: 0,
            dst_mem: 0,
        },
        I::LocalGet(AT),
        I::End,
    ];
    for instruction in &instructions {
        code.instruction(instruction);
    }
    code
}
