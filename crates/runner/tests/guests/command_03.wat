;; The core of a command of WASI 0.3. The tests fill in what `run` does, and what when an event comes; both answer a code
;; for the callback.
(module
  (import "wasi:cli/exit@0.3.0" "exit" (func $exit (param i32)))
  (import "wasi:cli/stdin@0.3.0" "read-via-stream" (func $read-via (param i32)))
  (import "wasi:cli/stdout@0.3.0" "write-via-stream" (func $write-via (param i32) (result i32)))
  (import "wasi:cli/stdout@0.3.0" "[stream-new-0]write-via-stream" (func $new-stream (result i64)))
  (import "wasi:cli/stdout@0.3.0" "[async-lower][stream-write-0]write-via-stream"
    (func $write (param i32 i32 i32) (result i32)))
  (import "wasi:cli/stdout@0.3.0" "[stream-drop-writable-0]write-via-stream" (func $close (param i32)))
  (import "wasi:cli/stdout@0.3.0" "[async-lower][future-read-1]write-via-stream"
    (func $read-result (param i32 i32) (result i32)))
  (import "[export]wasi:cli/run@0.3.0" "[task-return]run" (func $return (param i32)))
  (import "$root" "[waitable-set-new]" (func $new-set (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))
  (memory (export "memory") 1)
  (data (i32.const 0) "hello\n")
  (global $out (mut i32) (i32.const 0))
  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))

  ;; Waits for $waitable alone.
  (func $wait (param $waitable i32) (result i32)
    (local $set i32)
    (local.set $set (call $new-set))
    (call $join (local.get $waitable) (local.get $set))
    (i32.or (i32.const 2) (i32.shl (local.get $set) (i32.const 4))))

  (func (export "[async-lift]wasi:cli/run@0.3.0#run") (result i32)
    (local $stream i64)
    ;;RUN
  )
  (func (export "[callback][async-lift]wasi:cli/run@0.3.0#run") (param $event i32) (param i32 i32) (result i32)
    ;;EVENT
  )
)
