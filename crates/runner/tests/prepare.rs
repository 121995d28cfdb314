//! What is refused before it runs, and in which words.

mod guests;

use guests::{Source, hello, limits};
use patchbay_runner::{Limits, PrepareError, Runner, Use};
use std::time::Duration;

async fn refused(bytes: impl Into<bytes::Bytes>) -> PrepareError {
    let runner = Runner::new(limits()).unwrap();
    match runner.prepare(bytes.into()).await {
        Ok(program) => program.require(Use::Http).expect_err("a refusal"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn the_same_bytes_are_compiled_once() {
    let runner = Runner::new(limits()).unwrap();
    let first = runner.prepare(hello()).await.unwrap();
    let again = runner.prepare(hello()).await.unwrap();
    assert_eq!(first.sha256(), again.sha256());
}

#[tokio::test]
async fn garbage_is_refused() {
    for bytes in [&b"not wasm at all"[..], b"", b"\0asm\x0d\0\x01\0\xff\xff"] {
        let error = refused(bytes.to_vec()).await;
        assert!(matches!(error, PrepareError::Invalid { .. }), "{error:?}");
        assert!(
            error.to_string().starts_with("This is not a component"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_core_module_is_refused() {
    let error = refused(wat::parse_str("(module)").unwrap()).await;
    assert!(matches!(error, PrepareError::Invalid { .. }), "{error:?}");
}

#[tokio::test]
async fn a_component_that_does_not_speak_http_is_refused() {
    let error = refused(wat::parse_str("(component)").unwrap()).await;
    assert_eq!(
        error,
        PrepareError::NotHttp {
            exports: Vec::new()
        }
    );

    let other = "(component (instance $i) (export \"docs:greet/greeter@1.0.0\" (instance $i)))";
    let error = refused(wat::parse_str(other).unwrap()).await;
    assert_eq!(
        error,
        PrepareError::NotHttp {
            exports: vec!["docs:greet/greeter@1.0.0".to_owned()]
        }
    );
    assert!(
        error.to_string().contains("docs:greet/greeter@1.0.0"),
        "{error}"
    );
}

#[tokio::test]
async fn too_many_memories_are_refused() {
    let imports = format!(
        "(core module $m (memory 1)) {}",
        "(core instance (instantiate $m))".repeat(40)
    );
    let error = refused(
        Source {
            imports,
            ..Source::handle("")
        }
        .build(),
    )
    .await;
    assert_eq!(
        error,
        PrepareError::TooComplex {
            what: "linear memories",
            actual: 41,
            limit: 32
        }
    );
}

#[tokio::test]
async fn bytes_beyond_the_limit_are_refused_unread() {
    let runner = Runner::new(Limits {
        max_component_bytes: 10,
        ..limits()
    })
    .unwrap();
    let error = runner.prepare(vec![0; 11].into()).await.err().unwrap();
    assert_eq!(
        error,
        PrepareError::TooLarge {
            actual: 11,
            limit: 10
        }
    );
}

#[tokio::test]
async fn compiling_has_a_deadline() {
    let runner = Runner::new(Limits {
        compile_time: Duration::ZERO,
        ..limits()
    })
    .unwrap();
    let error = runner.prepare(hello()).await.err().unwrap();
    assert!(
        matches!(error, PrepareError::TimedOut { .. } | PrepareError::Busy),
        "{error:?}"
    );
}
