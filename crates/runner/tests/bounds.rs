//! What hostile guests cost the server in memory: at most what their limits give them while they run, and nothing when they
//! are gone. A process of its own, since it is the process that is measured.

#[path = "guests/attacks.rs"]
mod attacks;

mod guests;

use attacks::{AT_ONCE, Attack, TOPIC, attacks};
use futures::future::join_all;
use guests::{assert_serves, limits, start};
use patchbay_runner::{Grants, Limits, Runner};
use std::fs;
use std::time::{Duration, Instant};
use tokio::runtime::Handle;

const MIB: usize = 1 << 20;

/// What else may be there: stacks, code, what the allocator keeps.
const MARGIN: usize = 96 * MIB;

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

/// New previews of all attackers, each asked several times at once while a good one is asked, too.
async fn round(runner: &Runner) {
    for Attack {
        name,
        guest,
        way,
        memory,
        end,
    } in attacks()
    {
        let preview = start(runner, guest).await;
        preview.grant(Grants {
            blobs: true,
            messaging: Some(vec![TOPIC.to_owned()]),
            ..Grants::within_the_sandbox()
        });
        let object = (0..100).map(|number| format!("{number}{}", "a".repeat(900)));
        for object in object {
            let objects = preview.objects();
            objects.put_new("shop", &object, "".into()).await.unwrap();
        }
        forget_peak();
        let before = status("VmRSS");
        let requests = (0..AT_ONCE).map(|_| tokio::spawn(Attack::carry_out(preview.clone(), way)));
        let requests = join_all(requests.collect::<Vec<_>>());
        let (ends, ()) = tokio::join!(requests, assert_serves(runner));
        for sentence in ends {
            let sentence = sentence.unwrap();
            assert!(sentence.contains(end), "{name}: {sentence}");
        }
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
        // What ends the guests is what they do, on a busy machine too.
        wall_per_request: Duration::from_secs(60),
        first_byte: Duration::from_secs(60),
        cpu_per_request: Duration::from_millis(500),
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
        if rounds % 5 == 0 {
            println!("{rounds} rounds: {:?}", AtRest::measure().await);
        }
    }
    let last = AtRest::measure().await;
    println!("{rounds} rounds: {first:?} after two, {last:?} at the end");
    last.assert_no_more_than(&first);
}
