//! Prepares a bound module for brotli: what it compresses badly goes, and what is alike comes together.
//!
//! - Imports are named by wasm-bindgen with a hash each. Short names take their place, in the module and in its script.
//! - leptos brings the streams of server functions along, and their exports keep code alive that no page here calls.
//! - rustc orders functions by the crate they come from. Ordered by what they are instances of, and then so that each
//!   follows the one it is most like, they are a tenth smaller. wasm-opt can order by name, so the names are chosen to
//!   sort that way.

use std::cmp::Ordering;

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
            Payload::CodeSectionEntry(body) => functions.bodies.push(Body::new(body.as_bytes())),
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
    bodies: Vec<Body>,
    /// What each is an instance of, with its index; imported ones included.
    names: Vec<(String, u32)>,
}

impl Functions {
    fn name(&mut self, names: wasmparser::NameSectionReader<'_>) -> Result<()> {
        for subsection in names {
            if let Name::Function(map) = subsection? {
                for naming in map {
                    let naming = naming?;
                    self.names.push((without_hash(naming.name), naming.index));
                }
            }
        }
        Ok(())
    }

    fn body(&self, function: u32) -> Option<&Body> {
        self.bodies
            .get(function.checked_sub(self.imported)? as usize)
    }

    /// Names that sort by what a function is an instance of, and then from each to the one most like it.
    fn in_order(mut self) -> NameSection {
        self.names.sort();
        let of_one_kind = self.names.chunk_by(|(a, _), (b, _)| a == b);
        let order = of_one_kind.flat_map(|these| self.chain(these));
        let mut places: Vec<(u32, usize)> = order.zip(0..).collect();
        places.sort_unstable();
        let mut map = NameMap::new();
        for (function, place) in places {
            map.append(function, &format!("{place:06}"));
        }
        let mut section = NameSection::new();
        section.functions(&map);
        section
    }

    /// Functions of one kind: the shortest first, then always the most alike of those that are nearest in length.
    fn chain(&self, these: &[(String, u32)]) -> Vec<u32> {
        const NEAREST: usize = 64;
        let mut rest: Vec<u32> = these.iter().map(|(_, function)| *function).collect();
        rest.sort_by_key(|function| (self.body(*function).map(|body| body.length), *function));
        let mut chain: Vec<u32> = Vec::with_capacity(rest.len());
        while !rest.is_empty() {
            let last = chain.last().and_then(|last| self.body(*last));
            let likeness = |place: &usize| {
                let next = self.body(rest[*place]);
                last.zip(next).map_or(0, |(last, next)| last.likeness(next))
            };
            // `max_by_key` takes the last of equals, and the nearest is wanted.
            let candidates = (0..rest.len().min(NEAREST)).rev();
            let best = candidates.max_by_key(likeness).unwrap_or_default();
            chain.push(rest.remove(best));
        }
        chain
    }
}

/// The code of a function, as far as likeness goes.
struct Body {
    length: usize,
    /// Every five bytes that follow one another, sorted, each once.
    pieces: Vec<u64>,
}

impl Body {
    fn new(code: &[u8]) -> Self {
        let piece = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0, |piece, byte| piece << 8 | u64::from(*byte))
        };
        let mut pieces: Vec<u64> = code.windows(5).map(piece).collect();
        pieces.sort_unstable();
        pieces.dedup();
        Self {
            length: code.len(),
            pieces,
        }
    }

    /// What two have in common of what both have, in millionths.
    fn likeness(&self, other: &Self) -> usize {
        let (mut ours, mut theirs) = (
            self.pieces.iter().peekable(),
            other.pieces.iter().peekable(),
        );
        let mut common = 0;
        while let (Some(a), Some(b)) = (ours.peek(), theirs.peek()) {
            match a.cmp(b) {
                Ordering::Less => drop(ours.next()),
                Ordering::Greater => drop(theirs.next()),
                Ordering::Equal => {
                    common += 1;
                    ours.next();
                    theirs.next();
                }
            }
        }
        let all = self.pieces.len() + other.pieces.len() - common;
        common * 1_000_000 / all.max(1)
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
