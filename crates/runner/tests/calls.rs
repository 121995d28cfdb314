//! Calling exports by hand, with values as text.

mod guests;

use guests::wit::component;
use guests::{assert_logged, assert_serves, get, hello, limits, padding, start};
use patchbay_runner::{
    Call, CallError, Failure, Limits, Pool, Preview, Returned, RunError, Runner, TimeLimit,
};
use std::time::Duration;

fn guest() -> bytes::Bytes {
    component(
        include_str!("guests/calls.wit"),
        include_str!("guests/calls.wat"),
    )
}

/// The same with a core module that is compiled on its own.
fn large_guest() -> bytes::Bytes {
    let core = include_str!("guests/calls.wat").trim_end();
    let core = core.strip_suffix(')').unwrap();
    component(
        include_str!("guests/calls.wit"),
        &format!("{core} {})", padding('c')),
    )
}

async fn preview() -> Preview {
    start(&Runner::new(limits()).unwrap(), guest()).await
}

fn a_call(function: &str, arguments: &[&str], session: Option<&str>) -> Call {
    Call {
        function: function.to_owned(),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: session.map(str::to_owned),
    }
}

async fn call(
    preview: &Preview,
    function: &str,
    arguments: &[&str],
) -> Result<Returned, CallError> {
    preview.call(a_call(function, arguments, None)).await
}

/// What a call in the session `s` gives.
async fn in_session(preview: &Preview, function: &str, arguments: &[&str]) -> Returned {
    let name = format!("test:guests/counters#{function}");
    preview
        .call(a_call(&name, arguments, Some("s")))
        .await
        .unwrap()
}

#[tokio::test]
async fn functions_are_listed_with_their_types() {
    let preview = preview().await;
    let signature = |name: &str| {
        let program = preview.program();
        let functions = program.functions();
        let function = functions.iter().find(|it| it.name == name).unwrap();
        match &function.signature {
            Ok(signature) => {
                let parameters = signature.parameters.iter();
                let parameters: Vec<_> = parameters.map(|(n, ty)| format!("{n}: {ty}")).collect();
                let result = signature.result.as_ref().map(ToString::to_string);
                format!(
                    "({}) -> {}",
                    parameters.join(", "),
                    result.unwrap_or_default()
                )
            }
            Err(obstacle) => obstacle.to_string(),
        }
    };
    assert_eq!(signature("add"), "(a: u32, b: u32) -> u32");
    assert_eq!(signature("later"), "(n: u32) -> u32");
    assert_eq!(signature("trap"), "() -> ");
    assert!(
        signature("drip").contains("a stream"),
        "{}",
        signature("drip")
    );
    assert_eq!(
        signature("test:guests/values#shapes"),
        "(it: list<variant { nothing, circle(f64), polygon(list<record { x: s32, y: s32, label: option<string> }>) }>) \
         -> list<variant { nothing, circle(f64), polygon(list<record { x: s32, y: s32, label: option<string> }>) }>"
    );
    assert_eq!(
        signature("test:guests/values#results"),
        "(it: list<result<u16, string>>) -> list<result<u16, string>>"
    );
    assert_eq!(
        signature("test:guests/counters#[method]counter.add"),
        "(self: borrow<counter>, n: u32) -> u32"
    );
    assert_eq!(
        signature("test:guests/counters#[static]counter.sum"),
        "(a: counter, b: counter) -> counter"
    );
}

#[tokio::test]
async fn every_type_of_value_goes_in_and_comes_back() {
    let runner = Runner::new(limits()).unwrap();
    let previews = [
        start(&runner, guest()).await,
        start(&runner, large_guest()).await,
    ];
    assert_eq!(runner.modules().compiled, 1);
    for (function, values) in [
        ("one-bool", &["true", "false"][..]),
        ("one-u8", &["0", "255"]),
        ("one-s8", &["-128", "127"]),
        ("one-u16", &["0", "65535"]),
        ("one-s16", &["-32768", "32767"]),
        ("one-u32", &["0", "4294967295"]),
        ("one-s32", &["-2147483648", "2147483647"]),
        ("one-u64", &["0", "18446744073709551615"]),
        ("one-s64", &["-9223372036854775808", "9223372036854775807"]),
        ("one-f32", &["0.5", "-1.5", "nan", "inf", "-inf"]),
        ("one-f64", &["0.1", "-1.5", "nan", "inf", "-inf"]),
        ("one-char", &["'x'", "'\u{2603}'", "'\\n'"]),
        ("one-enum", &["red", "blue"]),
        ("one-flags", &["{}", "{read, execute}"]),
        ("one-string", &["\"\"", "\"a \\\"b\\\"\\n\u{2603}\""]),
        (
            "points",
            &["[]", "[{x: 1, y: -1, label: some(\"here\")}, {x: 2, y: 3}]"],
        ),
        (
            "shapes",
            &["[nothing, circle(0.5), polygon([{x: 1, y: 2}]), polygon([])]"],
        ),
        ("tuples", &["[(1, \"a\", true), (255, \"\", false)]"]),
        ("options", &["[none, some(none), some(some(-1))]"]),
        ("results", &["[ok(1), err(\"no\")]"]),
        ("bare-results", &["[ok, err]"]),
        ("colours", &["[red, green, blue]"]),
        ("accesses", &["[{}, {write}, {read, write, execute}]"]),
        ("lists", &["[[], [1, 2], [255]]"]),
    ] {
        for (preview, value) in previews
            .iter()
            .flat_map(|it| values.iter().map(move |v| (it, v)))
        {
            let name = format!("test:guests/values#{function}");
            let returned = call(preview, &name, &[value]).await.unwrap();
            assert_eq!(returned.result.as_deref(), Some(*value), "{function}");
        }
    }
    for preview in &previews {
        let nothing = call(preview, "test:guests/values#nothing", &[]).await;
        assert_eq!(nothing.unwrap().result, None);
    }
}

