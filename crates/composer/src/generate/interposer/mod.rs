//! Interposers: components that stand in a link and tell of every call that goes through it.
//!
//! An interposer imports what the importer imports, and exports the same: the types that it exports are the ones that
//! came in, so handles keep their identity, and each function calls its own. Around each call it calls `begin` and `end`
//! of [`INTERFACE`], which only the preview of a traced build provides.
//!
//! Parameters and results come into a memory of its own and go on from there, so a function is passed on by handing over
//! what came: in registers, or as a pointer. Handles that are owned go through its table; those that are lent are dropped
//! after the call, wherever in a parameter they are. The memory is free again when no call is inside.
//!
//! What cannot be passed on so that nobody notices: functions that are async, as a component that waits for one of them
//! lets no second call in meanwhile, and error contexts. The link then stays as it is.

mod component;
mod pass;
mod shim;

use super::GenerateError;
use super::stub::exported;
use super::stub::value::Shape;
use super::stub::world::{Subject, imported};
use crate::guard::guarded;
use crate::inspect::{Component, inspect};
use crate::limits;
use component::Base;
use std::collections::HashSet;
use wit_parser::Type;

/// The interface that tells of calls: `begin: func(link: u32) -> u64` before one, which gives it a number, and
/// `end: func(call: u64, failed: bool)` after it.
pub(crate) const INTERFACE: &str = "patchbay:preview/trace@0.1.0";

/// An interposer for what a component imports under this name. `link` is what it tells of.
///
/// # Errors
/// Why there is none, in a sentence without its full stop.
pub(crate) fn interposer(
    importer: &Component,
    import: &str,
    link: u32,
) -> Result<Component, String> {
    let no_such_types = |why: String| format!("no interposer can be made for its types: {why}");
    let base = guarded(|| Base::new(importer, import));
    let base = base.map_err(|panicked| no_such_types(panicked.to_string()))?;
    let base = base.map_err(|error| no_such_types(format!("{error:#}")))?;
    let subject = imported(&base.bytes, &importer.info.package, &[import.to_owned()]);
    let subject = subject.map_err(|error| error.to_string())?;
    passable(&subject)?;
    let encoded = guarded(|| component::encode(base, import, &subject, link));
    let bytes = encoded
        .map_err(|panicked| no_such_types(panicked.to_string()))?
        .map_err(|error| no_such_types(format!("{error:#}")))?;
    inspect(&format!("patchbay:trace-{link}"), &bytes)
        .map_err(|refusal| format!("the interposer made for it is not valid: {refusal}"))
}

/// Whether every function can be passed on.
fn passable(subject: &Subject) -> Result<(), String> {
    let exported = exported(subject);
    if exported.is_empty() {
        return Err("it carries types only, and nothing is called through it".to_owned());
    }
    GenerateError::at_most("functions", exported.len() as u64, limits::PORTS as u64)
        .map_err(|error| error.to_string())?;
    for exported in &exported {
        let function = exported.function;
        if function.kind.is_async() {
            return Err(format!(
                "its function `{}` is async, and an interposer would let only one call in at a time",
                exported.name
            ));
        }
        let mut types = function.params.iter().map(|param| param.ty);
        let mut seen = HashSet::new();
        let is_error_context = |shape: &Shape<'_>| matches!(shape, Shape::Unmade);
        if types
            .by_ref()
            .chain(function.result)
            .any(|ty| holds(subject, ty, &mut seen, &is_error_context))
        {
            return Err(format!(
                "its function `{}` carries error contexts, which cannot be passed on",
                exported.name
            ));
        }
    }
    Ok(())
}

/// Whether there may be something of that shape in a value of a type. `seen` are types without.
fn holds(
    subject: &Subject,
    ty: Type,
    seen: &mut HashSet<Type>,
    is_it: &impl Fn(&Shape<'_>) -> bool,
) -> bool {
    if seen.contains(&ty) {
        return false;
    }
    let shape = subject.shape(ty);
    let found = is_it(&shape)
        || match shape {
            Shape::List(ty) | Shape::Fixed(ty, _) | Shape::Future(_, Some(ty)) => {
                holds(subject, ty, seen, is_it)
            }
            Shape::Map(key, value) => {
                holds(subject, key, seen, is_it) || holds(subject, value, seen, is_it)
            }
            Shape::Fields(fields) => fields
                .iter()
                .any(|(_, ty)| holds(subject, *ty, seen, is_it)),
            Shape::Cases(cases) => cases
                .iter()
                .filter_map(|(_, ty)| *ty)
                .any(|ty| holds(subject, ty, seen, is_it)),
            _ => false,
        };
    if !found {
        seen.insert(ty);
    }
    found
}
