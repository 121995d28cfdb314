//! The description of the API.

use crate::support::TestServer;
use serde_json::Value;
use std::collections::BTreeSet;

/// Every route there is. One that is added belongs here, and in a test of its own.
const ROUTES: [&str; 50] = [
    "DELETE /graphs/{id}",
    "DELETE /previews/{id}",
    "DELETE /previews/{id}/sessions/{session}",
    "GET /components",
    "GET /components/{digest}",
    "GET /components/{digest}/comparison/{new}",
    "GET /components/{digest}/wasm",
    "GET /graphs",
    "GET /graphs/{id}",
    "GET /health",
    "GET /openapi.json",
    "GET /previews/{id}",
    "GET /previews/{id}/functions",
    "GET /previews/{id}/imports",
    "GET /previews/{id}/links",
    "GET /previews/{id}/logs",
    "GET /samples",
    "GET /samples/{id}",
    "GET /shares/{id}",
    "POST /adapters",
    "POST /chain",
    "POST /check",
    "POST /compare",
    "POST /components",
    "POST /components/{digest}/open",
    "POST /connect",
    "POST /fuse",
    "POST /groups",
    "POST /graphs",
    "POST /open",
    "POST /picture",
    "POST /plug",
    "POST /previews",
    "POST /previews/ahead",
    "POST /previews/{id}/calls",
    "POST /previews/{id}/panel/{action}",
    "POST /previews/{id}/requests",
    "POST /previews/{id}/runs",
    "POST /shares",
    "POST /size",
    "POST /stubs",
    "POST /swap",
    "POST /targets",
    "POST /ungroup",
    "POST /views/{view}",
    "POST /wac/read",
    "POST /wac/write",
    "PUT /graphs/{id}",
    "PUT /previews/{id}/grants",
    "PUT /previews/{id}/links",
];

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get("$ref") {
                found.insert(target.clone());
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_route_is_described_and_answers() {
    let server = TestServer::start().await;
    let description: Value = server.get_json("/api/v1/openapi.json").await;
    assert!(description["openapi"].as_str().unwrap().starts_with("3."));
    assert_eq!(description["servers"][0]["url"], "/api/v1");

    let mut routes = BTreeSet::new();
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let route = format!("{} {path}", method.to_uppercase());
            let summary = operation["summary"]
                .as_str()
                .or(operation["description"].as_str());
            assert!(
                summary.is_some_and(|text| !text.is_empty()),
                "{route} says nothing of itself"
            );
            assert!(
                !operation["responses"].as_object().unwrap().is_empty(),
                "{route}"
            );
            routes.insert(route);
        }
    }
    assert_eq!(routes, ROUTES.iter().map(|it| (*it).to_owned()).collect());

    for route in routes {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path
            .replace("{id}", "x")
            .replace("{view}", "x")
            .replace("{digest}", "x")
            .replace("{session}", "x");
        let request = server.client.request(
            method.parse().unwrap(),
            server.url(&format!("/api/v1{path}")),
        );
        let response = request.send().await.unwrap();
        assert_ne!(response.status(), 405, "{route}");
        assert!(
            !response
                .text()
                .await
                .unwrap()
                .contains("no address of that name"),
            "{route}"
        );
    }
}

#[tokio::test]
async fn every_schema_that_is_spoken_of_is_there() {
    let server = TestServer::start().await;
    let description: Value = server.get_json("/api/v1/openapi.json").await;
    let mut found = BTreeSet::new();
    references(&description, &mut found);
    assert!(found.contains("#/components/schemas/Graph"), "{found:?}");
    assert!(found.contains("#/components/schemas/Analysis"), "{found:?}");
    for target in found {
        let pointer = target.trim_start_matches('#');
        assert!(
            description.pointer(pointer).is_some(),
            "{target} is not described"
        );
    }
}
