(component
  (import "fermyon:spin/variables@2.0.0" (instance
    (export "get" (func (result (list string))))))
  (import "wasi:keyvalue/store@0.2.0-draft2" (instance
    (export "x" (func (result (list string))))))
  (import "wasmcloud:messaging/consumer@0.2.0" (instance
    (export "x" (func (result (list string)))))))
