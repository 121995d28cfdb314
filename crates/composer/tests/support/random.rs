//! Chance that can be run again, and graphs drawn by it.

use patchbay_composer::{Parts, inspect_upload};
use patchbay_model::Graph;
use serde_json::{Value, json};
use std::fmt::Write;

/// A small generator (xorshift), so that a failure can be run again.
pub struct Dice(pub u64);

impl Dice {
    /// A number from 0 to `n`, without `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    /// Bytes with a few changes, and cut somewhere if wanted.
    pub fn damaged(&mut self, original: &[u8], cut: bool) -> Vec<u8> {
        let mut bytes = original.to_vec();
        for _ in 0..=self.below(3) {
            let at = self.below(bytes.len());
            bytes[at] = match self.below(3) {
                0 => self.below(256) as u8,
                1 => bytes[at] ^ (1 << self.below(8)),
                _ => bytes[at].wrapping_add(1),
            };
        }
        if cut {
            bytes.truncate(self.below(bytes.len()) + 1);
        }
        bytes
    }
}

/// The interfaces of random components: each has the one function `f`.
const INTERFACES: usize = 4;

fn interface(n: usize) -> String {
    format!("test:net/i{n}@1.0.0")
}

/// A component that imports a function `g` and some of the interfaces, and exports `g` as `run` and as the `f` of others.
fn component(imports: usize, exports: usize) -> String {
    const F: &str = r#"(param "x" u32) (result u32)"#;
    let mut text = format!(r#"(component (import "g" (func $g {F}))"#);
    let among = |set: usize| (0..INTERFACES).filter(move |n| set & (1 << n) != 0);
    for n in among(imports) {
        let name = interface(n);
        write!(
            text,
            r#"(import "{name}" (instance (export "f" (func {F}))))"#
        )
        .expect("text");
    }
    text.push_str(r#"(instance $e (export "f" (func $g)))"#);
    for n in among(exports) {
        write!(text, r#"(export "{}" (instance $e))"#, interface(n)).expect("text");
    }
    text + r#"(export "run" (func $g)))"#
}

/// A graph of compatible components that fuses, and the components: links of interfaces and of functions out of them,
/// imports that are drawn, open imports that merge, and exports of ports, of what is inside of them, and of instances.
pub fn graph(dice: &mut Dice) -> (Graph, Parts) {
    let all = 1 << INTERFACES;
    let kinds: Vec<(usize, usize)> = (0..1 + dice.below(4))
        .map(|_| (dice.below(all), dice.below(all)))
        .collect();
    let mut parts = Parts::new();
    for (n, (imports, exports)) in kinds.iter().enumerate() {
        let text = component(*imports, *exports).into_bytes();
        let component = inspect_upload(&format!("kind{n}.wat"), text).expect("a component");
        parts.insert(component);
    }
    let place = json!({ "x": 0, "y": 0 });
    let (mut nodes, mut links, mut exports) = (Vec::new(), Vec::new(), Vec::new());
    let mut made: Vec<(String, usize)> = Vec::new();
    for n in 0..1 + dice.below(12) {
        let kind = dice.below(kinds.len());
        let id = format!("n{n:02}");
        let package = format!("local:kind{kind}");
        let own = json!({ "package": package });
        nodes.push(
            json!({ "id": id, "name": format!("node-{n}"), "component": own, "position": place }),
        );
        let wanted = (0..INTERFACES).filter(|i| kinds[kind].0 & (1 << i) != 0);
        let ports: Vec<String> = wanted.map(interface).chain(["g".to_string()]).collect();
        for (at, port) in ports.iter().enumerate() {
            // Whatever fits, as node and port.
            let mut fitting: Vec<(String, String)> = Vec::new();
            for (id, kind) in &made {
                if port == "g" {
                    fitting.push((id.clone(), "run".to_string()));
                }
                for i in (0..INTERFACES).filter(|i| kinds[*kind].1 & (1 << i) != 0) {
                    if port == "g" {
                        fitting.push((id.clone(), format!("{}#f", interface(i))));
                    } else if *port == interface(i) {
                        fitting.push((id.clone(), port.clone()));
                    }
                }
            }
            let from = match dice.below(10) {
                0..6 if !fitting.is_empty() => fitting.swap_remove(dice.below(fitting.len())),
                6 => {
                    let (id, name) = (format!("i{n:02}-{at}"), format!("drawn-{n}-{at}"));
                    nodes.push(json!({
                        "id": id, "name": name, "position": place,
                        "import": name, "item": port, "component": own,
                    }));
                    (id, name)
                }
                _ => continue,
            };
            let from = json!({ "node": from.0, "port": from.1 });
            links.push(json!({ "from": from, "to": { "node": id, "port": port } }));
        }
        made.push((id, kind));
    }
    for (n, (id, kind)) in made.iter().enumerate() {
        let ports = [
            (Some("run".to_string()), format!("run-{n}")),
            (None, format!("all-{n}")),
            (Some(interface(0)), format!("renamed-{n}")),
            (Some(format!("{}#f", interface(0))), format!("inner-{n}")),
        ];
        for (at, (port, name)) in ports.into_iter().enumerate() {
            if (at < 2 || kinds[*kind].1 & 1 == 1) && dice.below(3) == 0 {
                let mut export = json!({ "name": name, "node": id });
                if let Some(port) = port {
                    export["port"] = Value::from(port);
                }
                exports.push(export);
            }
        }
    }
    let document = json!({ "patchbay": 1, "name": "By chance", "nodes": nodes, "links": links, "exports": exports });
    let graph = Graph::from_json(&document.to_string()).expect("a graph");
    (graph, parts)
}
