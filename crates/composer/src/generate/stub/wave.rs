//! Values read from WAVE text.
//!
//! WAVE is the text form of `wasm-wave`; beyond it, a handle is written as a number, the representation that the stub's
//! methods would see, a map as a list of pairs, a stream as `[]`, and a future as its value (`{}` where it has none).

use super::value::{Shape, Value};
use super::world::Subject;
use crate::limits;
use crate::wit::world::too_deep;
use std::fmt::Display;
use std::str::FromStr;
use wasm_wave::ast::{Node, NodeType};
use wasm_wave::parser::ParserError;
use wasm_wave::untyped::UntypedValue;
use wit_parser::Type;

impl Subject {
    /// Reads a value of a type.
    ///
    /// # Errors
    /// What does not fit, and in which field or case.
    pub(super) fn read(&self, ty: Type, text: &str) -> Result<Value, String> {
        if text.len() > limits::VALUE_BYTES {
            return Err(format!(
                "it has {} bytes of text, and up to {} are read",
                text.len(),
                limits::VALUE_BYTES
            ));
        }
        // The parser goes as deep as the text does.
        if too_deep(text) {
            return Err("it has too many parentheses in one another".to_string());
        }
        let parsed = UntypedValue::parse(text.trim()).map_err(|e| told(&e))?;
        let reader = Reader {
            subject: self,
            source: parsed.source(),
        };
        reader.value(ty, parsed.node())
    }
}

fn told(error: &ParserError) -> String {
    error.to_string()
}

struct Reader<'a> {
    subject: &'a Subject,
    source: &'a str,
}

