//! Worlds as wac's types, from WIT text.

use super::{Named, TargetError};
use crate::guard::guarded;
use crate::inspect::load;
use crate::inspect::weight::Weigher;
use crate::limits;
use crate::wac::{PackageName, Packages};
use crate::wit::wasi;
use crate::wit::world::too_deep;
use std::sync::LazyLock;
use wac_types::{ItemKind, Type, Types, WorldId};
use wit_parser::{PackageId, Resolve, SourceMap, UnresolvedPackageGroup};

/// The package of the worlds that are known, in binary form.
pub(super) static BUILT_IN: LazyLock<Result<Vec<u8>, String>> =
    LazyLock::new(|| binary(&[built_in()], &[]));

fn built_in() -> WitFile {
    WitFile {
        path: "targets.wit".to_string(),
        text: include_str!("wit/targets.wit").to_string(),
    }
}

/// A file of WIT text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WitFile {
    /// What messages call it.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A world that a person gives.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WitSource {
    /// The files of its package; nested packages may be among them.
    pub files: Vec<WitFile>,
    /// The files of each other package that it speaks of; WASI's are known without that.
    pub deps: Vec<Vec<WitFile>>,
    /// The world's name; it may be absent where the package has one world.
    pub world: Option<String>,
}

impl WitSource {
    /// Reads the world, and says what it is called.
    pub(super) fn load(&self, types: &mut Types) -> Result<Named, TargetError> {
        let bytes = binary(&self.files, &self.deps).map_err(TargetError::Wit)?;
        let package = load(types, "target", &bytes)
            .map_err(|error| TargetError::Wit(format!("This WIT cannot be used: {error}")))?;
        let (name, world) =
            world_of(types, package, self.world.as_deref()).map_err(TargetError::Wit)?;
        let items = types[world].imports.iter().chain(&types[world].exports);
        Weigher::new(types).bound(items).map_err(|_| {
            TargetError::Wit("This world is too complex to be compared.".to_string())
        })?;
        Ok((name, world))
    }
}

/// A WIT package in binary form.
fn binary(files: &[WitFile], deps: &[Vec<WitFile>]) -> Result<Vec<u8>, String> {
    let (resolve, package) = resolved(files, deps)?;
    readable(|| encode(&resolve, package))
}

/// A WIT package with all that it speaks of.
fn resolved(files: &[WitFile], deps: &[Vec<WitFile>]) -> Result<(Resolve, PackageId), String> {
    let all = files.iter().chain(deps.iter().flatten());
    if all.map(|file| file.text.len()).sum::<usize>() > limits::SOURCE_BYTES {
        let limit = limits::SOURCE_BYTES >> 20;
        return Err(format!("WIT text may have up to {limit} MiB."));
    }
    let mut all = files.iter().chain(deps.iter().flatten());
    if let Some(file) = all.find(|file| too_deep(&file.text)) {
        return Err(format!("{} is nested too deeply.", file.path));
    }
    readable(|| {
        let package = parse(files)?;
        let deps = deps.iter().map(|files| parse(files));
        let mut deps: Vec<UnresolvedPackageGroup> = deps.collect::<Result<_, _>>()?;
        let given: Vec<_> = deps.iter().chain([&package]).collect();
        let wasi = wasi::lacking(&given)?;
        deps.extend(wasi);
        let mut resolve = Resolve::default();
        let package = resolve.push_groups(package, deps);
        let package = package.map_err(|error| error.to_string())?;
        Ok((resolve, package))
    })
}

/// All packages of a WIT text, as `.wac` sources speak of them: those nested in it included, and those of WASI that it
/// speaks of.
///
/// # Errors
/// One sentence for text that is no WIT, or too much of it.
pub fn wit_packages(text: &str) -> Result<Packages, String> {
    let file = WitFile {
        path: "wit".to_string(),
        text: text.to_string(),
    };
    packages(file)
}

fn packages(file: WitFile) -> Result<Packages, String> {
    let (resolve, _) = resolved(&[file], &[])?;
    readable(|| {
        let packages = resolve.packages.iter().map(|(id, package)| {
            let name = PackageName {
                name: format!("{}:{}", package.name.namespace, package.name.name),
                version: package.name.version.clone(),
            };
            Ok((name, encode(&resolve, id)?.into()))
        });
        packages.collect()
    })
}

/// The packages of the worlds that are known: WASI's, in one version of each track.
pub fn known_packages() -> &'static Packages {
    static KNOWN: LazyLock<Packages> = LazyLock::new(|| packages(built_in()).unwrap_or_default());
    &KNOWN
}

fn encode(resolve: &Resolve, package: PackageId) -> Result<Vec<u8>, String> {
    wit_component::encode(resolve, package).map_err(|error| format!("{error:#}"))
}

fn readable<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    let read = guarded(read).unwrap_or_else(|panicked| Err(panicked.to_string()));
    read.map_err(|error| format!("This WIT cannot be read: {error}"))
}

fn parse(files: &[WitFile]) -> Result<UnresolvedPackageGroup, String> {
    let mut map = SourceMap::default();
    for file in files {
        map.push_str(&file.path, file.text.as_str());
    }
    map.parse().map_err(|(_, error)| error.to_string())
}

/// A world of a WIT package in binary form, by its plain name, with its full name. The package exports each world as a
/// component type that has the world as its one export.
pub(super) fn world_of(
    types: &Types,
    package: WorldId,
    wanted: Option<&str>,
) -> Result<Named, String> {
    let mut worlds = Vec::new();
    for (name, kind) in &types[package].exports {
        let ItemKind::Type(Type::World(outer)) = kind else {
            continue;
        };
        if let Some((full, ItemKind::Component(world))) = types[*outer].exports.iter().next() {
            worlds.push((name.as_str(), full.as_str(), *world));
        }
    }
    let names: Vec<&str> = worlds.iter().map(|(name, _, _)| *name).collect();
    let names = names.join(", ");
    let found = match (wanted, &worlds[..]) {
        (_, []) => return Err("This WIT has no world.".to_string()),
        (Some(wanted), _) => {
            let found = worlds
                .iter()
                .find(|(name, full, _)| [*name, *full].contains(&wanted));
            found.ok_or_else(|| format!("This WIT has no world `{wanted}`; it has {names}."))?
        }
        (None, [only]) => only,
        (None, _) => return Err(format!("This WIT has several worlds: {names}. Say which.")),
    };
    Ok((found.1.to_string(), found.2))
}
