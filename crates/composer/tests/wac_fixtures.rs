//! Mistakes in `.wac` sources as folders of text: a `compose.wac` over components that it calls `test:<file stem>`, and
//! what is to be said of it. Add a folder, run with `UPDATE_SNAPSHOTS=1`, and read what was written.

mod support;

use patchbay_composer::wac::{Packages, edited};
use patchbay_composer::{FuseOptions, PackageName, check_wac, fuse_wac};
use patchbay_model::Problem;
use std::fs;
use support::{components, describe, snapshot, wac_fixture_dirs, wit_package};

#[test]
fn every_mistake_is_explained() {
    let mut wrong = Vec::new();
    for dir in wac_fixture_dirs() {
        let source = fs::read_to_string(dir.join("compose.wac")).expect("compose.wac");
        let named = |name: String| PackageName {
            name,
            version: None,
        };
        let mut packages: Packages = components(&dir)
            .into_iter()
            .map(|(name, component)| (named(name), component.bytes))
            .collect();
        if let Some(target) = wit_package(&dir.join("target.wit")) {
            packages.insert(named("test:target".to_string()), target.into());
        }
        let analysis = check_wac(&source, "compose.wac", &packages);
        assert_eq!(analysis.world, None, "{dir:?}");
        let fused = fuse_wac(&source, "compose.wac", &packages, FuseOptions::default());
        let refused = fused.expect_err("a mistake");
        assert_eq!(refused, analysis.problems, "{dir:?}");
        for problem in &refused {
            for fix in &problem.fixes {
                let text = edited(&source, &fix.edits).expect("changes of the source");
                let left = check_wac(&text, "compose.wac", &packages).problems;
                // The first line has the place, which the change may move.
                let sentence = |problem: &Problem| {
                    let line = problem.message.lines().next().unwrap_or_default();
                    line.split(": ").skip(1).collect::<String>()
                };
                let wanted = sentence(problem);
                let count = |all: &[Problem]| all.iter().filter(|p| sentence(p) == wanted).count();
                assert!(
                    count(&left) < count(&refused),
                    "{dir:?}: {}\n{text}",
                    fix.label
                );
            }
        }
        let described = describe::problems(&refused);
        wrong.extend(snapshot(&dir.join("error.txt"), &described));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
