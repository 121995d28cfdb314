//! Requests from so many connections at once, each sent when the one before is answered: by `wrk`, which is a package of
//! Debian.

use crate::Result;
use crate::served::Place;
use std::io::Write as _;
use std::process::{Command, Stdio};
use tempfile::NamedTempFile;

/// What wrk says at its end, in a form for programs: requests, those not answered as they should be, and microseconds.
const REPORT: &str = r#"
done = function(summary, latency, requests)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  io.stdout:write(string.format("report %d %d %d %d %d\n", summary.requests, errors, summary.duration,
    latency:percentile(50), latency:percentile(99)))
end
"#;

/// What came of some seconds of requests.
#[derive(Clone, Copy, Default)]
pub struct Measured {
    pub requests_per_second: f64,
    /// In milliseconds, as the next one.
    pub median: f64,
    pub of_99: f64,
}

/// Asks for so many seconds.
///
/// # Errors
/// When wrk is not there, or a request failed.
pub fn load(place: &Place, connections: u32, seconds: u32, headers: &[&str]) -> Result<Measured> {
    let report = run(Command::new("wrk"), place, connections, seconds, headers)?;
    let [requests, errors, duration, median, of_99] = report;
    if requests == 0.0 || errors > 0.0 {
        return Err(format!("{errors} of {requests} requests failed").into());
    }
    Ok(Measured {
        requests_per_second: requests / (duration / 1e6),
        median: median / 1e3,
        of_99: of_99 / 1e3,
    })
}

/// Asks for so many seconds, whatever comes of it. An attacker has a machine of its own: on this one its part stands back.
pub fn attack(place: &Place, connections: u32, seconds: u32) -> Result<()> {
    let mut command = Command::new("chrt");
    command.args(["--idle", "0", "wrk"]);
    run(command, place, connections, seconds, &[]).map(drop)
}

fn run(
    mut command: Command,
    place: &Place,
    connections: u32,
    seconds: u32,
    headers: &[&str],
) -> Result<[f64; 5]> {
    let mut script = NamedTempFile::with_suffix(".lua")?;
    script.write_all(REPORT.as_bytes())?;
    command
        .args(["--threads", "1", "--timeout", "10s", "--script"])
        .arg(script.path())
        .args(["--connections", &connections.to_string()])
        .args(["--duration", &format!("{seconds}s")])
        .args(["--header", &format!("Host: {}", place.host)]);
    for header in headers {
        command.args(["--header", header]);
    }
    let output = command.arg(place.url()).stderr(Stdio::inherit()).output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line = text.lines().find_map(|line| line.strip_prefix("report "));
    let numbers = line.and_then(|line| {
        let numbers: Vec<f64> = line.split(' ').map_while(|it| it.parse().ok()).collect();
        numbers.try_into().ok()
    });
    numbers.ok_or_else(|| format!("wrk said: {text}").into())
}
