//! What connecting all promises: only links that follow, never a cycle, nothing that was there changed.

mod support;

use patchbay_model::connect::{Connected, OFFERS, OpenReason};
use patchbay_model::{Fit, Graph, Mismatch, Op, connect_all};
use proptest::prelude::*;
use support::{Table, apply, in_words};

fn connect(table: &Table) -> Connected {
    connect_all(&table.graph, &table.components, &table.analysis.fits)
}

fn links(connected: &Connected) -> Vec<String> {
    let mut links: Vec<String> = connected
        .ops
        .iter()
        .map(|op| match op {
            Op::AddLink { link } => in_words(link),
            other => panic!("{other:?}"),
        })
        .collect();
    links.sort();
    links
}

fn choices(connected: &Connected) -> Vec<(String, Vec<String>)> {
    let words = |end: &patchbay_model::Endpoint| format!("{} {}", end.node, end.port);
    connected
        .choices
        .iter()
        .map(|choice| {
            let candidates = choice.candidates.iter().map(|c| words(&c.export));
            (words(&choice.import), candidates.collect())
        })
        .collect()
}

fn open(connected: &Connected) -> Vec<(String, OpenReason)> {
    connected
        .open
        .iter()
        .map(|open| {
            (
                format!("{} {}", open.import.node, open.import.port),
                open.reason,
            )
        })
        .collect()
}

const A: &str = "t:x/a@1.0.0";
const B: &str = "t:x/b@1.0.0";
const HANDLER: &str = "wasi:http/handler@0.3.0";

#[test]
fn plugs_feed_each_other() {
    let table = Table::of(&[
        ("app", &[A, B], &[]),
        ("middle", &[B], &[A]),
        ("base", &[], &[B]),
    ]);
    let connected = connect(&table);
    assert_eq!(
        links(&connected),
        [
            format!("base {B} -> app {B}"),
            format!("base {B} -> middle {B}"),
            format!("middle {A} -> app {A}"),
        ]
    );
    assert!(connected.choices.is_empty() && connected.open.is_empty());
}

#[test]
fn a_version_on_the_same_track_fits_and_a_shape_alone_does_not() {
    let mut table = Table::of(&[
        ("app", &["t:x/a@1.2.0", "t:x/c"], &[]),
        ("base", &[], &["t:x/a@1.4.0", "t:x/d"]),
    ]);
    let note = "the types agree".to_string();
    table.knows(("base", "t:x/d"), ("app", "t:x/c"), Fit::Structure { note });
    let connected = connect(&table);
    assert_eq!(links(&connected), ["base t:x/a@1.4.0 -> app t:x/a@1.2.0"]);
    assert_eq!(
        open(&connected),
        [("app t:x/c".into(), OpenReason::NoCandidate)]
    );
}

#[test]
fn several_candidates_are_asked_about_the_best_first() {
    let mut table = Table::of(&[
        ("low", &[], &["t:x/a@1.1.0"]),
        ("far", &[], &["t:x/a@1.9.0"]),
        ("near", &[], &["t:x/a@1.3.0"]),
        ("same", &[], &["t:x/a@1.2.0"]),
        ("app", &["t:x/a@1.2.0"], &[]),
    ]);
    let connected = connect(&table);
    assert!(connected.ops.is_empty());
    let ranked = [
        "same t:x/a@1.2.0",
        "near t:x/a@1.3.0",
        "far t:x/a@1.9.0",
        "low t:x/a@1.1.0",
    ];
    assert_eq!(
        choices(&connected),
        [("app t:x/a@1.2.0".into(), ranked.map(String::from).to_vec())]
    );
    // Once chosen, nothing is left to ask.
    table.link("near t:x/a@1.3.0", "app t:x/a@1.2.0");
    assert_eq!(connect(&table), Connected::default());
}

