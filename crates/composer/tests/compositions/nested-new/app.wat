(component
  (import "test:math/add@1.0.0" (instance $ops
    (export "add" (func (param "a" s32) (param "b" s32) (result s32)))))
  (alias export $ops "add" (func $f))
  (export "sum" (func $f)))
