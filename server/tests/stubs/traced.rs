//! Traced builds, run: they answer as the untraced ones do, and every call of a link is told of.

mod guests;

use super::{Running, answers, wave};
use guests::{GUEST_WIT, component, guest, relay};
use patchbay_composer::generate::adapter::adapter;
use patchbay_composer::generate::stub::{Otherwise, for_wit};
use patchbay_composer::{Component, Parts, Traced, fuse, fuse_traced, inspect};
use patchbay_model::{Endpoint, ExportSource, Graph, Link, Node, NodeId, Op, Point, Transaction};
use std::collections::BTreeMap;
use wasmtime::component::{Linker, Val};
use wasmtime::{Engine, Store};

const RESOURCES: &str = include_str!("resources.wit");
const TRACE: &str = "patchbay:preview/trace@0.1.0";

/// What was told of calls: which link began, and whether one failed that came back.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Began(u32),
    Ended(u64, bool),
}

/// A traced component that runs.
struct TracedRun {
    running: Running<Vec<Told>>,
}

impl TracedRun {
    fn start(bytes: &[u8]) -> Self {
        let engine = Engine::default();
        let component = wasmtime::component::Component::new(&engine, bytes).unwrap();
        let mut linker = Linker::<Vec<Told>>::new(&engine);
        let mut trace = linker.instance(TRACE).unwrap();
        trace
            .func_wrap("begin", |mut store, (link,): (u32,)| {
                store.data_mut().push(Told::Began(link));
                Ok((store.data().len() as u64,))
            })
            .unwrap();
        trace
            .func_wrap("end", |mut store, (call, failed): (u64, bool)| {
                store.data_mut().push(Told::Ended(call, failed));
                Ok(())
            })
            .unwrap();
        let mut store = Store::new(&engine, Vec::new());
        let instance = linker.instantiate(&mut store, &component).unwrap();
        Self {
            running: Running { store, instance },
        }
    }

    /// What was told since it was asked last.
    fn told(&mut self) -> Vec<Told> {
        std::mem::take(self.running.store.data_mut())
    }
}

/// A graph of these nodes, links (`from port → to port`) and exports.
fn graph(
    nodes: &[(&str, &Component)],
    links: &[(&str, &str, &str, &str)],
    exports: &[(&str, &str)],
) -> (Graph, Parts) {
    let end = |node: &str, port: &str| Endpoint {
        node: NodeId(node.to_owned()),
        port: port.to_owned(),
    };
    let nodes_in = nodes.iter().map(|(id, component)| {
        let node = NodeId((*id).to_owned());
        let reference = component.info.reference();
        let node = Node::instance(node, (*id).to_owned(), reference, Point::default());
        Op::AddNode { node }
    });
    let links = links.iter().map(|(from, port, to, import)| Op::AddLink {
        link: Link {
            from: end(from, port),
            to: end(to, import),
        },
    });
    let exports = exports.iter().map(|(node, port)| Op::AddExport {
        name: (*port).to_owned(),
        source: ExportSource {
            node: NodeId((*node).to_owned()),
            port: Some((*port).to_owned()),
        },
    });
    let ops = nodes_in.chain(links).chain(exports).collect();
    let mut graph = Graph::named("traced");
    graph.apply(&Transaction::new("all", ops)).unwrap();
    let parts = nodes.iter().map(|(_, component)| (*component).clone());
    (graph, parts.collect())
}

/// The same graph fused and traced, its one link with an interposer.
fn both(
    nodes: &[(&str, &Component)],
    links: &[(&str, &str, &str, &str)],
    exports: &[(&str, &str)],
) -> (Vec<u8>, Traced) {
    let (graph, parts) = graph(nodes, links, exports);
    let traced = fuse_traced(&graph, &parts).unwrap();
    let untraced: Vec<_> = traced
        .links
        .iter()
        .filter_map(|it| it.untraced.clone())
        .collect();
    assert!(untraced.is_empty(), "{untraced:?}");
    (fuse(&graph, &parts).unwrap(), traced)
}