#[test]
fn one_store_serves_all_but_middleware_makes_a_chain() {
    let mut stores =
        Table::with_instances(&[("store", &[], &[A]), ("app", &[A], &[])], &[0, 0, 1, 1]);
    stores.link(&format!("store {A}"), &format!("app {A}"));
    assert_eq!(
        choices(&connect(&stores)),
        [(
            format!("app-2 {A}"),
            vec![format!("store {A}"), format!("store-2 {A}")]
        )]
    );

    let handler: &[&str] = &[HANDLER];
    let mut chain = Table::of(&[
        ("hello", &[], handler),
        ("auth", handler, handler),
        ("log", handler, handler),
    ]);
    chain.link(&format!("hello {HANDLER}"), &format!("auth {HANDLER}"));
    assert_eq!(
        choices(&connect(&chain)),
        [(
            format!("log {HANDLER}"),
            vec![format!("auth {HANDLER}"), format!("hello {HANDLER}")]
        )]
    );
}

#[test]
fn a_choice_that_is_made_settles_others() {
    let handler: &[&str] = &[HANDLER];
    let mut chain = Table::of(&[
        ("hello", &[], handler),
        ("auth", handler, handler),
        ("log", handler, handler),
    ]);
    assert_eq!(connect(&chain).choices.len(), 2);
    chain.link(&format!("auth {HANDLER}"), &format!("log {HANDLER}"));
    // `log` comes after `auth` now, so only `hello` can come before it.
    let connected = connect(&chain);
    assert_eq!(
        links(&connected),
        [format!("hello {HANDLER} -> auth {HANDLER}")]
    );
    assert!(connected.choices.is_empty());
}

#[test]
fn what_needs_itself_stays_open_with_the_cycle() {
    let table = Table::of(&[("hen", &[A], &[B]), ("egg", &[B], &[A]), ("app", &[A], &[])]);
    let connected = connect(&table);
    assert_eq!(links(&connected), [format!("egg {A} -> app {A}")]);
    assert_eq!(
        open(&connected),
        [
            (format!("egg {B}"), OpenReason::Cycle),
            (format!("hen {A}"), OpenReason::Cycle)
        ]
    );
    let path: Vec<&str> = connected.open[0]
        .path
        .iter()
        .map(|id| id.0.as_str())
        .collect();
    assert_eq!(path, ["egg", "hen", "egg"]);
    assert_eq!(
        connected.open[0].message,
        "`hen` exports it, but all the links that are wanted would close a cycle: egg → hen → egg."
    );

    let mut half = table;
    half.link(&format!("egg {A}"), &format!("hen {A}"));
    let connected = connect(&half);
    assert_eq!(open(&connected), [(format!("egg {B}"), OpenReason::Cycle)]);
    assert_eq!(
        connected.open[0].message,
        "`hen` exports it, but a link from there would close a cycle: egg → hen → egg."
    );
}

#[test]
fn a_node_is_no_candidate_for_itself() {
    let table = Table::of(&[("log", &[HANDLER], &[HANDLER])]);
    assert_eq!(
        open(&connect(&table)),
        [(format!("log {HANDLER}"), OpenReason::NoCandidate)]
    );
}

#[test]
fn what_hosts_provide_is_theirs_unless_one_node_stands_in() {
    const RANDOM: &str = "wasi:random/random@0.2.3";
    let parts: &[(&str, &[&str], &[&str])] = &[("app", &[RANDOM], &[]), ("dice", &[], &[RANDOM])];
    let alone = connect(&Table::with_instances(parts, &[0]));
    assert_eq!(open(&alone), [(format!("app {RANDOM}"), OpenReason::Host)]);
    assert_eq!(alone.open[0].message, "Every host provides it.");

    let one = connect(&Table::with_instances(parts, &[0, 1]));
    assert_eq!(links(&one), [format!("dice {RANDOM} -> app {RANDOM}")]);

    let two = connect(&Table::with_instances(parts, &[0, 1, 1]));
    assert!(two.ops.is_empty() && two.choices.is_empty());
    assert_eq!(open(&two), [(format!("app {RANDOM}"), OpenReason::Host)]);
}

