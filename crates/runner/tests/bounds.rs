//! What hostile guests cost the server in memory: at most what their limits give them while they run, and nothing when they
//! are gone. A process of its own, since it is the process that is measured.

mod guests;

use futures::future::join_all;
use guests::{Source, assert_serves, get, limits, start};
use http_body_util::BodyExt;
use patchbay_runner::{Limits, Preview, Runner};
use std::fs;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

const MIB: usize = 1 << 20;

/// How many requests of an attacker run at once.
const AT_ONCE: usize = 4;

/// What else may be there: stacks, code, what the allocator keeps.
const MARGIN: usize = 96 * MIB;

/// What a guest does, and how much of the limits on memory it may take.
struct Attack {
    name: &'static str,
    guest: Source,
    memory: usize,
}

fn attacks() -> Vec<Attack> {
    let fill = "(loop $more
          (local.set $at (memory.grow (i32.const 16)))
          (if (i32.ne (local.get $at) (i32.const -1)) (then
            (memory.fill (i32.shl (local.get $at) (i32.const 16)) (i32.const 1) (i32.const 1048576))
            (br $more))))";
    let hog = format!("(func (export \"grow\") (local $at i32) {fill})");
    let mut eight = format!("(core module $hog (memory 1) {hog})\n");
    let (mut imports, mut calls, mut arguments) = (String::new(), String::new(), String::new());
    for number in 0..8 {
        eight += &format!("(core instance $hog{number} (instantiate $hog))\n");
        imports += &format!("(import \"hog{number}\" \"grow\" (func $grow{number}))\n");
        calls += &format!("(call $grow{number})");
        arguments += &format!("(with \"hog{number}\" (instance $hog{number}))");
    }
    // Tests end: what is leaked here is a few texts.
    let (calls, arguments): (&str, &str) = (calls.leak(), arguments.leak());
    let attack = |name, handle, memory| Attack {
        name,
        guest: Source::handle(handle),
        memory,
    };
    vec![
        Attack {
            name: "a memory that grows",
            guest: Source {
                items: format!("(func $grow (local $at i32) {fill})"),
                ..Source::handle("(call $grow) unreachable")
            },
            memory: 64 * MIB,
        },
        Attack {
            name: "eight memories that grow",
            guest: Source {
                imports: eight,
                items: imports,
                arguments,
                handle: calls,
            },
            memory: 128 * MIB,
        },
        Attack {
            name: "a table that grows",
            guest: Source {
                items: "(table $t 1 funcref)".to_owned(),
                ..Source::handle(
                    "(loop $more
                       (br_if $more (i32.ne (table.grow $t (ref.null func) (i32.const 1000)) (i32.const -1))))
                     unreachable",
                )
            },
            memory: 0,
        },
        Attack {
            name: "recursion",
            guest: Source {
                items: "(func $deeper (param i32) (result i32)
                          (i32.add (i32.const 1) (call $deeper (local.get 0))))"
                    .to_owned(),
                ..Source::handle("(drop (call $deeper (i32.const 0)))")
            },
            memory: 0,
        },
        attack(
            "handles",
            "(loop $more (drop (call $new-fields)) (br $more))",
            0,
        ),
        attack(
            "a log without an end",
            "(local $out' i32) (local.set $out' (call $get-stdout))
             (loop $more (call $write (local.get $out') (i32.const 0) (i32.const 4096) (i32.const 1024)) (br $more))",
            0,
        ),
        attack(
            "a response without an end",
            "(call $begin (local.get $out))
             (loop $more (call $say (i32.const 0) (i32.const 4096)) (br $more))",
            0,
        ),
        attack(
            "responses that are never sent",
            "(loop $more
               (drop (call $new-response (call $new-fields))) (br $more))",
            0,
        ),
    ]
}

