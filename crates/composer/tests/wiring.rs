//! Comparing, replacing, measuring and connecting, as folders of text. Add a folder under `comparisons`, `swaps` or
//! `targets`, run with `UPDATE_SNAPSHOTS=1`, and read what was written.

mod support;

use patchbay_composer::targets::{WitFile, WitSource};
use patchbay_composer::{
    Parts, check, compare, compare_graphs, connect_all, fuse, graph_targets, size, swap, targets,
};
use patchbay_model::analysis::ProblemKind;
use patchbay_model::compare::{Change, Judgement};
use patchbay_model::target::TargetReport;
use patchbay_model::{Graph, NodeId, Op, Transaction};
use std::fmt::Write;
use std::fs;
use std::path::Path;
use support::{components, fixture, fixture_dirs, folders, load, snapshot};

#[test]
fn comparisons_say_what_a_new_version_asks_of_its_users() {
    let mut wrong = Vec::new();
    for dir in folders("comparisons") {
        let mut text = String::new();
        if dir.join("old.json").exists() {
            let parts: Parts = named(&dir).into_iter().map(|(_, c)| c).collect();
            let graph = |name| {
                let text = fs::read_to_string(dir.join(name)).expect("a graph");
                Graph::from_json(&text).unwrap_or_else(|e| panic!("{dir:?}: {e}"))
            };
            let (old, new) = (graph("old.json"), graph("new.json"));
            let comparison = compare_graphs((&old, &parts), (&new, &parts));
            for change in &comparison.wiring {
                writeln!(
                    text,
                    "{:?} at {}: {}",
                    change.kind, change.node, change.message
                )
                .unwrap();
            }
            for node in &comparison.components {
                writeln!(text, "{}: {}", node.name, node.comparison.judgement).unwrap();
                node.comparison
                    .changes
                    .iter()
                    .for_each(|c| change(&mut text, c));
            }
            let world = comparison.world.expect("both fuse");
            writeln!(text, "the result: {}", world.judgement).unwrap();
            world.changes.iter().for_each(|c| change(&mut text, c));
            let same = compare_graphs((&old, &parts), (&old, &parts));
            assert!(
                same.wiring.is_empty() && same.components.is_empty(),
                "{dir:?}"
            );
        } else {
            let parts = named(&dir);
            let find = |name| {
                &parts
                    .iter()
                    .find(|(n, _)| n == name)
                    .expect("a component")
                    .1
            };
            let comparison = compare(find("old"), find("new")).expect("a comparison");
            writeln!(text, "{}", comparison.judgement).unwrap();
            comparison.changes.iter().for_each(|c| change(&mut text, c));
            let same = compare(find("old"), find("old")).expect("a comparison");
            assert_eq!(same.judgement, Judgement::Identical, "{dir:?}");
        }
        wrong.extend(snapshot(&dir.join("comparison.txt"), &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn change(text: &mut String, change: &Change) {
    let side = change.side.word();
    writeln!(
        text,
        "  {} {side} {}: {}",
        change.judgement, change.name, change.message
    )
    .unwrap();
    for difference in &change.differences {
        writeln!(text, "    - {difference}").unwrap();
    }
}

/// Components by the stems of their files.
fn named(dir: &Path) -> Vec<(String, patchbay_composer::Component)> {
    let named = components(dir).into_iter().map(|(package, mut component)| {
        let stem = package.trim_start_matches("test:").to_string();
        component.info.package = package;
        (stem, component)
    });
    named.collect()
}

/// `NODE.new.wat` goes in the place of the component of `NODE`.
#[test]
fn swaps_keep_what_fits_and_explain_the_rest() {
    let mut wrong = Vec::new();
    for dir in folders("swaps") {
        let (graph, parts) = load(&dir);
        let (name, new) = named(&dir)
            .into_iter()
            .find_map(|(stem, component)| Some((stem.strip_suffix(".new")?.to_string(), component)))
            .expect("a new build");
        let node = graph.node_named(&name).expect("a node");
        let swapped = swap(&graph, &parts, &node.id, &new).expect("it can be replaced");
        let mut text = String::new();
        for op in &swapped.ops {
            let digest = new.info.digest.as_str();
            let op = serde_json::to_string(op).unwrap().replace(digest, "…");
            writeln!(text, "{op}").unwrap();
        }
        for lost in &swapped.lost {
            writeln!(
                text,
                "lost: {} {}: {}",
                lost.port.side.word(),
                lost.port.end.port,
                lost.message
            )
            .unwrap();
        }
        for opened in &swapped.opened {
            writeln!(text, "opened: {opened}").unwrap();
        }
        wrong.extend(snapshot(&dir.join("swap.txt"), &text));

        let mut after = graph.clone();
        let undo = after
            .apply(&Transaction::new("swap", swapped.ops))
            .expect("applies");
        let mut parts = parts.clone();
        parts.insert(new);
        let problems = check(&after, &parts).problems;
        // What is left open may still be a question for the whole.
        let broken = |kind| matches!(kind, ProblemKind::Mismatch | ProblemKind::MissingPort);
        assert!(
            !problems.iter().any(|problem| broken(problem.kind)),
            "{dir:?}: {problems:?}"
        );
        after.apply(&undo).expect("undoes");
        assert_eq!(after, graph, "{dir:?}");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A folder has a graph, or one component; with `world.wit`, that world is the only target.
#[test]
fn the_matrix_of_targets_says_what_fits_and_who_keeps_it_from_fitting() {
    let mut wrong = Vec::new();
    for dir in folders("targets") {
        let own = fs::read_to_string(dir.join("world.wit"))
            .ok()
            .map(|text| WitSource {
                files: vec![WitFile {
                    path: "world.wit".into(),
                    text,
                }],
                ..WitSource::default()
            });
        let reports = if dir.join("graph.json").exists() {
            let (graph, parts) = load(&dir);
            graph_targets(&graph, &parts, own.as_ref())
        } else {
            let parts = named(&dir);
            targets(&parts[0].1.bytes, own.as_ref())
        };
        let mut text = String::new();
        for report in reports.unwrap_or_else(|e| panic!("{dir:?}: {e}")) {
            in_words(&mut text, &report);
        }
        wrong.extend(snapshot(&dir.join("targets.txt"), &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn in_words(text: &mut String, report: &TargetReport) {
    let fits = if report.fits { "fits" } else { "does not fit" };
    writeln!(text, "{} {fits}", report.target).unwrap();
    for finding in &report.findings {
        let side = finding.side.word();
        writeln!(
            text,
            "  {:?} {side} {}: {}",
            finding.kind, finding.name, finding.message
        )
        .unwrap();
        for difference in &finding.differences {
            writeln!(text, "    - {difference}").unwrap();
        }
        if !finding.nodes.is_empty() {
            let nodes: Vec<&str> = finding.nodes.iter().map(|id| id.0.as_str()).collect();
            writeln!(text, "    nodes: {}", nodes.join(", ")).unwrap();
        }
    }
}

#[test]
fn worlds_that_cannot_be_read_are_refused_in_words() {
    let component = "(component)".as_bytes().to_vec();
    let component = patchbay_composer::inspect_upload("x.wat", component).expect("a component");
    let refused = |text: &str, world: Option<&str>| {
        let own = WitSource {
            files: vec![WitFile {
                path: "my.wit".into(),
                text: text.into(),
            }],
            deps: Vec::new(),
            world: world.map(String::from),
        };
        targets(&component.bytes, Some(&own))
            .expect_err("refused")
            .to_string()
    };
    for (text, world, expected) in [
        ("package a:b; world", None, "This WIT cannot be read: "),
        (
            "package a:b; interface i {}",
            None,
            "This WIT has no world.",
        ),
        (
            "package a:b; world x {} world y {}",
            None,
            "This WIT has several worlds: x, y. Say which.",
        ),
        (
            "package a:b; world x {}",
            Some("y"),
            "This WIT has no world `y`; it has x.",
        ),
        (
            "package a:b; world x { import wasi:http/types@0.2.13; }",
            None,
            "This WIT cannot be read: it speaks of `wasi:http@0.2.13`, which it does not bring; write such packages into \
             the text as nested packages. Known without that: wasi:http at 0.2.0 to 0.2.12; wasi:http at 0.3.0.",
        ),
        (
            "package a:b; world x { import wasi:cli/environment@0.2.0; import acme:log/log; import wasi:io/poll; }",
            None,
            "This WIT cannot be read: it speaks of `acme:log` and `wasi:io`, which it does not bring; write such packages \
             into the text as nested packages. Known without that: wasi:cli, wasi:clocks, wasi:filesystem, wasi:http, \
             wasi:io, wasi:random, wasi:sockets at 0.2.0 to 0.2.12; wasi:cli, wasi:clocks, wasi:filesystem, wasi:http, \
             wasi:random, wasi:sockets at 0.3.0.",
        ),
        (
            "package a:b; world x { import wasi:http/nothing@0.2.0; }",
            None,
            "This WIT cannot be read: ",
        ),
    ] {
        let found = refused(text, world);
        assert!(found.starts_with(expected), "{text}: {found}");
    }
    let large = " ".repeat(2 << 20);
    assert_eq!(refused(&large, None), "WIT text may have up to 1 MiB.");
}

#[test]
fn types_that_refer_to_one_another_in_a_long_row_are_refused() {
    let mut text = String::from("package a:b; interface i { type t0 = string;");
    for i in 1..40_000 {
        write!(text, "type t{i}=list<t{}>;", i - 1).unwrap();
    }
    text.push_str("} world w { import i; }");
    let own = WitSource {
        files: vec![WitFile {
            path: "my.wit".into(),
            text,
        }],
        ..WitSource::default()
    };
    let component = patchbay_composer::inspect_upload("x.wat", b"(component)".to_vec());
    let refused = targets(&component.expect("a component").bytes, Some(&own));
    refused.expect_err("refused");
}

#[test]
fn every_byte_of_a_result_is_accounted_for() {
    let (graph, parts) = fixture("two-instances");
    let bytes = fuse(&graph, &parts).expect("it fuses");
    let report = size(&bytes, Some(&graph)).expect("a component");
    assert_eq!(report.total, bytes.len() as u64);
    let embedded: u64 = report.parts.iter().map(|part| part.bytes).sum();
    assert_eq!(report.wiring + embedded, report.total);

    // One component for two nodes, as large as its file.
    let packages: Vec<_> = report.parts.iter().map(|p| p.package.as_deref()).collect();
    let adder = report
        .parts
        .iter()
        .find(|p| p.instances == ["left", "right"]);
    let adder = adder.unwrap_or_else(|| panic!("{packages:?}: {:?}", report.parts));
    assert_eq!(adder.package.as_deref(), Some("test:adder"));
    let node = graph.node_named("left").expect("a node");
    let component = parts
        .get(node.component().expect("an instance"))
        .expect("a component");
    assert_eq!(adder.bytes, component.info.size);
    assert_eq!(
        size(b"\0asm\x01\0\0\0", None).unwrap_err().code(),
        "core-module"
    );
}

/// What connecting all draws is no guess and no mistake: over real components, every link fits.
#[test]
fn connecting_all_makes_no_problem_that_was_not_there() {
    let mut drawn = 0;
    for dir in fixture_dirs() {
        let (graph, parts) = load(&dir);
        let mut bare = graph.clone();
        let ops = graph.links().map(|link| Op::RemoveLink { link }).collect();
        bare.apply(&Transaction::new("unlink", ops))
            .expect("applies");
        let connected = connect_all(&bare, &parts).expect("it is small");
        drawn += connected.ops.len();
        bare.apply(&Transaction::new("connect", connected.ops))
            .expect("applies");
        let analysis = check(&bare, &parts);
        assert!(
            analysis
                .links
                .iter()
                .all(|l| l.fit.as_ref().is_some_and(|f| f.is_compatible())),
            "{dir:?}"
        );
        let asked = connected.choices.iter().map(|choice| &choice.import);
        let open = connected.open.iter().map(|open| &open.import);
        for import in asked.chain(open) {
            assert!(bare.supplier(import).is_none(), "{dir:?}");
            let node: &NodeId = &import.node;
            let component = bare.node(node).and_then(|n| parts.get(n.component()?));
            assert!(component.is_some_and(|c| c.info.import(&import.port).is_some()));
        }
    }
    assert!(drawn > 10, "{drawn}");
}
