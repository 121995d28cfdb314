//! Components with imports that nothing provides: they run until they call one.

mod guests;

use guests::wit::component;
use guests::{assert_logged, assert_serves, limits, start};
use patchbay_runner::{Call, CallError, Failure, PrepareError, RunError, Runner, Standing};

const WIT: &str = "package test:guests;
    world unfinished {
      import docs:greet/greeter@1.0.0;
      import docs:greet/late@1.0.0;
      import roll: func(sides: u8) -> u8;
      export fine: func() -> u32;
      export greet: func();
      export drop: func();
      export wait: async func();
      export roll-six: func() -> u8;
    }
    package docs:greet@1.0.0 {
      interface greeter {
        use wasi:io/error@0.2.0.{error};
        resource card { constructor(name: string); }
        greet: func(name: string, before: option<borrow<card>>) -> result<string, error>;
      }
      interface late {
        use greeter.{card};
        wait: async func() -> card;
      }
    }
    package wasi:io@0.2.0 {
      interface error { resource error {} }
    }";

const CORE: &str = r#"(module
    (import "docs:greet/greeter@1.0.0" "greet" (func $greet (param i32 i32 i32 i32 i32)))
    (import "docs:greet/greeter@1.0.0" "[resource-drop]card" (func $drop (param i32)))
    (import "docs:greet/late@1.0.0" "wait" (func $wait (result i32)))
    (import "$root" "roll" (func $roll (param i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
    (func (export "fine") (result i32) (i32.const 42))
    (func (export "greet")
      (call $greet (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 16)))
    (func (export "drop") (call $drop (i32.const 1)))
    (func (export "wait") (drop (call $wait)))
    (func (export "roll-six") (result i32) (call $roll (i32.const 6))))"#;

#[tokio::test]
async fn an_import_that_nothing_provides_ends_whoever_calls_it_with_its_name() {
    let runner = Runner::new(limits()).unwrap();
    let preview = start(&runner, component(WIT, CORE)).await;
    let call = async |function: &str| {
        let call = Call {
            function: function.to_owned(),
            arguments: Vec::new(),
            session: None,
        };
        preview.call(call).await
    };
    let fine = call("fine").await.unwrap();
    assert_eq!(fine.result.as_deref(), Some("42"));
    for (function, called) in [
        ("greet", "docs:greet/greeter@1.0.0#greet"),
        ("wait", "docs:greet/late@1.0.0#wait"),
        ("roll-six", "roll"),
    ] {
        let Err(CallError::Failed(Failure { request, error, .. })) = call(function).await else {
            panic!("{function} returned")
        };
        assert_eq!(
            error,
            RunError::NotLinked {
                function: called.to_owned()
            }
        );
        assert!(error.to_string().contains(called), "{error}");
        assert_logged(&preview, request, &error);
    }
    assert_serves(&runner).await;

    let imports = preview.imports();
    let missing = imports
        .iter()
        .filter(|(_, standing)| *standing == Standing::Missing);
    let names: Vec<_> = missing.map(|(import, _)| import.name.as_str()).collect();
    assert_eq!(
        names,
        ["docs:greet/greeter@1.0.0", "docs:greet/late@1.0.0", "roll"]
    );
}

#[tokio::test]
async fn what_cannot_be_stood_in_for_is_refused_by_name() {
    let runner = Runner::new(limits()).unwrap();
    let text = "(component
        (import \"a-module\" (core module))
        (import \"docs:greet/greeter@1.0.0\" (instance (export \"greet\" (func))))
        (import \"modules\" (instance (export \"one\" (core module)))))";
    let error = runner
        .prepare(wat::parse_str(text).unwrap().into())
        .await
        .err()
        .expect("a refusal");
    let names = ["a-module", "modules"].map(str::to_owned).to_vec();
    assert_eq!(error, PrepareError::MissingImports { names });
}
