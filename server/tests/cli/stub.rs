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
