//! `/api/v1/components`

use crate::guests::NUMBER;
use crate::support::{TestServer, problem};
use patchbay_model::ComponentInfo;
use patchbay_model::api::MAX_COMPONENT_BYTES;
use std::path::Path;

/// How many files there are below a directory.
fn files(directory: &Path) -> usize {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    entries
        .map(|e| {
            if e.path().is_dir() {
                files(&e.path())
            } else {
                1
            }
        })
        .sum()
}

#[tokio::test]
async fn an_upload_is_inspected_kept_and_served() {
    let server = TestServer::start().await;
    let binary = wat::parse_str(NUMBER).unwrap();
    let response = server.upload("My Numbers.wasm", binary.clone()).await;
    assert_eq!(response.status(), 201);
    let info: ComponentInfo = response.json().await.unwrap();
    assert_eq!(info.package, "local:my-numbers");
    assert_eq!(info.exports[0].name, "test:numbers/source@1.0.0");

    let path = format!("/api/v1/components/{}", info.digest);
    assert_eq!(server.get_json::<ComponentInfo>(&path).await, info);
    assert_eq!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await,
        [info]
    );

    let file = server.get(&format!("{path}/wasm")).send().await.unwrap();
    let header = |name| file.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/wasm");
    assert_eq!(
        header("content-disposition"),
        "attachment; filename=\"my-numbers.wasm\""
    );
    assert_eq!(file.bytes().await.unwrap(), binary);
}

#[tokio::test]
async fn the_same_bytes_are_one_component_with_its_first_name() {
    let server = TestServer::start().await;
    let first = server.add("first", NUMBER).await;
    let response = server
        .upload("second.wasm", wat::parse_str(NUMBER).unwrap())
        .await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.json::<ComponentInfo>().await.unwrap(), first);

    let server = server.restart().await;
    assert_eq!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await,
        [first]
    );
}

#[tokio::test]
async fn many_uploads_of_the_same_bytes_at_once_make_one_component() {
    let server = TestServer::start().await;
    let binary = wat::parse_str(NUMBER).unwrap();
    let names: Vec<String> = (0..8).map(|n| format!("number-{n}.wasm")).collect();
    let uploads = names.iter().map(|name| server.upload(name, binary.clone()));
    let responses = futures::future::join_all(uploads).await;
    let created = responses
        .iter()
        .filter(|response| response.status() == 201)
        .count();
    assert_eq!(created, 1);
    let mut packages = std::collections::BTreeSet::new();
    for response in responses {
        packages.insert(response.json::<ComponentInfo>().await.unwrap().package);
    }
    assert_eq!(packages.len(), 1, "{packages:?}");
    assert_eq!(files(&server.data().join("blobs")), 1);
}

#[tokio::test]
async fn what_is_not_a_component_is_named_and_not_kept() {
    let server = TestServer::start().await;
    let component = wat::parse_str(NUMBER).unwrap();
    let mut old = component.clone();
    old[4] = 0x0c;
    for (name, bytes, class, says) in [
        ("empty.wasm", Vec::new(), "empty-file", "empty"),
        (
            "garbage.wasm",
            b"\x7fELF garbage".to_vec(),
            "not-webassembly",
            "not WebAssembly",
        ),
        (
            "core.wasm",
            wat::parse_str("(module)").unwrap(),
            "core-module",
            "wasm-tools component new",
        ),
        ("old.wasm", old, "old-preamble", "0x0c"),
        (
            "cut.wasm",
            component[..component.len() - 7].to_vec(),
            "truncated-file",
            "cut short",
        ),
        (
            "wrong.wat",
            b"(component (export".to_vec(),
            "text-syntax",
            "line",
        ),
    ] {
        let details = problem(server.upload(name, bytes).await, 422, class).await;
        assert!(details.detail.contains(says), "{name}: {}", details.detail);
        assert!(
            details.detail.starts_with(char::is_uppercase),
            "{}",
            details.detail
        );
    }
    assert!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await
            .is_empty()
    );
    assert_eq!(files(&server.data().join("blobs")), 0);
    assert_eq!(files(&server.data().join("uploads")), 0);
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_words() {
    let server = TestServer::start().await;
    let size = usize::try_from(MAX_COMPONENT_BYTES).unwrap() + 1;
    let details = problem(
        server.upload("large.wasm", vec![0; size]).await,
        413,
        "too-large",
    )
    .await;
    assert!(details.detail.contains("64 MiB"), "{}", details.detail);
    assert_eq!(files(&server.data().join("uploads")), 0);
}

#[tokio::test]
async fn an_upload_needs_a_name_and_a_media_type() {
    let server = TestServer::start().await;
    let url = server.url("/api/v1/components");
    let form = server.client.post(format!("{url}?name=a.wasm"));
    let form = form.header("content-type", "multipart/form-data").body("x");
    problem(form.send().await.unwrap(), 415, "media-type").await;
    let nameless = server
        .client
        .post(url)
        .header("content-type", "application/wasm")
        .body("x");
    problem(nameless.send().await.unwrap(), 400, "bad-request").await;
}

#[tokio::test]
async fn an_unknown_digest_is_not_found() {
    let server = TestServer::start().await;
    for digest in ["0".repeat(64), "nonsense".to_owned()] {
        for path in ["", "/wasm"] {
            let response = server
                .get(&format!("/api/v1/components/{digest}{path}"))
                .send()
                .await;
            problem(response.unwrap(), 404, "not-found").await;
        }
    }
}

#[tokio::test]
async fn a_world_of_wit_becomes_a_stub_of_it() {
    let server = TestServer::start().await;
    let wit = "package demo:later; world later { export hour: func() -> u8; }";
    let response = server.upload("later.wit", wit).await;
    assert_eq!(response.status(), 201);
    let info: ComponentInfo = response.json().await.unwrap();
    assert_eq!(info.exports[0].name, "hour");
    assert!(info.generated.is_some());
    assert_eq!(server.upload("again.WIT", wit).await.status(), 200);
    let broken = server.upload("broken.wit", "world {").await;
    assert_eq!(broken.status(), 422);
    assert_eq!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await,
        [info]
    );
}
