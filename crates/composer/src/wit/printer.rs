//! WIT text straight from wac's types, for what wit-component cannot decode or would print without end.
//!
//! The text is made to be read: an interface inside an interface, or a component as an import, has no WIT syntax, and is
//! written in the same style all the same.

use crate::wit::type_text::{Bounded, TypeText};
use std::collections::HashSet;
use std::fmt::{self, Write};
use wac_types::{DefinedType, Interface, InterfaceId, ItemKind, Type, Types, ValueType, WorldId};

/// What stands where text is cut.
const CUT: &str = "\n// … (cut here: the rest is too long to show)\n";

/// A port as WIT, cut with a note after `limit` bytes.
pub(crate) fn port(types: &Types, name: &str, kind: ItemKind, limit: usize) -> String {
    let mut printer = Printer {
        out: Bounded::new(limit),
        indent: 0,
    };
    let whole = printer.item(types, name, kind).is_ok();
    let mut text = printer.out.into_text();
    if !whole {
        text.push_str(CUT);
    }
    text
}

/// Cuts text after `limit` bytes at the end of a line, with a note.
pub(crate) fn cut(mut text: String, limit: usize) -> String {
    if text.len() <= limit {
        return text;
    }
    let end = text.as_bytes()[..limit]
        .iter()
        .rposition(|b| *b == b'\n')
        .unwrap_or(0);
    text.truncate(end);
    text.push_str(CUT);
    text
}

/// `handle` of `[method]request.handle`, with the resource and the kind of function.
struct FuncName<'a> {
    resource: Option<&'a str>,
    kind: &'a str,
    name: &'a str,
}

impl<'a> FuncName<'a> {
    fn parse(full: &'a str) -> Self {
        let plain = Self {
            resource: None,
            kind: "",
            name: full,
        };
        let Some((kind, rest)) = full.strip_prefix('[').and_then(|f| f.split_once(']')) else {
            return plain;
        };
        match (kind, rest.split_once('.')) {
            ("constructor", _) => Self {
                resource: Some(rest),
                kind,
                name: "constructor",
            },
            (_, Some((resource, name))) => Self {
                resource: Some(resource),
                kind,
                name,
            },
            _ => plain,
        }
    }
}

/// The resources that an interface has functions of.
fn with_functions(interface: &Interface) -> HashSet<&str> {
    let names = interface.exports.keys();
    names
        .filter_map(|name| FuncName::parse(name).resource)
        .collect()
}

/// Whether an interface has functions of a resource that it takes from another one. A component may have that, but WIT
/// has no way to say it: a resource that is used brings its functions along, and gets no others.
pub(crate) fn is_beyond_wit(types: &Types, id: InterfaceId) -> bool {
    let interface = &types[id];
    if interface.uses.is_empty() {
        return false;
    }
    let functions = with_functions(interface);
    let mut used = interface.uses.keys();
    used.any(|used| functions.contains(used.as_str()))
}

struct Printer {
    out: Bounded,
    indent: usize,
}

impl Printer {
    fn line(&mut self) -> fmt::Result {
        for _ in 0..self.indent {
            self.out.write_str("  ")?;
        }
        Ok(())
    }

    fn open(&mut self, head: fmt::Arguments<'_>) -> fmt::Result {
        self.line()?;
        self.out.write_fmt(head)?;
        self.out.write_str(" {\n")?;
        self.indent += 1;
        Ok(())
    }

    fn close(&mut self) -> fmt::Result {
        self.indent -= 1;
        self.line()?;
        self.out.write_str("}\n")
    }

    fn item(&mut self, types: &Types, name: &str, kind: ItemKind) -> fmt::Result {
        let text = TypeText::of(types, kind);
        match kind {
            ItemKind::Instance(id) => self.interface(types, bare(name), id),
            ItemKind::Component(id) => self.world(types, name, id),
            ItemKind::Func(_) => self.func(&text, &FuncName::parse(name), kind),
            ItemKind::Type(Type::Interface(id)) => self.interface(types, name, id),
            ItemKind::Type(Type::World(id)) => self.world(types, name, id),
            ItemKind::Type(Type::Resource(_)) => {
                self.line()?;
                writeln!(self.out, "resource {name};")
            }
            ItemKind::Type(Type::Value(ty)) => self.type_item(&text, name, ty),
            ItemKind::Type(Type::Func(id)) => {
                self.line()?;
                write!(self.out, "type {name} = ")?;
                text.func(&mut self.out, id, false)?;
                self.out.write_str(";\n")
            }
            ItemKind::Value(ty) => {
                self.line()?;
                write!(self.out, "{name}: ")?;
                text.value(&mut self.out, ty)?;
                self.out.write_str(";\n")
            }
            ItemKind::Module(id) | ItemKind::Type(Type::Module(id)) => self.module(types, name, id),
        }
    }

