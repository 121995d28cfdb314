//! The outermost level of a component: what its index spaces hold, and what it exports.
//!
//! `Binary.md` of the component model says which sections define what. Nested components are not entered.

use std::collections::BTreeMap;
use std::ops::Range;
use wasmparser::{
    BinaryReaderError, CanonicalFunction, Chunk, ComponentAlias, ComponentExport,
    ComponentExternalKind as Kind, ComponentInstance, ComponentInstantiationArg,
    ComponentOuterAliasKind, Parser, Payload, WasmFeatures,
};

/// What made an item of an index space. Items that are another one under a new index are that other one.
#[derive(Clone, Copy, Debug)]
pub(super) enum Origin<'a> {
    /// An import of the component.
    Import(&'a str),
    /// An export of an instance.
    Alias { instance: u32, name: &'a str },
    /// One of [`Walk::instantiations`].
    Instance(usize),
    /// One of [`Walk::bags`].
    Bag(usize),
    /// One of [`Walk::nested`].
    Nested(usize),
    /// Made at this level, by something that is no instantiation.
    Own,
}

/// An item by its index space and index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) kind: Kind,
    pub(super) index: u32,
}

/// A component instantiated with arguments.
#[derive(Debug)]
pub(super) struct Instantiation<'a> {
    /// The component's index.
    pub(super) component: u32,
    /// Its index among the instances: what the name section calls it by.
    pub(super) index: u32,
    pub(super) args: Vec<(&'a str, Item)>,
}

/// An instance put together from items instead of being instantiated.
pub(super) type Bag<'a> = BTreeMap<&'a str, Item>;

/// An export of the component.
#[derive(Debug)]
pub(super) struct Export<'a> {
    pub(super) name: &'a str,
    pub(super) item: Item,
}

/// How many things there are at this level that only code of one's own needs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct OwnCode {
    pub(super) modules: usize,
    pub(super) module_instances: usize,
    /// Functions lifted from core code.
    pub(super) lifted: usize,
    /// Functions lowered to core code, and what the canonical ABI provides to it.
    pub(super) lowered: usize,
    pub(super) starts: usize,
}

impl OwnCode {
    pub(super) fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// The outermost level of a component.
#[derive(Debug, Default)]
pub(super) struct Walk<'a> {
    modules: Vec<Origin<'a>>,
    funcs: Vec<Origin<'a>>,
    values: Vec<Origin<'a>>,
    types: Vec<Origin<'a>>,
    components: Vec<Origin<'a>>,
    instances: Vec<Origin<'a>>,
    /// In the order of the binary.
    pub(super) imports: Vec<&'a str>,
    /// In the order of the binary.
    pub(super) exports: Vec<Export<'a>>,
    /// The bytes of the components inside.
    pub(super) nested: Vec<Range<usize>>,
    pub(super) instantiations: Vec<Instantiation<'a>>,
    pub(super) bags: Vec<Bag<'a>>,
    pub(super) own_code: OwnCode,
    /// Where the sections end that only import things, and define types for that: a component of its own.
    pub(super) head: usize,
    /// Names and contents, in the order of the binary.
    pub(super) custom: Vec<(&'a str, &'a [u8])>,
    /// What the name section calls instances, by index.
    pub(super) instance_names: BTreeMap<u32, &'a str>,
    /// What the name section calls components, by index.
    pub(super) component_names: BTreeMap<u32, &'a str>,
    /// What the name section calls the whole.
    pub(super) name: Option<&'a str>,
}

impl<'a> Walk<'a> {
    /// Walks a component that is known to be valid.
    pub(super) fn new(bytes: &'a [u8]) -> Result<Self, BinaryReaderError> {
        let mut walk = Self::default();
        let mut parser = Parser::new(0);
        parser.set_features(WasmFeatures::all());
        let mut at = 0;
        let mut in_head = true;
        while at < bytes.len() {
            let Chunk::Parsed { payload, consumed } = parser.parse(&bytes[at..], true)? else {
                break;
            };
            at += consumed;
            in_head &= only_imports(&payload);
            match payload {
                Payload::ModuleSection {
                    unchecked_range, ..
                } => {
                    at = unchecked_range.end;
                    walk.own_code.modules += 1;
                    walk.modules.push(Origin::Own);
                }
                Payload::ComponentSection {
                    unchecked_range, ..
                } => {
                    at = unchecked_range.end;
                    walk.components.push(Origin::Nested(walk.nested.len()));
                    walk.nested.push(unchecked_range);
                }
                payload => {
                    if in_head {
                        walk.head = at;
                    }
                    walk.section(payload)?;
                }
            }
        }
        Ok(walk)
    }

