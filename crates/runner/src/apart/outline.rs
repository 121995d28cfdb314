//! A component written anew, with imports in the place of core modules.
//!
//! A component imports the modules that are in it and in the components inside, and gives those theirs where they are
//! instantiated. Besides core modules and core types nothing is counted anew.

use super::tree::{Level, Section, id, items};
use super::{Piece, Together};
use std::collections::BTreeMap;
use std::ops::Range;
use wasm_encoder::{
    ComponentExportKind, ComponentImportSection, ComponentSection, ComponentTypeRef,
    CoreTypeSection, Encode,
};
use wasmparser::{BinaryReader, ComponentInstance, FromReader, Instance};

/// How the names of the imports begin.
pub(super) const PREFIX: &str = "patchbay-code-";

/// The name of the import in the place of a piece.
pub(super) fn import_name(piece: usize) -> String {
    format!("{PREFIX}m{piece}")
}

/// The outline of a component without these pieces. Custom sections mean nothing to the engine, and are left out.
pub(super) fn write(top: &Level<'_>, pieces: &[Piece<'_>]) -> Result<Vec<u8>, Together> {
    let numbers = pieces.iter().enumerate();
    let writer = Writer {
        numbers: numbers.map(|(n, piece)| (piece.start, n)).collect(),
        pieces,
    };
    let mut out = Vec::new();
    writer.level(top, &mut out)?;
    Ok(out)
}

struct Writer<'p> {
    pieces: &'p [Piece<'p>],
    /// The pieces by where they are.
    numbers: BTreeMap<usize, usize>,
}

/// The indices of a level as they are written.
#[derive(Default)]
struct Indices {
    /// The pieces that are imported, in the order of their imports.
    imported: Vec<usize>,
    /// The new index of each core module.
    modules: Vec<usize>,
    /// How many of the modules stay where they are.
    staying: usize,
    /// The pieces that each component is to be given.
    components: Vec<Vec<usize>>,
}

impl Writer<'_> {
    /// The pieces that are in a part of the bytes.
    fn within(&self, range: Range<usize>) -> Vec<usize> {
        self.numbers.range(range).map(|(_, n)| *n).collect()
    }

    fn inside(&self, section: &Section<'_>) -> Vec<usize> {
        self.within(section.start..section.start + section.content.len())
    }

    fn level(&self, level: &Level<'_>, out: &mut Vec<u8>) -> Result<(), Together> {
        let mut indices = Indices::default();
        for section in &level.sections {
            if let id::CORE_MODULE | id::COMPONENT = section.id {
                indices.imported.extend(self.inside(section));
            }
        }
        if level.has_core_types() && !indices.imported.is_empty() {
            return Err(Together::CoreTypes);
        }
        out.extend(level.preamble);
        self.imports(&indices.imported, out);
        for section in &level.sections {
            self.section(section, &mut indices, out)?;
        }
        Ok(())
    }

    fn imports(&self, pieces: &[usize], out: &mut Vec<u8>) {
        if pieces.is_empty() {
            return;
        }
        let mut types = CoreTypeSection::new();
        let mut imports = ComponentImportSection::new();
        for (ty, piece) in (0..).zip(pieces) {
            types.ty().module(&self.pieces[*piece].shape.0);
            imports.import(&*import_name(*piece), ComponentTypeRef::Module(ty));
        }
        types.append_to_component(out);
        imports.append_to_component(out);
    }

    fn section(
        &self,
        section: &Section<'_>,
        indices: &mut Indices,
        out: &mut Vec<u8>,
    ) -> Result<(), Together> {
        let content = section.content;
        match section.id {
            id::CUSTOM => {}
            id::CORE_MODULE => match self.numbers.get(&section.start) {
                Some(piece) => {
                    let place = indices.imported.iter().position(|it| it == piece);
                    indices.modules.extend(place);
                }
                None => {
                    let place = indices.imported.len() + indices.staying;
                    indices.modules.push(place);
                    indices.staying += 1;
                    raw(section.id, content, out);
                }
            },
            id::COMPONENT => {
                let given = self.inside(section);
                match &section.level {
                    Some(level) if !given.is_empty() => {
                        let mut inside = Vec::new();
                        self.level(level, &mut inside)?;
                        raw(section.id, &inside, out);
                    }
                    _ => raw(section.id, content, out),
                }
                indices.components.push(given);
            }
            id::CORE_INSTANCE if !indices.imported.is_empty() => {
                raw(section.id, &core_instances(content, indices)?, out);
            }
            id::INSTANCE if !indices.imported.is_empty() => {
                raw(section.id, &instances(content, indices)?, out);
            }
            _ => raw(section.id, content, out),
        }
        Ok(())
    }
}

fn raw(id: u8, content: &[u8], out: &mut Vec<u8>) {
    out.push(id);
    content.encode(out);
}

/// Each item of a section, with its bytes.
fn with_bytes<'a, T: FromReader<'a>>(content: &'a [u8]) -> wasmparser::Result<Vec<(T, &'a [u8])>> {
    let found = items::<T>(content)?.into_iter_with_offsets();
    let found: Vec<(usize, T)> = found.collect::<wasmparser::Result<_>>()?;
    let starts = found.iter().map(|(start, _)| *start);
    let ends: Vec<usize> = starts.skip(1).chain([content.len()]).collect();
    let items = found.into_iter().zip(ends);
    let items = items.map(|((start, item), end)| (item, content.get(start..end)));
    Ok(items
        .map(|(item, bytes)| (item, bytes.unwrap_or_default()))
        .collect())
}

fn core_instances(content: &[u8], indices: &Indices) -> Result<Vec<u8>, Together> {
    let items = with_bytes::<Instance>(content)?;
    let mut out = Vec::with_capacity(content.len());
    items.len().encode(&mut out);
    for (instance, bytes) in items {
        match instance {
            Instance::Instantiate { module_index, .. } => {
                let new = indices.modules.get(module_index as usize);
                let mut rest = BinaryReader::new(bytes, 0);
                out.push(rest.read_u8()?);
                rest.read_var_u32()?;
                new.ok_or(Together::Unreadable)?.encode(&mut out);
                out.extend(rest.read_bytes(rest.bytes_remaining())?);
            }
            Instance::FromExports(_) => out.extend(bytes),
        }
    }
    Ok(out)
}

fn instances(content: &[u8], indices: &Indices) -> Result<Vec<u8>, Together> {
    let items = with_bytes::<ComponentInstance>(content)?;
    let mut out = Vec::with_capacity(content.len());
    items.len().encode(&mut out);
    for (instance, bytes) in items {
        match instance {
            ComponentInstance::Instantiate {
                component_index,
                args,
            } => {
                let given = indices.components.get(component_index as usize);
                let given = given.ok_or(Together::Unreadable)?;
                let mut rest = BinaryReader::new(bytes, 0);
                out.push(rest.read_u8()?);
                rest.read_var_u32()?.encode(&mut out);
                rest.read_var_u32()?;
                (args.len() + given.len()).encode(&mut out);
                out.extend(rest.read_bytes(rest.bytes_remaining())?);
                for piece in given {
                    let index = indices.imported.iter().position(|it| it == piece);
                    let index = index.and_then(|index| u32::try_from(index).ok());
                    import_name(*piece).as_str().encode(&mut out);
                    ComponentExportKind::Module.encode(&mut out);
                    index.ok_or(Together::Unreadable)?.encode(&mut out);
                }
            }
            ComponentInstance::FromExports(_) => out.extend(bytes),
        }
    }
    Ok(out)
}
