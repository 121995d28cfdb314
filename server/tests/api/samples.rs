//! `/api/v1/samples`, and the sample components among the others.

use crate::guests::NUMBER;
use crate::support::{TestServer, problem, sample};
use patchbay_model::api::SampleSummary;
use patchbay_model::{ComponentInfo, Graph};

#[tokio::test]
async fn samples_say_what_they_lack() {
    let server = TestServer::start().await;
    let samples: Vec<SampleSummary> = server.get_json("/api/v1/samples").await;
    let ids: Vec<_> = samples.iter().map(|sample| sample.id.as_str()).collect();
    assert_eq!(ids, ["guarded-hello", "counter", "polyglot-calculator"]);
    assert_eq!(
        samples[1].missing,
        ["patchbay:key-value-store", "patchbay:visit-counter"]
    );
    assert_eq!(
        server.get_json::<Graph>("/api/v1/samples/counter").await,
        sample("counter")
    );
    for id in ["nothing", "index", "..%2Findex"] {
        let response = server
            .get(&format!("/api/v1/samples/{id}"))
            .send()
            .await
            .unwrap();
        problem(response, 404, "not-found").await;
    }
}

#[tokio::test]
async fn samples_that_are_built_later_appear() {
    let server = TestServer::start().await;
    assert!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await
            .is_empty()
    );

    let binary = wat::parse_str(NUMBER).unwrap();
    for namespace in ["patchbay", "fixtures"] {
        let directory = server.samples().join(namespace);
        std::fs::create_dir_all(&directory).unwrap();
        std::fs::write(directory.join("visit-counter.wasm"), &binary).unwrap();
        std::fs::write(directory.join("half-written.wasm"), &binary[..20]).unwrap();
    }
    let palette: Vec<ComponentInfo> = server.get_json("/api/v1/components").await;
    let packages: Vec<_> = palette
        .iter()
        .map(|info| (info.package.as_str(), info.sample))
        .collect();
    assert_eq!(packages, [("patchbay:visit-counter", true)]);

    let samples: Vec<SampleSummary> = server.get_json("/api/v1/samples").await;
    assert_eq!(samples[1].missing, ["patchbay:key-value-store"]);
    let counter: Graph = server.get_json("/api/v1/samples/counter").await;
    let digest = &counter
        .node_named("counter")
        .unwrap()
        .component()
        .unwrap()
        .digest;
    assert_eq!(digest.as_ref(), Some(&palette[0].digest));

    // The same bytes from somebody else are still the sample.
    let response = server.upload("mine.wasm", binary).await;
    assert_eq!(response.status(), 200);
    assert_eq!(response.json::<ComponentInfo>().await.unwrap(), palette[0]);
}

#[tokio::test]
async fn all_samples_fuse() {
    let server = TestServer::with_samples().await;
    for sample in server
        .get_json::<Vec<SampleSummary>>("/api/v1/samples")
        .await
    {
        assert!(
            sample.missing.is_empty(),
            "{sample:?}: run `cargo xtask components --all`"
        );
        let graph: Graph = server
            .get_json(&format!("/api/v1/samples/{}", sample.id))
            .await;
        let fused = server.post("/api/v1/fuse", &graph).send().await.unwrap();
        assert_eq!(
            fused.status(),
            200,
            "{}: {}",
            sample.id,
            fused.text().await.unwrap()
        );
    }
}

#[tokio::test]
async fn what_only_graphs_find_can_be_uploaded_like_anything_else() {
    let server = TestServer::start().await;
    let directory = server.samples().join("fixtures");
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(
        directory.join("number.wasm"),
        wat::parse_str(NUMBER).unwrap(),
    )
    .unwrap();
    let info = server.add("number", NUMBER).await;
    assert_eq!(
        (info.package.as_str(), info.sample),
        ("local:number", false)
    );
    assert_eq!(
        server
            .get_json::<Vec<ComponentInfo>>("/api/v1/components")
            .await,
        [info]
    );
}
