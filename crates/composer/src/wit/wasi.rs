//! WASI's packages, which WIT text can speak of without bringing them.

use std::collections::{BTreeMap, BTreeSet};
use wit_parser::{
    PackageId, PackageName, Resolve, SourceMap, Stability, UnresolvedPackage,
    UnresolvedPackageGroup,
};

/// The newest version of each track, a file for each package, which begins with the package's name.
const TEXTS: [&str; 13] = [
    include_str!("wasi/0.2/cli.wit"),
    include_str!("wasi/0.2/clocks.wit"),
    include_str!("wasi/0.2/filesystem.wit"),
    include_str!("wasi/0.2/http.wit"),
    include_str!("wasi/0.2/io.wit"),
    include_str!("wasi/0.2/random.wit"),
    include_str!("wasi/0.2/sockets.wit"),
    include_str!("wasi/0.3/cli.wit"),
    include_str!("wasi/0.3/clocks.wit"),
    include_str!("wasi/0.3/filesystem.wit"),
    include_str!("wasi/0.3/http.wit"),
    include_str!("wasi/0.3/random.wit"),
    include_str!("wasi/0.3/sockets.wit"),
];

/// A package whose text is here.
struct Known {
    name: &'static str,
    newest: &'static str,
    text: &'static str,
}

impl Known {
    fn all() -> impl Iterator<Item = Self> {
        TEXTS.into_iter().filter_map(|text| {
            let head = text.strip_prefix("package ")?.split(';').next()?;
            let (name, newest) = head.split_once('@')?;
            Some(Self { name, newest, text })
        })
    }

    /// `0.2` and 12 of `0.2.12`.
    fn track(&self) -> (&'static str, u64) {
        let (track, patch) = self.newest.rsplit_once('.').unwrap_or((self.newest, "0"));
        (track, patch.parse().unwrap_or(0))
    }

    fn versions(&self) -> String {
        match self.track() {
            (_, 0) => self.newest.to_string(),
            (track, _) => format!("{track}.0 to {}", self.newest),
        }
    }

    /// The package as it was in that version: what came later is left out.
    fn at(&self, wanted: &PackageName) -> Option<Result<UnresolvedPackageGroup, String>> {
        let version = wanted.version.as_ref()?;
        let (track, newest) = self.track();
        let is_it = self.name == format!("{}:{}", wanted.namespace, wanted.name)
            && track == format!("{}.{}", version.major, version.minor)
            && version.patch <= newest
            && version.pre.is_empty()
            && version.build.is_empty();
        is_it.then(|| {
            let text = self.text;
            let text = text.replace(&format!("@{}", self.newest), &format!("@{version}"));
            let mut map = SourceMap::default();
            map.push_str(self.name, text);
            let mut group = map.parse().map_err(|(_, error)| error.to_string())?;
            as_of(&mut group.main, version);
            Ok(group)
        })
    }
}

/// Leaves out the functions that came after a version. Newer names for types of that version stay.
fn as_of(package: &mut UnresolvedPackage, version: &semver::Version) {
    let newer = |stability: &Stability| matches!(stability, Stability::Stable { since, .. } if since > version);
    for (_, interface) in package.interfaces.iter_mut() {
        interface
            .functions
            .retain(|_, function| !newer(&function.stability));
    }
    for (_, ty) in package.types.iter_mut() {
        if newer(&ty.stability) {
            ty.stability = Stability::Unknown;
        }
    }
}

/// Adds a file of WIT text to what is resolved, and the packages of WASI that it speaks of and does not bring; what is
/// unstable in these stays out.
///
/// # Errors
/// For text that is no WIT, and packages that are not known. What is resolved is not to be used then, but to show where it is.
pub(crate) fn push(resolve: &mut Resolve, path: &str, text: &str) -> anyhow::Result<PackageId> {
    let mut map = SourceMap::default();
    map.push_str(path, text);
    let Ok(group) = map.parse() else {
        // Says where, in what is resolved.
        return resolve.push_source(path, text);
    };
    let mut wasi = lacking(&[&group]).map_err(anyhow::Error::msg)?;
    if let Some(first) = wasi.pop() {
        let unstable = std::mem::replace(&mut resolve.all_features, false);
        resolve.push_groups(first, wasi)?;
        resolve.all_features = unstable;
    }
    Ok(resolve.push_group(group)?)
}

/// The packages of WASI that WIT text speaks of and does not bring.
///
/// # Errors
/// One sentence where it speaks of packages, or versions of them, that are not known.
pub(crate) fn lacking(
    given: &[&UnresolvedPackageGroup],
) -> Result<Vec<UnresolvedPackageGroup>, String> {
    let packages = |group: &UnresolvedPackageGroup, each: &mut dyn FnMut(&UnresolvedPackage)| {
        group.nested.iter().chain([&group.main]).for_each(each);
    };
    let mut there = BTreeSet::new();
    let mut wanted = Vec::new();
    for group in given {
        packages(group, &mut |package| {
            there.insert(package.name.clone());
            wanted.extend(package.foreign_deps.keys().cloned());
        });
    }
    let mut found = Vec::new();
    let mut unknown = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        if !there.insert(name.clone()) {
            continue;
        }
        match Known::all().find_map(|known| known.at(&name)) {
            Some(group) => {
                let group = group?;
                wanted.extend(group.main.foreign_deps.keys().cloned());
                found.push(group);
            }
            None => {
                unknown.insert(name);
            }
        }
    }
    match unknown.is_empty() {
        true => Ok(found),
        false => Err(not_known(&unknown)),
    }
}

fn not_known(names: &BTreeSet<PackageName>) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let other_versions = names.iter().all(|name| {
        let name = format!("{}:{}", name.namespace, name.name);
        Known::all().any(|known| known.name == name)
    });
    let mut at: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for known in Known::all() {
        let asked = names
            .iter()
            .any(|name| known.name == format!("{}:{}", name.namespace, name.name));
        if asked || !other_versions {
            at.entry(known.versions()).or_default().push(known.name);
        }
    }
    let known: Vec<String> = at
        .iter()
        .map(|(versions, names)| format!("{} at {versions}", names.join(", ")))
        .collect();
    format!(
        "it speaks of {}, which it does not bring; write such packages into the text as nested packages. Known \
         without that: {}.",
        quoted.join(" and "),
        known.join("; ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_begins_with_its_package() {
        assert_eq!(Known::all().count(), TEXTS.len());
    }

    #[test]
    fn every_version_of_a_track_can_be_read() {
        for known in Known::all() {
            let (track, newest) = known.track();
            for patch in 0..=newest {
                let world = match (known.name, track) {
                    ("wasi:http", "0.3") => "service",
                    _ => "imports",
                };
                let text = format!(
                    "package a:b; world w {{ include {}/{world}@{track}.{patch}; }}",
                    known.name
                );
                let mut map = SourceMap::default();
                map.push_str("test.wit", text.as_str());
                let group = map.parse().map_err(|(_, error)| error).expect("WIT");
                let lacking = lacking(&[&group]).expect("known");
                let mut resolve = Resolve::default();
                resolve
                    .push_groups(group, lacking)
                    .unwrap_or_else(|error| panic!("{text}: {error}"));
            }
        }
    }
}
