//! A key-value store in a real Redis: by itself, and under a guest.

#[path = "guests/server.rs"]
mod server;

mod guests;

use guests::{assert_serves, counter, get, impatient, limits, silent_server, start, text};
use patchbay_runner::{
    Delta, KeyValueBackend, KeyValueEntry, KeysFrom, Limits, Page, Redis, Runner, StoreError, Swap,
};
use server::Server;
use std::sync::Arc;

fn start_server() -> Server {
    Server::start("redis-server", |port| {
        let keeps_nothing = ["--port", port, "--save", "", "--bind", "127.0.0.1"];
        [&keeps_nothing[..], &["--requirepass", "secret"]].concat()
    })
}

/// A store in it, once it answers.
async fn store(server: &Server) -> Redis {
    let limits = Limits {
        private_addresses: true,
        ..limits()
    };
    let address = format!("redis://:secret@127.0.0.1:{}/1", server.port);
    let redis = Redis::new(&address, "test:".to_owned(), &limits).unwrap();
    for _ in 0..200 {
        if redis.ping().await.is_ok() {
            return redis;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    panic!("redis-server does not answer: {:?}", redis.ping().await);
}

#[tokio::test]
async fn values_are_kept_counted_and_exchanged() {
    let server = start_server();
    let store = store(&server).await;
    let keys = ["b", "a", "c"].map(str::to_owned);
    let entries = keys.clone().map(|key| (key, "1".into()));
    store.set("shop", entries.into()).await.unwrap();
    let found = store.get("shop", &["a".to_owned(), "x".to_owned()]).await;
    assert_eq!(found.unwrap(), [Some("1".into()), None]);
    let page = |keys: &[&str]| Page {
        keys: keys.iter().map(|key| (*key).to_owned()).collect(),
        more: false,
    };
    assert_eq!(
        store.keys("shop", None).await.unwrap(),
        page(&["a", "b", "c"])
    );
    let after = store.keys("shop", Some(KeysFrom::Key("a"))).await;
    assert_eq!(after.unwrap(), page(&["b", "c"]));
    let after = store.keys("shop", Some(KeysFrom::Offset(2))).await;
    assert_eq!(after.unwrap(), page(&["c"]));
    assert_eq!(store.keys("none", None).await.unwrap(), page(&[]));

    let sum = store.increment("shop", "a", Delta::Unsigned(4)).await;
    assert_eq!(sum.unwrap(), 5);
    let sum = store.increment("shop", "new", Delta::Signed(-4)).await;
    assert_eq!(sum.unwrap(), -4);
    let (seen, new) = ("5".into(), "text".into());
    let swapped = store.swap("shop", "a", Some(&seen), new).await.unwrap();
    assert_eq!(swapped, Swap::Done);
    let swapped = store.swap("shop", "a", Some(&seen), "6".into()).await;
    assert_eq!(swapped.unwrap(), Swap::Changed(Some("text".into())));
    let swapped = store.swap("shop", "a", None, "6".into()).await;
    assert_eq!(swapped.unwrap(), Swap::Changed(Some("text".into())));
    let wrong = store.increment("shop", "a", Delta::Signed(1)).await;
    assert_eq!(wrong.unwrap_err(), StoreError::NotANumber);

    store.delete("shop", &keys).await.unwrap();
    let left = KeyValueEntry {
        bucket: "shop".to_owned(),
        key: "new".to_owned(),
        value: "-4".into(),
    };
    assert_eq!(store.entries(9).await.unwrap(), [left]);
}

#[tokio::test]
async fn a_server_that_says_nothing_is_not_waited_for_for_long() {
    let port = silent_server().await;
    let runner = Runner::new(impatient()).unwrap();
    // One is silent when it is asked for a value, the other before.
    for address in [
        format!("redis://127.0.0.1:{port}"),
        format!("redis://:secret@127.0.0.1:{port}/1"),
    ] {
        let store = Redis::new(&address, String::new(), &impatient()).unwrap();
        let preview = start(&runner, counter("draft", "u64")).await;
        preview.keep_values_in(Some(Arc::new(store)));
        assert!(preview.handle(get("/")).await.is_err());
        let calls = preview.capability_calls();
        let last = &calls[calls.len() - 1];
        let late = "the store does not answer: it took longer than 0.25 s (service-time)";
        assert_eq!((last.call, last.result.as_str()), ("increment", late));
        assert_serves(&runner).await;
    }
}

#[tokio::test]
async fn two_previews_count_together_and_a_server_that_is_gone_is_told() {
    let server = start_server();
    let store: Arc<dyn KeyValueBackend> = Arc::new(store(&server).await);
    let runner = Runner::new(limits()).unwrap();
    let mut previews = Vec::new();
    for (draft, number) in [("draft", "u64"), ("draft2", "s64")] {
        let preview = start(&runner, counter(draft, number)).await;
        preview.keep_values_in(Some(store.clone()));
        assert_eq!(text(preview.handle(get("/")).await.unwrap()).await, "hello");
        previews.push(preview);
    }
    let entries = store.entries(9).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].value, "4");
    drop(server);
    assert!(previews[0].handle(get("/")).await.is_err());
    let calls = previews[0].capability_calls();
    let last = &calls[calls.len() - 1];
    assert_eq!((last.call, last.request), ("increment", 2));
    assert!(last.result.contains("does not answer"), "{last:?}");
}
