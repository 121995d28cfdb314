//! Components that are commands, of WASI 0.2 and 0.3.

mod guests;

use bytes::Bytes;
use guests::wit::component;
use guests::{assert_serves, hello, limits, start};
use patchbay_runner::{
    Command, Finished, Grants, Limits, LogStream, PrepareError, Preview, RunError, Runner,
    TimeLimit, Use,
};
use std::io::Cursor;
use std::time::Duration;

fn command_02(run: &str) -> Bytes {
    let core = include_str!("guests/command_02.wat").replacen("    ;;RUN", run, 1);
    component(include_str!("guests/command_02.wit"), &core)
}

fn command_03(run: &str, event: &str) -> Bytes {
    let core = include_str!("guests/command_03.wat")
        .replacen("    ;;RUN", run, 1)
        .replacen("    ;;EVENT", event, 1);
    component(include_str!("guests/command_03.wit"), &core)
}

fn command(arguments: &[&str], environment: &[(&str, &str)], stdin: &str) -> Command {
    Command {
        arguments: arguments.iter().map(|it| (*it).to_owned()).collect(),
        environment: environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        stdin: Box::new(Cursor::new(stdin.to_owned().into_bytes())),
    }
}

/// What it writes to stdout and to stderr, and how it ends.
async fn run(preview: &Preview, command: Command) -> (String, String, Result<Finished, RunError>) {
    let mut run = preview.run(command).await.unwrap();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    while let Some(output) = run.next().await {
        match output.stream {
            LogStream::Stdout => stdout.extend_from_slice(&output.bytes),
            LogStream::Stderr => stderr.extend_from_slice(&output.bytes),
            LogStream::Host => panic!("a command cannot write that"),
        }
    }
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let end = run.finish().await.map_err(|failure| failure.error);
    (text(stdout), text(stderr), end)
}

async fn run_alone(limits: Limits, guest: Bytes) -> (String, Result<i32, RunError>) {
    let runner = Runner::new(limits).unwrap();
    let preview = start(&runner, guest).await;
    let (stdout, _, end) = run(&preview, command(&["guest"], &[], "")).await;
    assert_serves(&runner).await;
    if let Err(error) = &end {
        let (lines, _) = preview.logs();
        let sentence = error.to_string();
        assert!(lines.iter().any(|line| line.text == sentence), "{lines:?}");
    }
    (stdout, end.map(|finished| finished.code))
}

const PRINT_ARGUMENTS: &str = "(call $get-arguments (i32.const 1040))
    (call $print-all (i32.load (i32.const 1040)) (i32.load (i32.const 1044)) (i32.const 5) (i32.const 5))
    (call $get-environment (i32.const 1040))
    (call $print-all (i32.load (i32.const 1040)) (i32.shl (i32.load (i32.const 1044)) (i32.const 1))
      (i32.const 6) (i32.const 5))
    (i32.const 0)";

#[tokio::test]
async fn a_command_has_the_arguments_and_the_environment_that_it_is_given_and_no_others() {
    let runner = Runner::new(limits()).unwrap();
    let preview = start(&runner, command_02(PRINT_ARGUMENTS)).await;
    let given = command(&["guest", "a b", ""], &[("COLOUR", "green")], "");
    let (stdout, stderr, end) = run(&preview, given).await;
    assert_eq!(stdout, "guest\na b\n\nCOLOUR=green\n");
    assert_eq!(stderr, "");
    let finished = end.unwrap();
    assert_eq!(finished.code, 0);
    assert_eq!(finished.usage.memory, 128 << 10);
    assert!(finished.usage.elapsed > Duration::ZERO);
    let (stdout, ..) = run(&preview, command(&[], &[], "")).await;
    assert_eq!(stdout, "");
}

/// Copies stdin to stdout until stdin is closed.
const CAT: &str = "(local $in i32)
    (local.set $in (call $get-stdin))
    (block $done (loop $next
      (call $read (local.get $in) (i64.const 4096) (i32.const 1040))
      (br_if $done (i32.load8_u (i32.const 1040)))
      (call $print (i32.load (i32.const 1044)) (i32.load (i32.const 1048)))
      (global.set $free (i32.const 4096))
      (br $next)))
    (i32.const 0)";

#[tokio::test]
async fn a_command_reads_its_standard_input() {
    let runner = Runner::new(limits()).unwrap();
    let preview = start(&runner, command_02(CAT)).await;
    let text = "one\ntwo\n".repeat(10_000);
    let (stdout, _, end) = run(&preview, command(&[], &[], &text)).await;
    assert_eq!(end.unwrap().code, 0);
    assert!(stdout == text, "{} bytes of {}", stdout.len(), text.len());

    // The stream that stdin is read from is given to stdout as it is.
    let cat = command_03(
        "(call $read-via (i32.const 1040))
         (global.set $out (call $write-via (i32.load (i32.const 1040))))
         (drop (call $read-result (global.get $out) (i32.const 2048)))
         (call $wait (global.get $out))",
        "(call $return (i32.load8_u (i32.const 2048))) (i32.const 0)",
    );
    let preview = start(&runner, cat).await;
    let (stdout, _, end) = run(&preview, command(&[], &[], &text)).await;
    assert_eq!(end.unwrap().code, 0);
    assert!(stdout == text, "{} bytes of {}", stdout.len(), text.len());
}

