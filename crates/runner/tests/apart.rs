//! Components whose core modules are large enough to be compiled each on its own: they do what they do as a whole, and
//! what was compiled for one serves the others.

mod guests;

use bytes::Bytes;
use guests::wit::component;
use guests::{Source, get, limits, padding, start, text};
use patchbay_runner::{
    Call, CallError, Failure, Limits, MemoryLimit, PrepareError, Preview, RunError, Runner,
    TimeLimit,
};

const LINKED: &str = include_str!("guests/linked.wat");

/// Two nodes whose core modules are small.
fn small() -> Bytes {
    assembled(LINKED)
}

/// The same two, large.
fn large() -> Bytes {
    let text = LINKED
        .replacen(";;PADDING library", &padding('l'), 1)
        .replacen(";;PADDING user", &padding('u'), 1);
    assembled(&text)
}

fn assembled(text: &str) -> Bytes {
    wat::parse_str(text).unwrap().into()
}

fn runner(limits: Limits) -> Runner {
    Runner::new(limits).unwrap()
}

/// How many modules were compiled on their own, and how many were found.
fn counts(runner: &Runner) -> (u64, u64) {
    let modules = runner.modules();
    (modules.compiled, modules.found)
}

async fn call(preview: &Preview, function: &str, arguments: &[&str]) -> Result<String, RunError> {
    let call = Call {
        function: function.to_owned(),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: None,
    };
    match preview.call(call).await {
        Ok(returned) => Ok(returned.result.unwrap_or_default()),
        Err(CallError::Failed(Failure { error, .. })) => Err(error),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn strings_and_resources_go_through_links_as_they_do_in_a_whole() {
    let runner = runner(limits());
    for (graph, compiled) in [(small(), 0), (large(), 2)] {
        let preview = start(&runner, graph).await;
        assert_eq!(counts(&runner), (compiled, 0));
        let answers = [
            call(&preview, "count-twice", &["5"]).await,
            call(&preview, "shout-it", &["\"grüße?\""]).await,
            call(&preview, "grow-both", &[]).await,
        ];
        let expected = ["7", "\"grüße!\"", "513"].map(|it| Ok(it.to_owned()));
        assert_eq!(answers, expected);
    }
}

#[tokio::test]
async fn what_fails_names_the_node_it_failed_in() {
    let runner = runner(limits());
    for graph in [small(), large()] {
        let preview = start(&runner, graph).await;
        let failed = call(&preview, "fail-there", &[]).await;
        let Err(RunError::Trapped {
            nodes, backtrace, ..
        }) = failed
        else {
            panic!("{failed:?}");
        };
        assert_eq!(nodes, ["lender"]);
        assert!(backtrace[0].starts_with("lender: "), "{backtrace:?}");
        assert!(
            backtrace.last().unwrap().starts_with("borrower: "),
            "{backtrace:?}"
        );
        let late = call(&preview, "spin-there", &[]).await;
        let limit = limits().cpu_per_request;
        assert_eq!(
            late,
            Err(RunError::OutOfTime {
                kind: TimeLimit::Cpu,
                limit,
                nodes: vec!["lender".to_owned()]
            })
        );
    }
}

#[tokio::test]
async fn limits_hold_for_all_nodes_together() {
    let total = 48 << 20;
    let tight = runner(Limits {
        memory_total: total,
        ..limits()
    });
    let preview = start(&tight, large()).await;
    let refused = call(&preview, "grow-both", &[]).await;
    let Err(RunError::OutOfMemory { kind, limit, .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((kind, limit), (MemoryLimit::Total, total as u64));

    let few = runner(Limits {
        memories: 1,
        ..limits()
    });
    let refused = few.prepare(large()).await.err();
    assert_eq!(
        refused,
        Some(PrepareError::TooComplex {
            what: "linear memories",
            actual: 2,
            limit: 1
        })
    );
}

#[tokio::test]
async fn a_graph_of_parts_that_were_seen_is_not_compiled_again() {
    let runner = runner(limits());
    let library = LINKED.find("  (component $library").unwrap();
    let user = LINKED.find("  (component $user").unwrap();
    let library = LINKED[library..user].replacen("$library", "", 1);
    let library = library.replacen(";;PADDING library", &padding('l'), 1);
    runner.compile_part_ahead(assembled(&library)).await;
    assert_eq!(counts(&runner), (1, 0));
    let preview = start(&runner, large()).await;
    assert_eq!(counts(&runner), (2, 1), "only the user is new");

    // Another graph of the same two.
    let text = LINKED
        .replacen(";;PADDING library", &padding('l'), 1)
        .replacen(";;PADDING user", &padding('u'), 1)
        .replacen(
            "(export \"spin-there\" (func $borrower",
            "(export \"twist-there\" (func $borrower",
            1,
        );
    let other = start(&runner, assembled(&text)).await;
    assert_eq!(counts(&runner), (2, 3));
    for preview in [preview, other] {
        let answer = call(&preview, "count-twice", &["1"]).await;
        assert_eq!(answer, Ok("3".to_owned()));
    }
}

#[tokio::test]
async fn modules_are_kept_up_to_a_limit() {
    let runner = runner(Limits {
        compiled_modules: 1024,
        ..limits()
    });
    let preview = start(&runner, large()).await;
    runner.compile_part_ahead(large()).await;
    assert_eq!(counts(&runner), (4, 0));
    let answer = call(&preview, "count-twice", &["1"]).await;
    assert_eq!(answer, Ok("3".to_owned()), "what runs stays");
}

#[tokio::test]
async fn requests_are_answered_by_either_wasi() {
    let runner = runner(limits());
    let wasi_02 = Source {
        items: padding('h'),
        ..Source::handle("(call $hello (local.get $out))")
    };
    let preview = start(&runner, wasi_02.build()).await;
    assert_eq!(text(preview.handle(get("/")).await.unwrap()).await, "hello");
    let core = include_str!("guests/http_03.wat")
        .replacen("\n  ;;ITEMS", &padding('i'), 1)
        .replacen(
            "\n    ;;HANDLE",
            "(call $respond) (call $say (i32.const 0) (i32.const 5))",
            1,
        )
        .replacen("\n    ;;WRITTEN", "(call $finish)", 1);
    let wasi_03 = component(include_str!("guests/http_03.wit"), &core);
    let preview = start(&runner, wasi_03).await;
    assert_eq!(text(preview.handle(get("/")).await.unwrap()).await, "hello");
    assert_eq!(counts(&runner), (2, 0));
}

#[tokio::test]
async fn what_cannot_be_taken_apart_runs_as_a_whole() {
    let runner = runner(limits());
    let text = format!(
        "(component
          (core type (func))
          (core module $m (func (export \"answer\") (result i32) (i32.const 42)) {})
          (core instance $i (instantiate $m))
          (func (export \"answer\") (result u32) (canon lift (core func $i \"answer\"))))",
        padding('w')
    );
    let preview = start(&runner, assembled(&text)).await;
    assert_eq!(counts(&runner), (0, 0));
    assert_eq!(call(&preview, "answer", &[]).await, Ok("42".to_owned()));
}