#[test]
fn values_of_every_type_go_through_an_interposer_unchanged() {
    let (guest, relay) = (guest(), relay());
    let values = "test:guests/values";
    let (plain, traced) = both(
        &[("guest", &guest), ("relay", &relay)],
        &[("guest", values, "relay", values)],
        &[("relay", "test:relay/values")],
    );
    assert!(traced.bytes.len() > plain.len());
    assert_eq!(traced.untraced, plain.len());
    let (mut plain, mut traced) = (Running::start(&plain), TracedRun::start(&traced.bytes));
    let text = |text: &str| Val::String(text.to_owned());
    let point = |x, label: Option<&str>| {
        let label = label.map(|label| Box::new(text(label)));
        let fields = [
            ("x", Val::S32(x)),
            ("y", Val::S32(-x)),
            ("label", Val::Option(label)),
        ];
        Val::Record(fields.map(|(name, value)| (name.to_owned(), value)).into())
    };
    let points = Val::List(vec![point(1, Some("a")), point(-7, None)]);
    let case = |name: &str, value: Option<Val>| Val::Variant(name.to_owned(), value.map(Box::new));
    let shapes = Val::List(vec![
        case("nothing", None),
        case("circle", Some(Val::Float64(1.5))),
        case("polygon", Some(points.clone())),
    ]);
    let long = "långer text, ".repeat(2_000);
    let values = [
        ("one-bool", Val::Bool(true)),
        ("one-s8", Val::S8(-8)),
        ("one-u64", Val::U64(u64::MAX)),
        ("one-f32", Val::Float32(0.25)),
        ("one-f64", Val::Float64(-1e300)),
        ("one-char", Val::Char('ß')),
        ("one-enum", Val::Enum("green".to_owned())),
        (
            "one-flags",
            Val::Flags(vec!["read".to_owned(), "execute".to_owned()]),
        ),
        ("one-string", text("")),
        ("one-string", text(&long)),
        ("points", points),
        ("shapes", shapes),
        (
            "tuples",
            Val::List(vec![Val::Tuple(vec![
                Val::U8(3),
                text("b"),
                Val::Bool(false),
            ])]),
        ),
        (
            "results",
            Val::List(vec![
                Val::Result(Ok(Some(Box::new(Val::U16(5))))),
                Val::Result(Err(Some(Box::new(text("no"))))),
            ]),
        ),
        (
            "lists",
            Val::List(vec![
                Val::List(vec![Val::U8(1), Val::U8(2)]),
                Val::List(vec![]),
            ]),
        ),
    ];
    for round in 0..3 {
        for (name, value) in &values {
            let arguments = std::slice::from_ref(value);
            let expected = plain.call(Some("test:relay/values"), name, arguments);
            let returned = traced
                .running
                .call(Some("test:relay/values"), name, arguments);
            let (expected, returned) = (expected.unwrap().unwrap(), returned.unwrap().unwrap());
            assert_eq!(wave(&returned), wave(&expected), "{name}, round {round}");
            assert_eq!(wave(&returned), wave(value), "{name}, round {round}");
            assert_eq!(
                traced.told(),
                [Told::Began(0), Told::Ended(1, false)],
                "{name}"
            );
        }
    }
}

/// What makes and uses counters. The digits of what `run` gives are what was found: whether a handle is the same as itself,
/// and as another one, and what three counters say.
const COUNTING: &str = include_str!("traced/counting.wat");

#[test]
fn handles_keep_their_identity_through_an_interposer() {
    let interface = "test:guests/counters";
    let counters = &GUEST_WIT[GUEST_WIT.find("interface counters").unwrap()..];
    let world = "world counting { import counters; export run: func() -> u32; }";
    let wit = format!("package test:guests; {world}\n{counters}");
    let (guest, counting) = (guest(), component("test:counting", &wit, COUNTING));
    let (plain, traced) = both(
        &[("guest", &guest), ("counting", &counting)],
        &[("guest", interface, "counting", interface)],
        &[("counting", "run")],
    );
    let expected = Running::start(&plain).call(None, "run", &[]).unwrap();
    assert_eq!(expected, Some(Val::U32(10_071_304)));
    let mut traced = TracedRun::start(&traced.bytes);
    assert_eq!(traced.running.call(None, "run", &[]).unwrap(), expected);
    assert_eq!(traced.told().len(), 2 * 9);
}

#[test]
fn where_an_interposer_would_make_the_result_invalid_there_is_none() {
    let counters = &GUEST_WIT[GUEST_WIT.find("interface counters").unwrap()..];
    let wit = format!("package test:relay; world user {{ import counters; }}\n{counters}");
    let user = for_wit("relay.wit", &wit, None, &answers(&[], Otherwise::Trap)).unwrap();
    let guest = guest();
    let (from, to) = ("test:guests/counters", "test:relay/counters");
    let relay = adapter(&[(&guest, from)], &user, to, &BTreeMap::new()).unwrap();
    // The types of the second export are those of the first, which an interposer names anew.
    let (graph, parts) = graph(
        &[("guest", &guest), ("relay", &relay.component)],
        &[("guest", from, "relay", from)],
        &[("guest", from), ("relay", to)],
    );
    let traced = fuse_traced(&graph, &parts).unwrap();
    let why = traced.links[0].untraced.clone().unwrap();
    assert!(why.starts_with("with an interposer in it"), "{why}");
    assert_eq!(traced.bytes, fuse(&graph, &parts).unwrap());
}