#[test]
fn a_namesake_of_another_type_is_the_reason() {
    let mut table = Table::of(&[("app", &[A], &[]), ("base", &[], &[A])]);
    let mismatch = Mismatch {
        summary: "The types differ: `add`.".into(),
        reasons: Vec::new(),
        ..Mismatch::default()
    };
    table.knows(("base", A), ("app", A), Fit::Mismatch(mismatch));
    let connected = connect(&table);
    assert_eq!(
        open(&connected),
        [(format!("app {A}"), OpenReason::Mismatch)]
    );
    assert_eq!(
        connected.open[0].message,
        "`base` exports it as another type. The types differ: `add`."
    );
}

#[test]
fn a_thousand_nodes_are_connected_at_once() {
    let parts: &[(&str, &[&str], &[&str])] = &[
        ("pipe", &[A], &[A]),
        ("base", &[], &[B]),
        ("app", &[B], &[]),
    ];
    let mut nodes = vec![0; 400];
    nodes.push(1);
    nodes.extend([2; 599]);
    let table = Table::with_instances(parts, &nodes);
    let connected = connect(&table);
    assert_eq!(connected.ops.len(), 599);
    assert_eq!(connected.choices.len(), 400);
    assert!(
        connected
            .choices
            .iter()
            .all(|c| c.candidates.len() == OFFERS)
    );
}

const NAMES: [&str; 6] = [
    "t:x/a@1.0.0",
    "t:x/a@1.1.0",
    "t:x/b@1.0.0",
    "t:x/b@1.1.0",
    "t:x/c@1.0.0",
    "t:x/d@1.0.0",
];

/// Components that import and export some of the names, and instances of them.
fn tables() -> impl Strategy<Value = Table> {
    let names = || proptest::sample::subsequence(&NAMES, 0..4);
    let components = proptest::collection::vec((names(), names()), 1..5);
    let nodes = proptest::collection::vec(any::<prop::sample::Index>(), 1..9);
    (components, nodes).prop_map(|(components, nodes)| {
        let components: Vec<(&str, &[&str], &[&str])> = components
            .iter()
            .zip(["red", "green", "blue", "black"])
            .map(|((imports, exports), name)| (name, &imports[..], &exports[..]))
            .collect();
        let nodes: Vec<usize> = nodes.iter().map(|i| i.index(components.len())).collect();
        Table::with_instances(&components, &nodes)
    })
}

/// Follows the choices of a person, as far as they go.
fn choose(table: &mut Table, picks: &[prop::sample::Index]) {
    for pick in picks {
        let choices = connect(table).choices;
        if choices.is_empty() {
            return;
        }
        let choice = pick.get(&choices);
        let link = patchbay_model::Link {
            from: pick.get(&choice.candidates).export.clone(),
            to: choice.import.clone(),
        };
        table.apply(vec![Op::AddLink { link }]);
    }
}

proptest! {
    #[test]
    fn connecting_keeps_what_is_there_and_is_done_in_one_go(
        mut table in tables(),
        picks in proptest::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        choose(&mut table, &picks);
        let before: Vec<_> = table.graph.links().collect();
        let first = connect(&table);
        // Operations that close a cycle or take a filled import do not apply.
        apply(&mut table.graph, first.ops.clone());
        prop_assert_eq!(table.graph.cycle(), None);
        let after: Vec<_> = table.graph.links().collect();
        prop_assert!(before.iter().all(|link| after.contains(link)));

        let again = connect(&table);
        prop_assert_eq!(&again.ops, &vec![]);
        prop_assert_eq!(&again.choices, &first.choices);
        prop_assert_eq!(&again.open, &first.open);
        let imports: usize = table.graph.nodes().map(|node| {
            table.evidence().component(&node.id).map_or(0, |c| c.imports.len())
        }).sum();
        prop_assert_eq!(after.len() + again.choices.len() + again.open.len(), imports);
    }

    #[test]
    fn a_choice_can_always_be_made(table in tables()) {
        for choice in connect(&table).choices {
            for candidate in choice.candidates {
                let mut chosen: Graph = table.graph.clone();
                let link = patchbay_model::Link { from: candidate.export, to: choice.import.clone() };
                apply(&mut chosen, connect(&table).ops);
                apply(&mut chosen, vec![Op::AddLink { link }]);
            }
        }
    }
}
