//! Guests that end themselves, or end without an answer.

use crate::guests::{Source, failure};
use crate::runner;
use patchbay_runner::RunError;

#[tokio::test]
async fn a_trap_is_told_with_its_backtrace() {
    let source = Source {
        items: "(func $boom unreachable)".to_owned(),
        ..Source::handle("(call $boom)")
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::Trapped { message, backtrace } = &error else {
        panic!("{error:?}")
    };
    assert!(message.contains("unreachable"), "{message}");
    assert!(backtrace[0].contains("boom"), "{backtrace:?}");

    let error = failure(
        &runner(),
        Source::handle("(drop (i32.div_u (i32.const 1) (i32.const 0)))").build(),
    )
    .await;
    assert_eq!(
        error.to_string(),
        "The component stopped with an error: integer divide by zero."
    );
}

#[tokio::test]
async fn a_guest_that_never_answers_is_told_so() {
    let error = failure(&runner(), Source::handle("").build()).await;
    assert_eq!(error, RunError::NoResponse);
}

#[tokio::test]
async fn a_handler_of_another_type_does_not_start() {
    let wrong = "(component
        (core module $m (func (export \"f\")))
        (core instance $m (instantiate $m))
        (func $f (canon lift (core func $m \"f\")))
        (instance $i (export \"handle\" (func $f)))
        (export \"wasi:http/incoming-handler@0.2.0\" (instance $i)))";
    let error = failure(&runner(), wat::parse_str(wrong).unwrap().into()).await;
    assert!(matches!(error, RunError::NotStarted { .. }), "{error:?}");
}

#[tokio::test]
async fn an_error_instead_of_a_response_is_told() {
    // The case of error-code with number 15 is HTTP-request-denied.
    let source = Source::handle(
        "(call $set (local.get $out) (i32.const 1) (i32.const 15)
           (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
    );
    let error = failure(&runner(), source.build()).await;
    let RunError::ErrorResponse { code } = &error else {
        panic!("{error:?}")
    };
    assert!(code.contains("HttpRequestDenied"), "{code}");
}