impl Reader<'_> {
    fn value(&self, ty: Type, node: &Node) -> Result<Value, String> {
        match self.subject.shape(ty) {
            Shape::Plain(plain) => self.plain(plain, node),
            Shape::String => match node.as_str(self.source) {
                Ok(text) => Ok(Value::String(text.into_owned())),
                Err(_) => Err(self.wants("a string in double quotes", node)),
            },
            Shape::List(ty) => {
                let items = node
                    .as_list()
                    .map_err(|_| self.wants("a list, as in [1, 2]", node))?;
                let items = items.map(|item| self.value(ty, item));
                Ok(Value::List(items.collect::<Result<_, _>>()?))
            }
            Shape::Map(key, value) => {
                let wants = || self.wants("a list of pairs, as in [(\"a\", 1)]", node);
                let pairs = node.as_list().map_err(|_| wants())?;
                let pairs = pairs.map(|pair| self.items(&[("", key), ("", value)], pair));
                Ok(Value::List(pairs.collect::<Result<_, _>>()?))
            }
            Shape::Fixed(ty, length) => {
                let items = node
                    .as_list()
                    .map_err(|_| self.wants("a list, as in [1, 2]", node))?;
                if items.len() != length as usize {
                    return Err(self.wants(format!("a list of {length} items"), node));
                }
                let items = items.map(|item| self.value(ty, item));
                Ok(Value::Fields(items.collect::<Result<_, _>>()?))
            }
            Shape::Fields(fields) => match fields.first() {
                Some((name, _)) if !name.is_empty() => self.record(&fields, node),
                _ => self.items(&fields, node),
            },
            Shape::Cases(cases) => self.case(&cases, node),
            Shape::Enum(names) => {
                let name = node.as_enum(self.source);
                let case = name
                    .ok()
                    .and_then(|name| names.iter().position(|n| *n == name));
                let case = case.ok_or_else(|| self.wants(one_of(&names), node))?;
                Ok(Value::Case(case as u32, None))
            }
            Shape::Flags(names) => self.flags(&names, node),
            Shape::Handle(handle) => match self.subject.resource(handle) {
                (resource, true) if resource.own => match node.as_number(self.source) {
                    Ok(rep) => Ok(Value::Handle(rep)),
                    Err(_) => Err(self.wants("a number for the handle", node)),
                },
                _ => Err("a stub cannot make a handle to a resource of somebody else".to_string()),
            },
            Shape::Stream(_) => match node.as_list().map(|mut items| items.next()) {
                Ok(None) => Ok(Value::Stream),
                _ => Err(self.wants("[]: the streams of a stub are all empty", node)),
            },
            Shape::Future(_, None) => match node.as_flags(self.source).map(|mut f| f.next()) {
                Ok(None) => Ok(Value::Future(None)),
                _ => Err(self.wants("{}, as a future without a value is written", node)),
            },
            Shape::Future(_, Some(ty)) => match self.value(ty, node)? {
                value if value.is_still() => Ok(Value::Future(Some(Box::new(value)))),
                _ => Err("a stub has no futures of handles, streams or futures".to_string()),
            },
            Shape::Unmade => Err("a stub cannot make error contexts".to_string()),
        }
    }

    fn plain(&self, ty: Type, node: &Node) -> Result<Value, String> {
        match ty {
            Type::Bool => match node.as_bool() {
                Ok(value) => Ok(Value::Int(value.into())),
                Err(_) => Err(self.wants("`true` or `false`", node)),
            },
            Type::Char => match node.as_char(self.source) {
                Ok(value) => Ok(Value::Int(u32::from(value).into())),
                Err(_) => Err(self.wants("a character in single quotes", node)),
            },
            Type::U8 => self.integer::<u8>(node),
            Type::U16 => self.integer::<u16>(node),
            Type::U32 => self.integer::<u32>(node),
            Type::S8 => self.integer::<i8>(node),
            Type::S16 => self.integer::<i16>(node),
            Type::S32 => self.integer::<i32>(node),
            Type::S64 => self.integer::<i64>(node),
            // The same bits.
            Type::U64 => Ok(Value::Int(
                self.number::<u64>("a number of the type u64", node)?
                    .cast_signed(),
            )),
            Type::F32 => Ok(Value::F32(self.number("a number", node)?)),
            Type::F64 => Ok(Value::F64(self.number("a number", node)?)),
            Type::String | Type::ErrorContext | Type::Id(_) => {
                Err(self.wants("another value", node))
            }
        }
    }

    fn integer<T: FromStr + Into<i64>>(&self, node: &Node) -> Result<Value, String> {
        let ty = std::any::type_name::<T>().replace('i', "s");
        let value: T = self.number(format!("a number of the type {ty}"), node)?;
        Ok(Value::Int(value.into()))
    }

    fn number<T: FromStr>(&self, wants: impl Display, node: &Node) -> Result<T, String> {
        node.as_number(self.source)
            .map_err(|_| self.wants(wants, node))
    }

    fn items(&self, types: &[(&str, Type)], node: &Node) -> Result<Value, String> {
        let wants = || self.wants(format!("{} items in parentheses", types.len()), node);
        let items = node.as_tuple().map_err(|_| wants())?;
        if items.len() != types.len() {
            return Err(wants());
        }
        let items = items.zip(types).enumerate().map(|(n, (item, (_, ty)))| {
            self.value(*ty, item)
                .map_err(|e| format!("item {}: {e}", n + 1))
        });
        Ok(Value::Fields(items.collect::<Result<_, _>>()?))
    }

    /// Fields that are options may be left out, as WAVE has it.
    fn record(&self, fields: &[(&str, Type)], node: &Node) -> Result<Value, String> {
        let given: Vec<(&str, &Node)> = match node.ty() {
            // `{}` could be either.
            NodeType::Flags
                if node
                    .as_flags(self.source)
                    .is_ok_and(|mut f| f.next().is_none()) =>
            {
                Vec::new()
            }
            _ => node
                .as_record(self.source)
                .map_err(|_| self.wants("a record, as in {name: value}", node))?
                .collect(),
        };
        if let Some((name, _)) = given
            .iter()
            .find(|(n, _)| !fields.iter().any(|(f, _)| f == n))
        {
            return Err(format!("there is no field `{name}`"));
        }
        let values =
            fields.iter().map(
                |(name, ty)| match given.iter().find(|(given, _)| given == name) {
                    Some((_, node)) => self
                        .value(*ty, node)
                        .map_err(|e| format!("field `{name}`: {e}")),
                    None => match self.subject.shape(*ty) {
                        Shape::Cases(cases) if cases[0].0 == "none" => Ok(Value::Case(0, None)),
                        _ => Err(format!("the field `{name}` is missing")),
                    },
                },
            );
        Ok(Value::Fields(values.collect::<Result<_, _>>()?))
    }

    fn case(&self, cases: &[(&str, Option<Type>)], node: &Node) -> Result<Value, String> {
        let (name, payload) = match node.ty() {
            NodeType::OptionNone => ("none", None),
            NodeType::OptionSome => ("some", node.as_option().ok().flatten()),
            NodeType::ResultOk | NodeType::ResultErr => match node.as_result() {
                Ok(Ok(payload)) => ("ok", payload),
                Ok(Err(payload)) => ("err", payload),
                Err(error) => return Err(told(&error)),
            },
            _ => match (node.as_variant(self.source), cases) {
                (Ok(case), cases) if cases.iter().any(|(name, _)| *name == case.0) => case,
                // WAVE lets `some(…)` and `ok(…)` be left out.
                (_, [("none", _), ("some", _)]) => ("some", Some(node)),
                (_, [("ok", Some(_)), ("err", _)]) => ("ok", Some(node)),
                _ => ("", None),
            },
        };
        let Some(n) = cases.iter().position(|(case, _)| *case == name) else {
            let names: Vec<&str> = cases.iter().map(|(name, _)| *name).collect();
            return Err(self.wants(one_of(&names), node));
        };
        let payload = match (cases[n].1, payload) {
            (None, None) => None,
            (Some(ty), Some(payload)) => {
                let value = self
                    .value(ty, payload)
                    .map_err(|e| format!("`{name}`: {e}"))?;
                Some(Box::new(value))
            }
            (None, Some(_)) => return Err(format!("`{name}` has no value in parentheses")),
            (Some(_), None) => return Err(format!("`{name}` needs a value in parentheses")),
        };
        Ok(Value::Case(n as u32, payload))
    }

    fn flags(&self, names: &[&str], node: &Node) -> Result<Value, String> {
        let set = node
            .as_flags(self.source)
            .map_err(|_| self.wants("flags in braces", node))?;
        let mut bits = vec![false; names.len()];
        for flag in set {
            let flag = flag.strip_prefix('%').unwrap_or(flag);
            let n = names.iter().position(|name| *name == flag);
            bits[n.ok_or_else(|| format!("there is no flag `{flag}`"))?] = true;
        }
        Ok(Value::Flags(bits))
    }

    fn wants(&self, what: impl Display, node: &Node) -> String {
        let found: String = self
            .source
            .get(node.span())
            .unwrap_or("")
            .chars()
            .take(40)
            .collect();
        format!("`{found}` is not {what}")
    }
}

fn one_of(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    format!("one of {}", names.join(", "))
}
