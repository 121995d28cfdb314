//! How near a preview came to its limits.

use patchbay_app::panels::units;
use patchbay_runner::{Limits, PastRequest};
use std::time::Duration;

/// A meter for what requests took at most, and the limits that nobody came near to.
pub fn view(limits: &Limits, requests: &[PastRequest], stored: Option<(usize, usize)>) -> String {
    let most = |of: fn(&PastRequest) -> u64| requests.iter().map(of).max().unwrap_or(0);
    let size = |bytes: u64| units::size(bytes);
    let time = |micros: u64| units::millis(micros);
    let mut meters = String::new();
    for (label, value, limit, words) in [
        (
            "Memory of one request",
            most(|it| it.usage.memory as u64),
            limits.memory_total as u64,
            &size as &dyn Fn(u64) -> String,
        ),
        (
            "Computing of one request",
            most(|it| micros(it.usage.cpu)),
            micros(limits.cpu_per_request),
            &time,
        ),
        (
            "Time of one request",
            most(|it| micros(it.usage.elapsed)),
            micros(limits.wall_per_request),
            &time,
        ),
    ] {
        meters += &meter(label, value, limit, words);
    }
    if let Some((keys, bytes)) = stored {
        meters += &meter("Keys stored", keys as u64, limits.kv_keys as u64, &|it| {
            it.to_string()
        });
        meters += &meter(
            "Bytes stored",
            bytes as u64,
            limits.kv_total_bytes as u64,
            &size,
        );
    }
    let rows: String = limits
        .in_words()
        .iter()
        .map(|(name, value)| format!("<dt>{name}</dt><dd>{value}</dd>"))
        .collect();
    format!(
        "<div class=\"activity\"><p class=\"muted\">The most that requests of this preview took so far.</p>\
         <div class=\"meters\">{meters}</div><h3>All limits</h3><dl class=\"facts\">{rows}</dl></div>"
    )
}

fn meter(label: &str, value: u64, limit: u64, words: &dyn Fn(u64) -> String) -> String {
    let (shown, most) = (words(value), words(limit));
    let high = limit / 5 * 4;
    format!(
        "<label><span>{label}</span><meter min=\"0\" max=\"{limit}\" high=\"{high}\" optimum=\"0\" \
         value=\"{value}\"></meter><span>{shown} of {most}</span></label>"
    )
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}
