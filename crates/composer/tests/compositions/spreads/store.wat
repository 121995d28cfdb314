(component
  (type $rep (resource (rep i32)))
  (core module $m (func (export "open") (result i32) unreachable))
  (core instance $i (instantiate $m))
  (func $open (result (own $rep)) (canon lift (core func $i "open")))
  (component $shim
    (import "rep" (type $b (sub resource)))
    (import "open" (func $open (result (own $b))))
    (export $bucket "bucket" (type $b))
    (export "open" (func $open) (func (result (own $bucket)))))
  (instance $inst (instantiate $shim (with "rep" (type $rep)) (with "open" (func $open))))
  (export "test:kv/store@1.0.0" (instance $inst)))
