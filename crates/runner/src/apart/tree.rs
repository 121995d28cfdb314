//! The components inside of a component, as far as core modules can be followed through them.
//!
//! `Binary.md` of the component model says which sections there are, and which indices they define.

use super::kept::Code;
use super::shape::Core;
use super::{Piece, Together, outline};
use wasmparser::{
    BinaryReader, ComponentAlias, ComponentExport, ComponentExternalKind as Kind, ComponentImport,
    ComponentInstance, ComponentOuterAliasKind as OuterKind, ComponentTypeRef, FromReader,
    Instance, SectionLimited,
};

/// The bytes of a preamble.
const PREAMBLE: usize = 8;

/// The most levels of components in components.
const DEEPEST: usize = 16;

/// The ids of sections.
pub(super) mod id {
    pub(crate) const CUSTOM: u8 = 0;
    pub(crate) const CORE_MODULE: u8 = 1;
    pub(crate) const CORE_INSTANCE: u8 = 2;
    pub(crate) const CORE_TYPE: u8 = 3;
    pub(crate) const COMPONENT: u8 = 4;
    pub(crate) const INSTANCE: u8 = 5;
    pub(crate) const ALIAS: u8 = 6;
    pub(crate) const IMPORT: u8 = 10;
    pub(crate) const EXPORT: u8 = 11;
}

/// One component, without those inside of it.
#[derive(Debug, Default)]
pub(super) struct Level<'a> {
    pub(super) preamble: &'a [u8],
    pub(super) sections: Vec<Section<'a>>,
    /// How many linear memories an instance of it has.
    pub(super) memories: u64,
    has_core_types: bool,
    modules: Vec<Memories>,
    components: Vec<Memories>,
}

/// How many linear memories an instance has.
type Memories = u64;

#[derive(Debug)]
pub(super) struct Section<'a> {
    pub(super) id: u8,
    pub(super) content: &'a [u8],
    /// Where the content begins.
    pub(super) start: usize,
    /// What is in there, if it is a component.
    pub(super) level: Option<Level<'a>>,
}

/// What is found while a component is read.
struct Reading<'a> {
    large: usize,
    found: Vec<Piece<'a>>,
}

impl<'a> Level<'a> {
    /// Reads a component, and finds the core modules of at least `large` bytes in it.
    pub(super) fn read(bytes: &'a [u8], large: usize) -> Result<(Self, Vec<Piece<'a>>), Together> {
        let found = Vec::new();
        let mut reading = Reading { large, found };
        let level = reading.level(bytes, 0, 0)?;
        Ok((level, reading.found))
    }

    /// Whether it has core types of its own.
    pub(super) fn has_core_types(&self) -> bool {
        self.has_core_types
    }
}

impl<'a> Reading<'a> {
    fn level(&mut self, bytes: &'a [u8], at: usize, depth: usize) -> Result<Level<'a>, Together> {
        if depth > DEEPEST {
            return Err(Together::TooDeep);
        }
        let mut reader = BinaryReader::new(bytes, at);
        let mut level = Level {
            preamble: reader.read_bytes(PREAMBLE)?,
            ..Level::default()
        };
        while !reader.eof() {
            let id = reader.read_u8()?;
            let size = reader.read_var_u32()?;
            let mut section = Section {
                id,
                start: reader.original_position(),
                content: reader.read_bytes(size as usize)?,
                level: None,
            };
            self.section(&mut level, &mut section, depth)?;
            level.sections.push(section);
        }
        Ok(level)
    }

    fn section(
        &mut self,
        level: &mut Level<'a>,
        section: &mut Section<'a>,
        depth: usize,
    ) -> Result<(), Together> {
        let content = section.content;
        match section.id {
            id::CORE_MODULE => {
                let memories = self.module(section)?;
                level.modules.push(memories);
            }
            id::COMPONENT => {
                let inside = self.level(content, section.start, depth + 1)?;
                level.components.push(inside.memories);
                section.level = Some(inside);
            }
            id::CORE_TYPE => level.has_core_types = true,
            id::CORE_INSTANCE => core_instances(level, content)?,
            id::INSTANCE => instances(level, content)?,
            id::ALIAS => aliases(content)?,
            id::IMPORT => imports(content)?,
            id::EXPORT => exports(content)?,
            _ => {}
        }
        Ok(())
    }

    fn module(&mut self, section: &Section<'a>) -> Result<Memories, Together> {
        let bytes = section.content;
        let core = Core::read(bytes)?;
        if bytes.len() >= self.large
            && let Some(shape) = core.shape()
        {
            self.found.push(Piece {
                code: Code::of(bytes),
                start: section.start,
                shape,
            });
        }
        Ok(core.memories())
    }
}

/// The items of a section.
pub(super) fn items<'a, T: FromReader<'a>>(
    content: &'a [u8],
) -> wasmparser::Result<SectionLimited<'a, T>> {
    SectionLimited::new(BinaryReader::new(content, 0))
}

fn core_instances(level: &mut Level<'_>, content: &[u8]) -> Result<(), Together> {
    let section = items::<Instance>(content)?;
    for instance in section {
        if let Instance::Instantiate { module_index, .. } = instance? {
            let memories = level.modules.get(module_index as usize);
            let memories = memories.ok_or(Together::Unreadable)?;
            level.memories = level.memories.saturating_add(*memories);
        }
    }
    Ok(())
}

fn instances(level: &mut Level<'_>, content: &[u8]) -> Result<(), Together> {
    let section = items::<ComponentInstance>(content)?;
    for instance in section {
        match instance? {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => {
                args.iter().try_for_each(|arg| passed(arg.kind))?;
                let memories = level.components.get(component_index as usize);
                let memories = memories.ok_or(Together::Unreadable)?;
                level.memories = level.memories.saturating_add(*memories);
            }
            ComponentInstance::FromExports(exports) => {
                exports.iter().try_for_each(|export| passed(export.kind))?;
            }
        }
    }
    Ok(())
}

fn aliases(content: &[u8]) -> Result<(), Together> {
    let section = items::<ComponentAlias>(content)?;
    for alias in section {
        match alias? {
            ComponentAlias::InstanceExport { kind, .. } => passed(kind)?,
            ComponentAlias::Outer { kind, .. } => match kind {
                OuterKind::CoreModule => return Err(Together::PassesModules),
                OuterKind::Component => return Err(Together::PassesComponents),
                OuterKind::CoreType => return Err(Together::CoreTypes),
                OuterKind::Type => {}
            },
            ComponentAlias::CoreInstanceExport { .. } => {}
        }
    }
    Ok(())
}

fn imports(content: &[u8]) -> Result<(), Together> {
    let section = items::<ComponentImport>(content)?;
    for import in section {
        let import = import?;
        match import.ty {
            ComponentTypeRef::Module(_) => return Err(Together::PassesModules),
            ComponentTypeRef::Component(_) => return Err(Together::PassesComponents),
            _ if import.name.name.starts_with(outline::PREFIX) => return Err(Together::NameTaken),
            _ => {}
        }
    }
    Ok(())
}

fn exports(content: &[u8]) -> Result<(), Together> {
    let section = items::<ComponentExport>(content)?;
    section
        .into_iter()
        .try_for_each(|export| passed(export?.kind))
}

/// Refuses what would have to be followed to where it is instantiated.
fn passed(kind: Kind) -> Result<(), Together> {
    match kind {
        Kind::Module => Err(Together::PassesModules),
        Kind::Component => Err(Together::PassesComponents),
        _ => Ok(()),
    }
}
