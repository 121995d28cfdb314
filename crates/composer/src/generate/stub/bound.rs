//! How much there may be to the types of a stub.

use crate::generate::GenerateError;
use crate::limits;
use wit_parser::{Function, Resolve, Type, TypeDefKind, WorldItem};

/// Bounds what is done with types by recursion, and what writes them out: a few lines of records that are each made of
/// two of the one before stand for more items than can be walked. Each stream or future that goes through a function
/// has the tools below walk all its types, several times.
pub(super) fn bound(resolve: &Resolve) -> Result<(), GenerateError> {
    GenerateError::at_most(
        "types",
        resolve.types.len() as u64,
        limits::WIT_TYPES as u64,
    )?;
    // Every type stands after those it is made of.
    let mut known: Vec<Size> = Vec::with_capacity(resolve.types.len());
    for (id, ty) in resolve.types.iter() {
        let below = parts(&ty.kind).into_iter().map(|part| match part {
            Type::Id(part) if part.index() < id.index() => known[part.index()],
            _ => Size::PLAIN,
        });
        let mut size = below.fold(Size::PLAIN, Size::with);
        if matches!(ty.kind, TypeDefKind::Stream(_) | TypeDefKind::Future(_)) {
            size.streams = size.streams.saturating_add(1);
        }
        known.push(size);
    }
    let deepest = known.iter().map(|size| size.depth).max().unwrap_or(0);
    GenerateError::at_most(
        "types in one another",
        u64::from(deepest),
        u64::from(limits::TYPE_DEPTH),
    )?;
    let streams = known.iter().filter(|size| size.streams > 0).count() as u64;
    let walked = functions(resolve).map(|function| {
        let params = function.params.iter().map(|param| param.ty);
        let all = params.chain(function.result).map(|ty| match ty {
            Type::Id(id) => known[id.index()],
            _ => Size::PLAIN,
        });
        let size = all.fold(Size::PLAIN, Size::with);
        size.items.saturating_mul(size.streams.min(streams).max(1))
    });
    let items = walked.fold(0, u64::saturating_add);
    GenerateError::at_most(
        "items in the types of its functions, for each stream in them",
        items,
        limits::TYPE_ITEMS,
    )
}

/// What there is to a type when every reference is followed.
#[derive(Clone, Copy)]
struct Size {
    depth: u32,
    items: u64,
    /// How many of the items are streams and futures.
    streams: u64,
}

impl Size {
    /// Of what is made of nothing else.
    const PLAIN: Self = Self {
        depth: 0,
        items: 1,
        streams: 0,
    };

    fn with(self, part: Self) -> Self {
        Self {
            depth: self.depth.max(part.depth + 1),
            items: self.items.saturating_add(part.items),
            streams: self.streams.saturating_add(part.streams),
        }
    }
}

fn functions(resolve: &Resolve) -> impl Iterator<Item = &Function> {
    let interfaces = resolve.interfaces.iter();
    let of_interfaces = interfaces.flat_map(|(_, interface)| interface.functions.values());
    let worlds = resolve.worlds.iter();
    let items = worlds.flat_map(|(_, world)| world.imports.values().chain(world.exports.values()));
    let of_worlds = items.filter_map(|item| match item {
        WorldItem::Function(function) => Some(function),
        _ => None,
    });
    of_interfaces.chain(of_worlds)
}

/// The types that a type is made of.
pub(in crate::generate) fn parts(kind: &TypeDefKind) -> Vec<Type> {
    match kind {
        TypeDefKind::Record(record) => record.fields.iter().map(|field| field.ty).collect(),
        TypeDefKind::Tuple(tuple) => tuple.types.clone(),
        TypeDefKind::Variant(variant) => variant.cases.iter().filter_map(|case| case.ty).collect(),
        TypeDefKind::Option(ty)
        | TypeDefKind::List(ty)
        | TypeDefKind::FixedLengthList(ty, _)
        | TypeDefKind::Type(ty) => vec![*ty],
        TypeDefKind::Map(key, value) => vec![*key, *value],
        TypeDefKind::Result(result) => result.ok.into_iter().chain(result.err).collect(),
        TypeDefKind::Future(ty) | TypeDefKind::Stream(ty) => ty.iter().copied().collect(),
        TypeDefKind::Resource
        | TypeDefKind::Handle(_)
        | TypeDefKind::Flags(_)
        | TypeDefKind::Enum(_)
        | TypeDefKind::Unknown => Vec::new(),
    }
}
