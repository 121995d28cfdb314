//! `/api/v1/views/{view}`

use crate::guests::NEXT;
use crate::support::{TestServer, graph, node, problem, sample};
use patchbay_model::api::Expansion;
use patchbay_model::{ComponentInfo, Graph};
use patchbay_model::{ComponentRef, Node, NodeId, Op, Point, Transaction};
use serde_json::json;

async fn view(server: &TestServer, view: &str, graph: &Graph) -> String {
    view_with(server, view, graph, "").await
}

/// A view of a graph and of a text that goes with it.
async fn view_with(server: &TestServer, view: &str, graph: &Graph, text: &str) -> String {
    let path = format!("/api/v1/views/{view}");
    let body = json!({ "graph": graph, "text": text });
    let response = server.post(&path, &body).send().await.unwrap();
    assert_eq!(response.status(), 200, "{view}");
    let media_type = response.headers()["content-type"].to_str().unwrap();
    assert!(media_type.starts_with("text/html"), "{media_type}");
    response.text().await.unwrap()
}

#[tokio::test]
async fn every_side_of_a_result_is_shown() {
    let server = TestServer::start().await;
    let next = server.add("next", NEXT).await;
    let graph = graph(json!({
        "nodes": [node("n1", "my-next", &next)],
        "exports": [{ "name": "next", "node": "n1", "port": "next" }],
    }));

    let targets = view(&server, "targets", &graph).await;
    assert!(targets.contains("wasi:http/proxy"), "{targets}");
    assert!(
        targets.contains("data-show=\"n1\">Show my-next<"),
        "{targets}"
    );
    let size = view(&server, "size", &graph).await;
    assert!(size.contains("Show my-next"), "{size}");
    let wac = view(&server, "wac", &graph).await;
    let new = "<span class=\"wat-keyword\">new</span> <span class=\"wat-name\">local:next</span>";
    assert!(wac.contains(new), "{wac}");
    assert!(wac.contains("download=\""), "{wac}");
    let wit = view(&server, "wit", &graph).await;
    let export =
        "<span class=\"wat-keyword\">export</span> next: <span class=\"wat-keyword\">func</span>()";
    assert!(wit.contains(export), "{wit}");
    let wat = view(&server, "wat", &graph).await;
    assert!(wat.contains("class=\"wat-keyword\">component<"), "{wat}");

    let other = server.post("/api/v1/views/taste", &json!({ "graph": graph }));
    problem(other.send().await.unwrap(), 404, "not-found").await;
}

#[tokio::test]
async fn a_result_that_there_is_not_is_not_shown() {
    let server = TestServer::start().await;
    let gone = json!({ "package": "local:gone" });
    let graph = graph(
        json!({ "nodes": [{ "id": "n1", "name": "gone", "component": gone, "position": { "x": 0, "y": 0 } }] }),
    );
    for side in ["targets", "size", "wac", "wit", "wat", "compare"] {
        let html = view(&server, side, &graph).await;
        assert!(html.contains("<p class=\"muted\">"), "{html}");
        assert!(html.contains("aria-pressed=\"true\""), "{html}");
    }
}

#[tokio::test]
async fn what_is_selected_is_shown_with_what_can_be_done() {
    let server = TestServer::start().await;
    let next = server.add("next", NEXT).await;
    let graph = graph(json!({
        "nodes": [node("n1", "my-next", &next), node("n2", "other", &next)],
        "exports": [{ "name": "next", "node": "n1", "port": "next" }],
        "notes": [{ "id": "n3", "text": "<i>Why</i>", "position": { "x": 0, "y": 0 }, "width": 160, "height": 80 }],
    }));

    let whole = view(&server, "inspector", &graph).await;
    assert!(whole.contains("<dt>Nodes</dt><dd>2</dd>"), "{whole}");
    assert!(whole.contains("aria-label=\"Result\""), "{whole}");
    let one = view(&server, "inspector?node=n1", &graph).await;
    assert!(one.contains("value=\"my-next\""), "{one}");
    assert!(
        one.contains("aria-label=\"Export next of my-next\""),
        "{one}"
    );
    assert!(one.contains("rename-node"), "{one}");
    let several = view(&server, "inspector?several=3&nodes=n1,n2,n3", &graph).await;
    assert!(several.contains("3 things selected"), "{several}");
    assert!(several.contains("group?nodes=n1,n2"), "{several}");
    let note = view(&server, "inspector?node=n3", &graph).await;
    assert!(note.contains("aria-label=\"Note\""), "{note}");
    let gone = view(&server, "inspector?node=n9", &graph).await;
    assert!(!gone.contains("aria-label=\"Node\""), "{gone}");

    let problems = view(&server, "problems", &graph).await;
    assert!(problems.contains("No problems"), "{problems}");
    let others = view(&server, "replacements?node=n1", &graph).await;
    assert!(!others.contains(next.digest.as_str()), "{others}");
    let of_graph = json!({ "graph": graph });
    let path = "/api/v1/views/replacements?node=n9";
    problem(
        server.post(path, &of_graph).send().await.unwrap(),
        404,
        "not-found",
    )
    .await;
    let path = "/api/v1/views/stub?node=n1&port=none";
    problem(
        server.post(path, &of_graph).send().await.unwrap(),
        422,
        "no-such-port",
    )
    .await;
}

