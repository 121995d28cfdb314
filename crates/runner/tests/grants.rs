//! Each capability with and without its grant: the same guest, called twice.

mod guests;

use guests::wit::component;
use guests::{limits, start};
use patchbay_runner::{Call, Capability, Grants, LogStream, Preview, Runner, Standing};

async fn preview(grants: Grants) -> Preview {
    let guest = component(
        include_str!("guests/grants.wit"),
        include_str!("guests/grants.wat"),
    );
    let preview = start(&Runner::new(limits()).unwrap(), guest).await;
    preview.grant(grants);
    preview
}

/// What the function gives, and what the log says of it.
async fn ask(preview: &Preview, function: &str, arguments: &[&str]) -> (String, Vec<String>) {
    let before = preview.logs().0.len();
    let call = Call {
        function: format!("test:guests/probe#{function}"),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: None,
    };
    let result = preview.call(call).await.unwrap().result.unwrap_or_default();
    let lines = preview.logs().0.split_off(before);
    (result, lines.into_iter().map(|line| line.text).collect())
}

/// What the function gives with the grant and without it.
async fn twins(grants: Grants, function: &str, arguments: &[&str]) -> [(String, Vec<String>); 2] {
    [
        ask(&preview(grants).await, function, arguments).await,
        ask(&preview(Grants::default()).await, function, arguments).await,
    ]
}

#[tokio::test]
async fn environment() {
    let variables = vec![("COLOUR".to_owned(), "green".to_owned())];
    let grants = Grants {
        environment: Some(variables),
        ..Grants::default()
    };
    let [with, without] = twins(grants, "variables", &[]).await;
    assert_eq!(with.0, "[(\"COLOUR\", \"green\")]");
    assert_eq!(without.0, "[]");
}

#[tokio::test]
async fn clocks() {
    let grants = Grants {
        clocks: true,
        ..Grants::default()
    };
    let [with, without] = twins(grants.clone(), "now", &[]).await;
    assert!(!with.0.contains("seconds: 0,"), "{}", with.0);
    assert_eq!(without.0, "{seconds: 0, nanoseconds: 0}");

    let running = preview(grants).await;
    let call = |preview: &Preview| {
        let call = Call {
            function: "test:guests/probe#elapsed".to_owned(),
            arguments: Vec::new(),
            session: Some("one".to_owned()),
        };
        let preview = preview.clone();
        async move {
            let result = preview.call(call).await.unwrap().result.unwrap();
            result.parse::<u64>().unwrap()
        }
    };
    let first = call(&running).await;
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert!(call(&running).await > first);
    assert_eq!(call(&preview(Grants::default()).await).await, 0);
}

#[tokio::test]
async fn random() {
    let grants = Grants {
        random: true,
        ..Grants::default()
    };
    for function in ["random", "seed"] {
        let running = preview(grants.clone()).await;
        let one = ask(&running, function, &[]).await;
        assert_ne!(one, ask(&running, function, &[]).await);
        let refused = preview(Grants::default()).await;
        let one = ask(&refused, function, &[]).await;
        assert_eq!(one, ask(&refused, function, &[]).await);
    }
}

#[tokio::test]
async fn config() {
    let grants = Grants {
        config: Some([("colour".to_owned(), "green".to_owned())].into()),
        ..Grants::default()
    };
    let [with, without] = twins(grants.clone(), "value", &["\"colour\""]).await;
    assert_eq!(with, ("ok(some(\"green\"))".to_owned(), Vec::new()));
    assert_eq!(without.0, "ok(none)");
    assert_eq!(
        without.1,
        ["The component was refused configuration values: not granted."]
    );
    let (none, _) = ask(&preview(grants.clone()).await, "value", &["\"size\""]).await;
    assert_eq!(none, "ok(none)");
    let [with, without] = twins(grants, "values", &[]).await;
    assert_eq!(with.0, "ok([(\"colour\", \"green\")])");
    assert_eq!(without.0, "ok([])");
}

