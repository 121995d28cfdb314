//! Components of the functions in `calls.wit`.

use patchbay_composer::{Component, inspect};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::Resolve;

pub const GUEST_WIT: &str = include_str!("../../../../crates/runner/tests/guests/calls.wit");
const GUEST: &str = include_str!("../../../../crates/runner/tests/guests/calls.wat");

/// The component of that core module, for the first world in `wit`.
pub fn component(name: &str, wit: &str, core: &str) -> Component {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("guest.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mut module = wat::parse_str(core).unwrap();
    embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8).unwrap();
    let mut encoder = ComponentEncoder::default().module(&module).unwrap();
    inspect(name, &encoder.encode().unwrap()).unwrap()
}

/// What exports them.
pub fn guest() -> Component {
    component("test:guest", GUEST_WIT, GUEST)
}

/// What exports the functions of `values` and calls those that it imports.
pub fn relay() -> Component {
    let from = GUEST_WIT.find("interface values").unwrap();
    let to = GUEST_WIT.find("interface counters").unwrap();
    let values = &GUEST_WIT[from..to];
    let wit = format!(
        "package test:relay; world relay {{ import test:guests/values; export values; }}\n{values}\n\
         package test:guests {{ {values} }}"
    );
    let (mut imports, mut exports) = (String::new(), String::new());
    for (name, ty) in VALUES {
        let (params, results, call) = match *ty {
            "" => ("", "", ""),
            "list" => (
                "i32 i32",
                "i32",
                "(local.get 0) (local.get 1) (i32.const 16)",
            ),
            ty => (ty, ty, "(local.get 0)"),
        };
        let lowered = match *ty {
            "list" => "(param i32 i32 i32)".to_owned(),
            _ => format!("(param {params}) (result {results})"),
        };
        let spilled = if *ty == "list" { "(i32.const 16)" } else { "" };
        imports +=
            &format!("(import \"test:guests/values\" \"{name}\" (func ${name} {lowered}))\n");
        exports += &format!(
            "(func (export \"test:relay/values#{name}\") (param {params}) (result {results}) \
             (call ${name} {call}) {spilled})\n"
        );
    }
    let core = format!(
        "(module {imports}
           (memory (export \"memory\") 40) (global $free (mut i32) (i32.const 4096))
           (func (export \"cabi_realloc\") (param i32 i32 i32) (param $size i32) (result i32)
             (local $at i32)
             (local.set $at (i32.and (i32.add (global.get $free) (i32.const 15)) (i32.const -16)))
             (global.set $free (i32.add (local.get $at) (local.get $size)))
             (local.get $at))
           {exports})"
    );
    component("test:relay", &wit, &core)
}

/// The functions of `values`, with how their parameter and result go.
const VALUES: &[(&str, &str)] = &[
    ("one-bool", "i32"),
    ("one-u8", "i32"),
    ("one-s8", "i32"),
    ("one-u16", "i32"),
    ("one-s16", "i32"),
    ("one-u32", "i32"),
    ("one-s32", "i32"),
    ("one-u64", "i64"),
    ("one-s64", "i64"),
    ("one-f32", "f32"),
    ("one-f64", "f64"),
    ("one-char", "i32"),
    ("one-enum", "i32"),
    ("one-flags", "i32"),
    ("one-string", "list"),
    ("points", "list"),
    ("shapes", "list"),
    ("tuples", "list"),
    ("options", "list"),
    ("results", "list"),
    ("bare-results", "list"),
    ("colours", "list"),
    ("accesses", "list"),
    ("lists", "list"),
    ("nothing", ""),
];
