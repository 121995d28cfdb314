use super::*;
use wasmparser::{Validator, WasmFeatures};

/// A library with a memory, which a user of it imports; the user is there twice.
const GRAPH: &str = r#"(component
    (import "docs:host/log" (instance $log (export "say" (func (param "n" u32)))))
    (core module $spare (memory 1))
    (component $library
      (core module $library
        (import "env" "table" (table 2 funcref))
        (memory (export "memory") 3)
        (global $g (export "g") (mut i64) (i64.const 5))
        (func (export "double") (param i32) (result i32) (i32.mul (local.get 0) (i32.const 2)))
        (func (export "unlike") (param i64 f32) (result f64 i32) unreachable))
      (core module $tables (table (export "table") 2 funcref))
      (core instance $tables (instantiate $tables))
      (core instance $i (instantiate $library (with "env" (instance $tables))))
      (func (export "double") (param "n" u32) (result u32) (canon lift (core func $i "double"))))
    (component $user
      (import "double" (func $double (param "n" u32) (result u32)))
      (core module $unused)
      (core module $user
        (import "" "double" (func $double (param i32) (result i32)))
        (memory 1) (memory 1)
        (func (export "run") (param i32) (result i32) (call $double (local.get 0))))
      (core func $double' (canon lower (func $double)))
      (core instance $i (instantiate $user
        (with "" (instance (export "double" (func $double'))))))
      (func (export "run") (param "n" u32) (result u32) (canon lift (core func $i "run"))))
    (core instance $spare (instantiate $spare))
    (instance $library (instantiate $library))
    (instance $one (instantiate $user (with "double" (func $library "double"))))
    (instance $two (instantiate $user (with "double" (func $one "run"))))
    (instance $bag (export "run" (func $two "run")))
    (export "docs:it/run" (instance $bag)))"#;

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a component that assembles")
}

fn assert_valid(component: &[u8]) {
    let features = WasmFeatures::default() | WasmFeatures::MULTI_MEMORY;
    let valid = Validator::new_with_features(features).validate_all(component);
    assert!(valid.is_ok(), "{:?}", valid.err());
}

#[test]
fn an_outline_is_a_component_that_imports_what_was_taken_out() {
    let bytes = component(GRAPH);
    let all = split(&bytes, 0).unwrap();
    assert_valid(&all.outline);
    // One piece for each of the five modules.
    assert_eq!(all.pieces.len(), 5);
    for piece in &all.pieces {
        assert!(bytes[piece.start..].starts_with(b"\0asm\x01\0\0\0"));
    }
    assert_eq!(all.memories, 6, "one, one of the library, and twice two");

    let some = split(&bytes, 80).unwrap();
    assert_valid(&some.outline);
    assert_eq!(some.pieces.len(), 2, "the library and its user");
    assert_eq!(some.memories, 6);
    let kept = |part: &str| {
        some.outline
            .windows(part.len())
            .any(|it| it == part.as_bytes())
    };
    assert!(kept("patchbay-code-m1") && !kept("patchbay-code-m2"));

    let none = split(&bytes, 10_000).unwrap();
    assert_valid(&none.outline);
    assert!(none.pieces.is_empty() && !String::from_utf8_lossy(&none.outline).contains("patchbay"));
}

#[test]
fn a_module_that_stands_in_two_places_stays() {
    let module = "(core module (memory 1) (func (export \"f\")))";
    let text = format!("(component (component {module}) (component {module} (core module)))");
    let bytes = component(&text);
    let split = split(&bytes, 0).unwrap();
    assert_valid(&split.outline);
    assert_eq!(split.pieces.len(), 1, "the empty one");
}

#[test]
fn what_cannot_be_followed_stays_whole_and_says_why() {
    let module = "(core module $m)";
    let nested = "(component ".repeat(18) + &")".repeat(18);
    for (why, text) in [
        (
            Together::PassesModules,
            "(component (import \"m\" (core module)))".to_owned(),
        ),
        (
            Together::PassesModules,
            format!("(component {module} (export \"m\" (core module $m)))"),
        ),
        (
            Together::PassesModules,
            format!("(component {module} (component (alias outer 1 0 (core module))))"),
        ),
        (
            Together::PassesComponents,
            "(component (component (import \"c\" (component))))".to_owned(),
        ),
        (
            Together::PassesComponents,
            "(component (component $c) (export \"c\" (component $c)))".to_owned(),
        ),
        (
            Together::PassesComponents,
            "(component (component $c) (component (alias outer 1 0 (component))))".to_owned(),
        ),
        (
            Together::CoreTypes,
            format!("(component (core type (func)) {module})"),
        ),
        (
            Together::NameTaken,
            "(component (import \"patchbay-code-m0\" (func)))".to_owned(),
        ),
        (Together::TooDeep, nested),
    ] {
        assert_eq!(split(&component(&text), 0).err(), Some(why), "{text}");
    }
    let cut = &component(GRAPH)[..400];
    assert_eq!(split(cut, 0).err(), Some(Together::Unreadable));
}

#[test]
fn core_types_stay_where_nothing_is_taken_out() {
    let text = "(component (component (core type (func))) (component (core module)))";
    let bytes = component(text);
    let split = split(&bytes, 0).unwrap();
    assert_valid(&split.outline);
    assert_eq!(split.pieces.len(), 1);
}