    fn section(&mut self, payload: Payload<'a>) -> Result<(), BinaryReaderError> {
        match payload {
            Payload::ComponentTypeSection(section) => {
                let count = section.count() as usize;
                self.types.extend(std::iter::repeat_n(Origin::Own, count));
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    let import = import?;
                    self.imports.push(import.name.name);
                    let space = self.space_mut(import.ty.kind());
                    space.push(Origin::Import(import.name.name));
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.alias(alias?);
                }
            }
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    self.instance(instance?);
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    let ComponentExport {
                        name, kind, index, ..
                    } = export?;
                    let item = Item { kind, index };
                    let name = name.name;
                    self.exports.push(Export { name, item });
                    self.same(item);
                }
            }
            Payload::InstanceSection(section) => {
                self.own_code.module_instances += section.count() as usize;
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    if let CanonicalFunction::Lift { .. } = function? {
                        self.own_code.lifted += 1;
                        self.funcs.push(Origin::Own);
                    } else {
                        self.own_code.lowered += 1;
                    }
                }
            }
            Payload::ComponentStartSection { start, .. } => {
                self.own_code.starts += 1;
                let results = start.results as usize;
                self.values
                    .extend(std::iter::repeat_n(Origin::Own, results));
            }
            Payload::CustomSection(section) => {
                self.custom.push((section.name(), section.data()));
                super::names::read(self, &section);
            }
            _ => {}
        }
        Ok(())
    }

    fn alias(&mut self, alias: ComponentAlias<'a>) {
        match alias {
            ComponentAlias::InstanceExport {
                kind,
                instance_index: instance,
                name,
            } => self.space_mut(kind).push(Origin::Alias { instance, name }),
            // At this level, only this component itself is around.
            ComponentAlias::Outer { kind, index, .. } => {
                let kind = match kind {
                    ComponentOuterAliasKind::Type => Kind::Type,
                    ComponentOuterAliasKind::Component => Kind::Component,
                    ComponentOuterAliasKind::CoreModule => Kind::Module,
                    ComponentOuterAliasKind::CoreType => return,
                };
                self.same(Item { kind, index });
            }
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
    }

    fn instance(&mut self, instance: ComponentInstance<'a>) {
        let origin = match instance {
            ComponentInstance::Instantiate {
                component_index: component,
                args,
            } => {
                let arg = |arg: &ComponentInstantiationArg<'a>| {
                    let (kind, index) = (arg.kind, arg.index);
                    (arg.name, Item { kind, index })
                };
                self.instantiations.push(Instantiation {
                    component,
                    index: self.instances.len() as u32,
                    args: args.iter().map(arg).collect(),
                });
                Origin::Instance(self.instantiations.len() - 1)
            }
            ComponentInstance::FromExports(exports) => {
                let item = |export: &ComponentExport<'a>| {
                    let (kind, index) = (export.kind, export.index);
                    (export.name.name, Item { kind, index })
                };
                self.bags.push(exports.iter().map(item).collect());
                Origin::Bag(self.bags.len() - 1)
            }
        };
        self.instances.push(origin);
    }

    /// Gives an item a new index in its space.
    fn same(&mut self, item: Item) {
        let origin = self.origin(item);
        self.space_mut(item.kind).push(origin);
    }

    /// What made an item.
    pub(super) fn origin(&self, item: Item) -> Origin<'a> {
        let space = match item.kind {
            Kind::Module => &self.modules,
            Kind::Func => &self.funcs,
            Kind::Value => &self.values,
            Kind::Type => &self.types,
            Kind::Instance => &self.instances,
            Kind::Component => &self.components,
        };
        // In a valid component, every index has its item.
        space
            .get(item.index as usize)
            .copied()
            .unwrap_or(Origin::Own)
    }

    /// The names under which components are imported.
    pub(super) fn imported_components(&self) -> impl Iterator<Item = &'a str> {
        self.components.iter().filter_map(|origin| match origin {
            Origin::Import(name) => Some(*name),
            _ => None,
        })
    }

    fn space_mut(&mut self, kind: Kind) -> &mut Vec<Origin<'a>> {
        match kind {
            Kind::Module => &mut self.modules,
            Kind::Func => &mut self.funcs,
            Kind::Value => &mut self.values,
            Kind::Type => &mut self.types,
            Kind::Instance => &mut self.instances,
            Kind::Component => &mut self.components,
        }
    }
}

/// Whether a section belongs to the imports of a component.
fn only_imports(payload: &Payload<'_>) -> bool {
    matches!(
        payload,
        Payload::Version { .. }
            | Payload::CoreTypeSection(_)
            | Payload::ComponentTypeSection(_)
            | Payload::ComponentImportSection(_)
            | Payload::ComponentAliasSection(_)
    )
}
