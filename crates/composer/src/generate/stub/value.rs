//! Values that a stub returns, and the plainest of a type.

use super::world::Subject;
use crate::limits;
use wit_parser::{Type, TypeDefKind, TypeId};

/// A value, to be understood with its type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    /// Booleans, integers and characters.
    Int(i64),
    F32(f32),
    F64(f64),
    String(String),
    /// Lists, and maps as lists of pairs.
    List(Vec<Value>),
    /// Records, tuples and lists of fixed length.
    Fields(Vec<Value>),
    /// Variants, enums, options and results.
    Case(u32, Option<Box<Value>>),
    /// One bit for each flag.
    Flags(Vec<bool>),
    /// A handle to one of the stub's own resources: its representation.
    Handle(u32),
    /// A stream that is at its end.
    Stream,
    /// A future, and its value. A value that waits for its reader lies where it is, so nothing in it can be made by
    /// each call anew: see [`Value::is_still`].
    Future(Option<Box<Value>>),
}

impl Value {
    /// Whether it is the same for every call: without handles, streams and futures.
    pub(super) fn is_still(&self) -> bool {
        match self {
            Self::Int(_) | Self::F32(_) | Self::F64(_) | Self::String(_) | Self::Flags(_) => true,
            Self::List(values) | Self::Fields(values) => values.iter().all(Self::is_still),
            Self::Case(_, payload) => payload.as_ref().is_none_or(|payload| payload.is_still()),
            Self::Handle(_) | Self::Stream | Self::Future(_) => false,
        }
    }
}

