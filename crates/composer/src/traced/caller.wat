(component
  (import "empty" (func $empty))
  (core func $lowered (canon lower (func $empty)))
  (core module $module
    (import "" "empty" (func $empty))
    (func (export "run") (param $times i32)
      (block $done
        (loop $again
          (br_if $done (i32.eqz (local.get $times)))
          (call $empty)
          (local.set $times (i32.sub (local.get $times) (i32.const 1)))
          (br $again)))))
  (core instance $instance (instantiate $module
    (with "" (instance (export "empty" (func $lowered))))))
  (func (export "run") (param "times" u32) (canon lift (core func $instance "run"))))
