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

/// The same after an edit: each time, another link is gone.
#[divan::bench(args = [(100, 10), (100, 100), (200, 10)])]
fn check_after_an_edit(bencher: Bencher<'_, '_>, (nodes, kinds): (usize, usize)) {
    let (graph, parts) = (net(nodes, kinds), parts(kinds, 0));
    check(&graph, &parts);
    let links: Vec<_> = graph.links().collect();
    let mut links = links.into_iter().cycle();
    let edited = || {
        let mut graph = graph.clone();
        let link = links.next().expect("a link");
        let removed = Transaction::new("Remove", vec![Op::RemoveLink { link }]);
        graph.apply(&removed).expect("it applies");
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

/// A plain copy of as many bytes, to see how much more a fuse does.
#[divan::bench]
fn copy_of_as_many_bytes(bencher: Bencher<'_, '_>) {
    let fused = fuse(&net(3, 3), &parts(3, 16 << 20)).expect("it fuses");
    let bencher = bencher.counter(divan::counter::BytesCount::new(fused.len()));
    bencher.bench(|| fused.clone());
}
