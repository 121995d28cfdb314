//! Prepares a bound module for brotli: what it compresses badly goes, and what is alike comes together.
//!
//! - Imports are named by wasm-bindgen with a hash each. Short names take their place, in the module and in its script.
//! - leptos brings the streams of server functions along, and their exports keep code alive that no page here calls.
//! - rustc orders functions by the crate they come from. Ordered by what they are instances of, then by length, each
//!   stands beside its likenesses. wasm-opt can order by name, so the names are chosen to sort that way.

use anyhow::{Result, bail};
use wasm_encoder::reencode::{Reencode as _, RoundtripReencoder};
use wasm_encoder::{
    ExportSection, ImportSection, Module, NameMap, NameSection, RawSection, SectionId,
};
use wasmparser::{KnownCustom, Name, Parser, Payload};

/// How the exports of the streams begin.
const STREAMS: [&str; 2] = ["intounderlying", "__wbg_intounderlying"];

/// The module and its script, ready for wasm-opt with `--reorder-functions-by-name`.
pub fn prepare(wasm: &[u8], script: &str) -> Result<(Vec<u8>, String)> {
    let mut functions = Functions::default();
    let mut script = script.to_string();
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                let mut imports = ImportSection::new();
                for (n, import) in section.into_imports().enumerate() {
                    let import = import?;
                    functions.imported += u32::from(matches!(
                        import.ty,
                        wasmparser::TypeRef::Func(_) | wasmparser::TypeRef::FuncExact(_)
                    ));
                    let name = format!("i{n:x}");
                    script = renamed(&script, import.name, &name)?;
                    imports.import(
                        import.module,
                        &name,
                        RoundtripReencoder.entity_type(import.ty)?,
                    );
                }
                module.section(&imports);
            }
            Payload::ExportSection(section) => {
                let mut exports = ExportSection::new();
                for export in section {
                    let export = export?;
                    if !STREAMS.iter().any(|name| export.name.starts_with(name)) {
                        RoundtripReencoder.parse_export(&mut exports, export)?;
                    }
                }
                module.section(&exports);
            }
            Payload::CodeSectionStart { range, .. } => {
                raw(&mut module, SectionId::Code as u8, &wasm[range])
            }
            Payload::CodeSectionEntry(body) => functions.lengths.push(body.range().len()),
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(names) => functions.name(names)?,
                _ => raw(&mut module, 0, &wasm[section.range()]),
            },
            other => {
                if let Some((id, range)) = other.as_section() {
                    raw(&mut module, id, &wasm[range]);
                }
            }
        }
    }
    module.section(&functions.in_order());
    Ok((module.finish(), script))
}

fn raw(module: &mut Module, id: u8, data: &[u8]) {
    module.section(&RawSection { id, data });
}

/// The script with another name for an import, which it says once, as the key of a function.
fn renamed(script: &str, from: &str, to: &str) -> Result<String> {
    let key = format!("{from}: ");
    match script.matches(&key).count() {
        1 => Ok(script.replacen(&key, &format!("{to}: "), 1)),
        count => bail!("wasm-bindgen's script names the import `{from}` {count} times, not once"),
    }
}

/// What the order of functions hangs on.
#[derive(Default)]
struct Functions {
    imported: u32,
    lengths: Vec<usize>,
    /// What each is an instance of, by its index; imported ones included.
    names: Vec<(u32, String)>,
}

impl Functions {
    fn name(&mut self, names: wasmparser::NameSectionReader<'_>) -> Result<()> {
        for subsection in names {
            if let Name::Function(map) = subsection? {
                for naming in map {
                    let naming = naming?;
                    self.names.push((naming.index, without_hash(naming.name)));
                }
            }
        }
        Ok(())
    }

    /// Names that sort by what a function is an instance of, then by its length.
    fn in_order(mut self) -> NameSection {
        let (imported, lengths) = (self.imported, &self.lengths);
        let length = |index: u32| index.checked_sub(imported).map(|n| lengths[n as usize]);
        self.names.sort_by(|a, b| {
            let key = |(index, name): &(u32, String)| (name.clone(), length(*index), *index);
            key(a).cmp(&key(b))
        });
        let mut sorted: Vec<(u32, String)> = self
            .names
            .iter()
            .enumerate()
            .map(|(place, (index, _))| (*index, format!("{place:06}")))
            .collect();
        sorted.sort_by_key(|(index, _)| *index);
        let mut map = NameMap::new();
        for (index, name) in &sorted {
            map.append(*index, name);
        }
        let mut section = NameSection::new();
        section.functions(&map);
        section
    }
}

/// rustc ends a name with a hash of its own for each instance.
fn without_hash(name: &str) -> String {
    let instance_of = match name.rsplit_once("::h") {
        Some((name, hash)) if hash.len() == 16 => name,
        _ => name,
    };
    instance_of.to_string()
}
