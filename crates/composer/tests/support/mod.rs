//! What several test files share: reading fixtures and comparing snapshots.
#![allow(dead_code, reason = "each test file uses some of it")]

pub mod describe;
pub mod random;

use patchbay_composer::{Component, Parts, inspect_upload};
use patchbay_model::Graph;
use std::fs;
use std::path::{Path, PathBuf};
use wit_component::{ComponentEncoder, StringEncoding, dummy_module, embed_component_metadata};
use wit_parser::{ManglingAndAbi, PackageId, Resolve};

/// The folders of graphs under `tests/fixtures`, sorted.
pub fn fixture_dirs() -> Vec<PathBuf> {
    dirs_with("graph.json")
}

/// The folders of `.wac` sources, sorted.
pub fn wac_fixture_dirs() -> Vec<PathBuf> {
    dirs_with("compose.wac")
}

/// The folders of components that are opened, sorted.
pub fn opened_fixture_dirs() -> Vec<PathBuf> {
    dirs_with("opened.wat")
}

fn dirs_with(file: &str) -> Vec<PathBuf> {
    let mut dirs = folders("fixtures");
    dirs.retain(|path| path.join(file).is_file());
    dirs
}

/// The folders under a folder of `tests`, sorted.
pub fn folders(of: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(of);
    let mut dirs: Vec<PathBuf> = fs::read_dir(root)
        .expect("a folder of cases")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .collect();
    dirs.sort();
    dirs
}

/// One fixture.
pub fn fixture(name: &str) -> (Graph, Parts) {
    load(
        &Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixtures")
            .join(name),
    )
}

/// The components of a fixture by package name.
pub fn components(dir: &Path) -> Vec<(String, Component)> {
    let mut files: Vec<PathBuf> = fs::read_dir(dir)
        .expect("the fixture")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "wat" || e == "wit"))
        .filter(|path| !path.ends_with("target.wit") && !path.ends_with("world.wit"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| {
            let name = file.file_name().and_then(|n| n.to_str()).expect("a name");
            let stem = file.file_stem().and_then(|n| n.to_str()).expect("a stem");
            let bytes = match name.strip_suffix(".wit") {
                Some(_) => dummy(file),
                None => fs::read(file).expect("a file"),
            };
            let component = inspect_upload(name, bytes).unwrap_or_else(|e| panic!("{file:?}: {e}"));
            (format!("test:{stem}"), component)
        })
        .collect()
}

/// A component of the one world in a WIT file, whose functions all trap.
fn dummy(file: &Path) -> Vec<u8> {
    let encoded = || {
        let (resolve, package) = wit(file)?;
        let world = resolve.select_world(&[package], None)?;
        let mangling = ManglingAndAbi::Standard32;
        let mut module = dummy_module(&resolve, world, mangling);
        embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
        let encoder = ComponentEncoder::default().validate(true);
        anyhow::Ok(encoder.module(&module)?.encode()?)
    };
    encoded().unwrap_or_else(|e| panic!("{file:?}: {e:#}"))
}

/// A WIT file, if it is there, as a package in binary form.
pub fn wit_package(file: &Path) -> Option<Vec<u8>> {
    let encoded = || {
        let (resolve, package) = wit(file)?;
        wit_component::encode(&resolve, package)
    };
    let found = file.is_file();
    found.then(|| encoded().unwrap_or_else(|e| panic!("{file:?}: {e:#}")))
}

/// A WIT file and its main package.
pub fn wit(file: &Path) -> anyhow::Result<(Resolve, PackageId)> {
    let mut resolve = Resolve {
        all_features: true,
        ..Resolve::default()
    };
    let package = resolve.push_str(file, &fs::read_to_string(file)?)?;
    Ok((resolve, package))
}

/// The graph and the components of a folder.
pub fn load(dir: &Path) -> (Graph, Parts) {
    let mut parts = Parts::new();
    for (package, mut component) in components(dir) {
        component.info.package = package;
        parts.insert(component);
    }
    let text = fs::read_to_string(dir.join("graph.json")).expect("graph.json");
    let graph = Graph::from_json(&text).unwrap_or_else(|e| panic!("{dir:?}: {e}"));
    (graph, parts)
}

/// Compares with what was recorded; with `UPDATE_SNAPSHOTS=1`, records.
pub fn snapshot(path: &Path, found: &str) -> Option<String> {
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some_and(|v| v == "1") {
        fs::write(path, found).expect("a snapshot can be written");
        return None;
    }
    let expected = fs::read_to_string(path).unwrap_or_default();
    (expected != found).then(|| {
        format!(
            "{} differs (UPDATE_SNAPSHOTS=1 records it)\n--- expected\n{expected}\n--- found\n{found}",
            path.display()
        )
    })
}