#[tokio::test]
async fn nodes_become_one_component_that_is_kept() {
    let server = TestServer::start().await;
    let next = server.add("next", NEXT).await;
    let graph = json!({
        "patchbay": 1,
        "name": "",
        "nodes": [node("n1", "a", &next), node("n2", "b", &next)],
        "links": [],
        "exports": [{ "name": "next", "node": "n1", "port": "next" }],
    });
    let question = json!({ "graph": graph, "nodes": ["n1", "n2"], "name": "both" });
    let answer = server
        .post("/api/v1/groups", &question)
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let addition: serde_json::Value = answer.json().await.unwrap();
    assert_eq!(addition["component"]["package"], "local:both");
    let digest = addition["component"]["digest"].as_str().unwrap();
    let path = format!("/api/v1/components/{digest}");
    let kept: ComponentInfo = server.get_json(&path).await;
    assert_eq!(kept.exports[0].name, "next");
    assert!(kept.composed && !next.composed);

    // Its node is offered to be expanded, one of a component with code is not.
    let of = json!({ "package": "local:both", "digest": digest });
    let position = json!({ "x": 0, "y": 0 });
    let whole = json!({
        "patchbay": 1,
        "name": "",
        "nodes": [{ "id": "n1", "name": "both", "component": of, "position": position }, node("n2", "c", &next)],
        "links": [],
        "exports": [{ "name": "next", "node": "n1", "port": "next" }],
    });
    let drawn: Graph = serde_json::from_value(whole.clone()).unwrap();
    let offered = "data-ask=\"/ungroup\"";
    let html = view(&server, "inspector?node=n1", &drawn).await;
    assert!(html.contains(offered), "{html}");
    let html = view(&server, "inspector?node=n2", &drawn).await;
    assert!(!html.contains(offered), "{html}");
    let question = json!({ "graph": whole, "node": "n1" });
    let answer = server
        .post("/api/v1/ungroup", &question)
        .send()
        .await
        .unwrap();
    let expansion: Expansion = answer.json().await.unwrap();
    assert_eq!(expansion.components[0].digest, next.digest);
    assert!(expansion.lost.is_empty());
    let mut several = drawn.clone();
    several
        .apply(&Transaction::new("expand", expansion.ops))
        .unwrap();
    let names: Vec<&str> = several.nodes().map(|node| &*node.name).collect();
    assert_eq!(names, ["c", "a", "b"]);
    let question = json!({ "graph": whole, "node": "n2" });
    let answer = server
        .post("/api/v1/ungroup", &question)
        .send()
        .await
        .unwrap();
    let refused = problem(answer, 422, "cannot-fuse").await;
    assert!(
        refused.detail.contains("`c` cannot be expanded"),
        "{refused:?}"
    );

    let unnamed = json!({ "graph": graph, "nodes": ["n1"], "name": "No Name" });
    let answer = server
        .post("/api/v1/groups", &unnamed)
        .send()
        .await
        .unwrap();
    problem(answer, 422, "cannot-fuse").await;
}

#[tokio::test]
async fn a_row_of_nodes_is_offered_where_it_fits_in_the_order_that_is_asked_for() {
    let server = TestServer::start().await;
    let next = server.add("next", NEXT).await;
    let graph = graph(json!({
        "nodes": [node("n1", "alone", &next)],
        "exports": [{ "name": "next", "node": "n1", "port": "next" }],
    }));
    let html = view(&server, "chain?nodes=n1", &graph).await;
    assert!(html.contains("<strong>alone</strong>"), "{html}");
    assert!(!html.contains("Move alone"), "{html}");

    let samples = TestServer::with_samples().await;
    let mut graph = sample("guarded-hello");
    let add = |id: &str, package: &str| Op::AddNode {
        node: Node::instance(
            NodeId(id.to_owned()),
            format!("more-{package}"),
            ComponentRef {
                package: format!("patchbay:http-{package}"),
                digest: None,
            },
            Point::default(),
        ),
    };
    let ops = vec![add("n8", "auth"), add("n9", "log")];
    graph.apply(&Transaction::new("", ops)).unwrap();
    let html = view(&samples, "chain?nodes=n9,n8", &graph).await;
    assert!(html.contains("more-log → more-auth → the result"), "{html}");
    assert!(html.contains("chain?nodes=n8,n9"), "{html}");
    assert_eq!(html.matches("aria-disabled=\"true\"").count(), 2, "{html}");
    let again = view(&samples, "chain?nodes=n9,n8,gone,n9", &graph).await;
    assert_eq!(again, html);
    let ids: Vec<String> = (10..50).map(|n| format!("n{n}")).collect();
    let nodes: Vec<_> = ids.iter().map(|id| json!({ "id": id, "name": id, "component": { "package": "a:b" }, "position": { "x": 0, "y": 0 } })).collect();
    let large = crate::support::graph(json!({ "nodes": nodes }));
    let many = view(&samples, &format!("chain?nodes={}", ids.join(",")), &large).await;
    assert!(many.contains("Up to 32 nodes"), "{many}");
    assert!(html.contains("add-link"), "{html}");
    assert_eq!(html.matches("data-ops").count(), 3, "{html}");
}

