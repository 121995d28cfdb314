//! The names under which a component may import and export things.

use semver::Version;
use wasmparser::names::{ComponentName, ComponentNameKind};

/// Why something cannot go by a name, as the rest of a sentence that begins with it; `None` where it can.
///
/// The rules are those of `exportname` in the component model's `Explainer.md`: a plain name in kebab case, or the name
/// of an interface, which only an interface can carry.
pub(crate) fn fault(name: &str, is_interface: bool) -> Option<&'static str> {
    let Ok(parsed) = ComponentName::new(name, 0) else {
        return Some("is not a valid name");
    };
    match parsed.kind() {
        ComponentNameKind::Label(_) => None,
        ComponentNameKind::Interface(_) if is_interface => None,
        ComponentNameKind::Interface(_) => Some("is the name of an interface, but this is not one"),
        ComponentNameKind::Hash(_)
        | ComponentNameKind::Url(_)
        | ComponentNameKind::Dependency(_) => Some("is a name for imported components only"),
        _ => Some("is a name for what belongs to a resource"),
    }
}

/// A package name taken apart: `local:adder@1.0.0`.
///
/// # Errors
/// One sentence for what is no name of a package.
pub(crate) fn package(full: &str) -> Result<(&str, Option<Version>), String> {
    let (name, version) = match full.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (full, None),
    };
    // An interface of the package is a name of the grammar; the package alone is not.
    let valid = ComponentName::new(&format!("{name}/x"), 0)
        .is_ok_and(|parsed| matches!(parsed.kind(), ComponentNameKind::Interface(_)));
    let version = version.map(Version::parse).transpose();
    match (valid, version) {
        (true, Ok(version)) => Ok((name, version)),
        _ => Err(format!(
            "`{full}` is not the name of a package, such as `local:adder` or `acme:shop@1.2.0`"
        )),
    }
}
