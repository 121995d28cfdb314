;; The core of a command of WASI 0.2. The tests fill in what `run` does; it answers 0 or 1.
(module
  (import "wasi:cli/environment@0.2.0" "get-environment" (func $get-environment (param i32)))
  (import "wasi:cli/environment@0.2.0" "get-arguments" (func $get-arguments (param i32)))
  (import "wasi:cli/exit@0.2.0" "exit" (func $exit (param i32)))
  (import "wasi:cli/stdin@0.2.0" "get-stdin" (func $get-stdin (result i32)))
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func $get-stdout (result i32)))
  (import "wasi:cli/stderr@0.2.0" "get-stderr" (func $get-stderr (result i32)))
  (import "wasi:io/streams@0.2.0" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
  (import "wasi:io/streams@0.2.0" "[method]output-stream.blocking-write-and-flush"
    (func $write (param i32 i32 i32 i32)))

  (memory (export "memory") 2)
  (data (i32.const 0) "hello\n=")
  ;; What the host puts into memory; results go to 1024.
  (global $free (mut i32) (i32.const 4096))
  (func (export "cabi_realloc") (param i32 i32) (param $align i32) (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
    (global.set $free (i32.add (local.get $at) (local.get $size)))
    (local.get $at))

  (func $print (param $start i32) (param $length i32)
    (call $write (call $get-stdout) (local.get $start) (local.get $length) (i32.const 1024)))

  ;; Prints the strings in a list, each followed by one byte: every second one by that at $odd.
  (func $print-all (param $list i32) (param $count i32) (param $even i32) (param $odd i32)
    (local $number i32)
    (block $done (loop $next
      (br_if $done (i32.eq (local.get $number) (local.get $count)))
      (call $print (i32.load (local.get $list)) (i32.load offset=4 (local.get $list)))
      (call $print
        (select (local.get $odd) (local.get $even) (i32.and (local.get $number) (i32.const 1)))
        (i32.const 1))
      (local.set $number (i32.add (local.get $number) (i32.const 1)))
      (local.set $list (i32.add (local.get $list) (i32.const 8)))
      (br $next))))

  (func (export "wasi:cli/run@0.2.0#run") (result i32)
    ;;RUN
  )
)