/// A line of `/proc/self/status`, in bytes.
fn status(name: &str) -> usize {
    let status = fs::read_to_string("/proc/self/status").expect("a Linux machine");
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kib = line.and_then(|line| {
        line.trim_matches([':', ' ', '\t', 'k', 'B'])
            .parse::<usize>()
            .ok()
    });
    kib.expect("a size") * 1024
}

/// The most that the process had since [`forget_peak`].
fn peak() -> usize {
    status("VmHWM")
}

fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").expect("one's own peak can be forgotten");
}

/// What the process holds when nobody asks it for anything.
#[derive(Debug, Clone, Copy)]
struct AtRest {
    resident: usize,
    /// Files and sockets.
    open: usize,
    tasks: usize,
}

impl AtRest {
    /// Measured once the tasks that are at their end have come to it.
    async fn measure() -> Self {
        let tasks = || Handle::current().metrics().num_alive_tasks();
        let mut last = tasks();
        loop {
            tokio::time::sleep(Duration::from_millis(200)).await;
            if tasks() >= last {
                break;
            }
            last = tasks();
        }
        Self {
            resident: status("VmRSS"),
            open: fs::read_dir("/proc/self/fd").unwrap().count(),
            tasks: last,
        }
    }

    /// Whether nothing was leaked since the process was at rest `before`.
    fn assert_no_more_than(&self, before: &Self) {
        let grown = self.resident.saturating_sub(before.resident);
        assert!(grown <= 32 * MIB, "{before:?} {self:?}");
        assert!(self.open <= before.open, "{before:?} {self:?}");
        assert!(self.tasks <= before.tasks, "{before:?} {self:?}");
    }
}

/// One request to its end, whatever that is. The client does not read for a while.
async fn attacked(preview: Preview) {
    if let Ok(response) = preview.handle(get("/")).await {
        tokio::time::sleep(Duration::from_millis(100)).await;
        let mut body = response.into_body();
        while let Some(Ok(_)) = body.frame().await {}
    }
}

/// New previews of all attackers, each asked several times at once while a good one is asked, too.
async fn round(runner: &Runner) {
    for Attack {
        name,
        guest,
        memory,
    } in attacks()
    {
        let preview = start(runner, guest.build()).await;
        forget_peak();
        let before = status("VmRSS");
        let requests = (0..AT_ONCE).map(|_| tokio::spawn(attacked(preview.clone())));
        let requests = join_all(requests.collect::<Vec<_>>());
        tokio::join!(requests, assert_serves(runner));
        let taken = peak().saturating_sub(before);
        assert!(taken >= memory, "{name} is no attack: {} MiB", taken / MIB);
        let allowed = AT_ONCE * memory + MARGIN;
        assert!(
            taken <= allowed,
            "{name}: {} MiB, {} allowed",
            taken / MIB,
            allowed / MIB
        );
        assert_serves(runner).await;
    }
}

/// Three rounds; or as many as there are in `PATCHBAY_SOAK` seconds, which `cargo xtask soak` sets.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hostile_guests_take_what_their_limits_give_them_and_leave_nothing() {
    let limits = Limits {
        wall_per_request: Duration::from_secs(20),
        requests_per_preview: AT_ONCE,
        ..limits()
    };
    let runner = Runner::new(limits).unwrap();
    let soak = std::env::var("PATCHBAY_SOAK").ok();
    let soak = soak.map(|it| Duration::from_secs(it.parse().expect("seconds")));
    let began = Instant::now();
    // What the first rounds leave, caches and the allocator keep.
    round(&runner).await;
    round(&runner).await;
    let first = AtRest::measure().await;
    let mut rounds = 2;
    while rounds < 3 || soak.is_some_and(|time| began.elapsed() < time) {
        round(&runner).await;
        rounds += 1;
        if rounds % 20 == 0 {
            println!("{rounds} rounds: {:?}", AtRest::measure().await);
        }
    }
    let last = AtRest::measure().await;
    println!("{rounds} rounds: {first:?} after two, {last:?} at the end");
    last.assert_no_more_than(&first);
}
