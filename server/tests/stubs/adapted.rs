//! Adapters, run: what they pass on is what came in, resources and their functions included.

use super::{Running, answers, fused, strings, wave};
use patchbay_composer::generate::adapter::adapter;
use patchbay_composer::generate::stub::{Otherwise, for_wit};
use std::collections::BTreeMap;
use wasmtime::component::Val;

const BUCKETS: &str = "package test:buckets;
interface kept {
  resource bucket {
    constructor(name: string);
    get: func(key: string) -> option<string>;
    join: static func(a: bucket, b: borrow<bucket>) -> result<bucket, string>;
  }
  all: func() -> list<bucket>;
}
interface wanted {
  resource bucket {
    constructor(name: string);
    get: func(key: string) -> option<string>;
    join: static func(a: bucket, b: borrow<bucket>) -> result<bucket, string>;
  }
  list-all: func() -> list<bucket>;
}
world provider { export kept; }
world user { import wanted; }";

#[test]
fn the_functions_of_a_resource_go_through_an_adapter() {
    let told = answers(
        &[("bucket.get", "some(\"value\")"), ("all", "[1, 2]")],
        Otherwise::Default,
    );
    let provider = for_wit("buckets.wit", BUCKETS, Some("provider"), &told).unwrap();
    let user = for_wit(
        "buckets.wit",
        BUCKETS,
        Some("user"),
        &answers(&[], Otherwise::Trap),
    )
    .unwrap();
    let (have, want) = ("test:buckets/kept", "test:buckets/wanted");
    let renames = BTreeMap::new();
    let adapter = adapter(&[(&provider, have)], &user, want, &renames).unwrap();
    let bytes = fused(&provider, &adapter.component, have, &[want]);
    let mut running = Running::start(&bytes);
    let mut call = |name: &str, arguments: &[Val]| {
        let returned = running.call(Some(want), name, arguments);
        returned
            .unwrap_or_else(|e| panic!("{name}: {e:?}"))
            .unwrap()
    };
    let made = call("[constructor]bucket", &strings(&["a"]));
    let got = call(
        "[method]bucket.get",
        &[made.clone(), strings(&["k"]).remove(0)],
    );
    assert_eq!(wave(&got), "some(\"value\")");
    let Val::List(mut all) = call("list-all", &[]) else {
        panic!("no list");
    };
    let joined = call("[static]bucket.join", &[all.remove(0), made]);
    assert!(matches!(joined, Val::Result(Ok(Some(_)))), "{joined:?}");
}
