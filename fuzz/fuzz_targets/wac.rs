//! Text that is said to be a `.wac` source: refused with a place in it, or read as a graph that can be written again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use patchbay_composer::wac::{Packages, read_wac};
use patchbay_composer::{
    Component, Parts, check_wac, inspect, inspect_upload, wac_packages, write_wac,
};
use std::sync::OnceLock;

/// A component that sources may instantiate by any name.
const COMPONENT: &str = include_str!("../components/part.wat");

// What the composer catches is no finding: the usual hook in place of one that aborts.
fuzz_target!(init: drop(std::panic::take_hook()), |bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    static PART: OnceLock<Component> = OnceLock::new();
    let part = PART.get_or_init(|| inspect_upload("part.wat", COMPONENT.into()).expect("a component"));
    let Ok(names) = wac_packages(text, "fuzzed.wac") else {
        return;
    };
    let named = names.into_iter().take(4);
    let named = named.map(|name| (name, part.bytes.clone()));
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
