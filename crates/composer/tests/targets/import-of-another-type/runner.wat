(component
  (import "wasi:cli/environment@0.2.0" (instance
    (export "get-arguments" (func (result (list u8))))
    (export "get-everything" (func (result (list string))))))
  (core module $m (func (export "f") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func $f (result (result)) (canon lift (core func $i "f")))
  (instance $run (export "run" (func $f)))
  (export "wasi:cli/run@0.2.0" (instance $run)))
