//! Components as text, small enough to read.

/// Exports a function that gives a number.
pub const NUMBER: &str = include_str!("../fixtures/number.wat");

/// Wants the number, and exports one that is one more.
pub const NEXT: &str = include_str!("../fixtures/next.wat");

/// Exports the same interface with a number of another type.
pub const TEXT: &str = r#"
(component
  (core module $m
    (memory (export "memory") 1)
    (func (export "number") (result i32) (i32.const 8)))
  (core instance $i (instantiate $m))
  (func $number (result string) (canon lift (core func $i "number") (memory $i "memory")))
  (instance $numbers (export "number" (func $number)))
  (export "test:numbers/source@1.0.0" (instance $numbers)))
"#;

/// A command that prints its arguments.
pub const COMMAND: &str = include_str!("../fixtures/command.wat");

/// An HTTP handler whose body is these instructions.
pub fn handler(instructions: &str) -> String {
    format!(
        r#"
(component
  (import "wasi:http/types@0.2.3" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $out))
  (core module $m
    (memory 1)
    (func (export "handle") (param i32 i32) {instructions}))
  (core instance $i (instantiate $m))
  (func $handle (param "request" (own $request)) (param "response-out" (own $out))
    (canon lift (core func $i "handle")))
  (instance $handler (export "handle" (func $handle)))
  (export "wasi:http/incoming-handler@0.2.3" (instance $handler)))
"#
    )
}