#[tokio::test]
async fn output_comes_while_the_command_runs() {
    let runner = Runner::new(limits()).unwrap();
    let source = "(call $print (i32.const 0) (i32.const 6))
        (call $write (call $get-stderr) (i32.const 0) (i32.const 5) (i32.const 1024))
        (loop $again (br $again)) unreachable";
    let preview = start(&runner, command_02(source)).await;
    let mut run = preview.run(command(&[], &[], "")).await.unwrap();
    let first = run.next().await.unwrap();
    assert_eq!(
        (first.stream, &first.bytes[..]),
        (LogStream::Stdout, &b"hello\n"[..])
    );
    let second = run.next().await.unwrap();
    assert_eq!(
        (second.stream, &second.bytes[..]),
        (LogStream::Stderr, &b"hello"[..])
    );
    // Dropped, it ends, and the place is free for others.
    drop(run);
    assert_serves(&runner).await;
}

#[tokio::test]
async fn the_exit_code_is_told() {
    for (source, code) in [
        ("(i32.const 0)", 0),
        ("(i32.const 1)", 1),
        ("(call $exit (i32.const 0)) unreachable", 0),
        ("(call $exit (i32.const 1)) unreachable", 1),
    ] {
        let (_, end) = run_alone(limits(), command_02(source)).await;
        assert_eq!(end, Ok(code), "{source}");
    }
    for (source, code) in [
        ("(call $return (i32.const 0)) (i32.const 0)", 0),
        ("(call $return (i32.const 1)) (i32.const 0)", 1),
        ("(call $exit (i32.const 1)) unreachable", 1),
    ] {
        let (_, end) = run_alone(limits(), command_03(source, "unreachable")).await;
        assert_eq!(end, Ok(code), "{source}");
    }
}

#[tokio::test]
async fn a_command_of_wasi_03_writes_until_its_task_ends() {
    let printing = command_03(
        "(local.set $stream (call $new-stream))
         (drop (call $write-via (i32.wrap_i64 (local.get $stream))))
         (global.set $out (i32.wrap_i64 (i64.shr_u (local.get $stream) (i64.const 32))))
         (call $return (i32.const 0))
         (if (i32.ne (call $write (global.get $out) (i32.const 0) (i32.const 6)) (i32.const -1))
           (then (return (i32.const 1))))
         (call $wait (global.get $out))",
        "(call $join (global.get $out) (i32.const 0)) (call $close (global.get $out)) (i32.const 0)",
    );
    let (stdout, end) = run_alone(limits(), printing).await;
    assert_eq!((stdout.as_str(), end), ("hello\n", Ok(0)));
}

#[tokio::test]
async fn a_command_that_computes_without_end_runs_out_of_time() {
    let limits = Limits {
        cpu_per_command: Duration::from_millis(200),
        ..limits()
    };
    let endless = command_02("(loop $again (br $again)) unreachable");
    let (_, end) = run_alone(limits.clone(), endless).await;
    let error = end.unwrap_err();
    let RunError::OutOfTime { kind, .. } = error else {
        panic!("{error:?}")
    };
    assert_eq!(kind, TimeLimit::CommandCpu);
    assert!(error.to_string().contains("0.2 s"), "{error}");
}

#[tokio::test]
async fn a_command_that_waits_too_long_runs_out_of_time() {
    let limits = Limits {
        wall_per_command: Duration::from_millis(300),
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let preview = start(&runner, command_02(CAT)).await;
    let (silent, _kept) = tokio::io::duplex(16);
    let waiting = Command {
        arguments: Vec::new(),
        environment: Vec::new(),
        stdin: Box::new(silent),
    };
    let (_, _, end) = run(&preview, waiting).await;
    assert_eq!(
        end.unwrap_err(),
        RunError::OutOfTime {
            kind: TimeLimit::CommandWall,
            limit: Duration::from_millis(300),
            nodes: Vec::new()
        }
    );
}

#[tokio::test]
async fn a_command_that_writes_without_end_is_ended() {
    let limits = Limits {
        command_output: 100_000,
        ..limits()
    };
    let endless = command_02(
        "(loop $again (call $print (i32.const 0) (i32.const 4096)) (br $again)) unreachable",
    );
    let (stdout, end) = run_alone(limits, endless).await;
    assert_eq!(end, Err(RunError::OutputTooLarge { limit: 100_000 }));
    assert!(
        stdout.len() <= 100_000 && stdout.len() > 90_000,
        "{}",
        stdout.len()
    );
}

#[tokio::test]
async fn a_command_that_traps_says_so() {
    let (_, end) = run_alone(limits(), command_02("unreachable")).await;
    let error = end.unwrap_err();
    assert!(matches!(error, RunError::Trapped { .. }), "{error:?}");
    let greedy = command_02(
        "(loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable",
    );
    let (_, end) = run_alone(limits(), greedy).await;
    let error = end.unwrap_err();
    assert!(matches!(error, RunError::OutOfMemory { .. }), "{error:?}");
}

#[tokio::test]
async fn what_is_no_command_says_so() {
    let runner = Runner::new(limits()).unwrap();
    let program = runner.prepare(hello()).await.unwrap();
    let error = program.require(Use::Command).unwrap_err();
    assert!(
        matches!(error, PrepareError::NotCommand { .. }),
        "{error:?}"
    );
    let failure = runner
        .start(&program, Grants::default())
        .run(command(&[], &[], ""))
        .await
        .err()
        .unwrap();
    assert_eq!(failure.error, RunError::Unfit { what: Use::Command });
}
