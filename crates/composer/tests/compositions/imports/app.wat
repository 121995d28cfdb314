(component
  (import "test:kv/store@1.0.0" (instance $store
    (export "bucket" (type $b (sub resource)))
    (export "open" (func (result (own $b))))))
  (alias export $store "bucket" (type $bucket))
  (import "test:app/tools@1.0.0" (instance $tools
    (alias outer 1 $bucket (type $ob))
    (export "bucket" (type $b (eq $ob)))
    (export "touch" (func (param "b" (borrow $b))))))
  (core module $m (func (export "run")))
  (core instance $i (instantiate $m))
  (func $run (canon lift (core func $i "run")))
  (export "run" (func $run)))
