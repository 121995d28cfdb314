//! What the sample graphs fuse to has the imports and exports that `wac compose` gives for the same source.
//!
//! `goldens/<sample>.imports.txt` begins with the command that made it.

use crate::support::{run, sample_components, workspace};
use std::collections::BTreeSet;
use tempfile::TempDir;

fn agrees_with_wac(sample: &str) {
    let golden = workspace().join(format!("server/tests/goldens/{sample}.imports.txt"));
    let golden = std::fs::read_to_string(golden).unwrap();
    let golden: BTreeSet<&str> = golden
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect();

    let directory = TempDir::new().unwrap();
    let components = sample_components();
    let mut fused = Vec::new();
    for extension in ["json", "wac"] {
        let graph = workspace().join(format!("public/samples/{sample}.{extension}"));
        let (graph, components) = (graph.to_str().unwrap(), components.to_str().unwrap());
        run(
            directory.path(),
            &["fuse", graph, "--deps-dir", components, "-o", "fused.wasm"],
            0,
        );
        let info = run(directory.path(), &["inspect", "fused.wasm", "--json"], 0).json();
        let ports = |side: &str| {
            let ports = info[side].as_array().unwrap().iter();
            let name = |port: &serde_json::Value| {
                format!(
                    "{} {}",
                    side.trim_end_matches('s'),
                    port["name"].as_str().unwrap()
                )
            };
            ports.map(name).collect::<BTreeSet<String>>()
        };
        let ports: BTreeSet<String> = ports("imports").union(&ports("exports")).cloned().collect();
        let ports: BTreeSet<&str> = ports.iter().map(String::as_str).collect();
        assert_eq!(ports, golden, "{sample}.{extension}");
        fused.push(std::fs::read(directory.path().join("fused.wasm")).unwrap());
        run(
            directory.path(),
            &["fuse", graph, "--deps-dir", components, "-o", "again.wasm"],
            0,
        );
        let again = std::fs::read(directory.path().join("again.wasm")).unwrap();
        assert!(
            fused.last() == Some(&again),
            "{sample}.{extension}: not the same bytes twice"
        );
    }
}

#[test]
fn guarded_hello() {
    agrees_with_wac("guarded-hello");
}

#[test]
fn counter() {
    agrees_with_wac("counter");
}

#[test]
fn polyglot_calculator() {
    agrees_with_wac("polyglot-calculator");
}