#[tokio::test]
async fn logging() {
    let grants = Grants {
        logging: true,
        ..Grants::default()
    };
    let [with, without] = twins(grants.clone(), "log", &["\"it rains\""]).await;
    assert_eq!(with.1, ["[warn] guest: it rains"]);
    assert_eq!(
        without.1,
        ["The component was refused lines in the log: not granted."]
    );
    let preview = preview(grants).await;
    ask(&preview, "log", &["\"it rains\""]).await;
    assert_eq!(preview.logs().0[0].stream, LogStream::Stderr);
    // A long message is cut, within a character or not.
    let long = format!("\"{}\"", "\u{2603}".repeat(10_000));
    let (_, lines) = ask(&preview, "log", &[&long]).await;
    assert!(lines[0].len() <= 4096, "{}", lines[0].len());
}

#[tokio::test]
async fn key_value() {
    let grants = Grants {
        key_value: true,
        ..Grants::default()
    };
    for function in ["open", "open2"] {
        let [with, without] = twins(grants.clone(), function, &["\"default\""]).await;
        assert!(with.0.starts_with("ok(\"bucket"), "{}", with.0);
        assert_eq!(without.0, "err(access-denied)");
        assert_eq!(
            without.1,
            ["The component was refused the key-value store of the preview: not granted."]
        );
    }
}

#[tokio::test]
async fn imports_are_listed_with_how_they_stand() {
    let preview = preview(Grants::default()).await;
    let standing = |name: &str| {
        let imports = preview.imports();
        let import = imports.iter().find(|(import, _)| import.name == name);
        import.unwrap_or_else(|| panic!("{name}: {imports:?}")).1
    };
    assert_eq!(
        standing("wasi:keyvalue/store@0.2.0-draft"),
        Standing::Refused
    );
    assert_eq!(standing("wasi:random/random@0.2.0"), Standing::Refused);
    preview.grant(Grants::within_the_sandbox());
    assert_eq!(
        standing("wasi:keyvalue/store@0.2.0-draft"),
        Standing::Granted
    );
    for (import, standing) in preview.imports() {
        assert_eq!(standing, Standing::Granted, "{}", import.name);
    }
}

#[tokio::test]
async fn a_new_grant_holds_from_the_next_request_on() {
    let preview = preview(Grants::default()).await;
    let (refused, _) = ask(&preview, "open", &["\"default\""]).await;
    assert_eq!(refused, "err(access-denied)");
    preview.grant(Grants::within_the_sandbox());
    let (granted, _) = ask(&preview, "open", &["\"default\""]).await;
    assert!(granted.starts_with("ok("), "{granted}");
    preview.grant(Grants::default());
    let (refused, _) = ask(&preview, "open", &["\"default\""]).await;
    assert_eq!(refused, "err(access-denied)");
}

#[tokio::test]
async fn what_was_done_is_listed() {
    let preview = preview(Grants::within_the_sandbox()).await;
    for function in ["variables", "elapsed", "now", "random", "seed"] {
        ask(&preview, function, &[]).await;
    }
    ask(&preview, "log", &["\"it rains\""]).await;
    let calls = preview.capability_calls();
    let listed: Vec<_> = calls.iter().map(|it| (it.capability, it.call)).collect();
    assert_eq!(
        listed,
        [
            (Capability::Environment, "get-environment"),
            (Capability::Clocks, "monotonic-clock now"),
            (Capability::Clocks, "wall-clock now"),
            (Capability::Random, "get-random-u64"),
            (Capability::Random, "insecure-seed"),
            (Capability::Logging, "log"),
        ]
    );
    assert!(calls[2].result.ends_with(" s since 1970"), "{:?}", calls[2]);
    assert_eq!(calls[5].arguments, "[warn] guest: it rains");
    assert_eq!(calls[5].result, "written");
    let requests: Vec<_> = calls.iter().map(|it| it.request).collect();
    assert_eq!(requests, [1, 2, 3, 4, 5, 6]);
}