#[tokio::test]
async fn functions_of_the_component_itself_and_async_ones_are_called_too() {
    let preview = preview().await;
    let returned = call(&preview, "add", &["40", "2"]).await.unwrap();
    assert_eq!(returned.result.as_deref(), Some("42"));
    assert_eq!(returned.usage.memory, 128 << 10);
    assert!(returned.usage.elapsed > Duration::ZERO);
    let returned = call(&preview, "later", &["41"]).await.unwrap();
    assert_eq!(returned.result.as_deref(), Some("42"));
}

#[tokio::test]
async fn resources_are_held_by_name_between_the_calls_of_a_session() {
    let preview = preview().await;
    let made = in_session(&preview, "[constructor]counter", &["5"]).await;
    assert_eq!(made.result.as_deref(), Some("\"counter-1\""));
    assert_eq!(made.held[0].kind, "counter");
    let add = "[method]counter.add";
    let returned = in_session(&preview, add, &["\"counter-1\"", "2"]).await;
    assert_eq!(returned.result.as_deref(), Some("7"));
    let returned = in_session(&preview, add, &["\"counter-1\"", "3"]).await;
    assert_eq!(returned.result.as_deref(), Some("10"));

    // Inside of another value, and not there.
    let maybe = in_session(&preview, "maybe", &["32"]).await;
    assert_eq!(maybe.result.as_deref(), Some("some(\"counter-2\")"));
    let maybe = in_session(&preview, "maybe", &["0"]).await;
    assert_eq!(maybe.result.as_deref(), Some("none"));
    let both = ["\"counter-1\"", "\"counter-2\""];
    let same = in_session(&preview, "same", &both).await;
    assert_eq!(same.result.as_deref(), Some("false"));
    assert_eq!(same.held.len(), 2);

    // What is given away is held no more.
    let sum = in_session(&preview, "[static]counter.sum", &both).await;
    assert_eq!(sum.result.as_deref(), Some("\"counter-3\""));
    let names: Vec<_> = sum.held.iter().map(|held| held.name.as_str()).collect();
    assert_eq!(names, ["counter-3"]);
    let error = preview
        .call(a_call(
            "test:guests/counters#[method]counter.add",
            &["\"counter-1\"", "1"],
            Some("s"),
        ))
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("no resource is held as \"counter-1\""),
        "{error}"
    );

    // The refusal did the session no harm; its end does.
    let returned = in_session(&preview, add, &["\"counter-3\"", "0"]).await;
    assert_eq!(returned.result.as_deref(), Some("42"));
    assert!(preview.end_session("s"));
    assert!(!preview.end_session("s"));
    let made = in_session(&preview, "[constructor]counter", &["5"]).await;
    assert_eq!(made.result.as_deref(), Some("\"counter-1\""));
}

