//! Adapters as folders of text: the exporters and the importer as WIT, of which stubs are made, and in `case.txt` what
//! is to be linked. Add a folder, run with `UPDATE_SNAPSHOTS=1`, and read the `adapter.txt` that was written.

mod support;

use patchbay_composer::generate::adapter::{Adapter, adapter};
use patchbay_composer::generate::stub::{Answers, for_wit};
use patchbay_composer::{Component, GenerateError, Parts, check, fuse};
use patchbay_model::component::Generated;
use patchbay_model::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point, Transaction};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use support::snapshot;
use wasmparser::Payload;

/// What is to be linked.
struct Case {
    from: Vec<(Component, String)>,
    to: (Component, String),
    renames: BTreeMap<String, String>,
}

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/adapters");
    let entries = fs::read_dir(root).expect("tests/adapters");
    let mut dirs: Vec<PathBuf> = entries.map(|e| e.expect("an entry").path()).collect();
    dirs.sort();
    dirs
}

impl Case {
    fn read(dir: &Path) -> Self {
        let stub = |file: &str| {
            let text = fs::read_to_string(dir.join(file)).expect("a WIT file");
            for_wit(file, &text, None, &Answers::default())
                .unwrap_or_else(|e| panic!("{dir:?}: {e}"))
        };
        let text = fs::read_to_string(dir.join("case.txt")).expect("case.txt");
        let (mut from, mut to, mut renames) = (Vec::new(), None, BTreeMap::new());
        for line in text.lines() {
            match line.split_whitespace().collect::<Vec<_>>().as_slice() {
                ["from", file, export] => from.push((stub(file), (*export).to_owned())),
                ["to", file, import] => to = Some((stub(file), (*import).to_owned())),
                ["rename", wanted, "=", have] => {
                    renames.insert((*wanted).to_owned(), (*have).to_owned());
                }
                _ => panic!("{dir:?}: {line}"),
            }
        }
        let to = to.expect("a line with `to`");
        Self { from, to, renames }
    }

    fn adapter(&self) -> Result<Adapter, GenerateError> {
        let from: Vec<(&Component, &str)> = self
            .from
            .iter()
            .map(|(component, export)| (component, export.as_str()))
            .collect();
        adapter(&from, &self.to.0, &self.to.1, &self.renames)
    }

    /// Each export linked to the adapter, and the adapter to the import.
    fn graph(&self, adapter: &Adapter) -> (Graph, Parts) {
        let mut ops = Vec::new();
        let mut parts = Parts::new();
        let mut node = |component: &Component| {
            let id = NodeId(format!("n{}", ops.len()));
            let at = Point { x: 0.0, y: 0.0 };
            ops.push(Op::AddNode {
                node: Node::instance(id.clone(), id.0.clone(), component.info.reference(), at),
            });
            parts.insert(component.clone());
            id
        };
        let shape = node(&adapter.component);
        let importer = node(&self.to.0);
        let from: Vec<NodeId> = self
            .from
            .iter()
            .map(|(component, _)| node(component))
            .collect();
        let end = |node: &NodeId, port: &str| Endpoint {
            node: node.clone(),
            port: port.to_owned(),
        };
        for (import, n) in &adapter.inputs {
            let link = Link {
                from: end(&from[*n], &self.from[*n].1),
                to: end(&shape, import),
            };
            ops.push(Op::AddLink { link });
        }
        let link = Link {
            from: end(&shape, &self.to.1),
            to: end(&importer, &self.to.1),
        };
        ops.push(Op::AddLink { link });
        ops.push(Op::AddExport {
            name: "run".to_owned(),
            source: ExportSource {
                node: importer,
                port: Some("run".to_owned()),
            },
        });
        let mut graph = Graph::named("adapted");
        graph.apply(&Transaction::new("all", ops)).expect("a graph");
        (graph, parts)
    }
}

#[test]
fn every_case_is_adapted_or_refused_as_recorded() {
    let mut wrong = Vec::new();
    for dir in cases() {
        let case = Case::read(&dir);
        let text = match case.adapter() {
            Err(error) => format!("{}: {error}\n", error.code()),
            Ok(adapter) => {
                let info = &adapter.component.info;
                assert_eq!(info.generated, Some(Generated::Adapter), "{dir:?}");
                let (graph, parts) = case.graph(&adapter);
                let problems = check(&graph, &parts).problems;
                assert!(problems.is_empty(), "{dir:?}: {problems:?}");
                fuse(&graph, &parts).unwrap_or_else(|e| panic!("{dir:?}: {e:?}"));
                described(&adapter)
            }
        };
        wrong.extend(snapshot(&dir.join("adapter.txt"), &text));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn described(adapter: &Adapter) -> String {
    let info = &adapter.component.info;
    let mut text = format!("{}\n", info.package);
    for (title, ports) in [("import", &info.imports), ("export", &info.exports)] {
        for port in ports {
            text += &format!("\n{title} {}\n{}", port.name, port.wit.trim_end());
            text.push('\n');
        }
    }
    text.push('\n');
    for (import, n) in &adapter.inputs {
        text += &format!("{import} takes line {} of the case\n", n + 1);
    }
    text
}

#[test]
fn the_same_request_gives_the_same_bytes_and_no_code() {
    for dir in cases() {
        let case = Case::read(&dir);
        let (Ok(one), Ok(other)) = (case.adapter(), case.adapter()) else {
            continue;
        };
        assert_eq!(one.component.bytes, other.component.bytes, "{dir:?}");
        let mut payloads = wasmparser::Parser::new(0).parse_all(&one.component.bytes);
        let has_code = payloads
            .any(|payload| matches!(payload.expect("a component"), Payload::ModuleSection { .. }));
        assert!(!has_code, "{dir:?}");
    }
}
