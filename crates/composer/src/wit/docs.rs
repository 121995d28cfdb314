//! What those who defined the interfaces of a component say of them.
//!
//! A binary has the comments of its WIT in a custom section, `package-docs`, if its tool kept them; most did not. What WASI's
//! interfaces are for is known here, in a sentence each: they are the same whoever imports them.

mod sentences;

use crate::inspect::sections::own_sections;
use crate::inspect::{Component, load};
use crate::limits;
use crate::wit::text::{self, Decoded};
use patchbay_model::analysis::Side;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};
use wac_types::Types;
use wit_parser::{Docs, InterfaceId, PackageMetadata, Resolve, TypeDefKind};

/// The documentation of a component's ports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Documented {
    imports: BTreeMap<String, PortDocs>,
    exports: BTreeMap<String, PortDocs>,
}

/// What is said of a port.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PortDocs {
    /// What it is for, as it was written.
    pub about: Option<String>,
    /// Its type with the comments in it, where there are any.
    pub wit: Option<String>,
}

impl Documented {
    /// What is said of a port, if anything is.
    pub fn port(&self, side: Side, name: &str) -> Option<&PortDocs> {
        match side {
            Side::Import => self.imports.get(name),
            Side::Export => self.exports.get(name),
        }
    }
}

/// Finds what is said of the ports of a component: what the component brings along, and what is known of WASI.
pub fn documented(component: &Component) -> Documented {
    let mut types = Types::default();
    let skeleton = component.skeleton();
    let Ok(world) = load(&mut types, "component", skeleton) else {
        return Documented::default();
    };
    let world = &types[world];
    let mut decoded = Decoded::typed(skeleton, &types, world);
    let own = in_binary(&component.bytes).unwrap_or_default();
    let mut about = HashMap::new();
    if let Some(resolve) = decoded.known_mut() {
        let ids: Vec<InterfaceId> = resolve.interfaces.iter().map(|(id, _)| id).collect();
        for id in ids {
            if let Some(docs) = of_interface(resolve, id, &own) {
                about.extend(docs.docs.clone().map(|words| (id, words)));
                docs.write(resolve, id);
            }
        }
    }
    let ports = |side| {
        let exports = side == Side::Export;
        let interfaces = decoded.interfaces(exports);
        let info = match side {
            Side::Import => &component.info.imports,
            Side::Export => &component.info.exports,
        };
        let texts = text::ports(&decoded, &types, world, exports);
        let ports = info.iter().zip(texts).map(|(port, text)| {
            let of_interface = interfaces.get(&port.name).and_then(|id| about.get(id));
            let about = of_interface.or_else(|| own.function(side, &port.name));
            let docs = PortDocs {
                about: about
                    .cloned()
                    .or_else(|| sentences::about(&port.name).map(String::from)),
                wit: Some(text).filter(|text| *text != port.wit),
            };
            (port.name.clone(), docs)
        });
        let said = ports.filter(|(_, docs)| *docs != PortDocs::default());
        said.collect()
    };
    Documented {
        imports: ports(Side::Import),
        exports: ports(Side::Export),
    }
}

/// What is said of an interface. The component's own section does not say which package it speaks of: where several
/// interfaces have the name, nothing is said.
fn of_interface<'d>(
    resolve: &Resolve,
    id: InterfaceId,
    own: &'d PackageDocs,
) -> Option<&'d InterfaceDocs> {
    let interface = &resolve.interfaces[id];
    let name = interface.name.as_deref()?;
    let docs = own.interfaces.get(name)?;
    let mut all = resolve.packages.iter();
    let others =
        all.any(|(other, it)| Some(other) != interface.package && it.interfaces.contains_key(name));
    (!others).then_some(docs)
}

