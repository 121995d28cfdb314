//! `/api/v1/picture`

use crate::guests::{NEXT, NUMBER};
use crate::support::{TestServer, graph, node, problem};
use serde_json::json;

const SOURCE: &str = "test:numbers/source@1.0.0";

#[tokio::test]
async fn a_graph_is_drawn_in_the_colours_of_either_theme() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    let graph = graph(json!({
        "name": "My <Next>",
        "nodes": [node("n1", "number", &number), node("n2", "next", &next)],
        "links": [{ "from": { "node": "n1", "port": SOURCE }, "to": { "node": "n2", "port": SOURCE } }],
    }));
    let mut pictures = Vec::new();
    for query in ["", "?theme=light", "?theme=dark"] {
        let path = format!("/api/v1/picture{query}");
        let response = server.post(&path, &graph).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "image/svg+xml");
        let picture = response.text().await.unwrap();
        assert!(picture.starts_with("<svg xmlns="));
        for part in [
            "<title>My &lt;Next></title>",
            ">number</text>",
            ">next</text>",
            SOURCE,
        ] {
            assert!(picture.contains(part), "{part} in {picture}");
        }
        pictures.push(picture);
    }
    assert_eq!(pictures[0], pictures[1]);
    assert_ne!(pictures[1], pictures[2]);

    let refused = server
        .post("/api/v1/picture?theme=mauve", &graph)
        .send()
        .await
        .unwrap();
    problem(refused, 400, "bad-request").await;
}
