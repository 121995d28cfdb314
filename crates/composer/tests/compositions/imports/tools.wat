(component
  (import "test:kv/store@1.0.0" (instance $store
    (export "bucket" (type $b (sub resource)))
    (export "open" (func (result (own $b))))))
  (alias export $store "bucket" (type $bucket))
  (core module $m (func (export "touch") (param i32) unreachable))
  (core instance $i (instantiate $m))
  (func $touch (param "b" (borrow $bucket)) (canon lift (core func $i "touch")))
  (component $shim
    (import "bucket" (type $b (sub resource)))
    (import "touch" (func $t (param "b" (borrow $b))))
    (export $be "bucket" (type $b))
    (export "touch" (func $t) (func (param "b" (borrow $be)))))
  (instance $inst (instantiate $shim (with "bucket" (type $bucket)) (with "touch" (func $touch))))
  (export "test:app/tools@1.0.0" (instance $inst)))
