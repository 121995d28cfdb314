//! `/api/v1/open` and `/api/v1/components/{digest}/open`

use crate::check::linked;
use crate::guests::{NEXT, NUMBER};
use crate::support::{TestServer, problem};
use patchbay_model::opened::{NoteKind, OpenedGraph};
use patchbay_model::{ComponentInfo, Graph};

async fn fused(server: &TestServer, graph: &Graph, query: &str) -> Vec<u8> {
    let path = format!("/api/v1/fuse{query}");
    let response = server.post(&path, graph).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.bytes().await.unwrap().to_vec()
}

async fn opened(server: &TestServer, path: &str, bytes: Vec<u8>) -> OpenedGraph {
    let response = server.send_file(path, bytes).await;
    assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
    response.json().await.unwrap()
}

#[tokio::test]
async fn a_fused_component_opens_where_its_components_have_never_been() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    let graph = linked(&number, &next);
    let bytes = fused(&server, &graph, "").await;

    let other = TestServer::start().await;
    let drawn = opened(&other, "/api/v1/open?name=mine.wasm", bytes.clone()).await;
    assert_eq!(drawn.graph, graph);
    assert_eq!(drawn.notes, []);
    assert_eq!(drawn.components.len(), 2);
    // They are on the palette now, and the graph fuses here too.
    let palette: Vec<ComponentInfo> = other.get_json("/api/v1/components").await;
    let packages = |infos: &[ComponentInfo]| {
        let mut packages: Vec<_> = infos.iter().map(|info| info.package.clone()).collect();
        packages.sort();
        packages
    };
    assert_eq!(packages(&palette), ["local:next", "local:number"]);
    assert_eq!(packages(&drawn.components), packages(&palette));
    assert_eq!(fused(&other, &drawn.graph, "").await, bytes);

    // Without its graph, it is drawn anew; what is known of the components here is known still.
    let bare = fused(&server, &graph, "?no_graph=true").await;
    assert!(bare.len() < bytes.len());
    let wired = opened(&other, "/api/v1/open?name=mine.wasm", bare.clone()).await;
    assert_eq!((wired.graph.name(), wired.notes.len()), ("mine", 0));
    assert_eq!(packages(&wired.components), packages(&palette));
    assert_eq!(fused(&other, &wired.graph, "?no_graph=true").await, bare);
}

#[tokio::test]
async fn what_is_here_opens_by_its_digest() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let path = format!("/api/v1/components/{}/open", number.digest);
    let response = server.send_file(&path, []).await;
    assert_eq!(response.status(), 200);
    let opened: OpenedGraph = response.json().await.unwrap();
    assert_eq!(opened.notes[0].kind, NoteKind::NotComposed);
    assert_eq!(opened.graph.nodes().len(), 1);
    assert_eq!(opened.components, [number]);

    let path = format!("/api/v1/components/{}/open", "0".repeat(64));
    let missing = server.send_file(&path, []).await;
    problem(missing, 404, "not-found").await;
}

#[tokio::test]
async fn what_is_no_component_does_not_open() {
    let server = TestServer::start().await;
    let response = server
        .send_file("/api/v1/open?name=no.wasm", b"no".to_vec())
        .await;
    problem(response, 422, "not-webassembly").await;
    let response = server.send_file("/api/v1/open", Vec::new()).await;
    problem(response, 400, "bad-request").await;
    assert!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await
            .is_empty()
    );
}
