(component
  (import "test:log/log" (instance
    (export "write" (func (param "line" string)))))
  (import "test:math/ops@1.0.0" (instance
    (export "add" (func (param "a" s32) (param "b" s32) (result s32)))
    (export "sub" (func (param "a" s32) (param "b" s32) (result s32))))))
