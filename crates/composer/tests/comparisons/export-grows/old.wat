(component
  (core module $m
    (func (export "f") (param i32 i32) (result i32)
      unreachable))
  (core instance $i (instantiate $m))
  (func $f0 (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "f")))
  (instance $x3 (export "add" (func $f0)))
  (export "test:math/ops@1.0.0" (instance $x3)))
