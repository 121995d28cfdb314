//! `/api/v1/check` and `/api/v1/fuse`

use crate::guests::{NEXT, NUMBER, TEXT};
use crate::support::{TestServer, graph, node, problem};
use patchbay_model::analysis::{MarkedWit, ProblemKind, Side, pieces};
use patchbay_model::{Analysis, ComponentInfo, Graph};
use serde_json::json;

const SOURCE: &str = "test:numbers/source@1.0.0";

/// `number → next`, with `next` exported.
pub fn linked(number: &ComponentInfo, next: &ComponentInfo) -> Graph {
    graph(json!({
        "name": "My Next",
        "nodes": [node("n1", "number", number), node("n2", "next", next)],
        "links": [{ "from": { "node": "n1", "port": SOURCE }, "to": { "node": "n2", "port": SOURCE } }],
        "exports": [{ "name": "next", "node": "n2", "port": "next" }],
    }))
}

async fn analyse(server: &TestServer, graph: &Graph) -> Analysis {
    let response = server.post("/api/v1/check", graph).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_good_graph_is_checked_and_fused_to_the_same_bytes_each_time() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    let graph = linked(&number, &next);

    let analysis = analyse(&server, &graph).await;
    assert!(analysis.can_fuse(), "{:?}", analysis.problems);
    let world = analysis.world.unwrap();
    assert_eq!(world.exports[0].name, "next");
    assert!(world.imports.is_empty());

    let fused = server.post("/api/v1/fuse", &graph).send().await.unwrap();
    assert_eq!(fused.headers()["content-type"], "application/wasm");
    assert_eq!(
        fused.headers()["content-disposition"],
        "attachment; filename=\"my-next.wasm\""
    );
    let fused = fused.bytes().await.unwrap();
    assert!(fused.starts_with(b"\0asm\x0d\0\x01\0"));

    // Another process, without anything in memory, makes the same.
    let server = server.restart().await;
    let again = server.post("/api/v1/fuse", &graph).send().await.unwrap();
    assert_eq!(again.bytes().await.unwrap(), fused);
}

#[tokio::test]
async fn a_wrong_link_names_its_port_and_shows_both_types() {
    let server = TestServer::start().await;
    let text = server.add("text", TEXT).await;
    let next = server.add("next", NEXT).await;
    let graph = linked(&text, &next);

    let analysis = analyse(&server, &graph).await;
    assert!(!analysis.can_fuse());
    let response = server.post("/api/v1/fuse", &graph).send().await.unwrap();
    let details = problem(response, 422, "cannot-fuse").await;
    let port = details.port.unwrap();
    assert_eq!(
        (port.side, port.end.node.0.as_str(), port.end.port.as_str()),
        (Side::Import, "n2", SOURCE)
    );
    let mismatch = details.problems[0].mismatch.as_ref().unwrap();
    let marked = |side: &MarkedWit| {
        let pieces = pieces(&side.wit, &side.marks);
        let marked = pieces.filter(|(_, marked)| *marked);
        marked.map(|(piece, _)| piece).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(marked(&mismatch.export), "string");
    assert_eq!(marked(&mismatch.import), "u32");
}

#[tokio::test]
async fn a_missing_component_is_a_problem_of_its_node() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let elsewhere = TestServer::start().await.add("next", NEXT).await;
    let graph = linked(&number, &elsewhere);
    let analysis = analyse(&server, &graph).await;
    let missing = analysis
        .problems
        .iter()
        .find(|p| p.kind == ProblemKind::MissingComponent);
    assert_eq!(missing.unwrap().node.as_ref().unwrap().0, "n2");
}

#[tokio::test]
async fn a_cycle_is_refused_with_its_path() {
    let server = TestServer::start().await;
    let loops = r#"
(component
  (import "test:numbers/source@1.0.0" (instance $source (export "number" (func (result u32)))))
  (export "test:numbers/source@1.0.0" (instance $source)))
"#;
    let relay = server.add("relay", loops).await;
    let graph = graph(json!({
        "nodes": [node("n1", "a", &relay), node("n2", "b", &relay)],
        "links": [
            { "from": { "node": "n1", "port": SOURCE }, "to": { "node": "n2", "port": SOURCE } },
            { "from": { "node": "n2", "port": SOURCE }, "to": { "node": "n1", "port": SOURCE } },
        ],
    }));
    let response = server.post("/api/v1/fuse", &graph).send().await.unwrap();
    let details = problem(response, 422, "cannot-fuse").await;
    let cycle = details
        .problems
        .iter()
        .find(|p| p.kind == ProblemKind::Cycle)
        .unwrap();
    assert_eq!(cycle.path.len(), 3);
    assert_eq!(cycle.path.first(), cycle.path.last());
}

#[tokio::test]
async fn components_are_imported_by_name_where_asked_for() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    let graph = linked(&number, &next);
    let fuse = async |query: &str| {
        let address = format!("/api/v1/fuse?{query}");
        server.post(&address, &graph).send().await.unwrap()
    };
    let plain = fuse("").await.bytes().await.unwrap();
    let unchecked = fuse("skip_validation=true").await;
    assert_eq!(unchecked.bytes().await.unwrap(), plain);
    let open = fuse("import_dependencies=true")
        .await
        .bytes()
        .await
        .unwrap();
    let name = format!("unlocked-dep=<{}>", number.package);
    assert!(open.windows(name.len()).any(|part| part == name.as_bytes()));
    problem(
        fuse("import_dependencies=perhaps").await,
        400,
        "bad-request",
    )
    .await;
}
