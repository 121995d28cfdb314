(component
  (import "log" (instance
    (export "write" (func (param "line" string)))))
  (import "wasi:cli/environment@0.2.6" (instance
    (export "get-environment" (func (result (list (tuple string string)))))))
  (import "wasi:random/random@0.2.3" (instance
    (export "get-random-u64" (func (result u64)))))
  (import "wasi:cli/exit@0.2.3" (instance
    (export "exit" (func (param "status" (result))))))
  (core module $m (func (export "f") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func $f (result (result)) (canon lift (core func $i "f")))
  (instance $run (export "run" (func $f)))
  (export "wasi:cli/run@0.2.0" (instance $run)))
