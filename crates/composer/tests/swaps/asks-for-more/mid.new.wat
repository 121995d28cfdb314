(component
  (import "test:math/ops@1.0.0" (instance $ops
    (export "add" (func (param "a" s32) (param "b" s32) (result s32)))))
  (import "test:log/log" (instance
    (export "write" (func (param "line" string)))))
  (alias export $ops "add" (func $f))
  (instance $again (export "add" (func $f)))
  (export "test:math/ops@1.0.0" (instance $again)))
