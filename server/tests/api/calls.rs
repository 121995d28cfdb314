//! `/api/v1/previews/{id}/functions`, `/calls` and `/sessions`

use crate::check::linked;
use crate::guests::{NEXT, NUMBER};
use crate::support::{TestServer, graph, node, problem};
use patchbay_model::Graph;
use patchbay_model::api::{CallOutcome, CallRequest, FunctionInfo, PreviewInfo, Shape};
use serde_json::json;

/// Adds to a sum that its instance keeps.
const SUM: &str = r#"(component
  (core module $m
    (global $sum (mut i32) (i32.const 0))
    (func (export "add") (param i32) (result i32)
      (global.set $sum (i32.add (global.get $sum) (local.get 0)))
      (global.get $sum)))
  (core instance $i (instantiate $m))
  (func $add (param "n" u32) (result u32) (canon lift (core func $i "add")))
  (instance $sums (export "add" (func $add)))
  (export "test:sums/sum" (instance $sums)))"#;

async fn start(server: &TestServer, text: &str, port: &str) -> PreviewInfo {
    let component = server.add("component", text).await;
    let graph = graph(json!({
        "nodes": [node("n1", "component", &component)],
        "exports": [{ "name": port, "node": "n1", "port": port }],
    }));
    run(server, &graph).await
}

async fn run(server: &TestServer, graph: &Graph) -> PreviewInfo {
    let response = server
        .post("/api/v1/previews?use=calls", graph)
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 201);
    response.json().await.unwrap()
}

async fn call(
    server: &TestServer,
    preview: &PreviewInfo,
    function: &str,
    arguments: &[&str],
    session: Option<&str>,
) -> CallOutcome {
    let request = CallRequest {
        function: function.to_owned(),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: session.map(str::to_owned),
    };
    let url = server.url(&format!("/api/v1/previews/{}/calls", preview.id));
    let response = server.client.post(url).json(&request).send().await.unwrap();
    assert_eq!(response.status(), 200);
    response.json().await.unwrap()
}

#[tokio::test]
async fn functions_are_listed_with_their_types() {
    let server = TestServer::start().await;
    let preview = start(&server, NUMBER, "test:numbers/source@1.0.0").await;
    let path = format!("/api/v1/previews/{}/functions", preview.id);
    let functions: Vec<FunctionInfo> = server.get_json(&path).await;
    assert_eq!(functions.len(), 1);
    let number = &functions[0];
    assert_eq!(number.name, "test:numbers/source@1.0.0#number");
    assert!(number.parameters.is_empty() && number.obstacle.is_none());
    let result = number.result.as_ref().unwrap();
    assert_eq!((result.text.as_str(), &result.shape), ("u32", &Shape::U32));
}

#[tokio::test]
async fn calls_of_a_session_meet_the_same_instance_until_it_is_ended() {
    let server = TestServer::start().await;
    let preview = start(&server, SUM, "test:sums/sum").await;
    let sum = async |argument, session| match call(
        &server,
        &preview,
        "test:sums/sum#add",
        &[argument],
        session,
    )
    .await
    {
        CallOutcome::Returned { result, .. } => result.unwrap(),
        failed => panic!("{failed:?}"),
    };
    assert_eq!(sum("1", Some("mine")).await, "1");
    assert_eq!(sum("2", Some("mine")).await, "3");
    assert_eq!(sum("2", Some("yours")).await, "2");
    assert_eq!(sum("2", None).await, "2");
    let path = format!("/api/v1/previews/{}/sessions/mine", preview.id);
    assert_eq!(server.delete(&path).send().await.unwrap().status(), 204);
    problem(server.delete(&path).send().await.unwrap(), 404, "not-found").await;
    assert_eq!(sum("2", Some("mine")).await, "2");
}

#[tokio::test]
async fn wrong_calls_are_told_in_words() {
    let server = TestServer::start().await;
    let preview = start(&server, SUM, "test:sums/sum").await;
    let failed =
        async |function, argument| match call(&server, &preview, function, &[argument], None).await
        {
            CallOutcome::Failed {
                reason, parameter, ..
            } => (reason, parameter),
            returned => panic!("{returned:?}"),
        };
    assert_eq!(
        failed("add", "1").await,
        ("no-such-function".to_owned(), None)
    );
    assert_eq!(
        failed("test:sums/sum#add", "-1").await,
        ("wrong-argument".to_owned(), Some("n".to_owned()))
    );
}

#[tokio::test]
async fn a_trap_is_told_with_the_node_it_happened_in() {
    let server = TestServer::start().await;
    let broken = NUMBER.replace("(i32.const 42)", "unreachable");
    assert_ne!(broken, NUMBER);
    let broken = server.add("broken", &broken).await;
    let next = server.add("next", NEXT).await;
    let preview = run(&server, &linked(&broken, &next)).await;
    let CallOutcome::Failed { message, .. } = call(&server, &preview, "next", &[], None).await
    else {
        panic!("returned")
    };
    let begins = "The component stopped with an error in number: ";
    assert!(message.starts_with(begins), "{message}");
}
