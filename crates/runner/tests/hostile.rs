//! Guests that loop, hoard, crash or say nothing: each ends with its own error, and the next request is served.

mod guests;

use guests::{Source, failure, get, hello, limits, start};
use patchbay_runner::{Limits, MemoryLimit, RunError, Runner, TimeLimit};
use std::time::{Duration, Instant};

fn runner() -> Runner {
    Runner::new(limits()).unwrap()
}

const LOOP: &str = "(loop $again (br $again))";

#[tokio::test]
async fn an_endless_loop_runs_out_of_time() {
    let began = Instant::now();
    let error = failure(&runner(), Source::handle(LOOP).build()).await;
    assert_eq!(
        error,
        RunError::OutOfTime {
            kind: TimeLimit::Cpu,
            limit: Duration::from_millis(200)
        }
    );
    assert!(error.to_string().contains("0.2 s"), "{error}");
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "{:?}",
        began.elapsed()
    );
}

#[tokio::test]
async fn an_endless_loop_at_start_runs_out_of_time() {
    let source = Source {
        items: format!("(func $forever {LOOP}) (start $forever)"),
        ..Source::handle("")
    };
    let error = failure(&runner(), source.build()).await;
    assert_eq!(
        error,
        RunError::OutOfTime {
            kind: TimeLimit::Cpu,
            limit: Duration::from_millis(200)
        }
    );
}

