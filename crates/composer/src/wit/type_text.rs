//! Value types and signatures as WIT writes them, cut where they grow too long.

use std::collections::HashMap;
use std::fmt::{self, Write};
use wac_types::{
    DefinedType, DefinedTypeId, FuncTypeId, InterfaceId, ItemKind, Type, Types, ValueType,
};

/// Text that refuses to grow beyond a limit: whoever writes to it stops at the error.
pub(crate) struct Bounded {
    text: String,
    limit: usize,
}

impl Bounded {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            text: String::new(),
            limit,
        }
    }

    pub(crate) fn into_text(self) -> String {
        self.text
    }
}

impl Write for Bounded {
    fn write_str(&mut self, s: &str) -> fmt::Result {
        if self.text.len() + s.len() > self.limit {
            return Err(fmt::Error);
        }
        self.text.push_str(s);
        Ok(())
    }
}

/// The types of one collection, and the names that an interface gives to some of them.
pub(crate) struct TypeText<'a> {
    pub(crate) types: &'a Types,
    names: HashMap<DefinedTypeId, &'a str>,
}

impl<'a> TypeText<'a> {
    /// Types under the names they have in a port: those its interface exports or uses.
    pub(crate) fn of(types: &'a Types, kind: ItemKind) -> Self {
        let mut text = Self {
            types,
            names: HashMap::new(),
        };
        match kind {
            ItemKind::Instance(id) => text.add_interface(id),
            ItemKind::Type(Type::Interface(id)) => text.add_interface(id),
            _ => {}
        }
        text
    }

    fn add_interface(&mut self, id: InterfaceId) {
        for (name, kind) in &self.types[id].exports {
            if let ItemKind::Type(Type::Value(ValueType::Defined(id))) = kind {
                self.names.entry(*id).or_insert(name);
            }
        }
    }

    /// The name of a type that has one.
    pub(crate) fn name(&self, id: DefinedTypeId) -> Option<&'a str> {
        self.names.get(&id).copied()
    }

    /// A type in a few words: its name, or its shape up to some length.
    pub(crate) fn short(&self, ty: ValueType) -> String {
        cut(100, |out| self.value(out, ty))
    }

    /// A signature in a line, up to some length.
    pub(crate) fn short_func(&self, id: FuncTypeId) -> String {
        cut(200, |out| self.func(out, id, false))
    }

    /// Writes a reference to a type.
    pub(crate) fn value(&self, out: &mut dyn Write, ty: ValueType) -> fmt::Result {
        match ty {
            ValueType::Primitive(ty) => out.write_str(ty.desc()),
            ValueType::Borrow(id) => write!(out, "borrow<{}>", self.types[id].name),
            ValueType::Own(id) => out.write_str(&self.types[id].name),
            ValueType::Defined(id) => match self.name(id) {
                Some(name) => out.write_str(name),
                None => self.shape(out, id),
            },
        }
    }

    /// Writes what a type is made of, its own name aside.
    pub(crate) fn shape(&self, out: &mut dyn Write, id: DefinedTypeId) -> fmt::Result {
        match &self.types[id] {
            DefinedType::Tuple(parts) => {
                out.write_str("tuple<")?;
                self.list(out, parts.iter().copied())?;
                out.write_str(">")
            }
            DefinedType::List(ty) => self.generic(out, "list", [*ty]),
            DefinedType::FixedSizeList(ty, size) => {
                out.write_str("list<")?;
                self.value(out, *ty)?;
                write!(out, ", {size}>")
            }
            DefinedType::Map(key, value) => self.generic(out, "map", [*key, *value]),
            DefinedType::Option(ty) => self.generic(out, "option", [*ty]),
            DefinedType::Result { ok, err } => match (ok, err) {
                (None, None) => out.write_str("result"),
                (Some(ok), None) => self.generic(out, "result", [*ok]),
                (Some(ok), Some(err)) => self.generic(out, "result", [*ok, *err]),
                (None, Some(err)) => {
                    out.write_str("result<_, ")?;
                    self.value(out, *err)?;
                    out.write_str(">")
                }
            },
            DefinedType::Stream(ty) => self.payload(out, "stream", *ty),
            DefinedType::Future(ty) => self.payload(out, "future", *ty),
            DefinedType::Alias(ty) => self.value(out, *ty),
            DefinedType::Record(record) => {
                out.write_str("record {")?;
                for (i, (name, ty)) in record.fields.iter().enumerate() {
                    write!(out, "{} {name}: ", if i == 0 { "" } else { "," })?;
                    self.value(out, *ty)?;
                }
                out.write_str(" }")
            }
            DefinedType::Variant(variant) => {
                out.write_str("variant {")?;
                for (i, (name, ty)) in variant.cases.iter().enumerate() {
                    write!(out, "{} {name}", if i == 0 { "" } else { "," })?;
                    if let Some(ty) = ty {
                        out.write_str("(")?;
                        self.value(out, *ty)?;
                        out.write_str(")")?;
                    }
                }
                out.write_str(" }")
            }
            DefinedType::Flags(names) => words(out, "flags", names.0.iter()),
            DefinedType::Enum(names) => words(out, "enum", names.0.iter()),
        }
    }

    /// Writes a signature; of a method, without the parameter that is the resource itself.
    pub(crate) fn func(&self, out: &mut dyn Write, id: FuncTypeId, method: bool) -> fmt::Result {
        let func = &self.types[id];
        if func.is_async {
            out.write_str("async ")?;
        }
        out.write_str("func")?;
        self.params(out, id, usize::from(method))?;
        if let Some(ty) = func.result {
            out.write_str(" -> ")?;
            self.value(out, ty)?;
        }
        Ok(())
    }

    /// The parameters of a function in parentheses, without so many at the beginning.
    pub(crate) fn params(
        &self,
        out: &mut dyn Write,
        id: FuncTypeId,
        skipped: usize,
    ) -> fmt::Result {
        out.write_str("(")?;
        for (i, (name, ty)) in self.types[id].params.iter().skip(skipped).enumerate() {
            write!(out, "{}{name}: ", if i == 0 { "" } else { ", " })?;
            self.value(out, *ty)?;
        }
        out.write_str(")")
    }

    fn payload(&self, out: &mut dyn Write, word: &str, ty: Option<ValueType>) -> fmt::Result {
        match ty {
            Some(ty) => self.generic(out, word, [ty]),
            None => out.write_str(word),
        }
    }

    fn generic<const N: usize>(
        &self,
        out: &mut dyn Write,
        word: &str,
        args: [ValueType; N],
    ) -> fmt::Result {
        write!(out, "{word}<")?;
        self.list(out, args.into_iter())?;
        out.write_str(">")
    }

    fn list(&self, out: &mut dyn Write, types: impl Iterator<Item = ValueType>) -> fmt::Result {
        for (i, ty) in types.enumerate() {
            if i > 0 {
                out.write_str(", ")?;
            }
            self.value(out, ty)?;
        }
        Ok(())
    }
}

fn words<'n>(
    out: &mut dyn Write,
    word: &str,
    names: impl Iterator<Item = &'n String>,
) -> fmt::Result {
    write!(out, "{word} {{")?;
    for (i, name) in names.enumerate() {
        write!(out, "{} {name}", if i == 0 { "" } else { "," })?;
    }
    out.write_str(" }")
}

fn cut(limit: usize, write: impl FnOnce(&mut dyn Write) -> fmt::Result) -> String {
    let mut out = Bounded::new(limit);
    let whole = write(&mut out).is_ok();
    let mut text = out.into_text();
    if !whole {
        text.push('…');
    }
    text
}
