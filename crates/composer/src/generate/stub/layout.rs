//! Where the values that a stub returns lie in its memory: the canonical ABI's `store` and `lower_flat`, done beforehand.
//!
//! Handles, streams and futures cannot be made beforehand; their places are noted, and filled by each call.

use super::value::{Shape, Value};
use super::world::{Resource, Subject};
use crate::generate::GenerateError;
use crate::limits;
use wit_parser::abi::FlatTypes;
use wit_parser::{FlagsRepr, Int, Resolve, SizeAlign, Type, TypeId};

/// Where the values begin: no pointer is null.
pub(super) const BASE: u32 = 16;

/// What each call makes anew.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made {
    /// A handle, and what the methods see of it.
    Handle(Resource, u32),
    /// A stream that is at its end.
    Stream(TypeId),
    /// A future, and where its value lies.
    Future(TypeId, Option<u32>),
}

/// Where something lies that a call makes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    pub(super) address: u32,
    pub(super) made: Made,
}

/// What a call returns in a register.
#[derive(Clone, Copy, Debug)]
pub(super) enum Register {
    I32(i32),
    I64(i64),
    F32(f32),
    F64(f64),
    Made(Made),
}

/// How a function returns its value.
pub(super) enum Returned {
    Nothing,
    Register(Register),
    /// A pointer to memory, with what must be made and put there.
    Memory(u32, Vec<Place>),
}

/// The memory that the values take.
pub(super) struct Layout<'a> {
    subject: &'a Subject,
    sizes: &'a SizeAlign,
    bytes: Vec<u8>,
    places: Vec<Place>,
}

impl<'a> Layout<'a> {
    pub(super) fn new(subject: &'a Subject, sizes: &'a SizeAlign) -> Self {
        Self {
            subject,
            sizes,
            bytes: Vec::new(),
            places: Vec::new(),
        }
    }

    /// What lies from [`BASE`] on.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Lays a result out.
    pub(super) fn result(&mut self, ty: Type, value: &Value) -> Result<Returned, GenerateError> {
        let mut storage = [wit_parser::abi::WasmType::I32; Resolve::MAX_FLAT_RESULTS];
        let mut flat = FlatTypes::new(&mut storage);
        if self.subject.resolve.push_flat(&ty, &mut flat) {
            return Ok(match self.register(ty, value)? {
                Some(register) => Returned::Register(register),
                None => Returned::Nothing,
            });
        }
        let address = self.take(size(self.sizes, ty), align(self.sizes, ty))?;
        self.store(ty, value, address)?;
        Ok(Returned::Memory(address, std::mem::take(&mut self.places)))
    }

