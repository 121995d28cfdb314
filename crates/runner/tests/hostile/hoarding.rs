//! Guests that take more and more memory, tables, instances and handles.

use crate::guests::wit::component;
use crate::guests::{Source, assert_serves, failure, limits, start};
use crate::runner;
use patchbay_runner::{Call, CallError, Limits, MemoryLimit, RunError, Runner};

/// Grows by 1 MiB until that fails, then gives up as an allocator does.
const GROW_OR_ABORT: &str = "(loop $more
    (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
  unreachable";

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
async fn handles_are_counted() {
    let error = failure(
        &runner(),
        Source::handle("(loop $more (drop (call $new-fields)) (br $more))").build(),
    )
    .await;
    assert_eq!(error, RunError::OutOfHandles { limit: 10_000 });
}

#[tokio::test]
async fn tables_of_a_graph_are_summed() {
    // Eight core instances, each with a table that alone is far below the limit.
    let mut imports = String::from("(core module $hog (table 15000 funcref))\n");
    imports += &"(core instance (instantiate $hog))\n".repeat(8);
    let source = Source {
        imports,
        ..Source::handle("")
    };
    let error = failure(&runner(), source.build()).await;
    assert!(
        matches!(
            error,
            RunError::OutOfMemory {
                kind: MemoryLimit::TableElements,
                limit: 100_000,
                asked: 105_000,
            }
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_resource_of_its_own_that_is_never_dropped_is_counted() {
    let wit = "package test:guests; world w { export leaks; } \
               interface leaks { resource r {} leak: func(); }";
    let core = r#"(module
        (import "[export]test:guests/leaks" "[resource-new]r" (func $new (param i32) (result i32)))
        (func (export "test:guests/leaks#leak") (loop $more (drop (call $new (i32.const 0))) (br $more))))"#;
    let runner = runner();
    let preview = start(&runner, component(wit, core)).await;
    let call = Call {
        function: "test:guests/leaks#leak".to_owned(),
        arguments: Vec::new(),
        session: None,
    };
    let Err(CallError::Failed(failure)) = preview.call(call).await else {
        panic!("returned")
    };
    assert_eq!(failure.error, RunError::OutOfHandles { limit: 10_000 });
    assert_serves(&runner).await;
}
