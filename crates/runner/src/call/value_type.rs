//! The types of the component model, as far as values of them can be written down.

use std::fmt;
use wasmtime::component::{ResourceType, Type};

/// How many types within types one function may have to be callable by hand.
const MOST: usize = 2_000;

/// A type of values. Its text is that of WIT, with named types written out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "these are the names of the component model")]
pub enum ValueType {
    Bool,
    S8,
    U8,
    S16,
    U16,
    S32,
    U32,
    S64,
    U64,
    F32,
    F64,
    Char,
    String,
    List(Box<ValueType>),
    Record(Vec<(String, ValueType)>),
    Tuple(Vec<ValueType>),
    Variant(Vec<(String, Option<ValueType>)>),
    Enum(Vec<String>),
    Option(Box<ValueType>),
    Result {
        ok: Option<Box<ValueType>>,
        err: Option<Box<ValueType>>,
    },
    Flags(Vec<String>),
    /// A handle to a resource of that name, which is given away.
    Own(String),
    /// A handle to a resource of that name, which is lent for the call.
    Borrow(String),
}

/// Why there are no values of a type to be written down.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    /// A stream, a future, or another thing that is more than a value.
    #[error("it takes or gives a {0}, which cannot be written down")]
    NotAValue(&'static str),
    /// Types within types without end, or nearly so.
    #[error("its types are too large to be written down")]
    TooLarge,
}

/// Reads types, and remembers how much has been read.
pub(super) struct Reader<'a> {
    resources: &'a [(ResourceType, String)],
    left: usize,
}

impl<'a> Reader<'a> {
    /// `resources` gives them their names.
    pub(super) fn new(resources: &'a [(ResourceType, String)]) -> Self {
        Self {
            resources,
            left: MOST,
        }
    }

    pub(super) fn read(&mut self, ty: &Type) -> Result<ValueType, Obstacle> {
        self.left = self.left.checked_sub(1).ok_or(Obstacle::TooLarge)?;
        Ok(match ty {
            Type::Bool => ValueType::Bool,
            Type::S8 => ValueType::S8,
            Type::U8 => ValueType::U8,
            Type::S16 => ValueType::S16,
            Type::U16 => ValueType::U16,
            Type::S32 => ValueType::S32,
            Type::U32 => ValueType::U32,
            Type::S64 => ValueType::S64,
            Type::U64 => ValueType::U64,
            Type::Float32 => ValueType::F32,
            Type::Float64 => ValueType::F64,
            Type::Char => ValueType::Char,
            Type::String => ValueType::String,
            Type::List(list) => ValueType::List(self.boxed(&list.ty())?),
            Type::Record(record) => {
                let field = |field: wasmtime::component::types::Field<'_>| {
                    Ok((field.name.to_owned(), self.read(&field.ty)?))
                };
                ValueType::Record(record.fields().map(field).collect::<Result<_, _>>()?)
            }
            Type::Tuple(tuple) => {
                let types = tuple.types().map(|ty| self.read(&ty));
                ValueType::Tuple(types.collect::<Result<_, _>>()?)
            }
            Type::Variant(variant) => {
                let case = |case: wasmtime::component::types::Case<'_>| {
                    let payload = case.ty.map(|ty| self.read(&ty)).transpose()?;
                    Ok((case.name.to_owned(), payload))
                };
                ValueType::Variant(variant.cases().map(case).collect::<Result<_, _>>()?)
            }
            Type::Enum(names) => ValueType::Enum(names.names().map(str::to_owned).collect()),
            Type::Option(option) => ValueType::Option(self.boxed(&option.ty())?),
            Type::Result(result) => ValueType::Result {
                ok: result.ok().map(|ty| self.boxed(&ty)).transpose()?,
                err: result.err().map(|ty| self.boxed(&ty)).transpose()?,
            },
            Type::Flags(flags) => ValueType::Flags(flags.names().map(str::to_owned).collect()),
            Type::Own(resource) => ValueType::Own(self.name(resource)),
            Type::Borrow(resource) => ValueType::Borrow(self.name(resource)),
            Type::Stream(_) => return Err(Obstacle::NotAValue("stream")),
            Type::Future(_) => return Err(Obstacle::NotAValue("future")),
            Type::ErrorContext => return Err(Obstacle::NotAValue("error context")),
            Type::Map(_) => return Err(Obstacle::NotAValue("map")),
            Type::FixedLengthList(_) => return Err(Obstacle::NotAValue("list of fixed length")),
        })
    }

    fn boxed(&mut self, ty: &Type) -> Result<Box<ValueType>, Obstacle> {
        self.read(ty).map(Box::new)
    }

    fn name(&self, resource: &ResourceType) -> String {
        let found = self.resources.iter().find(|(ty, _)| ty == resource);
        found.map_or_else(|| "resource".to_owned(), |(_, name)| name.clone())
    }
}

impl fmt::Display for ValueType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool => f.write_str("bool"),
            Self::S8 => f.write_str("s8"),
            Self::U8 => f.write_str("u8"),
            Self::S16 => f.write_str("s16"),
            Self::U16 => f.write_str("u16"),
            Self::S32 => f.write_str("s32"),
            Self::U32 => f.write_str("u32"),
            Self::S64 => f.write_str("s64"),
            Self::U64 => f.write_str("u64"),
            Self::F32 => f.write_str("f32"),
            Self::F64 => f.write_str("f64"),
            Self::Char => f.write_str("char"),
            Self::String => f.write_str("string"),
            Self::List(ty) => write!(f, "list<{ty}>"),
            Self::Record(fields) => {
                let field = |(name, ty): &(String, ValueType)| format!("{name}: {ty}");
                write!(f, "record {{ {} }}", joined(fields, field))
            }
            Self::Tuple(types) => write!(f, "tuple<{}>", joined(types, ToString::to_string)),
            Self::Variant(cases) => {
                let case = |(name, ty): &(String, Option<ValueType>)| match ty {
                    Some(ty) => format!("{name}({ty})"),
                    None => name.clone(),
                };
                write!(f, "variant {{ {} }}", joined(cases, case))
            }
            Self::Enum(names) => write!(f, "enum {{ {} }}", names.join(", ")),
            Self::Option(ty) => write!(f, "option<{ty}>"),
            Self::Result { ok, err } => match (ok, err) {
                (None, None) => f.write_str("result"),
                (Some(ok), None) => write!(f, "result<{ok}>"),
                (None, Some(err)) => write!(f, "result<_, {err}>"),
                (Some(ok), Some(err)) => write!(f, "result<{ok}, {err}>"),
            },
            Self::Flags(names) => write!(f, "flags {{ {} }}", names.join(", ")),
            Self::Own(name) => f.write_str(name),
            Self::Borrow(name) => write!(f, "borrow<{name}>"),
        }
    }
}

fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}
