//! Text that was damaged by chance (sources, documents, WIT, values), and components that were, in everything that reads
//! them: refused or read, never a panic, never a hang.

mod support;

use patchbay_composer::generate::adapter::adapter;
use patchbay_composer::generate::stub::{Answers, Otherwise, for_imports, for_wit};
use patchbay_composer::targets::{WitFile, WitSource};
use patchbay_composer::wac::{Packages, edited};
use patchbay_composer::{
    Component, PackageName, Parts, check, check_wac, connect_all, fuse, inspect, read_wac, size,
    targets, wac_packages, write_wac,
};
use patchbay_model::Graph;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use support::random::Dice;

/// Runs something many times; none may take long, even without optimisation.
fn often(rounds: usize, seed: u64, mut work: impl FnMut(&mut Dice)) {
    let mut dice = Dice(seed);
    for round in 0..rounds {
        let start = Instant::now();
        work(&mut dice);
        let took = start.elapsed();
        assert!(took < Duration::from_secs(20), "round {round}: {took:?}");
    }
}

/// Text with a few changes: bytes as in [`Dice::damaged`], or words that were left out, repeated or exchanged.
fn damaged(dice: &mut Dice, text: &str) -> String {
    if dice.below(2) == 0 {
        let bytes = dice.damaged(text.as_bytes(), false);
        return String::from_utf8_lossy(&bytes).into_owned();
    }
    let mut words: Vec<&str> = text
        .split_inclusive([' ', '\n', '.', '{', '}', ',', ':'])
        .collect();
    for _ in 0..=dice.below(3) {
        let (at, other) = (dice.below(words.len()), dice.below(words.len()));
        match dice.below(3) {
            0 if words.len() > 1 => drop(words.remove(at)),
            1 => words.insert(at, words[other]),
            _ => words.swap(at, other),
        }
    }
    words.concat()
}

/// The components of a folder, as packages without a version.
fn packages(dir: &Path) -> Packages {
    support::components(dir)
        .into_iter()
        .map(|(name, component)| {
            let version = None;
            (PackageName { name, version }, component.bytes)
        })
        .collect()
}

#[test]
fn damaged_sources() {
    let mut cases: Vec<(String, Packages)> = Vec::new();
    for dir in support::wac_fixture_dirs() {
        let (text, packages) = (read(&dir.join("compose.wac")), packages(&dir));
        // What is wrong with it already stops wac early; mended, it is read to the end.
        let problems = check_wac(&text, "compose.wac", &packages).problems;
        let fix = problems.iter().flat_map(|problem| &problem.fixes).next();
        let mended = fix.and_then(|fix| edited(&text, &fix.edits));
        cases.extend(mended.map(|text| (text, packages.clone())));
        cases.push((text, packages));
    }
    let mut resolved = 0;
    often(1_500, 0x5eed_0001, |dice| {
        let (text, packages) = &cases[dice.below(cases.len())];
        let text = damaged(dice, text);
        let _ = wac_packages(&text, "damaged.wac");
        check_wac(&text, "damaged.wac", packages);
        if let Ok(read) = read_wac(&text, "damaged.wac", packages) {
            let parts = packages
                .iter()
                .filter_map(|(name, bytes)| inspect(&name.to_string(), bytes).ok());
            let _ = write_wac(&read.graph, &parts.collect());
            resolved += 1;
        }
    });
    assert!(resolved > 20, "{resolved}");
}

#[test]
fn damaged_documents() {
    let cases: Vec<(String, Parts)> = support::fixture_dirs()
        .iter()
        .map(|dir| (read(&dir.join("graph.json")), support::load(dir).1))
        .collect();
    let mut read_again = 0;
    often(2_000, 0x5eed_0002, |dice| {
        let (text, parts) = &cases[dice.below(cases.len())];
        let Ok(graph) = Graph::from_json(&damaged(dice, text)) else {
            return;
        };
        let again = Graph::from_json(&graph.to_json());
        assert_eq!(again.as_ref(), Ok(&graph));
        let analysis = check(&graph, parts);
        let _ = connect_all(&graph, parts);
        let _ = write_wac(&graph, parts);
        let fused = fuse(&graph, parts);
        assert_eq!(fused.is_ok(), analysis.can_fuse(), "{}", graph.to_json());
        read_again += 1;
    });
    assert!(read_again > 200, "{read_again}");
}

#[test]
fn damaged_components_in_all_that_reads_them() {
    let originals: Vec<Component> = support::fixture_dirs()
        .iter()
        .flat_map(|dir| support::components(dir))
        .map(|(_, component)| component)
        .collect();
    let answers = Answers {
        otherwise: Otherwise::Default,
        ..Answers::default()
    };
    let mut stubs = 0;
    often(600, 0x5eed_0003, |dice| {
        let original = &originals[dice.below(originals.len())];
        let bytes = dice.damaged(&original.bytes, false);
        let _ = targets(&bytes, None);
        let _ = size(&bytes, None);
        let Ok(component) = inspect("local:damaged", &bytes) else {
            return;
        };
        stubs += usize::from(for_imports(&component, &[], &answers).is_ok());
        let exports = original.info.exports.iter();
        for (export, import) in exports.zip(&component.info.imports).take(2) {
            let from = [(original, export.name.as_str())];
            let _ = adapter(&from, &component, &import.name, &BTreeMap::new());
        }
    });
    assert!(stubs > 10, "{stubs}");
}

#[test]
fn damaged_wit_and_values() {
    let files: Vec<(String, String)> = wit_files()
        .iter()
        .map(|path| {
            (
                path.file_name().expect("a name").to_string_lossy().into(),
                read(path),
            )
        })
        .collect();
    let subject = support::fixture_dirs()
        .iter()
        .flat_map(|dir| support::components(dir))
        .map(|(_, component)| component)
        .next()
        .expect("a component");
    let values = [
        "7",
        "\"text\"",
        "{a: 1, b: [2]}",
        "some(ok(3))",
        "(1, 'c')",
        "-inf",
    ];
    let mut read_well = 0;
    often(800, 0x5eed_0004, |dice| {
        let (name, text) = &files[dice.below(files.len())];
        let text = damaged(dice, text);
        let value = values[dice.below(values.len())];
        let value = damaged(dice, value);
        let functions = text.match_indices(": func").filter_map(|(at, _)| {
            let name = text.get(..at)?.rsplit([' ', '\n']).next()?;
            Some((name.to_string(), value.clone()))
        });
        let answers = Answers {
            values: functions.take(3).collect(),
            otherwise: Otherwise::Default,
        };
        read_well += usize::from(for_wit(name, &text, None, &Answers::default()).is_ok());
        let _ = for_wit(name, &text, None, &answers);
        let own = WitSource {
            files: vec![WitFile {
                path: name.clone(),
                text,
            }],
            ..WitSource::default()
        };
        let _ = targets(&subject.bytes, Some(&own));
    });
    assert!(read_well > 20, "{read_well}");
}

/// Every WIT file among the cases.
fn wit_files() -> Vec<PathBuf> {
    let folders = ["fixtures", "adapters"]
        .into_iter()
        .flat_map(support::folders);
    let mut files: Vec<PathBuf> = folders
        .flat_map(|dir| fs::read_dir(dir).expect("a folder"))
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|e| e == "wit"))
        .collect();
    files.sort();
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|e| panic!("{path:?}: {e}"))
}
