(component
  (import "wasi:cli/exit@0.2.12" (instance
    (export "exit" (func (param "status" (result))))
    (export "exit-with-code" (func (param "status-code" u8)))))
  (core module $m (func (export "f") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func $f (result (result)) (canon lift (core func $i "f")))
  (instance $run (export "run" (func $f)))
  (export "wasi:cli/run@0.2.12" (instance $run)))
