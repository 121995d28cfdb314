;; The core of an HTTP component of WASI 0.3. The tests fill in the marked places:
;;   ;;ITEMS      further imports and items of the module; imports first
;;   ;;HANDLE     the body of `handle`, with $request; answers a code for its callback
;;   ;;WRITTEN    what is done when a write to the body is over; answers a code too
(module
  (import "wasi:http/types@0.3.0" "[constructor]fields" (func $new-fields (result i32)))
  (import "wasi:http/types@0.3.0" "[static]request.consume-body" (func $consume (param i32 i32 i32)))
  (import "wasi:http/types@0.3.0" "[static]response.new" (func $new-response (param i32 i32 i32 i32 i32)))
  (import "wasi:http/types@0.3.0" "[stream-new-0][static]response.new" (func $new-stream (result i64)))
  (import "wasi:http/types@0.3.0" "[async-lower][stream-write-0][static]response.new"
    (func $write (param i32 i32 i32) (result i32)))
  (import "wasi:http/types@0.3.0" "[stream-drop-writable-0][static]response.new" (func $close (param i32)))
  (import "wasi:http/types@0.3.0" "[future-new-1][static]response.new" (func $new-trailers (result i64)))
  (import "wasi:http/types@0.3.0" "[async-lower][future-write-1][static]response.new"
    (func $write-trailers (param i32 i32) (result i32)))
  (import "wasi:http/types@0.3.0" "[future-drop-writable-1][static]response.new" (func $drop-trailers (param i32)))
  (import "wasi:http/types@0.3.0" "[future-new-0][static]request.consume-body" (func $new-consumed (result i64)))
  (import "wasi:cli/stdout@0.3.0" "write-via-stream" (func $print (param i32) (result i32)))
  (import "[export]wasi:http/handler@0.3.0" "[task-return]handle"
    (func $return (param i32 i32 i32 i64 i32 i32 i32 i32)))
  (import "$root" "[waitable-set-new]" (func $new-set (result i32)))
  (import "$root" "[waitable-join]" (func $join (param i32 i32)))

  ;;ITEMS
  (memory (export "memory") 1)
  (data (i32.const 0) "hello 0")
  (global $out (mut i32) (i32.const 0))
  (global $trailers (mut i32) (i32.const 0))
  (global $set (mut i32) (i32.const 0))

  (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (i32.const 8192))

  ;; Answers 200 with a body that is read from the stream $contents, and the trailers of $trailers.
  (func $respond-with (param $contents i32) (param $trailers i32)
    (call $new-response (call $new-fields) (i32.const 1) (local.get $contents) (local.get $trailers) (i32.const 1024))
    (call $return (i32.const 0) (i32.load (i32.const 1024))
      (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

  ;; Answers 200 with a body that is written to $out.
  (func $respond
    (local $stream i64) (local $future i64)
    (local.set $stream (call $new-stream))
    (local.set $future (call $new-trailers))
    (global.set $out (i32.wrap_i64 (i64.shr_u (local.get $stream) (i64.const 32))))
    (global.set $trailers (i32.wrap_i64 (i64.shr_u (local.get $future) (i64.const 32))))
    (call $respond-with (i32.wrap_i64 (local.get $stream)) (i32.wrap_i64 (local.get $future))))

  ;; Waits for $waitable.
  (func $wait (param $waitable i32) (result i32)
    (if (i32.eqz (global.get $set)) (then (global.set $set (call $new-set))))
    (call $join (local.get $waitable) (global.get $set))
    (i32.or (i32.const 2) (i32.shl (global.get $set) (i32.const 4))))

  ;; Writes to the body. A write that is over at once is waited for by yielding.
  (func $say (param $start i32) (param $length i32) (result i32)
    (if (i32.ne (call $write (global.get $out) (local.get $start) (local.get $length)) (i32.const -1))
      (then (return (i32.const 1))))
    (call $wait (global.get $out)))

  ;; Ends the body, without trailers.
  (func $finish (result i32)
    (call $join (global.get $out) (i32.const 0))
    (call $close (global.get $out))
    (i64.store (i32.const 2048) (i64.const 0))
    (if (i32.eq (call $write-trailers (global.get $trailers) (i32.const 2048)) (i32.const -1))
      (then (return (call $wait (global.get $trailers)))))
    (call $drop-trailers (global.get $trailers))
    (i32.const 0))

  (func (export "[async-lift]wasi:http/handler@0.3.0#handle") (param $request i32) (result i32)
    ;;HANDLE
  )

  ;; 3 is a write to a stream that is over, 0 one that was over at once, 5 one to a future.
  (func (export "[callback][async-lift]wasi:http/handler@0.3.0#handle") (param $event i32) (param i32 i32) (result i32)
    (if (i32.eq (local.get $event) (i32.const 5)) (then
      (call $join (global.get $trailers) (i32.const 0))
      (call $drop-trailers (global.get $trailers))
      (return (i32.const 0))))
    ;;WRITTEN
  )
)
