//! What a preview did: its requests in time, and what they did with what they are granted.

use super::html::{escape, table};
use patchbay_app::panels::units;
use patchbay_runner::{CapabilityCall, PastRequest};
use std::time::Duration;

/// How many of each are shown, the newest.
const SHOWN: usize = 100;

/// Two tables, the newest first.
pub fn view(base: &str, requests: &[PastRequest], calls: &[CapabilityCall]) -> String {
    let again = format!(
        "<form action=\"{base}/activity\"><button type=\"submit\" class=\"button button-small\" \
         id=\"sandbox-refresh\">Refresh</button></form>"
    );
    format!(
        "<div class=\"activity\">{again}<h3>Requests</h3>{}<h3>What they did</h3>{}</div>",
        timeline(requests),
        capabilities(calls)
    )
}

fn timeline(requests: &[PastRequest]) -> String {
    let newest = &requests[requests.len().saturating_sub(SHOWN)..];
    let Some(first) = newest.iter().map(|it| it.began).min() else {
        return "<p class=\"muted\">There was no request yet.</p>".to_owned();
    };
    let end = |request: &PastRequest| request.began + millis(request.usage.elapsed);
    let last = newest.iter().map(end).max().unwrap_or(first);
    let span = last.saturating_sub(first).max(1);
    let share = |time: u64| time.saturating_sub(first) * 100 / span;
    let rows: Vec<_> = newest.iter().rev().map(|request| {
        let (class, outcome) = match &request.outcome {
            Ok(outcome) => ("ok", outcome),
            Err(why) => ("err", why),
        };
        let usage = &request.usage;
        let (from, to) = (share(request.began), share(end(request)));
        vec![
            format!("#{}", request.request),
            format!("<code>{}</code>", escape(&request.asked)),
            format!("<span class=\"{class}\">{}</span>", escape(outcome)),
            time(usage.elapsed),
            time(usage.cpu),
            units::size(usage.memory as u64),
            request.calls.to_string(),
            format!(
                "<span class=\"span\" aria-hidden=\"true\"><span style=\"margin-inline-start:{from}%;width:{}%\"></span></span>",
                (to - from).max(1)
            ),
        ]
    }).collect();
    let heads = [
        "Request", "Asked", "Outcome", "Time", "Computed", "Memory", "Calls", "When",
    ];
    table("Requests", &heads, &rows)
}

fn capabilities(calls: &[CapabilityCall]) -> String {
    if calls.is_empty() {
        return "<p class=\"muted\">Nothing that was granted was used yet.</p>".to_owned();
    }
    let newest = calls.iter().rev().take(SHOWN);
    let rows: Vec<_> = newest
        .map(|call| {
            let times = match call.times {
                1 => String::new(),
                times => format!(" ×{times}"),
            };
            vec![
                format!("#{}", call.request),
                escape(call.capability.in_words()),
                format!(
                    "<code>{}({})</code>{times}",
                    call.call,
                    escape(&call.arguments)
                ),
                format!("<code>{}</code>", escape(&call.result)),
                time(call.elapsed),
            ]
        })
        .collect();
    let heads = ["Request", "Of", "Call", "Result", "Time"];
    table("Calls of capabilities", &heads, &rows)
}

fn time(time: Duration) -> String {
    units::millis(u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
