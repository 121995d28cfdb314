(module
  (memory (export "memory") 33)
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) unreachable)
  ;; An error, `other`, with 2 MiB of `a`.
  (func (export "wasi:messaging/incoming-handler@0.2.0-draft#handle") (param i32) (result i32)
    (memory.fill (i32.const 65536) (i32.const 97) (i32.const 2097152))
    (i32.store8 (i32.const 16) (i32.const 1))
    (i32.store8 (i32.const 20) (i32.const 3))
    (i32.store (i32.const 24) (i32.const 65536))
    (i32.store (i32.const 28) (i32.const 2097152))
    (i32.const 16)))
