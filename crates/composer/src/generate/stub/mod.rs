//! Stubs: components that provide an interface before anybody wrote one that does.
//!
//! A function of a stub returns what it was told to, or the plainest value of its type (zero, empty, none, ok, the first
//! case), or it traps. The name of a function that trapped is in the backtrace: every function is one of its own, and the
//! name section says what was called.
//!
//! Async functions are lifted without the async ABI, which the component model allows: they return at once. So a stream
//! of a stub is an empty one that is at its end, and a future is ready: its value waits for whoever reads. The end of a
//! future that is written to stays with the stub until it ends, since no call comes in which it could be dropped.
//!
//! What no stub can make is an error context, a handle to a resource that the stub itself imports, and a future of
//! handles, streams or futures; a function whose result needs one traps, and
//! its name says which.

pub(super) mod allocator;
mod bound;
pub(super) mod discard;
mod intrinsics;
mod layout;
pub(super) mod module;
pub(super) mod value;
mod wave;
pub(super) mod world;

use super::{GenerateError, finish};
use crate::explain::nearest::nearest;
use crate::explain::spoken::plain;
use crate::inspect::Component;
use crate::limits;
pub(super) use bound::parts;
use patchbay_model::component::Generated;
use patchbay_model::name::label_from;
use std::collections::BTreeMap;
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Function, Resolve, WorldItem, WorldKey};
use world::Subject;
pub(super) use world::decoded;

/// What a function without a value of its own does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Otherwise {
    /// It traps, and the backtrace says what was called.
    #[default]
    Trap,
    /// It returns the plainest value of its type.
    Default,
    /// It says that it is refused to the node of this name: by an error, if the type of its result has one for that, and
    /// by a trap, whose backtrace says it, if not.
    Refuse(String),
}

/// How a stub answers.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    /// What functions return, as WAVE text: `store.open` or `wasi:keyvalue/store@0.2.0.open` for a function of an
    /// interface, `store.bucket.get` for a method. A handle is written as a number: its representation. A
    /// stream is written as `[]`, and a future as its value.
    pub values: BTreeMap<String, String>,
    /// What the others do.
    pub otherwise: Otherwise,
}

/// A component that provides imports of another one: all of them where none are named.
///
/// # Errors
/// For names that are not there, values that do not fit, and types that WIT cannot describe.
pub fn for_imports(
    component: &Component,
    imports: &[String],
    answers: &Answers,
) -> Result<Component, GenerateError> {
    let subject = world::of_imports(component, imports)?;
    stub(&subject, answers)
}

/// The functions of an import that return something, by the names that [`Answers::values`] knows them by.
///
/// # Errors
/// For an import that is not there, and types that WIT cannot describe.
pub fn asked(component: &Component, import: &str) -> Result<Vec<String>, GenerateError> {
    let subject = world::of_imports(component, &[import.to_owned()])?;
    let returning = exported(&subject)
        .into_iter()
        .filter(|exported| exported.function.result.is_some());
    Ok(returning.map(|exported| exported.name).collect())
}

/// A component with the imports and exports of a world in WIT text: the only world where none is named, and where the
/// text has no world, one that exports all its interfaces. WASI's packages are known without being in the text.
///
/// # Errors
/// For WIT that cannot be read, names that are not there, and values that do not fit.
pub fn for_wit(
    file_name: &str,
    text: &str,
    world: Option<&str>,
    answers: &Answers,
) -> Result<Component, GenerateError> {
    let subject = world::of_wit(file_name, text, world)?;
    stub(&subject, answers)
}

fn stub(subject: &Subject, answers: &Answers) -> Result<Component, GenerateError> {
    finish(Generated::Stub, &label_from(&subject.name), || {
        encode(subject, answers)
    })
}

fn encode(subject: &Subject, answers: &Answers) -> Result<Vec<u8>, GenerateError> {
    let exported = exported(subject);
    GenerateError::at_most("functions", exported.len() as u64, limits::PORTS as u64)?;
    let values = assign(&subject.resolve, &exported, &answers.values)?;
    let mut module = module::module(subject, &exported, &values, &answers.otherwise)?;
    let failed = |error: anyhow::Error| GenerateError::Failed(format!("{error:#}"));
    let Subject { resolve, world, .. } = subject;
    embed_component_metadata(&mut module, resolve, *world, StringEncoding::UTF8).map_err(failed)?;
    ComponentEncoder::default()
        .validate(true)
        .module(&module)
        .and_then(|mut encoder| encoder.encode())
        .map_err(failed)
}

/// A function that the stub provides.
pub(super) struct Exported<'a> {
    /// Its interface; `None` for a function of the world.
    interface: Option<&'a WorldKey>,
    pub(super) function: &'a Function,
    /// `wasi:keyvalue/store@0.2.0.open`
    pub(super) name: String,
}

/// Every function of the world's exports.
pub(super) fn exported(subject: &Subject) -> Vec<Exported<'_>> {
    let resolve = &subject.resolve;
    let mut exported = Vec::new();
    for (key, item) in &resolve.worlds[subject.world].exports {
        match item {
            WorldItem::Function(function) => exported.push(Exported {
                interface: None,
                function,
                name: plain(&function.name),
            }),
            WorldItem::Interface { id, .. } => {
                let interface = resolve.name_world_key(key);
                let functions = resolve.interfaces[*id].functions.values();
                exported.extend(functions.map(|function| Exported {
                    interface: Some(key),
                    function,
                    name: format!("{interface}.{}", plain(&function.name)),
                }));
            }
            WorldItem::Type { .. } => {}
        }
    }
    exported
}

/// The ways to spell a function: its whole name, without the version, and without the package.
fn spellings(resolve: &Resolve, exported: &Exported<'_>) -> Vec<String> {
    let function = plain(&exported.function.name);
    let Some(key) = exported.interface else {
        return vec![function];
    };
    let interface = resolve.name_world_key(key);
    let unversioned = interface.split('@').next().unwrap_or(&interface);
    let short = unversioned.rsplit('/').next().unwrap_or(unversioned);
    [interface.as_str(), unversioned, short]
        .iter()
        .map(|interface| format!("{interface}.{function}"))
        .chain([function.clone()])
        .collect()
}

/// Which function each value is for.
fn assign<'v>(
    resolve: &Resolve,
    exported: &[Exported<'_>],
    values: &'v BTreeMap<String, String>,
) -> Result<BTreeMap<usize, &'v str>, GenerateError> {
    let spellings: Vec<Vec<String>> = exported.iter().map(|e| spellings(resolve, e)).collect();
    let mut assigned = BTreeMap::new();
    for (name, text) in values {
        let meant: Vec<usize> = (0..exported.len())
            .filter(|n| spellings[*n].contains(name))
            .collect();
        match meant.as_slice() {
            [one] => {
                assigned.insert(*one, text.as_str());
            }
            [] => {
                let near = nearest(name, spellings.iter().flatten()).map(str::to_string);
                let name = name.clone();
                return Err(GenerateError::NoSuchFunction { name, near });
            }
            several => {
                let full = |n: &usize| format!("`{}`", exported[*n].name);
                return Err(GenerateError::Ambiguous {
                    name: name.clone(),
                    candidates: several.iter().map(full).collect(),
                });
            }
        }
    }
    Ok(assigned)
}
