//! `patchbay stub`

use crate::support::{NEXT, run};
use tempfile::TempDir;

const WIT: &str = "package demo:shop@1.0.0;
interface catalogue { price: func(article: string) -> option<u32>; }
interface mail { send: async func(to: string) -> result<_, string>; }
world shop { import mail; export catalogue; }
world poster { export mail; }";

#[test]
fn a_world_becomes_a_component_before_any_code_is_there() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(path.join("shop.wit"), WIT).unwrap();
    let arguments = ["stub", "shop.wit", "--world", "shop", "-o", "shop.wasm"];
    run(path, &arguments, 0);
    let info = run(path, &["inspect", "shop.wasm", "--json"], 0).json();
    assert_eq!(info["imports"][0]["name"], "demo:shop/mail@1.0.0");
    assert_eq!(info["exports"][0]["name"], "demo:shop/catalogue@1.0.0");
    assert_eq!(info["generated"], "stub");

    let several = run(path, &["stub", "shop.wit"], 1);
    assert!(several.stderr.contains("world"), "{}", several.stderr);
    let value = [
        "stub",
        "shop.wit",
        "--world",
        "shop",
        "--value",
        "catalogue.price=some(-1)",
    ];
    let value = run(path, &value, 1);
    assert_eq!(
        value.stderr,
        "patchbay: shop.wit: the value for `demo:shop/catalogue@1.0.0.price` does not fit: `some`: \
         `-1` is not a number of the type u32\n"
    );
}

#[test]
fn a_world_may_speak_of_wasi_without_bringing_it() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    let wit = "package demo:shop; world shop { include wasi:http/proxy@0.2.3; include wasi:cli/command@0.3.0; \
               export other:log/sink@1.0.0; } \
               package other:log@1.0.0 { interface sink { use wasi:clocks/wall-clock@0.2.3.{datetime}; \
               put: func(at: datetime, line: string); } }";
    std::fs::write(path.join("shop.wit"), wit).unwrap();
    run(path, &["stub", "shop.wit", "-o", "shop.wasm"], 0);
    let info = run(path, &["inspect", "shop.wasm", "--json"], 0).json();
    let names = |side: &str| -> Vec<String> {
        let ports = info[side].as_array().unwrap().iter();
        ports
            .map(|port| port["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let exports = names("exports");
    for name in [
        "wasi:http/incoming-handler@0.2.3",
        "wasi:cli/run@0.3.0",
        "other:log/sink@1.0.0",
    ] {
        assert!(exports.iter().any(|it| it == name), "{exports:?}");
    }
    let imports = names("imports");
    for name in [
        "wasi:http/outgoing-handler@0.2.3",
        "wasi:sockets/types@0.3.0",
    ] {
        assert!(imports.iter().any(|it| it == name), "{imports:?}");
    }
    // What is not stable yet is in no host.
    assert!(
        imports.iter().all(|it| !it.contains("timezone")),
        "{imports:?}"
    );

    std::fs::write(
        path.join("far.wit"),
        "package a:b; world w { include wasi:http/proxy@0.2.99; }",
    )
    .unwrap();
    let far = run(path, &["stub", "far.wit"], 1);
    assert!(
        far.stderr
            .contains("it speaks of `wasi:http@0.2.99`, which it does not bring"),
        "{}",
        far.stderr
    );
    assert!(far.stderr.contains("0.2.0 to 0.2.12"), "{}", far.stderr);
}

#[test]
fn an_import_of_a_component_is_provided() {
    let directory = TempDir::new().unwrap();
    let path = directory.path();
    std::fs::write(path.join("next.wat"), NEXT).unwrap();
    let arguments = [
        "stub",
        "next.wat",
        "--import",
        "test:numbers/source@1.0.0",
        "--value",
        "number=41",
    ];
    let stub = run(path, &arguments, 0).stdout;
    std::fs::write(path.join("stub.wasm"), stub).unwrap();
    let info = run(path, &["inspect", "stub.wasm", "--json"], 0).json();
    assert_eq!(info["exports"][0]["name"], "test:numbers/source@1.0.0");

    let missing = run(
        path,
        &["stub", "next.wat", "--import", "test:numbers/source@2.0.0"],
        1,
    );
    assert_eq!(
        missing.stderr,
        "patchbay: next.wat: `local:next` has no import called `test:numbers/source@2.0.0`; \
         did you mean `test:numbers/source@1.0.0`?\n"
    );
}
