//! Bytes that are said to be a composition: refused, or opened as a graph that can be checked and is read back as it is.

#![no_main]

use libfuzzer_sys::fuzz_target;
use patchbay_composer::{Parts, check, open};
use patchbay_model::Graph;

// What the composer catches is no finding: the usual hook in place of one that aborts.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    let Ok(opened) = open("fuzzed.wasm", bytes) else {
        return;
    };
    let read = Graph::from_json(&opened.graph.to_json()).expect("what was opened can be saved");
    assert_eq!(read, opened.graph);
    check(&opened.graph, &Parts::from_iter(opened.components));
});
