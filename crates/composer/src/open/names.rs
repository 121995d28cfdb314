//! What instances and components are called: by name sections, by packages, or by what they export.

use super::walk::Walk;
use patchbay_model::component::ComponentInfo;
use patchbay_model::name::{InterfaceName, label_from};
use wasmparser::{ComponentName, CustomSectionReader, KnownCustom, NameMap};

/// Reads a name section into a walk. Names are a convenience: what cannot be read of them is not there.
pub(super) fn read<'a>(walk: &mut Walk<'a>, section: &CustomSectionReader<'a>) {
    let KnownCustom::ComponentName(parts) = section.as_known() else {
        return;
    };
    for part in parts.into_iter().map_while(Result::ok) {
        match part {
            ComponentName::Component { name, .. } => walk.name = Some(name),
            ComponentName::Instances(map) => walk.instance_names.extend(named(map)),
            ComponentName::Components(map) => walk.component_names.extend(named(map)),
            _ => {}
        }
    }
}

fn named<'a>(map: NameMap<'a>) -> impl Iterator<Item = (u32, &'a str)> {
    let readable = map.into_iter().map_while(Result::ok);
    readable.map(|naming| (naming.index, naming.name))
}

/// The package that a component says it is: its own name, where that is a package's.
pub(super) fn package_of(name: &str) -> Option<String> {
    let path = name.split('@').next().unwrap_or(name);
    let (namespace, package) = path.split_once(':')?;
    let plain = |part: &str| part == label_from(part);
    (plain(namespace) && plain(package)).then(|| name.to_string())
}

/// The package of an imported component, as wac writes it: `unlocked-dep=<ns:name@{>=1.0.0}>`.
pub(super) fn locked_package(import: &str) -> Option<String> {
    let dependency = import.split_once("-dep=<")?.1.strip_suffix('>')?;
    let (package, range) = match dependency.split_once('@') {
        Some((package, range)) => (package, Some(range)),
        None => (dependency, None),
    };
    let package = package_of(package)?;
    let version = range.map(|range| range.trim_matches(['{', '}']));
    let version = version.and_then(|range| range.strip_prefix(">=").or(Some(range)));
    Some(
        match version.filter(|v| semver::Version::parse(v).is_ok()) {
            Some(version) => format!("{package}@{version}"),
            None => package,
        },
    )
}

/// A label for what has no name, after what it offers: the package of its interfaces where all are of one that is not
/// WASI's, else the first export.
pub(super) fn label_of(info: &ComponentInfo) -> String {
    let interfaces: Vec<_> = info
        .exports
        .iter()
        .filter_map(|port| InterfaceName::parse(&port.name))
        .collect();
    let first = interfaces.first();
    let package = first.filter(|first| {
        let same = |other: &&InterfaceName<'_>| {
            (other.namespace, other.package) == (first.namespace, first.package)
        };
        first.namespace != "wasi" && interfaces.iter().filter(same).count() == interfaces.len()
    });
    match (package, first, info.exports.first()) {
        (Some(name), ..) => label_from(name.package),
        (None, Some(name), _) => label_from(name.interface),
        (None, None, Some(port)) => label_from(&port.name),
        (None, None, None) => label_from(""),
    }
}

/// A label for an import: the interface, or the plain name.
pub(super) fn import_label(import: &str) -> String {
    InterfaceName::parse(import)
        .map_or_else(|| label_from(import), |name| label_from(name.interface))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_recognized() {
        assert_eq!(
            package_of("my:adder@1.0.0").as_deref(),
            Some("my:adder@1.0.0")
        );
        assert_eq!(package_of("adder"), None);
        assert_eq!(package_of("C:\\adder"), None);
        for (import, package) in [
            ("unlocked-dep=<my:adder>", Some("my:adder")),
            ("unlocked-dep=<my:adder@{>=1.2.0}>", Some("my:adder@1.2.0")),
            ("locked-dep=<my:adder@1.2.0>", Some("my:adder@1.2.0")),
            ("unlocked-dep=<my:adder@{>=1.0.0 <2.0.0}>", Some("my:adder")),
            ("adder", None),
        ] {
            assert_eq!(locked_package(import).as_deref(), package, "{import}");
        }
    }
}
