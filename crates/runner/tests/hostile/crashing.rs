//! Guests that end themselves, or end without an answer.

use crate::guests::{Source, failure, start};
use crate::runner;
use patchbay_runner::{Call, CallError, RunError};

#[tokio::test]
async fn a_trap_is_told_with_its_backtrace() {
    let source = Source {
        items: "(func $boom unreachable)".to_owned(),
        ..Source::handle("(call $boom)")
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::Trapped {
        message, backtrace, ..
    } = &error
    else {
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

/// Two instances of one component, behind one of another each.
const GRAPH: &str = r#"(component
  (component $counter
    (core module $m (func $spend (export "f") (param i32)
      (if (local.get 0) (then unreachable))
      (call $spend (i32.const 1))))
    (core instance $i (instantiate $m))
    (func (export "spend") (param "times" u32) (canon lift (core func $i "f"))))
  (component $till
    (import "spend" (func $spend (param "times" u32)))
    (core func $spend' (canon lower (func $spend)))
    (core module $shop (import "" "spend" (func $spend (param i32)))
      (func $sell (export "f") (call $spend (i32.const 0))))
    (core instance $i (instantiate $shop
      (with "" (instance (export "spend" (func $spend'))))))
    (func (export "sell") (canon lift (core func $i "f"))))
  (instance $purse (instantiate $counter))
  (instance $safe (instantiate $counter))
  (instance $front-till (instantiate $till (with "spend" (func $purse "spend"))))
  (instance $back-till (instantiate $till (with "spend" (func $safe "spend"))))
  (export "sell" (func $back-till "sell"))
  (export "both" (func $front-till "sell"))
  (export "spend" (func $purse "spend")))"#;

async fn call(function: &str, arguments: &[&str]) -> RunError {
    let preview = start(&runner(), wat::parse_str(GRAPH).unwrap().into()).await;
    let call = Call {
        function: function.to_owned(),
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        session: None,
    };
    match preview.call(call).await {
        Err(CallError::Failed(failure)) => failure.error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_trap_is_told_with_the_node_it_happened_in() {
    let error = call("spend", &["1"]).await;
    assert!(
        error.to_string().contains("error in purse: "),
        "{error}: {:?}",
        error.backtrace()
    );
    let backtrace = error.backtrace();
    assert_eq!(backtrace, ["purse: m: spend"]);

    // Both tills are called from outside: nothing tells which, nor whose purse it is.
    let error = call("sell", &[]).await;
    let sentence = error.to_string();
    assert!(sentence.contains("error in purse or safe: "), "{sentence}");
    assert_eq!(
        error.backtrace(),
        [
            "purse or safe: m: spend",
            "purse or safe: m: spend",
            "front-till or back-till: shop: sell"
        ]
    );
}
