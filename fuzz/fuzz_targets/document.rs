//! Text that is said to be a graph: refused, or a graph that is saved as it was read, and can be checked and wired.

#![no_main]

use libfuzzer_sys::fuzz_target;
use patchbay_composer::{Parts, check, connect_all, inspect_upload, write_wac};
use patchbay_model::Graph;
use std::sync::OnceLock;

/// A component that graphs may speak of as `local:a`.
const COMPONENT: &str = include_str!("../components/part.wat");

// What the composer catches is no finding: the usual hook in place of one that aborts.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    static PARTS: OnceLock<Parts> = OnceLock::new();
    let parts = PARTS.get_or_init(|| {
        let component = inspect_upload("a.wat", COMPONENT.into());
        component.into_iter().collect()
    });
    let Ok(graph) = Graph::from_json(text) else {
        return;
    };
    let again = Graph::from_json(&graph.to_json()).expect("what was read can be saved");
    assert_eq!(again, graph);
    check(&graph, parts);
    let _ = connect_all(&graph, parts);
    let _ = write_wac(&graph, parts);
});
