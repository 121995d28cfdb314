//! The rules of containers, one by one.

use super::*;

fn small(objects_total_bytes: usize) -> BlobStore {
    BlobStore::in_memory(&Limits {
        objects: 4,
        object_bytes: 10,
        objects_total_bytes,
        ..Limits::default()
    })
}

#[tokio::test]
async fn objects_are_kept_in_containers() {
    let store = small(100);
    let refused = store.put("shop", "a", "1".into()).await;
    assert_eq!(refused, Err(no_container("shop")));
    store.create("shop").await.unwrap();
    store.create("empty").await.unwrap();
    assert!(store.exists("empty").await.unwrap());
    store.put("shop", "b/../ü?", "12345".into()).await.unwrap();
    let entries = store.entries(9).await.unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].name, "b/../ü?");
    assert_eq!(
        (entries[0].size, entries[0].container.as_str()),
        (5, "shop")
    );
    let part = store.read("shop", "b/../ü?", 1, 3).await;
    assert_eq!(part.unwrap(), "234");
    let rest = store.read("shop", "b/../ü?", 3, 99).await;
    assert_eq!(rest.unwrap(), "45");
    store
        .copy(("shop", "b/../ü?"), ("empty", "c"))
        .await
        .unwrap();
    assert_eq!(store.names("empty").await.unwrap(), ["c"]);
    store.clear("empty", false).await.unwrap();
    assert!(store.names("empty").await.unwrap().is_empty());
    assert!(store.exists("empty").await.unwrap());
    store.clear("shop", true).await.unwrap();
    assert!(!store.exists("shop").await.unwrap());
}

#[tokio::test]
async fn quotas_hold_and_strange_names_are_refused() {
    let store = small(64);
    store.create("a").await.unwrap();
    let put = async |name: &str, length| store.put("a", name, vec![0; length].into()).await;
    assert_eq!(put("x", 11).await, Err(BlobError::TooLong { limit: 10 }));
    put("x", 10).await.unwrap();
    // With `a/.container`, `a/x` and ten bytes there are 25 already.
    let long = "y".repeat(36);
    assert_eq!(put(&long, 2).await, Err(BlobError::Full { limit: 64 }));
    // In its own place it fits.
    put("x", 9).await.unwrap();
    put(&long, 2).await.unwrap();
    assert_eq!(put("z", 0).await, Err(BlobError::Full { limit: 64 }));
    store.delete("a", &long).await.unwrap();
    put("y", 0).await.unwrap();
    put("z", 0).await.unwrap();
    assert_eq!(put("w", 0).await, Err(BlobError::TooMany { limit: 4 }));
    for name in ["", "/", "a//b", "/a", "a/", ".container"] {
        let refused = put(name, 0).await;
        assert_eq!(refused, Err(BlobError::NotAName(name.to_owned())));
        assert!(store.delete("a", name).await.is_err(), "{name}");
    }
    let long = "n".repeat(NAMES);
    for refused in [put(&long, 0).await, store.create(&(long + "n")).await] {
        let Err(BlobError::NotAName(name)) = refused else {
            panic!("{refused:?}")
        };
        assert!(name.len() < 300, "{name}");
    }
    assert!(store.create("a/b").await.is_err());
    assert!(store.create("").await.is_err());
}

#[tokio::test]
async fn all_are_counted_and_cleared_and_the_first_are_listed() {
    let store = BlobStore::in_memory(&Limits {
        objects: LISTED + 2,
        ..Limits::default()
    });
    store.create("a").await.unwrap();
    for number in 0..=LISTED {
        let place = path("a", &number.to_string()).unwrap();
        store.store.put(&place, "".into()).await.unwrap();
    }
    let refused = store.put("a", "x", "".into()).await;
    let limit = LISTED + 2;
    assert_eq!(refused, Err(BlobError::TooMany { limit }));
    let first = store.entries(2).await.unwrap();
    let names: Vec<_> = first.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["0", "1"]);
    assert!(store.has("a", "9999").await.unwrap());
    store.clear("a", true).await.unwrap();
    assert!(!store.has("a", "9999").await.unwrap());
    assert!(!store.exists("a").await.unwrap());
}
