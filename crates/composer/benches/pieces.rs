//! How long the pieces take: `cargo bench -p patchbay-composer`. For Patchbay beside its peers, `cargo xtask bench`.

mod support;

use divan::Bencher;
use patchbay_composer::{FuseOptions, check, fuse_with};
use support::{net, parts};

fn main() {
    divan::main();
}

/// Nodes, and components that they are instances of.
const NETS: [(usize, usize); 6] = [
    (10, 10),
    (100, 10),
    (100, 100),
    (300, 10),
    (1_000, 10),
    (1_000, 100),
];

/// A check of a graph whose components were checked before.
#[divan::bench(args = NETS)]
fn warm_check(bencher: Bencher<'_, '_>, (nodes, kinds): (usize, usize)) {
    let (graph, parts) = (net(nodes, kinds), parts(kinds, 0));
    let analysis = check(&graph, &parts);
    assert!(analysis.can_fuse(), "{:?}", analysis.problems);
    bencher.bench(|| check(&graph, &parts));
}

/// The same with components of megabytes.
#[divan::bench]
fn warm_check_of_large_components(bencher: Bencher<'_, '_>) {
    let (graph, parts) = (net(100, 3), parts(3, 4 << 20));
    check(&graph, &parts);
    bencher.bench(|| check(&graph, &parts));
}

/// A fuse of three components of megabytes.
#[divan::bench(args = [true, false])]
fn fuse_large_components(bencher: Bencher<'_, '_>, validate: bool) {
    let (graph, parts) = (net(3, 3), parts(3, 4 << 20));
    let options = FuseOptions {
        skip_validation: !validate,
        ..FuseOptions::default()
    };
    let size = fuse_with(&graph, &parts, options).expect("it fuses").len();
    let bencher = bencher.counter(divan::counter::BytesCount::new(size));
    bencher.bench(|| fuse_with(&graph, &parts, options));
}
