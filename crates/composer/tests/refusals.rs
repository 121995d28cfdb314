//! Nodes that are refused what others may use: what says no in their place is in the result, and the import stays for the
//! others.

mod support;

use patchbay_composer::generate::refuse::{Importer, Refusal, importers, refuse};
use patchbay_composer::{Parts, check, fuse, world};
use patchbay_model::{Endpoint, Graph, Link, NodeId, Op, Transaction};
use support::fixture;

const STORE: &str = "test:kv/store@1.0.0";
const TOOLS: &str = "test:app/tools@1.0.0";

fn end(node: &str, port: &str) -> Endpoint {
    Endpoint {
        node: NodeId(node.to_owned()),
        port: port.to_owned(),
    }
}

fn behind(graph: &Graph, parts: &Parts) -> Vec<Importer> {
    let world = check(graph, parts).world.expect("it can be fused");
    importers(graph, parts, &world)
}

fn importer(import: &str, of: Endpoint, refusal: Refusal) -> Importer {
    Importer {
        import: import.to_owned(),
        end: of,
        refusal,
    }
}

#[test]
fn what_works_with_the_resources_of_an_import_is_refused_with_it() {
    let (mut graph, parts) = fixture("resource-open");
    let link = Link {
        from: end("n1", TOOLS),
        to: end("n2", TOOLS),
    };
    let apart = Transaction::new("apart", vec![Op::RemoveLink { link }]);
    graph.apply(&apart).unwrap();

    let known = behind(&graph, &parts);
    let with = Refusal::With(vec![TOOLS.to_owned()]);
    assert!(known.contains(&importer(STORE, end("n2", STORE), with)));
    let alone = Refusal::With(Vec::new());
    assert!(known.contains(&importer(TOOLS, end("n2", TOOLS), alone)));

    let imports = |refused: &[Endpoint]| {
        let (graph, parts) = refuse(&graph, &parts, refused).unwrap();
        let bytes = fuse(&graph, &parts).unwrap_or_else(|problems| panic!("{problems:?}"));
        let imports = world(&bytes).unwrap().imports;
        imports.into_iter().map(|it| it.name).collect::<Vec<_>>()
    };
    assert_eq!(imports(&[]), [STORE, TOOLS]);
    assert_eq!(imports(&[end("n2", TOOLS)]), [STORE]);
    // The other node needs it still.
    assert_eq!(imports(&[end("n2", STORE)]), [STORE]);
    // What is not there, or not from outside, is nobody's to refuse.
    let nothing = [end("n9", STORE), end("n1", TOOLS), end("n1", "nothing")];
    assert_eq!(imports(&nothing), [STORE, TOOLS]);
}

#[test]
fn resources_that_a_node_shares_with_others_are_not_refused_to_it_alone() {
    let (graph, parts) = fixture("resource-open");
    let impossible = |node: &str| {
        let known = behind(&graph, &parts);
        let of = known.into_iter().find(|it| it.end == end(node, STORE));
        match of.expect("the node needs it").refusal {
            Refusal::Impossible(reason) => reason,
            with => panic!("{with:?}"),
        }
    };
    assert_eq!(
        impossible("n1"),
        "it exports `test:app/tools@1.0.0`, which works with the resource `bucket` of it, so that nobody could call it"
    );
    assert_eq!(
        impossible("n2"),
        "its `test:app/tools@1.0.0` comes from `tools`, which works with the resource `bucket` of it, and `app` must have \
         both from one place"
    );
    let error = refuse(&graph, &parts, &[end("n2", STORE)]).unwrap_err();
    assert_eq!(error.code(), "not-refusable");
    let sentence = error.to_string();
    assert!(
        sentence.starts_with("`app` alone cannot be refused `test:kv/store@1.0.0`: its"),
        "{sentence}"
    );
}

#[test]
fn nodes_behind_a_drawn_import_are_told_apart() {
    let (graph, parts) = fixture("import-node-resource");
    let known = behind(&graph, &parts);
    let ends: Vec<&Endpoint> = known.iter().map(|it| &it.end).collect();
    assert_eq!(ends, [&end("n2", STORE), &end("n3", STORE)]);
    assert!(known.iter().all(|it| it.import == "store"));
}
