//! The pages that the server renders.

use crate::support::{TestServer, sample};

#[tokio::test]
async fn a_page_runs_no_script_but_its_own() {
    let server = TestServer::start().await;
    let mut nonces = std::collections::BTreeSet::new();
    for path in ["/", "/?sample=counter"] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let policy = response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .to_owned();
        let script = policy
            .split(';')
            .find(|it| it.trim().starts_with("script-src"))
            .unwrap();
        assert!(
            !script.contains("unsafe-inline") && !script.contains("'unsafe-eval'"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        let nonce = script
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap()
            .to_owned();
        let html = response.text().await.unwrap();
        assert!(html.contains(&format!("nonce=\"{nonce}\"")), "{html}");
        nonces.insert(nonce);
    }
    assert_eq!(nonces.len(), 2, "a nonce is for one page");
}

#[tokio::test]
async fn the_page_shows_its_graph_and_theme_without_a_script() {
    let server = TestServer::start().await;
    let stored = server.save_new(&sample("guarded-hello")).await;
    let request = server
        .get(&format!("/g/{}", stored.id))
        .header("cookie", "a=b; theme=dark");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["vary"], "cookie");
    let html = response.text().await.unwrap();
    assert!(html.contains("data-theme=\"dark\""));
    for name in ["hello", "auth", "log"] {
        assert!(html.contains(name));
    }
}

#[tokio::test]
async fn names_from_strangers_stay_text() {
    let server = TestServer::start().await;
    let graph = patchbay_model::Graph::named("</script><script>alert(1)</script>");
    let stored = server.save_new(&graph).await;
    let html = server
        .get(&format!("/g/{}", stored.id))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!html.contains("<script>alert"), "{html}");
}

#[tokio::test]
async fn what_is_not_there_says_so() {
    let server = TestServer::start().await;
    for (path, what) in [
        ("/g/nothing", "saved graph"),
        ("/?sample=nothing", "sample"),
        ("/nothing", "page"),
    ] {
        let response = server.get(path).send().await.unwrap();
        assert_eq!(response.status(), 404, "{path}");
        let text = response.text().await.unwrap();
        assert!(
            text.contains(&format!("There is no {what} at this address")),
            "{text}"
        );
    }
}