    fn interface(&mut self, types: &Types, name: &str, id: InterfaceId) -> fmt::Result {
        let text = TypeText::of(types, ItemKind::Instance(id));
        let interface = &types[id];
        let functions = with_functions(interface);
        let mut first = true;
        self.open(format_args!("interface {name}"))?;
        for (name, used) in &interface.uses {
            // Beside its functions stands the resource itself.
            if functions.contains(name.as_str()) {
                continue;
            }
            first = false;
            let from = types[used.interface].id.as_deref().unwrap_or("…");
            self.line()?;
            match &used.name {
                Some(original) => writeln!(self.out, "use {from}.{{{original} as {name}}};")?,
                None => writeln!(self.out, "use {from}.{{{name}}};")?,
            }
        }
        for (name, kind) in &interface.exports {
            let method = FuncName::parse(name);
            let of_resource = method
                .resource
                .is_some_and(|r| interface.exports.contains_key(r));
            let is_used = interface.uses.contains_key(name) && !functions.contains(name.as_str());
            if is_used || of_resource {
                continue;
            }
            // As wit-component has it: a blank line between items.
            if !std::mem::take(&mut first) {
                self.out.write_str("\n")?;
            }
            match kind {
                ItemKind::Type(Type::Resource(resource)) => {
                    let alias = types[*resource]
                        .alias
                        .map(|alias| &types[alias.source].name);
                    match alias.filter(|original| *original != name) {
                        Some(original) if !functions.contains(name.as_str()) => {
                            self.line()?;
                            writeln!(self.out, "type {name} = {original};")?;
                        }
                        _ => self.resource(&text, interface, name)?,
                    }
                }
                ItemKind::Type(Type::Value(ty)) => self.type_item(&text, name, *ty)?,
                ItemKind::Func(_) => self.func(&text, &method, *kind)?,
                other => self.item(types, name, *other)?,
            }
        }
        self.close()
    }

    fn resource(&mut self, text: &TypeText<'_>, interface: &Interface, name: &str) -> fmt::Result {
        self.open(format_args!("resource {name}"))?;
        for (full, kind) in &interface.exports {
            let func = FuncName::parse(full);
            if func.resource == Some(name) {
                self.func(text, &func, *kind)?;
            }
        }
        self.close()
    }

    fn func(&mut self, text: &TypeText<'_>, name: &FuncName<'_>, kind: ItemKind) -> fmt::Result {
        let ItemKind::Func(id) = kind else {
            return Ok(());
        };
        self.line()?;
        self.out.write_str(name.name)?;
        if name.kind == "constructor" {
            text.params(&mut self.out, id, 0)?;
            // What it makes is understood, unless it may fail.
            if let Some(ty @ ValueType::Defined(_)) = text.types[id].result {
                self.out.write_str(" -> ")?;
                text.value(&mut self.out, ty)?;
            }
            return self.out.write_str(";\n");
        }
        self.out.write_str(": ")?;
        if name.kind.ends_with("static") {
            self.out.write_str("static ")?;
        }
        text.func(&mut self.out, id, name.kind.ends_with("method"))?;
        self.out.write_str(";\n")
    }

    fn type_item(&mut self, text: &TypeText<'_>, name: &str, ty: ValueType) -> fmt::Result {
        let ValueType::Defined(id) = ty else {
            self.line()?;
            write!(self.out, "type {name} = ")?;
            text.value(&mut self.out, ty)?;
            return self.out.write_str(";\n");
        };
        match &text.types[id] {
            DefinedType::Record(record) => {
                self.open(format_args!("record {name}"))?;
                for (field, ty) in &record.fields {
                    self.line()?;
                    write!(self.out, "{field}: ")?;
                    text.value(&mut self.out, *ty)?;
                    self.out.write_str(",\n")?;
                }
                self.close()
            }
            DefinedType::Variant(variant) => {
                self.open(format_args!("variant {name}"))?;
                for (case, ty) in &variant.cases {
                    self.line()?;
                    self.out.write_str(case)?;
                    if let Some(ty) = ty {
                        self.out.write_str("(")?;
                        text.value(&mut self.out, *ty)?;
                        self.out.write_str(")")?;
                    }
                    self.out.write_str(",\n")?;
                }
                self.close()
            }
            DefinedType::Enum(names) => self.names("enum", name, names.0.iter()),
            DefinedType::Flags(names) => self.names("flags", name, names.0.iter()),
            _ => {
                self.line()?;
                write!(self.out, "type {name} = ")?;
                text.shape(&mut self.out, id)?;
                self.out.write_str(";\n")
            }
        }
    }

    fn names<'n>(
        &mut self,
        word: &str,
        name: &str,
        names: impl Iterator<Item = &'n String>,
    ) -> fmt::Result {
        self.open(format_args!("{word} {name}"))?;
        for name in names {
            self.line()?;
            writeln!(self.out, "{name},")?;
        }
        self.close()
    }

    fn world(&mut self, types: &Types, name: &str, id: WorldId) -> fmt::Result {
        let world = &types[id];
        self.open(format_args!("component {name}"))?;
        for (word, items) in [("import", &world.imports), ("export", &world.exports)] {
            for (name, kind) in items {
                self.line()?;
                writeln!(self.out, "{word} {name}:")?;
                self.indent += 1;
                self.item(types, name, *kind)?;
                self.indent -= 1;
            }
        }
        self.close()
    }

    fn module(&mut self, types: &Types, name: &str, id: wac_types::ModuleTypeId) -> fmt::Result {
        let module = &types[id];
        self.open(format_args!("core module {name}"))?;
        for ((from, name), ty) in &module.imports {
            self.line()?;
            writeln!(self.out, "import {from} {name}: {ty};")?;
        }
        for (name, ty) in &module.exports {
            self.line()?;
            writeln!(self.out, "export {name}: {ty};")?;
        }
        self.close()
    }
}

/// `store` of `wasi:keyvalue/store@0.2.0`.
pub(crate) fn bare(name: &str) -> &str {
    let path = name.split('@').next().unwrap_or(name);
    path.rsplit('/').next().unwrap_or(path)
}
