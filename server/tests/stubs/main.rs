//! Generated stubs, run: they return what they were told to, and the others say what was called.

mod adapted;
mod streams;
mod traced;
mod wave;

use patchbay_composer::generate::stub::{Answers, Otherwise, for_imports, for_wit};
use patchbay_composer::{Component, Parts, check, fuse};
use patchbay_model::component::Generated;
use patchbay_model::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point, Transaction};
use std::collections::BTreeMap;
use wasmtime::component::{Instance, Linker, Val};
use wasmtime::{Engine, Store, WasmBacktrace};
use wave::wave;

const TYPES: &str = include_str!("types.wit");
const ANSWERS: &str = include_str!("types.answers");
const RESOURCES: &str = include_str!("resources.wit");

fn answers(values: &[(&str, &str)], otherwise: Otherwise) -> Answers {
    let values = values
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Answers {
        values: values.collect(),
        otherwise,
    }
}

/// A component that runs.
struct Running<T: 'static = ()> {
    store: Store<T>,
    instance: Instance,
}

impl Running {
    fn start(bytes: &[u8]) -> Self {
        let engine = Engine::default();
        let component = wasmtime::component::Component::new(&engine, bytes).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine)
            .instantiate(&mut store, &component)
            .unwrap();
        Self { store, instance }
    }
}

impl<T> Running<T> {
    fn call(
        &mut self,
        interface: Option<&str>,
        name: &str,
        arguments: &[Val],
    ) -> wasmtime::Result<Option<Val>> {
        let interface = interface.map(|name| {
            self.instance
                .get_export_index(&mut self.store, None, name)
                .unwrap_or_else(|| panic!("no {name}"))
        });
        let function = self
            .instance
            .get_export_index(&mut self.store, interface.as_ref(), name)
            .unwrap_or_else(|| panic!("no {name}"));
        let function = self.instance.get_func(&mut self.store, function).unwrap();
        let mut results = vec![Val::Bool(false); function.ty(&self.store).results().len()];
        function.call(&mut self.store, arguments, &mut results)?;
        Ok(results.pop())
    }
}

fn strings(texts: &[&str]) -> Vec<Val> {
    texts
        .iter()
        .map(|text| Val::String((*text).to_owned()))
        .collect()
}

#[test]
fn every_type_comes_back_as_it_was_given() {
    let told: Vec<(&str, &str)> = ANSWERS
        .lines()
        .map(|line| line.split_once(" = ").unwrap())
        .collect();
    let stub = for_wit("types.wit", TYPES, None, &answers(&told, Otherwise::Trap)).unwrap();
    let mut running = Running::start(&stub.bytes);
    for (name, value) in told {
        // Twice: a call leaves the values as they were.
        for _ in 0..2 {
            let returned = match name {
                "plain" => {
                    let arguments = [strings(&["a"]).remove(0), Val::List(strings(&["b", "c"]))];
                    running.call(None, name, &arguments)
                }
                _ => running.call(Some("test:every/types@1.0.0"), name, &[]),
            };
            let returned = returned.unwrap_or_else(|e| panic!("{name}: {e:?}"));
            assert_eq!(
                returned.map_or("()".to_owned(), |v| wave(&v)),
                value,
                "{name}"
            );
        }
    }
}

#[test]
fn the_plainest_values_are_zero_empty_none_ok_and_the_first_case() {
    let stub = for_wit("types.wit", TYPES, None, &answers(&[], Otherwise::Default)).unwrap();
    let mut running = Running::start(&stub.bytes);
    for (name, value) in [
        ("truth", "false"),
        ("large", "0"),
        ("letter", "'\0'"),
        (
            "whole",
            "{name: \"\", age: none, tags: [], home: {x: 0, y: 0}}",
        ),
        ("some-suit", "clubs"),
        ("many-rights", "{}"),
        ("shapes", "[]"),
        ("maybe", "none"),
        ("fine", "ok(0)"),
        ("half", "ok"),
        ("mixed", "(a(0), 0)"),
    ] {
        let returned = running
            .call(Some("test:every/types@1.0.0"), name, &[])
            .unwrap()
            .unwrap();
        assert_eq!(wave(&returned), value, "{name}");
    }
}

