//! `patchbay adapt`

use crate::support::run;
use tempfile::TempDir;

const HAVE: &str = "package demo:have;
interface reader { fetch: func(key: string) -> option<string>; }
world have { export reader; export count: func() -> u32; }";

const WANT: &str = "package demo:want;
interface store { get: func(key: string) -> option<string>; count: func() -> u32; }
world want { import store; export run: func() -> u32; }";

#[test]
fn exports_of_another_shape_fill_an_import() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    for (name, text) in [("have", HAVE), ("want", WANT)] {
        std::fs::write(path.join(format!("{name}.wit")), text).unwrap();
        run(
            path,
            &[
                "stub",
                &format!("{name}.wit"),
                "-o",
                &format!("{name}.wasm"),
            ],
            0,
        );
    }
    let to = ["--to", "want.wasm#demo:want/store", "-o", "adapter.wasm"];
    run(
        path,
        &[&["adapt", "--from", "have.wasm"][..], &to].concat(),
        0,
    );
    let info = run(path, &["inspect", "adapter.wasm", "--json"], 0).json();
    assert_eq!(info["generated"], "adapter");
    assert_eq!(info["exports"][0]["name"], "demo:want/store");

    let source = "package demo:all;
let have = new demo:have { ... };
let adapter = new demo:adapter { reader: have.reader, count: have.count };
let want = new demo:want { \"demo:want/store\": adapter[\"demo:want/store\"] };
export want...;";
    std::fs::write(path.join("all.wac"), source).unwrap();
    let packages = [
        "-d",
        "demo:have=have.wasm",
        "-d",
        "demo:adapter=adapter.wasm",
        "-d",
        "demo:want=want.wasm",
    ];
    run(path, &[&["check", "all.wac"][..], &packages].concat(), 0);

    let wrong = [&["adapt", "--from", "have.wasm#count"][..], &to].concat();
    assert_eq!(
        run(path, &wrong, 1).stderr,
        "patchbay: no adapter can link these: nothing that is offered has a function like `get`\n"
    );
}

#[test]
fn the_functions_of_a_resource_are_passed_on_and_shown() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let resource = "resource bucket { get: func(key: string) -> option<string>; }";
    let have = format!(
        "package demo:have; interface store {{ {resource} }} world have {{ export store; }}"
    );
    let want = format!(
        "package demo:want; interface all {{ {resource} }} world want {{ import all; export run: func(); }}"
    );
    for (name, text) in [("have", have), ("want", want)] {
        let (wit, wasm) = (format!("{name}.wit"), format!("{name}.wasm"));
        std::fs::write(path.join(&wit), text).unwrap();
        run(path, &["stub", &wit, "-o", &wasm], 0);
    }
    let from_to = ["--from", "have.wasm", "--to", "want.wasm#demo:want/all"];
    let adapted = [&["adapt"][..], &from_to, &["-o", "adapter.wasm"]].concat();
    let adapted = run(path, &adapted, 0);
    assert!(!adapted.stderr.contains("panicked"), "{}", adapted.stderr);
    let inspected = run(path, &["inspect", "adapter.wasm", "--json"], 0);
    assert_eq!(inspected.stderr, "");
    let wit = inspected.json()["exports"][0]["wit"].to_string();
    assert!(wit.contains("get: func(key: string)"), "{wit}");
}
