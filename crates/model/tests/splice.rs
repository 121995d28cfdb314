//! What putting nodes in between promises.

mod support;

use patchbay_model::splice::Sink;
use patchbay_model::{ExportSource, Fit, Mismatch, NodeId, Op};
use support::{Table, end, link};

const HANDLER: &str = "wasi:http/handler@0.3.0";

/// `hello` serves the host; `auth` and `log` could stand in front of it.
fn chain() -> Table {
    let handler: &[&str] = &[HANDLER];
    let mut table = Table::of(&[
        ("hello", &[], handler),
        ("auth", handler, handler),
        ("log", handler, handler),
        ("app", handler, &[]),
    ]);
    table.apply(vec![Op::AddExport {
        name: HANDLER.into(),
        source: exported("hello"),
    }]);
    table
}

fn exported(node: &str) -> ExportSource {
    ExportSource {
        node: NodeId(node.into()),
        port: Some(HANDLER.into()),
    }
}

fn at(node: &str) -> String {
    format!("{node} {HANDLER}")
}

fn ids(nodes: &[&str]) -> Vec<NodeId> {
    nodes.iter().map(|id| NodeId((*id).into())).collect()
}

#[test]
fn a_node_goes_into_a_link_and_everything_else_stays() {
    let mut table = chain();
    table.link(&at("hello"), &at("app"));
    let spliced = link(&at("hello"), &at("app"));
    let auth = NodeId("auth".into());
    let ops = table.evidence().splice(&auth, &spliced);
    let mut wordless = table.evidence().insertion(&auth, &spliced).unwrap();
    wordless.sort_by_key(|op| matches!(op, Op::AddLink { .. }));
    assert_eq!(ops.as_ref().unwrap(), &wordless);
    assert_eq!(
        table.evidence().insertion(&NodeId("app".into()), &spliced),
        None
    );
    table.apply(ops.unwrap());
    assert_eq!(
        table.links(),
        [
            format!("auth {HANDLER} -> app {HANDLER}"),
            format!("hello {HANDLER} -> auth {HANDLER}")
        ]
    );
    assert_eq!(table.graph.exports().next().unwrap().1, &exported("hello"));
}

#[test]
fn a_chain_is_ordered_and_reordered_up_to_an_export_of_the_result() {
    let mut table = chain();
    let sink = Sink::Export(HANDLER.into());
    for order in [["auth", "log"], ["log", "auth"]] {
        let ops = table
            .evidence()
            .chain(&end(&at("hello")), &ids(&order), &sink);
        table.apply(ops.unwrap());
        let [first, last] = order;
        let mut links = [
            format!("hello {HANDLER} -> {first} {HANDLER}"),
            format!("{first} {HANDLER} -> {last} {HANDLER}"),
        ];
        links.sort_by_key(|link| link.rsplit(" -> ").next().unwrap().to_string());
        assert_eq!(table.links(), links);
        assert_eq!(table.graph.exports().next().unwrap().1, &exported(last));
        let again = table
            .evidence()
            .chain(&end(&at("hello")), &ids(&order), &sink);
        assert_eq!(again.unwrap(), []);
    }
    // An empty chain takes them out again.
    let ops = table.evidence().chain(&end(&at("hello")), &[], &sink);
    table.apply(ops.unwrap());
    assert_eq!(table.graph.exports().next().unwrap().1, &exported("hello"));
}

#[test]
fn what_cannot_stand_in_between_is_refused_with_the_reason() {
    let table = chain();
    let through = |nodes: &[&str], sink: &Sink| {
        let refusal = table
            .evidence()
            .chain(&end(&at("hello")), &ids(nodes), sink);
        refusal.unwrap_err()
    };
    let export = Sink::Export(HANDLER.into());
    assert_eq!(
        through(&["app"], &export).reason,
        "`app` has no export that fits, so it cannot stand in between."
    );
    assert_eq!(
        through(&["auth"], &Sink::Export("run".into())).reason,
        "The result has no export called `run`."
    );
    let twice = through(&["auth", "auth"], &export);
    assert!(
        twice.reason.starts_with("This cannot be wired: "),
        "{}",
        twice.reason
    );
}

#[test]
fn a_chain_that_would_close_a_cycle_is_refused_with_its_path() {
    let mut table = chain();
    table.link(&at("auth"), &at("log"));
    let spliced = link(&at("log"), &at("auth"));
    let sink = Sink::Import(spliced.to.clone());
    let refusal = table
        .evidence()
        .chain(&spliced.from, &[], &sink)
        .unwrap_err();
    assert_eq!(refusal.path, ids(&["auth", "log", "auth"]));
}

#[test]
fn neighbours_that_do_not_fit_are_refused_with_their_types() {
    let mut table = chain();
    let mismatch = Mismatch {
        summary: "The types differ.".into(),
        reasons: Vec::new(),
        ..Mismatch::default()
    };
    table.knows(
        ("auth", HANDLER),
        ("log", HANDLER),
        Fit::Mismatch(mismatch.clone()),
    );
    let sink = Sink::Export(HANDLER.into());
    let nodes = ids(&["auth", "log"]);
    let refusal = table
        .evidence()
        .chain(&end(&at("hello")), &nodes, &sink)
        .unwrap_err();
    assert_eq!(refusal.mismatch.as_deref(), Some(&mismatch));
}