/// What a record, a variant, … is made of, aliases seen through.
pub(in crate::generate) enum Shape<'a> {
    /// A primitive type other than a string.
    Plain(Type),
    String,
    List(Type),
    Map(Type, Type),
    Fields(Vec<(&'a str, Type)>),
    Fixed(Type, u32),
    /// Variants, options and results.
    Cases(Vec<(&'a str, Option<Type>)>),
    Enum(Vec<&'a str>),
    Flags(Vec<&'a str>),
    Handle(&'a wit_parser::Handle),
    Stream(TypeId),
    Future(TypeId, Option<Type>),
    /// Error contexts.
    Unmade,
}

/// The names that the errors of WASI's interfaces have for a refusal.
const REFUSALS: [&str; 4] = [
    "access-denied",
    "permission-denied",
    "not-permitted",
    "HTTP-request-denied",
];

impl Subject {
    pub(in crate::generate) fn shape(&self, mut ty: Type) -> Shape<'_> {
        loop {
            let id = match ty {
                Type::String => return Shape::String,
                Type::ErrorContext => return Shape::Unmade,
                Type::Id(id) => id,
                plain => return Shape::Plain(plain),
            };
            return match &self.resolve.types[id].kind {
                TypeDefKind::Type(alias) => {
                    ty = *alias;
                    continue;
                }
                TypeDefKind::Record(record) => Shape::Fields(
                    record
                        .fields
                        .iter()
                        .map(|f| (f.name.as_str(), f.ty))
                        .collect(),
                ),
                TypeDefKind::Tuple(tuple) => {
                    Shape::Fields(tuple.types.iter().map(|ty| ("", *ty)).collect())
                }
                TypeDefKind::FixedLengthList(ty, length) => Shape::Fixed(*ty, *length),
                TypeDefKind::List(ty) => Shape::List(*ty),
                TypeDefKind::Map(key, value) => Shape::Map(*key, *value),
                TypeDefKind::Variant(variant) => Shape::Cases(
                    variant
                        .cases
                        .iter()
                        .map(|c| (c.name.as_str(), c.ty))
                        .collect(),
                ),
                TypeDefKind::Option(ty) => Shape::Cases(vec![("none", None), ("some", Some(*ty))]),
                TypeDefKind::Result(result) => {
                    Shape::Cases(vec![("ok", result.ok), ("err", result.err)])
                }
                TypeDefKind::Enum(names) => {
                    Shape::Enum(names.cases.iter().map(|c| c.name.as_str()).collect())
                }
                TypeDefKind::Flags(flags) => {
                    Shape::Flags(flags.flags.iter().map(|f| f.name.as_str()).collect())
                }
                TypeDefKind::Handle(handle) => Shape::Handle(handle),
                TypeDefKind::Stream(_) => Shape::Stream(id),
                TypeDefKind::Future(ty) => Shape::Future(id, *ty),
                TypeDefKind::Resource | TypeDefKind::Unknown => Shape::Unmade,
            };
        }
    }

    /// The plainest value of a type.
    ///
    /// # Errors
    /// What it would be that no stub can make.
    pub(super) fn plainest(&self, ty: Type) -> Result<Value, &'static str> {
        let mut left = limits::VALUE_BYTES;
        self.plainest_within(ty, &mut left)
    }

    /// The error of a type of results that says no, with the sentence where there is a place for it; `None` where the type
    /// has no word for that.
    pub(super) fn refusal(&self, ty: Type, sentence: &str) -> Option<Value> {
        let Shape::Cases(cases) = self.shape(ty) else {
            return None;
        };
        let [("ok", _), ("err", Some(error))] = *cases.as_slice() else {
            return None;
        };
        let sentence = Value::String(sentence.to_string());
        let error = match self.shape(error) {
            Shape::String => sentence,
            Shape::Enum(names) => {
                let case = names.iter().position(|name| REFUSALS.contains(name))?;
                Value::Case(case as u32, None)
            }
            Shape::Cases(cases) => (0u32..).zip(cases).find_map(|(n, (name, payload))| {
                let payload = match payload.map(|ty| self.shape(ty)) {
                    None => None,
                    Some(Shape::String) => Some(Box::new(sentence.clone())),
                    Some(_) => return None,
                };
                REFUSALS.contains(&name).then_some(Value::Case(n, payload))
            })?,
            _ => return None,
        };
        Some(Value::Case(1, Some(Box::new(error))))
    }

    fn plainest_within(&self, ty: Type, left: &mut usize) -> Result<Value, &'static str> {
        *left = left.checked_sub(1).ok_or("a value that is so large")?;
        Ok(match self.shape(ty) {
            Shape::Plain(Type::F32) => Value::F32(0.0),
            Shape::Plain(Type::F64) => Value::F64(0.0),
            Shape::Plain(_) => Value::Int(0),
            Shape::String => Value::String(String::new()),
            Shape::List(_) | Shape::Map(..) => Value::List(Vec::new()),
            Shape::Fields(fields) => {
                let fields = fields.iter().map(|(_, ty)| self.plainest_within(*ty, left));
                Value::Fields(fields.collect::<Result<_, _>>()?)
            }
            Shape::Fixed(ty, length) => {
                let items = (0..length).map(|_| self.plainest_within(ty, left));
                Value::Fields(items.collect::<Result<_, _>>()?)
            }
            // The first case that can be made: `none`, `ok`.
            Shape::Cases(cases) => {
                let mut unmade = "a value of a type that has none";
                for (n, (_, ty)) in (0u32..).zip(cases) {
                    let payload = ty.map(|ty| self.plainest_within(ty, left)).transpose();
                    match payload {
                        Ok(payload) => return Ok(Value::Case(n, payload.map(Box::new))),
                        Err(what) => unmade = what,
                    }
                }
                return Err(unmade);
            }
            Shape::Enum(_) => Value::Case(0, None),
            Shape::Flags(names) => Value::Flags(vec![false; names.len()]),
            Shape::Handle(handle) => match self.resource(handle) {
                (resource, true) if resource.own => Value::Handle(0),
                _ => return Err("a handle to a resource that it imports"),
            },
            Shape::Stream(_) => Value::Stream,
            Shape::Future(_, None) => Value::Future(None),
            Shape::Future(_, Some(ty)) => {
                let value = self.plainest_within(ty, left)?;
                if !value.is_still() {
                    return Err("a future of handles, streams or futures");
                }
                Value::Future(Some(Box::new(value)))
            }
            Shape::Unmade => return Err("an error context"),
        })
    }
}
