//! Text that is said to be a `.wac` source: refused with a place in it, or read as a graph that can be written again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use patchbay_composer::wac::{Packages, read_wac};
use patchbay_composer::{Parts, check_wac, inspect, inspect_upload, wac_packages, write_wac};
use std::sync::OnceLock;

/// A component that sources may instantiate by any name.
const COMPONENT: &str = r#"(component
    (import "a" (func $a))
    (import "test:net/i@1.0.0" (instance $i (export "f" (func (param "x" u32)))))
    (export "b" (func $a))
    (export "test:net/i@1.0.0" (instance $i)))"#;

// What the composer catches is no finding: the usual hook in place of one that aborts.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    static BYTES: OnceLock<std::sync::Arc<[u8]>> = OnceLock::new();
    let part = BYTES.get_or_init(|| {
        let component = inspect_upload("part.wat", COMPONENT.into());
        component.expect("a component").bytes
    });
    let Ok(names) = wac_packages(text, "fuzzed.wac") else {
        return;
    };
    let named = names.into_iter().take(4).map(|name| (name, part.clone()));
    let packages: Packages = named.collect();
    check_wac(text, "fuzzed.wac", &packages);
    if let Ok(read) = read_wac(text, "fuzzed.wac", &packages) {
        let parts = packages
            .iter()
            .filter_map(|(name, bytes)| inspect(&name.to_string(), bytes).ok())
            .collect::<Parts>();
        let _ = write_wac(&read.graph, &parts);
    }
});