/// The section of a binary itself, not of its parts.
fn in_binary(bytes: &[u8]) -> Option<PackageDocs> {
    let (_, content) =
        own_sections(bytes).find(|(name, _)| *name == PackageMetadata::SECTION_NAME)?;
    if content.len() > limits::SOURCE_BYTES {
        return None;
    }
    // Its format has a number: the two that there are differ in what is not read here.
    match content.split_first()? {
        (0 | 1, json) => serde_json::from_slice(json).ok(),
        _ => None,
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct PackageDocs {
    worlds: BTreeMap<String, WorldDocs>,
    interfaces: BTreeMap<String, InterfaceDocs>,
}

impl PackageDocs {
    /// What is said of a function that a component imports or exports by itself.
    fn function(&self, side: Side, name: &str) -> Option<&String> {
        let mut worlds = self.worlds.values();
        worlds.find_map(|world| {
            let exported = world.func_exports.get(name);
            let exported = exported.filter(|_| side == Side::Export);
            exported.or_else(|| world.funcs.get(name))?.words()
        })
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct WorldDocs {
    funcs: BTreeMap<String, ItemDocs>,
    func_exports: BTreeMap<String, ItemDocs>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct InterfaceDocs {
    docs: Option<String>,
    funcs: BTreeMap<String, ItemDocs>,
    types: BTreeMap<String, TypeDocs>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ItemDocs {
    Words(String),
    Item { docs: Option<String> },
}

impl ItemDocs {
    fn words(&self) -> Option<&String> {
        match self {
            Self::Words(words) => Some(words),
            Self::Item { docs } => docs.as_ref(),
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct TypeDocs {
    docs: Option<String>,
    items: BTreeMap<String, String>,
}

impl InterfaceDocs {
    /// Puts the comments where they belong. A component has only those functions and types that it uses.
    fn write(&self, resolve: &mut Resolve, id: InterfaceId) {
        let interface = &mut resolve.interfaces[id];
        for (name, docs) in &self.funcs {
            if let Some(function) = interface.functions.get_mut(name) {
                function.docs.contents = docs.words().cloned();
            }
        }
        for (name, docs) in &self.types {
            let Some(ty) = resolve.interfaces[id].types.get(name) else {
                continue;
            };
            let ty = &mut resolve.types[*ty];
            ty.docs.contents.clone_from(&docs.docs);
            let write = |name: &str, of: &mut Docs| of.contents = docs.items.get(name).cloned();
            match &mut ty.kind {
                TypeDefKind::Record(of) => {
                    of.fields
                        .iter_mut()
                        .for_each(|it| write(&it.name, &mut it.docs));
                }
                TypeDefKind::Variant(of) => {
                    of.cases
                        .iter_mut()
                        .for_each(|it| write(&it.name, &mut it.docs));
                }
                TypeDefKind::Enum(of) => {
                    of.cases
                        .iter_mut()
                        .for_each(|it| write(&it.name, &mut it.docs));
                }
                TypeDefKind::Flags(of) => {
                    of.flags
                        .iter_mut()
                        .for_each(|it| write(&it.name, &mut it.docs));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn documented(wat: &str) -> Documented {
        let component = crate::inspect_upload("x.wat", wat.as_bytes().to_vec());
        super::documented(&component.expect("a component"))
    }

    #[test]
    fn a_component_says_what_its_ports_are_for() {
        let docs = documented(
            r#"(component
              (@custom "package-docs" "\01{\"worlds\":{\"app\":{\"funcs\":{\"run\":{\"docs\":\"Runs.\"}}}},\"interfaces\":{\"log\":{\"docs\":\"A log.\",\"funcs\":{\"write\":\"Writes a line.\",\"gone\":\"Not here.\"},\"types\":{\"level\":{\"docs\":\"How bad it is.\",\"items\":{\"high\":\"Very.\"}}}}}}")
              (import "test:log/log" (instance
                (type $l (enum "low" "high"))
                (export "level" (type $level (eq $l)))
                (export "write" (func (param "line" string) (param "level" $level)))))
              (import "run" (func)))"#,
        );
        let log = docs.port(Side::Import, "test:log/log").expect("docs");
        assert_eq!(log.about.as_deref(), Some("A log."));
        let wit = log.wit.as_deref().expect("comments");
        assert_eq!(
            wit,
            "interface log {\n  /// How bad it is.\n  enum level {\n    low,\n    /// Very.\n    high,\n  }\n\n  \
             /// Writes a line.\n  write: func(line: string, level: level);\n}\n"
        );
        let run = docs.port(Side::Import, "run").expect("docs");
        assert_eq!(run.about.as_deref(), Some("Runs."));
    }

    #[test]
    fn what_wasi_is_for_is_known_in_every_version() {
        let import = |name: &str| {
            let wat = format!(
                r#"(component (import "{name}" (instance (export "get-random-u64" (func (result u64))))))"#
            );
            documented(&wat).port(Side::Import, name).cloned()
        };
        for version in ["0.2.0", "0.2.12", "0.3.0", "0.4.0-draft"] {
            let name = format!("wasi:random/random@{version}");
            let docs = import(&name).unwrap_or_else(|| panic!("{name}"));
            assert!(docs.about.is_some_and(|words| words.contains("secrets")));
            assert_eq!(docs.wit, None);
        }
        assert_eq!(import("test:random/random@0.2.0"), None);
    }

    #[test]
    fn what_is_not_said_or_cannot_be_read_is_nothing() {
        let export = r#"(import "test:log/log" (instance (export "write" (func))))"#;
        let bad = r#"(@custom "package-docs" "\01{\"interfaces\":[]}")"#;
        for wat in [
            format!("(component {export})"),
            format!("(component {bad} {export})"),
            format!("(component {} {export})", bad.replace("01", "09")),
        ] {
            assert_eq!(documented(&wat), Documented::default());
        }
    }
}
