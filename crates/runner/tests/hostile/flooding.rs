//! Guests that ask the sandbox for too much at once, or for too many small things.

use crate::guests::wit::component;
use crate::guests::{assert_logged, assert_serves, start};
use crate::runner;
use patchbay_runner::{Call, CallError, RunError};

const WIT: &str = "package test:guests;
    world floods {
      import wasi:http/types@0.2.0;
      import wasi:random/random@0.2.0;
      export headers: func() -> u32;
      export random: func(bytes: u64) -> u32;
    }
    package wasi:http@0.2.0 {
      interface types {
        variant header-error { invalid-syntax, forbidden, immutable }
        resource fields {
          constructor();
          append: func(name: string, value: list<u8>) -> result<_, header-error>;
        }
      }
    }
    package wasi:random@0.2.0 {
      interface random { get-random-bytes: func(len: u64) -> list<u8>; }
    }";

const CORE: &str = r#"(module
    (import "wasi:http/types@0.2.0" "[constructor]fields" (func $new (result i32)))
    (import "wasi:http/types@0.2.0" "[method]fields.append"
      (func $append (param i32 i32 i32 i32 i32 i32)))
    (import "wasi:random/random@0.2.0" "get-random-bytes" (func $random (param i64 i32)))
    (memory (export "memory") 2)
    (data (i32.const 0) "name")
    (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 4096))
    ;; Appends until that fails, and says how often it went well.
    (func (export "headers") (result i32) (local $fields i32) (local $count i32)
      (local.set $fields (call $new))
      (loop $more
        (call $append (local.get $fields) (i32.const 0) (i32.const 4) (i32.const 0) (i32.const 4) (i32.const 64))
        (if (i32.load8_u (i32.const 64)) (then (return (local.get $count))))
        (local.set $count (i32.add (local.get $count) (i32.const 1)))
        (br $more))
      unreachable)
    (func (export "random") (param i64) (result i32)
      (call $random (local.get 0) (i32.const 64))
      (i32.load (i32.const 68))))"#;

async fn flood(function: &str, arguments: &[&str]) -> Result<String, RunError> {
    let runner = runner();
    let preview = start(&runner, component(WIT, CORE)).await;
    let call = Call {
        function: function.to_owned(),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: None,
    };
    let result = match preview.call(call).await {
        Ok(returned) => Ok(returned.result.unwrap()),
        Err(CallError::Failed(failure)) => {
            assert_logged(&preview, failure.request, &failure.error);
            Err(failure.error)
        }
        Err(error) => panic!("{error}"),
    };
    assert_serves(&runner).await;
    result
}

#[tokio::test]
async fn headers_without_end_are_refused() {
    let error = flood("headers", &[]).await.unwrap_err();
    let RunError::Trapped { message, .. } = &error else {
        panic!("{error:?}")
    };
    assert!(message.contains("size"), "{message}");
}

#[tokio::test]
async fn random_bytes_come_in_portions() {
    assert_eq!(flood("random", &["65536"]).await.as_deref(), Ok("65536"));
    for bytes in ["65537", "1099511627776", "18446744073709551615"] {
        let error = flood("random", &[bytes]).await.unwrap_err();
        let RunError::Trapped { message, .. } = &error else {
            panic!("{error:?}")
        };
        assert!(message.contains("exceeds limit 65536"), "{message}");
    }
}