    /// The one register of a value that needs no more.
    fn register(&mut self, ty: Type, value: &Value) -> Result<Option<Register>, GenerateError> {
        let subject = self.subject;
        Ok(Some(match (subject.shape(ty), value) {
            (Shape::Plain(Type::U64 | Type::S64), Value::Int(value)) => Register::I64(*value),
            #[allow(
                clippy::cast_possible_truncation,
                reason = "narrower types are extended"
            )]
            (Shape::Plain(_), Value::Int(value)) => Register::I32(*value as i32),
            (_, Value::F32(value)) => Register::F32(*value),
            (_, Value::F64(value)) => Register::F64(*value),
            (_, Value::Case(case, _)) => Register::I32(case.cast_signed()),
            (_, Value::Flags(bits)) if bits.is_empty() => return Ok(None),
            (_, Value::Flags(bits)) => Register::I32(i32::from_le_bytes(word(bits, 0))),
            (Shape::Fields(fields), Value::Fields(values)) => {
                for ((_, ty), value) in fields.iter().zip(values) {
                    if let Some(register) = self.register(*ty, value)? {
                        return Ok(Some(register));
                    }
                }
                return Ok(None);
            }
            (Shape::Fixed(ty, _), Value::Fields(values)) => match values.first() {
                Some(value) => return self.register(ty, value),
                None => return Ok(None),
            },
            (shape, value) => return Ok(self.made(&shape, value)?.map(Register::Made)),
        }))
    }

    /// What is made for a value.
    fn made(&mut self, shape: &Shape<'_>, value: &Value) -> Result<Option<Made>, GenerateError> {
        Ok(Some(match (shape, value) {
            (Shape::Handle(handle), Value::Handle(representation)) => {
                Made::Handle(self.subject.resource(handle).0, *representation)
            }
            (Shape::Stream(id), Value::Stream) => Made::Stream(*id),
            (Shape::Future(id, Some(ty)), Value::Future(Some(value))) => {
                let address = self.take(size(self.sizes, *ty), align(self.sizes, *ty))?;
                self.store(*ty, value, address)?;
                Made::Future(*id, Some(address))
            }
            (Shape::Future(id, _), Value::Future(_)) => Made::Future(*id, None),
            // A value was read for its type, so nothing else comes.
            _ => return Ok(None),
        }))
    }

    fn store(&mut self, ty: Type, value: &Value, at: u32) -> Result<(), GenerateError> {
        let subject = self.subject;
        match (subject.shape(ty), value) {
            (Shape::Plain(plain), Value::Int(value)) => {
                let size = size(self.sizes, plain);
                self.write(at, &value.to_le_bytes()[..size]);
            }
            (_, Value::F32(value)) => self.write(at, &value.to_le_bytes()),
            (_, Value::F64(value)) => self.write(at, &value.to_le_bytes()),
            (_, Value::String(text)) => {
                let address = self.take(text.len(), 1)?;
                self.write(address, text.as_bytes());
                self.pointer(at, address, text.len());
            }
            (Shape::List(ty), Value::List(items)) => {
                let size = size(self.sizes, ty);
                let address = self.take(size * items.len(), align(self.sizes, ty))?;
                self.pointer(at, address, items.len());
                self.row(ty, items, address)?;
            }
            (Shape::Map(key, value), Value::List(pairs)) => {
                let pair = self.sizes.record([&key, &value]);
                let size = pair.size.size_wasm32();
                let address = self.take(size * pairs.len(), pair.align.align_wasm32())?;
                self.pointer(at, address, pairs.len());
                for (n, pair) in pairs.iter().enumerate() {
                    if let Value::Fields(values) = pair {
                        self.fields(&[key, value], values, address + (n * size) as u32)?;
                    }
                }
            }
            (Shape::Fields(fields), Value::Fields(values)) => {
                let types: Vec<Type> = fields.iter().map(|(_, ty)| *ty).collect();
                self.fields(&types, values, at)?;
            }
            (Shape::Fixed(ty, _), Value::Fields(values)) => self.row(ty, values, at)?,
            (Shape::Cases(cases), Value::Case(case, payload)) => {
                let tag = tag(cases.len());
                self.case(tag, *case, at);
                let types: Vec<Option<Type>> = cases.iter().map(|(_, ty)| *ty).collect();
                if let (Some(ty), Some(payload)) = (types[*case as usize], payload) {
                    let offset = payload_offset(self.sizes, &types);
                    self.store(ty, payload, at + offset)?;
                }
            }
            (Shape::Enum(names), Value::Case(case, _)) => self.case(tag(names.len()), *case, at),
            (Shape::Flags(names), Value::Flags(bits)) => {
                let bytes = match flags_repr(names.len()) {
                    FlagsRepr::U8 => 1,
                    FlagsRepr::U16 => 2,
                    FlagsRepr::U32(words) => 4 * words,
                };
                let words = (0..bits.len().div_ceil(32)).flat_map(|n| word(bits, n));
                let words: Vec<u8> = words.take(bytes).collect();
                self.write(at, &words);
            }
            (shape, value) => {
                let made = self.made(&shape, value)?;
                self.places
                    .extend(made.map(|made| Place { address: at, made }));
            }
        }
        Ok(())
    }

    fn row(&mut self, ty: Type, items: &[Value], mut at: u32) -> Result<(), GenerateError> {
        let size = size(self.sizes, ty) as u32;
        for item in items {
            self.store(ty, item, at)?;
            at += size;
        }
        Ok(())
    }

    fn fields(&mut self, types: &[Type], values: &[Value], at: u32) -> Result<(), GenerateError> {
        for ((offset, ty), value) in offsets(self.sizes, types).into_iter().zip(values) {
            self.store(ty, value, at + offset)?;
        }
        Ok(())
    }

    fn case(&mut self, tag: Int, case: u32, at: u32) {
        let bytes = case.to_le_bytes();
        self.write(at, &bytes[..int_bytes(tag)]);
    }

    fn pointer(&mut self, at: u32, address: u32, length: usize) {
        self.write(at, &address.to_le_bytes());
        self.write(at + 4, &(length as u32).to_le_bytes());
    }

    fn write(&mut self, at: u32, bytes: &[u8]) {
        let at = (at - BASE) as usize;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Memory for a value.
    fn take(&mut self, size: usize, align: usize) -> Result<u32, GenerateError> {
        let start = self.bytes.len().next_multiple_of(align);
        let end = start.saturating_add(size);
        let limit = limits::VALUE_BYTES as u64;
        GenerateError::at_most("bytes of values", end as u64, limit)?;
        self.bytes.resize(end, 0);
        Ok(BASE + start as u32)
    }
}

pub(super) fn size(sizes: &SizeAlign, ty: Type) -> usize {
    sizes.size(&ty).size_wasm32()
}

pub(super) fn align(sizes: &SizeAlign, ty: Type) -> usize {
    sizes.align(&ty).align_wasm32()
}

/// Where the fields of a record lie.
pub(super) fn offsets(sizes: &SizeAlign, types: &[Type]) -> Vec<(u32, Type)> {
    let offsets = sizes.field_offsets(types).into_iter();
    offsets
        .map(|(offset, ty)| (offset.size_wasm32() as u32, *ty))
        .collect()
}

/// Where the payload of a variant lies.
pub(super) fn payload_offset(sizes: &SizeAlign, cases: &[Option<Type>]) -> u32 {
    let offset = sizes.payload_offset(tag(cases.len()), cases.iter().map(Option::as_ref));
    offset.size_wasm32() as u32
}

/// How the case of a variant is written: `discriminant_type` of the canonical ABI.
pub(super) fn tag(cases: usize) -> Int {
    match cases {
        0..=0x100 => Int::U8,
        0x101..=0x1_0000 => Int::U16,
        _ => Int::U32,
    }
}

fn int_bytes(int: Int) -> usize {
    match int {
        Int::U8 => 1,
        Int::U16 => 2,
        Int::U32 => 4,
        Int::U64 => 8,
    }
}

fn flags_repr(flags: usize) -> FlagsRepr {
    match flags {
        0 => FlagsRepr::U32(0),
        1..=8 => FlagsRepr::U8,
        9..=16 => FlagsRepr::U16,
        n => FlagsRepr::U32(n.div_ceil(32)),
    }
}

/// The nth 32 flags as they are written.
fn word(bits: &[bool], n: usize) -> [u8; 4] {
    let bits = bits.iter().skip(32 * n).take(32);
    let word = bits
        .enumerate()
        .fold(0u32, |word, (n, bit)| word | u32::from(*bit) << n);
    word.to_le_bytes()
}
