//! Graphs to measure with: components that hand three interfaces on, in a net where each takes from the three before it.
#![allow(dead_code, reason = "each bench uses some of it")]

use patchbay_composer::{Component, Parts, inspect_upload};
use patchbay_model::Graph;
use serde_json::json;
use std::fmt::Write as _;

/// How many interfaces each component imports and exports: three links for each node, but the first ones.
pub const INTERFACES: usize = 3;

/// An interface of several functions over nested types. They have no names: wac-types 0.12 cannot read a result that
/// exports an imported interface whose types have.
fn interface(n: usize) -> String {
    let sizes = "u64 ".repeat(n + 1);
    let mut text = format!(
        r#"(instance
        (type $entry (tuple string {sizes} (list string) (option bool)))
        (type $fault (tuple u32 string))
        (type $opened (result u32 (error $fault)))
        (type $listed (result (list $entry) (error $fault)))
        (export "open" (func (param "name" string) (result $opened)))
        (export "list-all" (func (param "at" u32) (result $listed)))
        "#
    );
    for f in 0..6 {
        write!(
            text,
            r#"(export "step{f}" (func (param "at" u32) (param "entry" $entry) (result $listed)))"#
        )
        .expect("text");
    }
    text + ")"
}

/// The name of the interface of that number.
pub fn interface_name(n: usize) -> String {
    format!("bench:net/stage{n}@1.0.0")
}

/// A component that hands the interfaces on, with `code` bytes of code (and a digest of its own by `salt`).
pub fn component_text(salt: usize, code: usize) -> String {
    let mut text = String::from("(component\n");
    for n in 0..INTERFACES {
        writeln!(
            text,
            r#"(import "{}" (instance $i{n} {}"#,
            interface_name(n),
            &interface(n)["(instance".len()..]
        )
        .expect("text");
        text.push(')');
    }
    writeln!(text, "(core module").expect("text");
    // A function of some kilobytes, as often as it takes.
    let work = "i64.const 1234567890123456789 drop ".repeat(400);
    for f in 0..1 + code / 4_400 {
        writeln!(
            text,
            "(func (export \"f{f}\") (result i32) {work} i32.const {})",
            salt + f
        )
        .expect("text");
    }
    text.push_str(")\n");
    for n in 0..INTERFACES {
        writeln!(text, r#"(export "{}" (instance $i{n}))"#, interface_name(n)).expect("text");
    }
    text + ")"
}

/// The components of a net: `kinds` of them, with `code` bytes of code each.
pub fn components(kinds: usize, code: usize) -> Vec<Component> {
    (0..kinds)
        .map(|kind| {
            let text = component_text(kind * 1_000, code);
            let name = format!("kind{kind}.wat");
            let component = inspect_upload(&name, text.into_bytes());
            component.unwrap_or_else(|e| panic!("{e}"))
        })
        .collect()
}

/// Which node a node has an interface from.
pub fn supplier(node: usize, interface: usize) -> usize {
    node.saturating_sub(interface + 1)
}

/// A net of `nodes` nodes that are instances of `kinds` components by turns, with three links to each node.
pub fn net(nodes: usize, kinds: usize) -> Graph {
    let place = json!({ "x": 0, "y": 0 });
    let (mut all, mut links) = (Vec::new(), Vec::new());
    let id = |n: usize| format!("n{n:04}");
    for n in 0..nodes {
        let package = format!("local:kind{}", n % kinds);
        all.push(json!({ "id": id(n), "name": format!("node-{n}"), "component": { "package": package }, "position": place }));
        for i in (0..INTERFACES).filter(|_| n > 0) {
            let from = json!({ "node": id(supplier(n, i)), "port": interface_name(i) });
            let to = json!({ "node": id(n), "port": interface_name(i) });
            links.push(json!({ "from": from, "to": to }));
        }
    }
    let last = nodes - 1;
    let exports =
        json!([{ "name": interface_name(0), "node": id(last), "port": interface_name(0) }]);
    let document =
        json!({ "patchbay": 1, "name": "Net", "nodes": all, "links": links, "exports": exports });
    Graph::from_json(&document.to_string()).expect("a graph")
}

/// A net with its components.
pub fn parts(kinds: usize, code: usize) -> Parts {
    components(kinds, code).into_iter().collect()
}
