//! Compositions as folders of text: a `source.wac`, the components it names as `.wat` (`test:<file stem>`) and the WIT
//! packages under `packages`. Recorded are the graph it is read as, with what that loses, and the source that is written from
//! the graph. Add a folder, run with `UPDATE_SNAPSHOTS=1`, and read what was written.
//!
//! Everywhere the worlds are those that wac itself comes to; a `differs.txt` says why where they are not.

mod support;

use patchbay_composer::wac::Packages;
use patchbay_composer::{
    FuseOptions, PackageName, Parts, fuse, fuse_wac, inspect, read_wac, world, write_wac,
};
use patchbay_model::Graph;
use patchbay_model::analysis::World;
use std::fs;
use std::path::{Path, PathBuf};
use support::{components, describe, fixture_dirs, folders, load, snapshot, wit};
use wac_graph::EncodeOptions;
use wac_graph::types::BorrowedPackageKey;

fn compositions() -> Vec<PathBuf> {
    folders("compositions")
}

fn packages(dir: &Path) -> Packages {
    let components = components(dir).into_iter().map(|(name, component)| {
        let version = None;
        (PackageName { name, version }, component.bytes)
    });
    let mut packages: Packages = components.collect();
    for entry in fs::read_dir(dir.join("packages"))
        .into_iter()
        .flatten()
        .flatten()
    {
        let (resolve, id) = wit(&entry.path()).expect("WIT");
        let package = &resolve.packages[id].name;
        let name = PackageName {
            name: format!("{}:{}", package.namespace, package.name),
            version: package.version.clone(),
        };
        let bytes = wit_component::encode(&resolve, id).expect("a package");
        packages.insert(name, bytes.into());
    }
    packages
}

/// The components among some packages.
fn parts(packages: &Packages) -> Parts {
    let components = packages.iter();
    components
        .filter_map(|(name, bytes)| inspect(&name.to_string(), bytes).ok())
        .collect()
}

/// What `wac compose` makes of a source.
fn by_wac(source: &str, packages: &Packages) -> World {
    let document = wac_parser::Document::parse(source).expect("it parses");
    let keyed = packages.iter().map(|(name, bytes)| {
        let key = BorrowedPackageKey::from_name_and_version(&name.name, name.version.as_ref());
        (key, bytes.to_vec())
    });
    let resolution = document.resolve(keyed.collect()).expect("it resolves");
    let encoded = resolution.encode(EncodeOptions::default());
    world(&encoded.expect("it encodes")).expect("a component")
}

/// The names, kinds and types on both sides, in no order.
fn sorted(world: &World) -> (Vec<String>, Vec<String>) {
    let lines = |text: String| {
        let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
        lines.sort();
        lines
    };
    (lines(describe::names(world)), lines(world.wit.clone()))
}

fn graph_world(graph: &Graph, parts: &Parts) -> World {
    let fused = fuse(graph, parts).unwrap_or_else(|p| panic!("{}", describe::problems(&p)));
    world(&fused).expect("a component")
}

#[test]
fn every_source_is_read_as_a_graph_of_the_same_world() {
    let mut wrong = Vec::new();
    for dir in compositions() {
        let source = fs::read_to_string(dir.join("source.wac")).expect("source.wac");
        let packages = packages(&dir);
        let read = read_wac(&source, "source.wac", &packages)
            .unwrap_or_else(|problems| panic!("{dir:?}: {}", describe::problems(&problems)));
        wrong.extend(snapshot(&dir.join("graph.json"), &read.graph.to_json()));
        let lost: String = read.lost.iter().map(|line| format!("{line}\n")).collect();
        wrong.extend(snapshot(&dir.join("lost.txt"), &lost));

        let expected = by_wac(&source, &packages);
        let ours = fuse_wac(&source, "source.wac", &packages, FuseOptions::default());
        let ours = world(&ours.expect("it fuses")).expect("a component");
        assert_eq!(sorted(&ours), sorted(&expected), "{dir:?}");
        let drawn = graph_world(&read.graph, &parts(&packages));
        let same = sorted(&drawn) == sorted(&expected);
        assert_eq!(
            same,
            !dir.join("differs.txt").exists(),
            "{dir:?}: {:#?} {:#?}",
            sorted(&drawn),
            sorted(&expected)
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_graph_is_written_as_a_source_of_the_same_world() {
    let mut wrong = Vec::new();
    for dir in compositions() {
        let source = fs::read_to_string(dir.join("source.wac")).expect("source.wac");
        let packages = packages(&dir);
        let graph = read_wac(&source, "source.wac", &packages)
            .expect("a graph")
            .graph;
        let parts = parts(&packages);
        let text = round_trip(&graph, &parts, &dir);
        wrong.extend(snapshot(&dir.join("written.wac"), &text));
    }
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        if fuse(&graph, &parts).is_ok() && !dir.join("unwritable.txt").exists() {
            let text = round_trip(&graph, &parts, &dir);
            wrong.extend(snapshot(&dir.join("written.wac"), &text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Writes, resolves with wac itself, reads back, and writes the same again.
fn round_trip(graph: &Graph, parts: &Parts, dir: &Path) -> String {
    let written =
        write_wac(graph, parts).unwrap_or_else(|p| panic!("{dir:?}: {}", describe::problems(&p)));
    let by_text = by_wac(&written.text, &written.packages);
    let drawn = graph_world(graph, parts);
    assert_eq!(
        sorted(&by_text),
        sorted(&drawn),
        "{dir:?}\n{}",
        written.text
    );
    let read = read_wac(&written.text, "again.wac", &written.packages).expect("it reads");
    assert_eq!(read.lost, Vec::<String>::new(), "{dir:?}");
    let again = write_wac(&read.graph, &self::parts(&written.packages)).expect("it writes");
    assert_eq!(again.text, written.text, "{dir:?}");
    assert_eq!(again.packages, written.packages, "{dir:?}");
    written.text
}

#[test]
fn what_a_source_cannot_say_is_named() {
    for dir in fixture_dirs() {
        let reason = dir.join("unwritable.txt");
        if let Ok(expected) = fs::read_to_string(&reason) {
            let (graph, parts) = load(&dir);
            let problems = write_wac(&graph, &parts).expect_err("it cannot be written");
            assert_eq!(
                snapshot(&reason, &describe::problems(&problems)),
                None,
                "{expected}"
            );
        }
    }
}

#[test]
fn random_graphs_are_written_and_read_again() {
    let mut dice = support::random::Dice(0x5eed_0000_0000_0003);
    for round in 0..100 {
        let (graph, parts) = support::random::graph(&mut dice);
        let text = round_trip(&graph, &parts, Path::new(&format!("round {round}")));
        let again = write_wac(&graph, &parts).expect("it writes");
        assert_eq!(again.text, text, "{round}");
    }
}