#[tokio::test]
async fn who_finds_no_memory_left_is_told_which_limit_that_is_and_comes_to_it_later() {
    let limits = Limits {
        pool_memories: 1,
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let preview = start(&runner, guest()).await;
    // The session keeps an instance, and with it the only memory.
    in_session(&preview, "[constructor]counter", &["5"]).await;
    let other = start(&runner, hello()).await;
    let error = other.handle(get("/")).await.err().unwrap().error;
    let full = RunError::Full {
        pool: Pool::Memories,
        limit: 1,
        name: "pool-memories",
    };
    assert_eq!(error, full);
    assert_logged(&other, 1, &error);
    let sentence = error.to_string();
    assert!(sentence.contains("can raise pool-memories"), "{sentence}");
    assert!(preview.end_session("s"));
    assert_eq!(other.handle(get("/")).await.unwrap().status(), 200);
}

#[tokio::test]
async fn a_session_that_fails_is_over() {
    let preview = preview().await;
    in_session(&preview, "[constructor]counter", &["5"]).await;
    let error = preview.call(a_call("trap", &[], Some("s"))).await;
    let Err(CallError::Failed(Failure { error, .. })) = error else {
        panic!("{error:?}")
    };
    assert!(matches!(error, RunError::Trapped { .. }), "{error:?}");
    // What it is, and where it happened.
    let (lines, _) = preview.logs();
    let texts: Vec<_> = lines.into_iter().map(|line| line.text).collect();
    let [sentence, functions @ ..] = &texts[..] else {
        panic!("nothing is logged")
    };
    assert_eq!(*sentence, error.to_string());
    let innermost = functions.first().expect("a backtrace");
    assert!(
        innermost.starts_with("    in ") && innermost.contains("trap"),
        "{innermost}"
    );
    let made = in_session(&preview, "[constructor]counter", &["5"]).await;
    assert_eq!(made.result.as_deref(), Some("\"counter-1\""));
}

#[tokio::test]
async fn there_are_only_so_many_sessions() {
    let runner = Runner::new(Limits {
        sessions_per_preview: 2,
        ..limits()
    })
    .unwrap();
    let preview = start(&runner, guest()).await;
    for session in ["a", "b", "a"] {
        let add = a_call("add", &["1", "2"], Some(session));
        preview.call(add).await.unwrap();
    }
    let third = preview.call(a_call("add", &["1", "2"], Some("c"))).await;
    assert_eq!(third, Err(CallError::TooManySessions { limit: 2 }));
    assert!(preview.end_session("a"));
    preview
        .call(a_call("add", &["1", "2"], Some("c")))
        .await
        .unwrap();
}

#[tokio::test]
async fn wrong_calls_are_told_in_words() {
    let preview = preview().await;
    for (function, arguments, sentence) in [
        (
            "subtract",
            &["1"][..],
            "The component does not export the function subtract.",
        ),
        (
            "test:guests/values#gone",
            &[],
            "The component does not export the function test:guests/values#gone.",
        ),
        (
            "drip",
            &[],
            "drip cannot be called by hand: it takes or gives a stream, which cannot be written down.",
        ),
        ("add", &["1"], "add takes 2 arguments, not 1."),
        (
            "test:guests/values#nothing",
            &["1"],
            "test:guests/values#nothing takes no arguments, not 1.",
        ),
    ] {
        let error = call(&preview, function, arguments).await.unwrap_err();
        assert_eq!(error.to_string(), sentence);
    }
    for (function, argument) in [
        ("one-u8", "256"),
        ("one-u8", "-1"),
        ("one-bool", "maybe"),
        ("one-enum", "purple"),
        ("one-flags", "{read, fly}"),
        ("one-string", "\"without an end"),
        ("points", "[{x: 1}]"),
        ("shapes", "[circle]"),
        ("one-u8", ""),
        ("one-u8", "1 2"),
    ] {
        let name = format!("test:guests/values#{function}");
        let error = call(&preview, &name, &[argument]).await.unwrap_err();
        assert!(
            matches!(error, CallError::WrongArgument { .. }),
            "{function} {argument}: {error:?}"
        );
    }
    let deep = "[".repeat(100_000);
    let error = call(&preview, "test:guests/values#lists", &[&deep]).await;
    assert!(error.unwrap_err().to_string().contains("nested"));
}

#[tokio::test]
async fn a_call_keeps_to_the_limits() {
    let runner = Runner::new(Limits {
        call_result: 1000,
        ..limits()
    })
    .unwrap();
    let preview = start(&runner, guest()).await;
    let long = format!("\"{}\"", "x".repeat(2000));
    let error = call(&preview, "test:guests/values#one-string", &[&long]).await;
    assert!(error.unwrap_err().to_string().contains("1000 bytes"));

    let wit = "package test:guests; world w { export spin: func(); export hog: func(); }";
    let core = r#"(module
        (memory (export "memory") 1)
        (func (export "spin") (loop $again (br $again)))
        (func (export "hog")
          (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable))"#;
    let preview = start(&runner, component(wit, core)).await;
    let failed = async |function| match call(&preview, function, &[]).await {
        Err(CallError::Failed(failure)) => failure.error,
        other => panic!("{other:?}"),
    };
    let error = failed("spin").await;
    assert!(
        matches!(
            error,
            RunError::OutOfTime {
                kind: TimeLimit::Cpu,
                ..
            }
        ),
        "{error:?}"
    );
    let error = failed("hog").await;
    assert!(matches!(error, RunError::OutOfMemory { .. }), "{error:?}");
    assert_serves(&runner).await;
    // The handler of an HTTP component is a function too, but its handles cannot be written down by anyone.
    let preview = start(&runner, hello()).await;
    let handler = "wasi:http/incoming-handler@0.2.0#handle";
    let error = call(&preview, handler, &["\"a\"", "\"b\""]).await;
    assert!(
        matches!(error, Err(CallError::WrongArgument { .. })),
        "{error:?}"
    );
}