#[test]
fn a_trap_names_what_was_called() {
    let stub = for_wit("types.wit", TYPES, None, &Answers::default()).unwrap();
    assert_eq!(stub.info.generated, Some(Generated::Stub));
    let mut running = Running::start(&stub.bytes);
    let trap = running
        .call(Some("test:every/types@1.0.0"), "maybe", &[])
        .unwrap_err();
    let frames = trap.downcast_ref::<WasmBacktrace>().unwrap().frames();
    assert_eq!(
        frames[0].func_name(),
        Some("test:every/types@1.0.0.maybe was called")
    );
    assert_eq!(frames[0].module().name(), Some("patchbay-stub"));
}

#[test]
fn large_arguments_are_taken_again_and_again() {
    let stub = for_wit("types.wit", TYPES, None, &answers(&[], Otherwise::Default)).unwrap();
    let mut running = Running::start(&stub.bytes);
    let long = "x".repeat(1 << 20);
    for _ in 0..20 {
        let arguments = [
            Val::String(long.clone()),
            Val::List(strings(&[&long, &long])),
        ];
        let returned = running.call(None, "plain", &arguments).unwrap();
        assert_eq!(returned, Some(Val::String(String::new())));
    }
}

#[test]
fn resources_are_made_borrowed_and_given_back() {
    let told = [
        ("store.open", "ok(7)"),
        ("bucket.get", "some(\"value\")"),
        ("store.all", "[1, 2, 3]"),
    ];
    let stub = for_wit(
        "resources.wit",
        RESOURCES,
        Some("provider"),
        &answers(&told, Otherwise::Default),
    );
    let stub = stub.unwrap();
    let mut running = Running::start(&stub.bytes);
    let interface = Some("test:resources/store");
    for _ in 0..100 {
        let Val::Result(Ok(Some(bucket))) = running
            .call(interface, "open", &strings(&["a"]))
            .unwrap()
            .unwrap()
        else {
            panic!("no bucket");
        };
        let made = running
            .call(interface, "[constructor]bucket", &[])
            .unwrap()
            .unwrap();
        let got = running.call(
            interface,
            "[method]bucket.get",
            &[(*bucket).clone(), strings(&["k"]).remove(0)],
        );
        assert_eq!(wave(&got.unwrap().unwrap()), "some(\"value\")");
        let Val::List(all) = running.call(interface, "all", &[]).unwrap().unwrap() else {
            panic!("no list");
        };
        assert_eq!(all.len(), 3);
        let mut given = vec![*bucket, made];
        given.extend(all);
        let tuples = given
            .into_iter()
            .map(|bucket| Val::Tuple(vec![Val::U8(1), Val::Option(Some(Box::new(bucket)))]));
        running
            .call(interface, "close", &[Val::List(tuples.collect())])
            .unwrap();
    }
}

#[test]
fn handles_of_somebody_else_are_given_back_before_a_call_ends() {
    let defaults = answers(&[], Otherwise::Default);
    let provider = for_wit("resources.wit", RESOURCES, Some("provider"), &defaults).unwrap();
    let user = for_wit("resources.wit", RESOURCES, Some("user"), &defaults).unwrap();
    let fused = fused(
        &provider,
        &user,
        "test:resources/store",
        &["test:resources/use"],
    );
    let mut running = Running::start(&fused);
    let (store, user) = (Some("test:resources/store"), Some("test:resources/use"));
    let mut bucket = || {
        running
            .call(store, "[constructor]bucket", &[])
            .unwrap()
            .unwrap()
    };
    let (a, b, c) = (bucket(), bucket(), bucket());
    let some = |value: &Val| Val::Option(Some(Box::new(value.clone())));
    // One in a register, one in a variant beside a wider case, and some in a list.
    let wide = Val::Variant("handle".to_owned(), Some(Box::new(b.clone())));
    let arguments = [
        a.clone(),
        wide,
        Val::List(vec![some(&a), Val::Option(None), some(&b)]),
    ];
    running.call(user, "borrows", &arguments).unwrap();
    let many = vec![a.clone(); 20].into_iter().map(|bucket| some(&bucket));
    running
        .call(user, "borrows-in-memory", &many.collect::<Vec<_>>())
        .unwrap();
    running.call(user, "keeps", &[c]).unwrap();
    // What needs a handle that the stub cannot make traps in place of lying, unless there is another way.
    let failed = running.call(user, "may-fail", &[]).unwrap().unwrap();
    assert_eq!(wave(&failed), "err(\"\")");
    assert!(running.call(user, "gives", &[]).is_err());
}