#[tokio::test]
async fn a_world_of_ones_own_is_checked_against_and_stays_in_its_form() {
    let server = TestServer::start().await;
    let next = server.add("next", NEXT).await;
    let graph = graph(json!({
        "nodes": [node("n1", "my-next", &next)],
        "exports": [{ "name": "next", "node": "n1", "port": "next" }],
    }));
    let known = view(&server, "targets", &graph).await;
    assert!(known.contains("wasi:cli/command"), "{known}");
    assert!(known.contains("data-side=\"targets\n@value\""), "{known}");
    assert!(known.contains("type=\"file\" accept=\".wit\""), "{known}");
    let wit = "package my:host; world w { export x: func(); }";
    let own = view_with(&server, "targets", &graph, wit).await;
    assert!(
        own.contains("my:host/w") && own.contains("Does not fit"),
        "{own}"
    );
    assert!(
        own.contains(">\npackage my:host; world w { export x: func(); }</textarea>"),
        "{own}"
    );
    // However long it is.
    let long = format!("{wit}\n{}", "// Much is said of it.\n".repeat(10_000));
    let own = view_with(&server, "targets", &graph, &long).await;
    assert!(own.contains("my:host/w"), "{own}");
    assert!(!own.contains("wasi:cli/command"), "{own}");
    let broken = view_with(&server, "targets", &graph, "world {").await;
    assert!(broken.contains("role=\"alert\""), "{broken}");
}

#[tokio::test]
async fn ports_are_shown_with_what_is_said_of_them() {
    let server = TestServer::start().await;
    let said = server
        .add(
            "said",
            r#"(component
                (@custom "package-docs" "\01{\"interfaces\":{\"log\":{\"docs\":\"A <log>, with `write`.\",\"funcs\":{\"write\":\"Writes a line.\"}}}}")
                (import "test:log/log" (instance (export "write" (func (param "line" string)))))
                (import "wasi:cli/exit@0.2.3" (instance (export "exit" (func (param "status" (result)))))))"#,
        )
        .await;
    let graph = graph(json!({ "nodes": [node("n1", "speaker", &said)] }));
    let html = view(&server, "inspector?node=n1", &graph).await;
    let about = "<p class=\"port-about\">A &lt;log&gt;, with <code>write</code>.</p>";
    assert!(html.contains(about), "{html}");
    assert!(html.contains("/// Writes a line."), "{html}");
    assert!(
        html.contains("<p class=\"port-about\">Ends the program"),
        "{html}"
    );
}

#[tokio::test]
async fn the_mistakes_of_a_source_are_shown_with_ways_out() {
    let server = TestServer::start().await;
    server.add("next", NEXT).await;
    let shown = async |source: &str| {
        view_with(&server, "source?name=my.wac", &Graph::default(), source).await
    };
    let source = "package a:b; let n = new local:nxet { ... }; export n.next;";
    let mistakes = shown(source).await;
    assert!(
        mistakes.contains("<p role=\"alert\">my.wac was not opened.</p>"),
        "{mistakes}"
    );
    let mended = "package a:b; let n = new local:next { ... }; export n.next;";
    let fix = format!("data-open=\"{mended}\">Write `local:next` and open</button>");
    assert!(mistakes.contains(&fix), "{mistakes}");
    let none = shown(mended).await;
    assert!(!none.contains("role=\"alert\""), "{none}");
    assert!(none.contains(&format!("{mended}</textarea>")), "{none}");

    // Those of a long one, too.
    let remarks = "// Much is said of it.\n".repeat(10_000);
    let long = shown(&format!("{remarks}{source}")).await;
    assert!(
        long.contains(
            "let n = new local:next { ... }; export n.next;\">Write `local:next` and open<"
        ),
        "{}",
        long.len()
    );
}