/// What lends handles in every way there is: `run` does one of five things.
const LENDER: &str = include_str!("traced/lender.wat");

#[test]
fn what_was_lent_is_given_back_and_errors_are_told() {
    let defaults = answers(&[], Otherwise::Default);
    let stub = |world| for_wit("resources.wit", RESOURCES, Some(world), &defaults).unwrap();
    let (provider, user) = (stub("provider"), stub("user"));
    let world = "world lender { import store; import %use; export run: func(step: u32); }";
    let interfaces = &RESOURCES[..RESOURCES.find("world provider").unwrap()];
    let lender = component("test:lender", &format!("{interfaces}\n{world}"), LENDER);
    let (store, used) = ("test:resources/store", "test:resources/use");
    let (_, traced) = both(
        &[
            ("provider", &provider),
            ("user", &user),
            ("lender", &lender),
        ],
        &[
            ("provider", store, "user", store),
            ("provider", store, "lender", store),
            ("user", used, "lender", used),
        ],
        &[("lender", "run")],
    );
    let place = |to: &str, port: &str| {
        let mut links = traced.links.iter();
        let found = links.position(|it| it.link.to.node.0 == to && it.link.to.port == port);
        u32::try_from(found.unwrap()).unwrap()
    };
    let (making, through) = (place("lender", store), place("lender", used));
    for step in 0..5 {
        let mut traced = TracedRun::start(&traced.bytes);
        for _ in 0..2 {
            let returned = traced.running.call(None, "run", &[Val::U32(step)]);
            let told = traced.told();
            let began = told
                .iter()
                .filter(|it| **it == Told::Began(through))
                .count();
            assert_eq!(
                (told[0].clone(), began),
                (Told::Began(making), 1),
                "step {step}"
            );
            match step {
                // A trap is one that never came back.
                4 => {
                    assert!(returned.is_err());
                    assert_eq!(told.last(), Some(&Told::Began(through)));
                    break;
                }
                _ => {
                    returned.unwrap_or_else(|e| panic!("step {step}: {e:?}"));
                    let failed = matches!(told.last(), Some(Told::Ended(_, true)));
                    assert_eq!(failed, step == 3, "{told:?}");
                }
            }
        }
    }
}

#[test]
fn functions_on_their_own_are_traced_and_what_cannot_be_is_said() {
    let wit = "package test:odd;
interface types { type id = u32; }
interface later { wait: async func(n: u32) -> u32; }
world provider {
  export types; export later; export add: func(a: u32, b: string) -> result<string>;
  export shape: func() -> tuple<u8, list<option<string>>>;
}
world user {
  import types; import later; import add: func(a: u32, b: string) -> result<string>;
  import shape: func() -> tuple<u8, list<option<string>>>;
  export run: func();
}";
    let told = answers(
        &[("add", "err"), ("shape", "(3, [none])")],
        Otherwise::Default,
    );
    let stub = |world| for_wit("odd.wit", wit, Some(world), &told);
    let provider = stub("provider").unwrap();
    let user = for_wit("odd.wit", wit, Some("user"), &answers(&[], Otherwise::Trap)).unwrap();
    let ports = ["test:odd/types", "test:odd/later", "add", "shape"];
    let links = ports.map(|port| ("provider", port, "user", port));
    let links: Vec<_> = links
        .into_iter()
        .filter(|(_, port, ..)| user.info.import(port).is_some())
        .collect();
    let (graph, parts) = graph(
        &[("provider", &provider), ("user", &user)],
        &links,
        &[("user", "run")],
    );
    let traced = fuse_traced(&graph, &parts).unwrap();
    let why = |port: &str| {
        let found = traced.links.iter().find(|it| it.link.to.port == port);
        found.and_then(|it| it.untraced.clone())
    };
    assert_eq!(why("add"), None);
    assert_eq!(why("shape"), None);
    let later = why("test:odd/later").unwrap();
    assert!(later.contains("`test:odd/later.wait` is async"), "{later}");
    inspect("test:traced", &traced.bytes).unwrap();

    // Whoever tells of calls itself cannot be traced.
    let wit = "package test:forger;
world forger { import patchbay:preview/trace@0.1.0; export run: func(); }
package patchbay:preview@0.1.0 {
  interface trace { begin: func(link: u32) -> u64; end: func(call: u64, failed: bool); }
}";
    let forger = for_wit(
        "forger.wit",
        wit,
        Some("forger"),
        &answers(&[], Otherwise::Trap),
    );
    let forger = forger.unwrap();
    let (graph, parts) = self::graph(&[("forger", &forger)], &[], &[("forger", "run")]);
    let problems = fuse_traced(&graph, &parts).unwrap_err();
    assert!(
        problems[0].message.contains("`forger` imports"),
        "{problems:?}"
    );
}