#[test]
fn a_stub_fills_the_imports_of_a_component() {
    let defaults = answers(&[], Otherwise::Default);
    let user = for_wit("resources.wit", RESOURCES, Some("user"), &defaults).unwrap();
    let import = "test:resources/store".to_owned();
    let stub = for_imports(&user, std::slice::from_ref(&import), &defaults).unwrap();
    assert_eq!(stub.info.package, "patchbay:stub-store");
    assert_eq!(stub.info.exports[0].name, import);
    assert!(stub.info.imports.is_empty());
    let again = for_imports(&user, std::slice::from_ref(&import), &defaults).unwrap();
    assert_eq!(
        again.bytes, stub.bytes,
        "the same request gives the same bytes"
    );
    let fused = fused(&stub, &user, &import, &["test:resources/use"]);
    let mut running = Running::start(&fused);
    let failed = running
        .call(Some("test:resources/use"), "may-fail", &[])
        .unwrap()
        .unwrap();
    assert_eq!(wave(&failed), "err(\"\")");
}

/// The provider's interface linked to the user's import, and both exported.
fn fused(provider: &Component, user: &Component, interface: &str, exports: &[&str]) -> Vec<u8> {
    let node = |id: &str, component: &Component| Op::AddNode {
        node: Node::instance(
            NodeId(id.to_owned()),
            id.to_owned(),
            component.info.reference(),
            Point { x: 0.0, y: 0.0 },
        ),
    };
    let end = |node: &str| Endpoint {
        node: NodeId(node.to_owned()),
        port: interface.to_owned(),
    };
    let export = |node: &str, port: &str| Op::AddExport {
        name: port.to_owned(),
        source: ExportSource {
            node: NodeId(node.to_owned()),
            port: Some(port.to_owned()),
        },
    };
    let link = Link {
        from: end("provider"),
        to: end("user"),
    };
    let mut ops = vec![
        node("provider", provider),
        node("user", user),
        Op::AddLink { link },
        export("provider", interface),
    ];
    ops.extend(exports.iter().map(|port| export("user", port)));
    let mut graph = Graph::named("stubs");
    graph.apply(&Transaction::new("all", ops)).unwrap();
    let parts: Parts = [provider.clone(), user.clone()].into_iter().collect();
    let analysis = check(&graph, &parts);
    assert!(analysis.problems.is_empty(), "{:?}", analysis.problems);
    fuse(&graph, &parts).unwrap()
}

#[test]
fn what_cannot_be_is_said_in_words() {
    let cases = [
        (
            "tiny",
            "256",
            "the value for `test:every/types@1.0.0.tiny` does not fit: `256` is not a number of the type u8",
        ),
        (
            "whole",
            "{name: \"a\"}",
            "the value for `test:every/types@1.0.0.whole` does not fit: the field `tags` is missing",
        ),
        (
            "some-suit",
            "heart",
            "the value for `test:every/types@1.0.0.some-suit` does not fit: `heart` is not one of `clubs`, `diamonds`, `hearts`, `spades`",
        ),
        (
            "fine",
            "err(1)",
            "the value for `test:every/types@1.0.0.fine` does not fit: `err`: `1` is not a string in double quotes",
        ),
        (
            "nothing",
            "1",
            "the value for `test:every/types@1.0.0.nothing` does not fit: it returns nothing; write it as ()",
        ),
        (
            "types.txt",
            "1",
            "there is no function `types.txt` to give a value to; did you mean `types.text`?",
        ),
    ];
    for (function, value, words) in cases {
        let error = for_wit(
            "types.wit",
            TYPES,
            None,
            &answers(&[(function, value)], Otherwise::Trap),
        );
        assert_eq!(error.unwrap_err().to_string(), words);
    }
    let none = BTreeMap::new();
    let nothing = Answers {
        values: none,
        otherwise: Otherwise::Trap,
    };
    let broken = for_wit(
        "broken.wit",
        "package a:b;\ninterface c { d: func( }",
        None,
        &nothing,
    );
    assert!(broken.unwrap_err().to_string().contains("broken.wit:2:"));
}