#[tokio::test]
async fn a_memory_that_grows_without_end_runs_out_of_memory() {
    let error = failure(&runner(), Source::handle(GROW_OR_ABORT).build()).await;
    let RunError::OutOfMemory {
        kind: MemoryLimit::Each,
        limit,
        asked,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(limit, 64 << 20);
    // It starts with a page of 64 KiB.
    assert_eq!(asked, (64 << 20) + (64 << 10));
    assert!(error.to_string().contains("64 MiB"), "{error}");
}

/// Grows by 1 MiB until that fails, then gives up as an allocator does.
const GROW_OR_ABORT: &str = "(loop $more
    (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
  unreachable";

#[tokio::test]
async fn memories_of_a_graph_are_summed() {
    // Five core instances, each with a memory that alone is far below the limit of 64 MiB.
    let mut imports = String::from(
        "(core module $hog (memory 1) (func (export \"grow\") (result i32) (memory.grow (i32.const 511))))\n",
    );
    let mut items = String::new();
    for number in 0..5 {
        imports += &format!("(core instance $hog{number} (instantiate $hog))\n");
        items += &format!("(import \"hog{number}\" \"grow\" (func $grow{number} (result i32)))\n");
    }
    let source = Source {
        imports,
        items,
        arguments: "(with \"hog0\" (instance $hog0)) (with \"hog1\" (instance $hog1))
                    (with \"hog2\" (instance $hog2)) (with \"hog3\" (instance $hog3))
                    (with \"hog4\" (instance $hog4))",
        handle: "(br_if 0 (i32.eq (call $grow0) (i32.const -1)))
                 (br_if 0 (i32.eq (call $grow1) (i32.const -1)))
                 (br_if 0 (i32.eq (call $grow2) (i32.const -1)))
                 (if (i32.ne (call $grow3) (i32.const -1)) (then (call $hello (local.get $out)) (return)))
                 unreachable",
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::OutOfMemory {
        kind: MemoryLimit::Total,
        limit,
        asked,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(limit, 128 << 20);
    assert!(asked > limit && asked < limit + (32 << 20), "{asked}");
}

#[tokio::test]
async fn memories_that_start_too_large_run_out_of_memory() {
    let imports = "(core module $hog (memory 1000))
        (core instance (instantiate $hog)) (core instance (instantiate $hog)) (core instance (instantiate $hog))";
    let source = Source {
        imports: imports.to_owned(),
        ..Source::handle("")
    };
    let error = failure(&runner(), source.build()).await;
    assert!(
        matches!(
            error,
            RunError::OutOfMemory {
                kind: MemoryLimit::Total,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_table_that_grows_without_end_runs_out_of_room() {
    let runner = Runner::new(Limits {
        table_elements: 20_000,
        ..limits()
    })
    .unwrap();
    let source = Source {
        items: "(table $t 1 funcref)".to_owned(),
        ..Source::handle(
            "(loop $more (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
             unreachable",
        )
    };
    let error = failure(&runner, source.build()).await;
    assert!(
        matches!(
            error,
            RunError::OutOfMemory {
                kind: MemoryLimit::TableElements,
                limit: 20_000,
                ..
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn too_many_core_instances_do_not_start() {
    let imports = format!(
        "(core module $empty) {}",
        "(core instance (instantiate $empty))".repeat(210)
    );
    let source = Source {
        imports,
        ..Source::handle("")
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::NotStarted { message } = &error else {
        panic!("{error:?}")
    };
    assert!(message.contains("instance"), "{message}");
}

#[tokio::test]
async fn deep_recursion_runs_out_of_stack() {
    let source = Source {
        items: "(func $deeper (param i32) (result i32)
                  (i32.add (i32.const 1) (call $deeper (i32.add (local.get 0) (i32.const 1)))))"
            .to_owned(),
        ..Source::handle("(drop (call $deeper (i32.const 0)))")
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::OutOfStack {
        limit,
        ref backtrace,
    } = error
    else {
        panic!("{error:?}")
    };
    assert_eq!(limit, 512 << 10);
    assert!(backtrace[0].contains("deeper"), "{backtrace:?}");
    assert!(error.to_string().contains("512 KiB"), "{error}");
}

#[tokio::test]
async fn a_trap_is_told_with_its_backtrace() {
    let source = Source {
        items: "(func $boom unreachable)".to_owned(),
        ..Source::handle("(call $boom)")
    };
    let error = failure(&runner(), source.build()).await;
    let RunError::Trapped { message, backtrace } = &error else {
        panic!("{error:?}")
    };
    assert!(message.contains("unreachable"), "{message}");
    assert!(backtrace[0].contains("boom"), "{backtrace:?}");

    let error = failure(
        &runner(),
        Source::handle("(drop (i32.div_u (i32.const 1) (i32.const 0)))").build(),
    )
    .await;
    assert_eq!(
        error.to_string(),
        "The component stopped with an error: integer divide by zero."
    );
}

#[tokio::test]
async fn a_guest_that_never_answers_is_told_so() {
    let error = failure(&runner(), Source::handle("").build()).await;
    assert_eq!(error, RunError::NoResponse);
}

#[tokio::test]
async fn a_handler_of_another_type_does_not_start() {
    let wrong = "(component
        (core module $m (func (export \"f\")))
        (core instance $m (instantiate $m))
        (func $f (canon lift (core func $m \"f\")))
        (instance $i (export \"handle\" (func $f)))
        (export \"wasi:http/incoming-handler@0.2.0\" (instance $i)))";
    let error = failure(&runner(), wat::parse_str(wrong).unwrap().into()).await;
    assert!(matches!(error, RunError::NotStarted { .. }), "{error:?}");
}

#[tokio::test]
async fn an_error_instead_of_a_response_is_told() {
    // The case of error-code with number 15 is HTTP-request-denied.
    let source = Source::handle(
        "(call $set (local.get $out) (i32.const 1) (i32.const 15)
           (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))",
    );
    let error = failure(&runner(), source.build()).await;
    let RunError::ErrorResponse { code } = &error else {
        panic!("{error:?}")
    };
    assert!(code.contains("HttpRequestDenied"), "{code}");
}

#[tokio::test]
async fn handles_are_counted() {
    let error = failure(
        &runner(),
        Source::handle("(loop $more (drop (call $new-fields)) (br $more))").build(),
    )
    .await;
    assert_eq!(error, RunError::OutOfHandles { limit: 10_000 });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_hostile_guests_do_not_keep_a_good_one_from_answering() {
    let runner = runner();
    let bad = start(&runner, Source::handle(LOOP).build()).await;
    let good = start(&runner, hello()).await;
    let loops: Vec<_> = (0..8)
        .map(|_| {
            let bad = bad.clone();
            tokio::spawn(async move { bad.handle(get("/")).await.err().unwrap().error })
        })
        .collect();
    for _ in 0..5 {
        assert_eq!(good.handle(get("/")).await.unwrap().status(), 200);
    }
    for ended in loops {
        assert!(matches!(ended.await.unwrap(), RunError::OutOfTime { .. }));
    }
}
