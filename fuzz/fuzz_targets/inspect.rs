//! Bytes or text that are said to be a component: refused, or safe to inspect, check, fuse and measure.

#![no_main]

use libfuzzer_sys::fuzz_target;
use patchbay_composer::{Parts, fuse, inspect_upload, size};
use patchbay_model::{Graph, Transaction};

// What the composer catches is no finding: the usual hook in place of one that aborts.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    let Ok(component) = inspect_upload("fuzzed.wasm", bytes.to_vec()) else {
        return;
    };
    let document = r#"{"patchbay":1,"nodes":[{"id":"n1","name":"a","component":{"package":"local:fuzzed"},"position":{"x":0,"y":0}}],"exports":[{"name":"all","node":"n1"}]}"#;
    let graph = Graph::from_json(document).expect("a graph");
    let parts = Parts::from_iter([component]);
    for problem in patchbay_composer::check(&graph, &parts).problems {
        for fix in problem.fixes {
            let mut fixed = graph.clone();
            fixed
                .apply(&Transaction::new(fix.label, fix.ops))
                .expect("fixes apply");
        }
    }
    if let Ok(fused) = fuse(&graph, &parts) {
        size(&fused, Some(&graph)).expect("what was fused can be measured");
    }
});
