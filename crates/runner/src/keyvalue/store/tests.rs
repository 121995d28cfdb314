//! The store's rules, one by one.

use super::*;

fn store(limits: Limits) -> (KeyValueStore, Arc<str>) {
    let store = KeyValueStore::new(&limits);
    (store, "default".into())
}

fn set(store: &KeyValueStore, bucket: &Arc<str>, key: &str, value: &str) -> Result<(), StoreError> {
    let value = Bytes::copy_from_slice(value.as_bytes());
    store.set_many(bucket, vec![(key.to_owned(), value)])
}

fn get(store: &KeyValueStore, bucket: &str, key: &str) -> Option<Bytes> {
    store.get_many(bucket, &[key.to_owned()]).unwrap().remove(0)
}

#[test]
fn buckets_are_apart() {
    let (store, bucket) = store(Limits::default());
    let other: Arc<str> = "".into();
    set(&store, &bucket, "a", "1").unwrap();
    assert_eq!(get(&store, &other, "a"), None);
    assert_eq!(
        store.entries(),
        [KeyValueEntry {
            bucket: "default".to_owned(),
            key: "a".to_owned(),
            value: "1".into()
        }]
    );
}

#[test]
fn lengths_are_limited() {
    let (store, bucket) = store(Limits {
        kv_key_bytes: 8,
        kv_value_bytes: 2,
        ..Limits::default()
    });
    assert_eq!(
        set(&store, &bucket, "ninebytes", "").unwrap_err(),
        StoreError::TooLong {
            what: "key",
            limit: 8
        }
    );
    assert_eq!(
        set(&store, &bucket, "a", "abc").unwrap_err(),
        StoreError::TooLong {
            what: "value",
            limit: 2
        }
    );
}

#[test]
fn keys_are_counted_over_all_buckets() {
    let (store, bucket) = store(Limits {
        kv_keys: 2,
        ..Limits::default()
    });
    let other = "other".into();
    set(&store, &bucket, "a", "1").unwrap();
    set(&store, &other, "a", "1").unwrap();
    assert_eq!(
        set(&store, &other, "b", "1").unwrap_err(),
        StoreError::TooManyKeys { limit: 2 }
    );
    set(&store, &other, "a", "2").unwrap();
    store.delete_many(&bucket, &["a".to_owned()]);
    set(&store, &other, "b", "1").unwrap();
}

#[test]
fn bytes_are_counted_with_what_is_replaced_or_deleted_given_back() {
    let (store, bucket) = store(Limits {
        kv_total_bytes: 10,
        ..Limits::default()
    });
    set(&store, &bucket, "a", "123456789").unwrap();
    assert_eq!(
        set(&store, &bucket, "b", "").unwrap_err(),
        StoreError::Full { limit: 10 }
    );
    assert_eq!(
        set(&store, &bucket, "a", "1234567890").unwrap_err(),
        StoreError::Full { limit: 10 }
    );
    assert_eq!(get(&store, &bucket, "a").unwrap(), "123456789");
    set(&store, &bucket, "a", "1").unwrap();
    set(&store, &bucket, "b", "1234567").unwrap();
    store.delete_many(
        &bucket,
        &["a".to_owned(), "b".to_owned(), "never".to_owned()],
    );
    set(&store, &bucket, "c", "123456789").unwrap();
}

#[test]
fn keys_come_in_pages_in_order() {
    let (mut store, bucket) = store(Limits::default());
    store.page = 2;
    for key in ["d", "b", "e", "a", "c"] {
        set(&store, &bucket, key, "").unwrap();
    }
    let first = store.keys_from(&bucket, 0);
    assert_eq!(
        (first.keys.as_slice(), first.more),
        (["a".to_owned(), "b".to_owned()].as_slice(), true)
    );
    assert_eq!(
        store.keys_from(&bucket, 4),
        Page {
            keys: vec!["e".to_owned()],
            more: false
        }
    );
    assert_eq!(
        store.keys_from(&bucket, u64::MAX),
        Page {
            keys: Vec::new(),
            more: false
        }
    );

    assert_eq!(store.keys_after(&bucket, None), first);
    store.delete_many(&bucket, &["b".to_owned()]);
    let second = store.keys_after(&bucket, Some("b"));
    assert_eq!(
        second,
        Page {
            keys: vec!["c".to_owned(), "d".to_owned()],
            more: true
        }
    );
    assert_eq!(
        store.keys_after("nowhere", None),
        Page {
            keys: Vec::new(),
            more: false
        }
    );
}

#[test]
fn counters_are_decimal_and_checked() {
    let (store, bucket) = store(Limits::default());
    assert_eq!(
        store.increment(&bucket, "n".to_owned(), Delta::Unsigned(2)),
        Ok(2)
    );
    assert_eq!(
        store.increment(&bucket, "n".to_owned(), Delta::Signed(-5)),
        Ok(-3)
    );
    assert_eq!(get(&store, &bucket, "n").unwrap(), "-3");
    assert_eq!(
        store.increment(&bucket, "n".to_owned(), Delta::Unsigned(1)),
        Err(StoreError::NotANumber)
    );
    set(&store, &bucket, "n", &u64::MAX.to_string()).unwrap();
    assert_eq!(
        store.increment(&bucket, "n".to_owned(), Delta::Unsigned(1)),
        Err(StoreError::Overflow)
    );
}

#[test]
fn swap_needs_the_value_it_saw() {
    let (store, bucket) = store(Limits::default());
    assert_eq!(store.swap(&bucket, "a", None, "1".into()), Ok(Swap::Done));
    assert_eq!(
        store.swap(&bucket, "a", None, "2".into()),
        Ok(Swap::Changed(Some("1".into())))
    );
    assert_eq!(
        store.swap(&bucket, "a", Some(&"1".into()), "2".into()),
        Ok(Swap::Done)
    );
    assert_eq!(get(&store, &bucket, "a").unwrap(), "2");
}

#[test]
fn many_at_once() {
    let (store, bucket) = store(Limits {
        kv_total_bytes: 10,
        ..Limits::default()
    });
    let entries = vec![("a".to_owned(), "1".into()), ("b".to_owned(), "12".into())];
    store.set_many(&bucket, entries).unwrap();
    let keys = ["b".to_owned(), "x".to_owned(), "a".to_owned()];
    assert_eq!(
        store.get_many(&bucket, &keys).unwrap(),
        [Some("12".into()), None, Some("1".into())]
    );
    let many = vec!["b".to_owned(); 6];
    assert_eq!(
        store.get_many(&bucket, &many).unwrap_err(),
        StoreError::TooMuchAtOnce { limit: 10 }
    );
}
