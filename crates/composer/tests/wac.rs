//! Compositions written as text.

mod support;

use patchbay_composer::wac::{Packages, edited, other_packages};
use patchbay_composer::{
    FuseOptions, PackageName, check_wac, fuse, fuse_wac, limits, wac_packages, world,
};
use patchbay_model::analysis::{Problem, ProblemKind};
use std::path::Path;
use support::{components, describe, fixture};

fn packages(name: &str) -> Packages {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    components(&dir)
        .into_iter()
        .map(|(name, component)| {
            (
                PackageName {
                    name,
                    version: None,
                },
                component.bytes,
            )
        })
        .collect()
}

fn only(source: &str, packages: &Packages) -> Problem {
    let analysis = check_wac(source, "x.wac", packages);
    assert_eq!(analysis.world, None);
    let [problem] = &analysis.problems[..] else {
        panic!("{:?}", analysis.problems);
    };
    assert_eq!(problem.kind, ProblemKind::Source);
    let fused = fuse_wac(source, "x.wac", packages, FuseOptions::default()).expect_err("refused");
    assert_eq!(fused[0].message, problem.message);
    problem.clone()
}

#[test]
fn the_same_world_as_the_same_graph() {
    for (name, source) in [
        (
            "good-link",
            "package test:whole;
             let adder = new test:adder { ... };
             let app = new test:app { \"test:math/add@1.0.0\": adder[\"test:math/add@1.0.0\"], ... };
             export app.sum;",
        ),
        (
            "resource-shared",
            "package test:whole;
             let store = new test:store {};
             let tools = new test:tools { \"test:kv/store@1.0.0\": store[\"test:kv/store@1.0.0\"] };
             let app = new test:app { ...store, ...tools };
             export app.run;",
        ),
        (
            "open-imports-merge",
            "package test:whole;
             export (new test:one { ... }).sum as one;
             export (new test:two { ... }).sum as two;
             export (new test:three { ... }).total as three;",
        ),
    ] {
        let packages = packages(name);
        let analysis = check_wac(source, "x.wac", &packages);
        assert!(analysis.problems.is_empty(), "{name}: {:#?}", analysis.problems);
        let checked = analysis.world.expect("a world");
        let bytes = fuse_wac(source, "x.wac", &packages, FuseOptions::default()).expect("it fuses");
        let from_text = world(&bytes).expect("a component");
        assert_eq!(describe::names(&from_text), describe::names(&checked));

        let (graph, parts) = fixture(name);
        let from_graph = world(&fuse(&graph, &parts).expect("it fuses")).expect("a component");
        let sorted = |text: String| {
            let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
            lines.sort();
            lines
        };
        assert_eq!(
            sorted(describe::names(&from_text)),
            sorted(describe::names(&from_graph)),
            "{name}"
        );
    }
}

#[test]
fn which_packages_are_needed() {
    let source = "package my:own@1.0.0;
        // not:this, nor \"this:one\"
        import web: wasi:http/types@0.2.3;
        let a = new test:adder { ... };
        let b = new test:app@1.2.3 { x: (new test:adder {}).y, ... };
        export b[\"other:name/here\"];";
    let names: Vec<String> = wac_packages(source, "x.wac")
        .expect("names")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(names, ["test:adder", "test:app@1.2.3", "wasi:http@0.2.3"]);
}

#[test]
fn another_package_is_offered_for_the_first_that_are_missing() {
    let mut source = String::from("package a:b;\n");
    let names: Vec<PackageName> = (10..60)
        .map(|n| PackageName {
            name: format!("test:adder{n}"),
            version: None,
        })
        .collect();
    for _ in 0..2 {
        for PackageName { name, .. } in &names {
            source += &format!("export new {name} {{}} as x;\n");
        }
    }
    let names: Vec<&PackageName> = names.iter().collect();
    let fixes = other_packages(&source, &names, &["test:adder".to_string()]);
    assert_eq!(fixes.len(), limits::MENDED_PACKAGES);
    for (name, fix) in fixes {
        assert!(names[..limits::MENDED_PACKAGES].contains(&&name), "{name}");
        assert_eq!(fix.edits.len(), 2, "{name}");
        let text = edited(&source, &fix.edits).expect("changes");
        assert!(!text.contains(&name.name), "{text}");
    }
}

#[test]
fn mistakes_in_grammar() {
    let problem = only(
        "package a:b;\nlet x = now test:adder {};\n",
        &Packages::new(),
    );
    assert!(
        problem.message.starts_with("x.wac:2:13: expected `;`"),
        "{}",
        problem.message
    );
    assert!(
        problem
            .message
            .ends_with("\n  let x = now test:adder {};\n              ^"),
        "{}",
        problem.message
    );
    assert!(wac_packages("package a:b;\nlet", "x.wac").is_err());
}

#[test]
fn the_last_instances_are_offered() {
    let have = "(component (instance $i) (export \"test:data/things\" (instance $i)))";
    let want = "(component (import \"test:data/things\" (instance)))";
    let packages = [("test:have", have), ("test:want", want)].map(|(name, text)| {
        let name = PackageName {
            name: name.to_string(),
            version: None,
        };
        (name, wat::parse_str(text).expect("it parses").into())
    });
    let mut source = String::from("package a:b;\n");
    for n in 0..150 {
        source += &format!("let a{n} = new test:have {{}};\n");
    }
    source += "export new test:want {} as x;\n";
    let problem = only(&source, &Packages::from(packages));
    let labels: Vec<&str> = problem.fixes.iter().map(|fix| fix.label.as_str()).collect();
    assert_eq!(labels[0], "Give it `a50.things`");
}

#[test]
fn packages_that_were_not_found() {
    let problem = only(
        "package a:b;\nexport new test:nobody {} as x;",
        &Packages::new(),
    );
    assert!(
        problem
            .message
            .starts_with("x.wac:2:12: unknown package `test:nobody`"),
        "{}",
        problem.message
    );
}

#[test]
fn exports_that_are_not_there() {
    let source = "package a:b;\nlet adder = new test:adder {};\nexport adder.nothing;";
    let problem = only(source, &packages("good-link"));
    assert!(
        problem.message.starts_with("x.wac:3:13: "),
        "{}",
        problem.message
    );
    assert!(problem.message.contains("nothing"), "{}", problem.message);
}

#[test]
fn types_that_do_not_fit() {
    let source = "package a:b;
let adder = new test:adder {};
let app = new test:app { ...adder };
export app.sum;";
    let problem = only(source, &packages("mismatch-parameter-name"));
    assert!(
        problem.message.starts_with("x.wac:3:"),
        "{}",
        problem.message
    );
    assert!(
        problem
            .message
            .contains("called `x` in the argument and `a` in the import"),
        "{}",
        problem.message
    );
}

#[test]
fn packages_that_are_not_components() {
    let mut packages = Packages::new();
    let name = PackageName {
        name: "test:adder".into(),
        version: None,
    };
    for bytes in [
        &b""[..],
        b"hello",
        b"\0asm\x01\0\0\0",
        b"\0asm\x0d\0\x01\0\x01\xff\xff\xff\x7f",
    ] {
        packages.insert(name.clone(), bytes.into());
        let problem = only("package a:b;\nexport new test:adder {} as x;", &packages);
        let start = "x.wac: the package `test:adder` cannot be used: this ";
        assert!(problem.message.starts_with(start), "{}", problem.message);
    }
}

#[test]
fn sources_nested_beyond_the_stack() {
    let source = format!(
        "package a:b;\nexport {}",
        "(new test:a { x: ".repeat(20_000)
    );
    let problem = only(&source, &Packages::new());
    assert!(
        problem.message.contains("too deeply"),
        "{:.200}",
        problem.message
    );
    let types = format!("package a:b;\ntype t = {}", "list<".repeat(20_000));
    only(&types, &Packages::new());
}
