//! `/api/v1/graphs`

use crate::support::{TestServer, problem, sample};
use patchbay_model::Graph;
use patchbay_model::api::{GraphSummary, StoredGraph};

async fn put(
    server: &TestServer,
    id: &str,
    revision: Option<&str>,
    graph: &Graph,
) -> reqwest::Response {
    let mut request = server
        .client
        .put(server.url(&format!("/api/v1/graphs/{id}")))
        .json(graph);
    if let Some(revision) = revision {
        request = request.header("if-match", revision);
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_graph_survives_saving_and_a_restart() {
    let server = TestServer::start().await;
    let graph = sample("guarded-hello");
    let stored = server.save_new(&graph).await;
    assert_eq!((stored.revision, &stored.graph), (1, &graph));

    let server = server.restart().await;
    let path = format!("/api/v1/graphs/{}", stored.id);
    let response = server.get(&path).send().await.unwrap();
    assert_eq!(response.headers()["etag"], "\"1\"");
    assert_eq!(response.json::<StoredGraph>().await.unwrap(), stored);
}

#[tokio::test]
async fn a_save_replaces_the_revision_it_names_and_no_other() {
    let server = TestServer::start().await;
    let StoredGraph { id, .. } = server.save_new(&Graph::named("one")).await;

    let saved = put(&server, &id, Some("\"1\""), &Graph::named("two")).await;
    assert_eq!(saved.headers()["etag"], "\"2\"");
    assert_eq!(saved.json::<StoredGraph>().await.unwrap().revision, 2);

    let stale = put(&server, &id, Some("\"1\""), &Graph::named("three")).await;
    assert_eq!(stale.headers()["etag"], "\"2\"");
    assert_eq!(problem(stale, 412, "stale").await.revision, Some(2));
    problem(
        put(&server, &id, None, &Graph::named("three")).await,
        428,
        "no-revision",
    )
    .await;
    problem(
        put(&server, &id, Some("1"), &Graph::named("three")).await,
        400,
        "bad-request",
    )
    .await;

    let stored: StoredGraph = server.get_json(&format!("/api/v1/graphs/{id}")).await;
    assert_eq!((stored.revision, stored.graph.name()), (2, "two"));
}

#[tokio::test]
async fn of_many_saves_of_one_revision_one_wins() {
    let server = TestServer::start().await;
    let StoredGraph { id, .. } = server.save_new(&Graph::named("one")).await;
    let graphs: Vec<Graph> = (0..8).map(|n| Graph::named(format!("save {n}"))).collect();
    let saves = graphs
        .iter()
        .map(|graph| put(&server, &id, Some("\"1\""), graph));
    let statuses: Vec<u16> = futures::future::join_all(saves)
        .await
        .iter()
        .map(|r| r.status().as_u16())
        .collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 200).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 412).count(),
        7,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn the_list_has_the_latest_first_and_forgets_what_is_deleted() {
    let server = TestServer::start().await;
    let old = server.save_new(&Graph::named("old")).await;
    let new = server.save_new(&sample("counter")).await;
    let list: Vec<GraphSummary> = server.get_json("/api/v1/graphs").await;
    let names: Vec<_> = list
        .iter()
        .map(|summary| (summary.name.as_str(), summary.nodes))
        .collect();
    assert_eq!(names, [("Counter with its own store", 2), ("old", 0)]);

    let path = format!("/api/v1/graphs/{}", old.id);
    assert_eq!(server.delete(&path).send().await.unwrap().status(), 204);
    problem(server.delete(&path).send().await.unwrap(), 404, "not-found").await;
    problem(server.get(&path).send().await.unwrap(), 404, "not-found").await;
    let list: Vec<GraphSummary> = server.get_json("/api/v1/graphs").await;
    assert_eq!(
        list.iter().map(|summary| &summary.id).collect::<Vec<_>>(),
        [&new.id]
    );
}

#[tokio::test]
async fn what_is_not_a_graph_is_refused_in_words() {
    let server = TestServer::start().await;
    let post = |body: &'static str, media_type: &'static str| {
        let request = server.client.post(server.url("/api/v1/graphs"));
        request.header("content-type", media_type).body(body).send()
    };
    let json = "application/json";
    problem(post("{", json).await.unwrap(), 400, "not-a-graph").await;
    problem(
        post(r#"{"name": "x"}"#, json).await.unwrap(),
        422,
        "not-a-graph",
    )
    .await;
    let newer = problem(
        post(r#"{"patchbay": 99}"#, json).await.unwrap(),
        422,
        "not-a-graph",
    )
    .await;
    assert!(newer.detail.contains("99"), "{}", newer.detail);
    problem(
        post(r#"{"patchbay": 1}"#, "text/plain").await.unwrap(),
        415,
        "media-type",
    )
    .await;
    assert!(
        server
            .get_json::<Vec<GraphSummary>>("/api/v1/graphs")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_graph_keeps_the_samples_it_uses() {
    let server = TestServer::with_samples().await;
    let graph: Graph = server.get_json("/api/v1/samples/guarded-hello").await;
    let stored = server.save_new(&graph).await;

    // As if they had been built anew, or not at all.
    std::fs::remove_file(server.samples()).unwrap();
    let stored: StoredGraph = server
        .get_json(&format!("/api/v1/graphs/{}", stored.id))
        .await;
    let fused = server
        .post("/api/v1/fuse", &stored.graph)
        .send()
        .await
        .unwrap();
    assert_eq!(fused.status(), 200, "{}", fused.text().await.unwrap());
    let palette: Vec<patchbay_model::ComponentInfo> = server.get_json("/api/v1/components").await;
    assert!(palette.is_empty(), "what is only kept is not offered");
}

#[tokio::test]
async fn a_shared_graph_is_there_to_look_at_and_in_no_list() {
    let server = TestServer::start().await;
    let graph = sample("guarded-hello");
    let response = server.post("/api/v1/shares", &graph).send().await.unwrap();
    assert_eq!(response.status(), 201);
    let place = response.headers()["location"].to_str().unwrap().to_owned();
    let StoredGraph { id, .. } = response.json().await.unwrap();
    assert_eq!(place, format!("/api/v1/shares/{id}"));

    let server = server.restart().await;
    assert_eq!(server.get_json::<Graph>(&place).await, graph);
    let listed: Vec<GraphSummary> = server.get_json("/api/v1/graphs").await;
    assert!(listed.is_empty(), "{listed:?}");
    problem(
        put(&server, &id, Some("\"1\""), &Graph::named("mine")).await,
        404,
        "not-found",
    )
    .await;
    let put = server.client.put(server.url(&place)).json(&graph);
    problem(put.send().await.unwrap(), 405, "method-not-allowed").await;
    let gone = server.get("/api/v1/shares/none").send().await.unwrap();
    problem(gone, 404, "not-found").await;

    let page = server.get(&format!("/s/{id}")).send().await.unwrap();
    let html = page.text().await.unwrap();
    assert!(html.contains("Shared, to look at"), "{html}");
    let link = format!("/follow?link=http%3A%2F%2Felsewhere%2Fs%2F{id}");
    let led = server.get(&link).send().await.unwrap();
    assert_eq!(led.url().path(), format!("/s/{id}"));
    let lost = server.get("/follow?link=nonsense").send().await.unwrap();
    assert_eq!(lost.status(), 400);
}
