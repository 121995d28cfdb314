(component
  (core module $m
    (func (export "f") (param i32 i32) (result i32)
      local.get 0
      local.get 1
      i32.add))
  (core instance $i (instantiate $m))
  (func $f (param "a" s32) (param "b" s32) (result s32) (canon lift (core func $i "f")))
  (instance $ops (export "add" (func $f)))
  (export "test:math/add@1.0.0" (instance $ops)))
