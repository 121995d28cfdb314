(component
  (import "test:math/add@1.2.0" (instance $ops
    (export "scale" (func (param "by" s32) (result s32)))
    (export "add" (func (param "a" s32) (param "b" s32) (result s32)))))
  (alias export $ops "add" (func $f))
  (export "sum" (func $f)))
