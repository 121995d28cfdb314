(component
  (import "test:net/fetch@1.0.0" (instance $fetch
    (export "fetch" (func async (param "urls" (stream string)) (result (future string))))))
  (alias export $fetch "fetch" (func $go))
  (export "go" (func $go)))
