//! Graphs as folders of text: components as `.wat`, a `graph.json` that speaks of them as `test:<file stem>`, and what
//! is to be said of it. Add a folder, run with `UPDATE_SNAPSHOTS=1`, and read what was written.

mod support;

use patchbay_composer::{check, fuse, world};
use std::fs;
use support::{describe, fixture_dirs, load, snapshot};

#[test]
fn every_fixture_is_said_to_be_what_it_is() {
    let mut wrong = Vec::new();
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        let analysis = check(&graph, &parts);
        let described = describe::analysis(&analysis);
        wrong.extend(snapshot(&dir.join("analysis.txt"), &described));

        match fuse(&graph, &parts) {
            Ok(bytes) => {
                assert!(
                    analysis.can_fuse(),
                    "{dir:?}: fuses, but the check says it cannot"
                );
                assert!(!dir.join("error.txt").exists(), "{dir:?}: fuses");
                let fused = world(&bytes).expect("the result is a component");
                let checked = analysis.world.expect("a world");
                assert_eq!(
                    describe::names(&fused),
                    describe::names(&checked),
                    "{dir:?}"
                );
                assert_eq!(
                    fused.wit, checked.wit,
                    "{dir:?}: skeletons have the same types"
                );
            }
            Err(problems) => {
                assert!(
                    !analysis.can_fuse(),
                    "{dir:?}: does not fuse, but the check says it can"
                );
                let described = describe::problems(&problems);
                wrong.extend(snapshot(&dir.join("error.txt"), &described));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_fix_applies_and_helps() {
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        for problem in check(&graph, &parts).problems {
            for fix in &problem.fixes {
                let mut fixed = graph.clone();
                let transaction = patchbay_model::Transaction::new(&fix.label, fix.ops.clone());
                fixed
                    .apply(&transaction)
                    .unwrap_or_else(|e| panic!("{dir:?}: {}: {e}", fix.label));
                let after = check(&fixed, &parts).problems;
                assert!(!after.contains(&problem), "{dir:?}: {}", fix.label);
            }
        }
    }
}

#[test]
fn every_case_tells_what_it_shows() {
    for dir in fixture_dirs() {
        let text = fs::read_to_string(dir.join("graph.json")).expect("graph.json");
        let graph = patchbay_model::Graph::from_json(&text).expect("a graph");
        assert!(!graph.name().is_empty(), "{dir:?}: give the graph a name");
    }
}
