//! `/api/v1/wac`

use crate::guests::{NEXT, NUMBER};
use crate::support::{TestServer, graph, node, problem};
use serde_json::{Value, json};

const SOURCE: &str = "test:numbers/source@1.0.0";

#[tokio::test]
async fn a_graph_is_written_as_a_source_and_read_again() {
    let server = TestServer::start().await;
    let number = server.add("number", NUMBER).await;
    let next = server.add("next", NEXT).await;
    let graph = graph(json!({
        "name": "My Next",
        "nodes": [
            node("n1", "number", &number),
            node("n2", "next", &next),
            { "id": "n3", "name": "other", "import": "other", "item": SOURCE,
              "component": next.reference(), "position": { "x": 0, "y": 0 } },
        ],
        "links": [{ "from": { "node": "n1", "port": SOURCE }, "to": { "node": "n2", "port": SOURCE } }],
        "exports": [{ "name": "next", "node": "n2", "port": "next" }],
    }));
    let response = server
        .post("/api/v1/wac/write", &graph)
        .send()
        .await
        .unwrap();
    let written: Value = response.json().await.unwrap();
    let text = written["text"].as_str().unwrap();
    assert!(text.starts_with("package local:my-next;\n"), "{text}");
    assert!(
        text.contains("let next = new local:next { ...number };"),
        "{text}"
    );
    let packages = written["packages"].as_array().unwrap();
    assert_eq!(packages[0]["name"], "local:next");
    assert_eq!(packages[0]["digest"], next.digest.as_str());
    assert_eq!(packages[2]["name"], "test:numbers@1.0.0");
    let wit = packages[2]["wit"].as_str().unwrap();
    assert!(wit.contains("interface source {"), "{wit}");

    let read = async |text: &str| {
        let request = server.post_text("/api/v1/wac/read", text);
        request.send().await.unwrap()
    };
    let body = json!({ "source": text, "wit": [wit] });
    let request = server
        .client
        .post(server.url("/api/v1/wac/read"))
        .json(&body);
    let again: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(again["lost"], json!([]));
    let nodes = again["graph"]["nodes"].as_array().unwrap();
    let digests: Vec<&Value> = nodes.iter().map(|n| &n["component"]["digest"]).collect();
    assert!(digests.contains(&&json!(number.digest)), "{nodes:?}");
    let import = nodes.iter().find(|node| node["import"] == "other");
    assert!(
        import.is_some_and(|node| node["wit"].is_string()),
        "{nodes:?}"
    );
    let wrong = json!({ "source": text, "wit": ["package"] });
    let request = server
        .client
        .post(server.url("/api/v1/wac/read"))
        .json(&wrong);
    problem(request.send().await.unwrap(), 422, "cannot-fuse").await;

    // A target that everybody knows: the source does not fit it, and says so.
    let target = "package a:b targets wasi:http/proxy@0.2.12;\nexport (new local:number {})[\"test:numbers/source@1.0.0\"];";
    let details = problem(read(target).await, 422, "cannot-fuse").await;
    assert!(
        details.detail.contains("incoming-handler"),
        "{}",
        details.detail
    );

    let nobody = read("package a:b;\nexport new local:nobody {} as x;").await;
    let details = problem(nobody, 422, "cannot-fuse").await;
    assert!(
        details.detail.contains("local:nobody"),
        "{}",
        details.detail
    );
    problem(read("package a:b;\nlet").await, 422, "cannot-fuse").await;

    // Ways out are changes of the text, applied one after the other until it reads.
    let mut source = "package a:b;\nlet n = new local:numbre {};\nexport n.sourec;".to_owned();
    for label in ["Write `local:number`", "Write `.source`"] {
        let details = problem(read(&source).await, 422, "cannot-fuse").await;
        let fix = &details.problems[0].fixes[0];
        assert_eq!(fix.label, label);
        for edit in &fix.edits {
            source.replace_range(edit.start..edit.end, &edit.text);
        }
    }
    assert_eq!(read(&source).await.status(), 200, "{source}");
}
