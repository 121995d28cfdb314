//! How long the pieces take: `cargo bench -p patchbay-composer`. For Patchbay beside its peers, `cargo xtask bench`.

mod support;

use divan::Bencher;
use patchbay_composer::{check, fuse};
use patchbay_model::{Op, Transaction};
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
    // From some 250 nodes on, the net has more instances than validators allow.
    assert_eq!(analysis.can_fuse(), nodes < 250, "{:?}", analysis.problems);
    bencher.bench(|| check(&graph, &parts));
}

/// The same after an edit: each time, a node has another name.
#[divan::bench(args = [(100, 10), (100, 100)])]
fn check_after_an_edit(bencher: Bencher<'_, '_>, (nodes, kinds): (usize, usize)) {
    let (graph, parts) = (net(nodes, kinds), parts(kinds, 0));
    check(&graph, &parts);
    let mut edits = 0;
    let edited = || {
        edits += 1;
        let mut graph = graph.clone();
        let id = graph.nodes().next().expect("a node").id.clone();
        let name = format!("edit-{edits}");
        let renamed = Transaction::new("Rename", vec![Op::RenameNode { node: id, name }]);
        graph.apply(&renamed).expect("it applies");
        graph
    };
    let bencher = bencher.with_inputs(edited);
    bencher.bench_local_values(|graph| check(&graph, &parts));
}

/// The same with components of megabytes.
#[divan::bench]
fn warm_check_of_large_components(bencher: Bencher<'_, '_>) {
    let (graph, parts) = (net(100, 3), parts(3, 4 << 20));
    check(&graph, &parts);
    bencher.bench(|| check(&graph, &parts));
}

/// A fuse of three components of megabytes.
#[divan::bench]
fn fuse_large_components(bencher: Bencher<'_, '_>) {
    let (graph, parts) = (net(3, 3), parts(3, 16 << 20));
    let size = fuse(&graph, &parts).expect("it fuses").len();
    let bencher = bencher.counter(divan::counter::BytesCount::new(size));
    bencher.bench(|| fuse(&graph, &parts));
}
