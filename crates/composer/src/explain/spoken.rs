//! The names of things in an interface, as people say them.

use wac_types::{ItemKind, Type, Types};

/// `[method]` or `[async static]` of a function that belongs to a resource, and the rest of its name.
pub(crate) fn of_resource(name: &str) -> Option<(&str, &str)> {
    name.strip_prefix('[')?.split_once(']')
}

/// A function's name as people say it: `[method]bucket.get` is `bucket.get`.
pub(crate) fn spoken(name: &str) -> String {
    match of_resource(name) {
        Some(("constructor", resource)) => format!("of `{resource}`"),
        Some((_, rest)) => format!("`{rest}`"),
        None => format!("`{name}`"),
    }
}

/// The same as it stands in WIT, behind the name of its resource.
pub(crate) fn plain(name: &str) -> String {
    match of_resource(name) {
        Some(("constructor", resource)) => format!("{resource}.constructor"),
        Some((_, rest)) => rest.to_string(),
        None => name.to_string(),
    }
}

/// What stands under a name in an interface.
pub(crate) fn word(name: &str, kind: ItemKind) -> &'static str {
    match (of_resource(name), kind) {
        (Some(("constructor", _)), _) => "constructor",
        (Some((kind, _)), _) if kind.ends_with("method") => "method",
        (Some((kind, _)), _) if kind.ends_with("static") => "static function",
        (_, ItemKind::Func(_)) => "function",
        (_, ItemKind::Type(Type::Resource(_))) => "resource",
        (_, ItemKind::Type(_)) => "type",
        (_, ItemKind::Instance(_)) => "interface",
        _ => "item",
    }
}

/// A kind of item, with its article.
pub(crate) fn a_kind(kind: ItemKind, types: &Types) -> &'static str {
    match kind {
        ItemKind::Instance(_) => "an interface",
        ItemKind::Func(_) => "a function",
        ItemKind::Component(_) => "a component",
        ItemKind::Module(_) => "a core module",
        ItemKind::Value(_) => "a value",
        ItemKind::Type(Type::Resource(_)) => "a resource",
        ItemKind::Type(Type::Value(_)) => match type_word(kind, types) {
            "record" => "a record type",
            "variant" => "a variant type",
            "enum" => "an enum type",
            "flags" => "a flags type",
            _ => "a type",
        },
        ItemKind::Type(_) => "a type",
    }
}

/// What introduces a type in WIT.
pub(crate) fn type_word(kind: ItemKind, types: &Types) -> &'static str {
    match kind {
        ItemKind::Type(Type::Resource(_)) => "resource",
        ItemKind::Type(Type::Value(ty)) => match ty.desc(types) {
            word @ ("record" | "variant" | "enum" | "flags") => word,
            _ => "type",
        },
        _ => "type",
    }
}
