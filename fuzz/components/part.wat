(component
  (import "a" (func $a))
  (import "test:net/i@1.0.0" (instance $i (export "f" (func (param "x" u32)))))
  (export "b" (func $a))
  (export "test:net/i@1.0.0" (instance $i)))
