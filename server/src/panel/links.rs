//! What goes through the links of a preview: a table, and labels on the canvas.

use super::html::{escape, table};
use crate::previews::Found;
use crate::trace::Trace;
use patchbay_app::editor::link_name;
use patchbay_app::panels::units;
use patchbay_model::{Endpoint, Link};
use patchbay_runner::LinkCounts;
use std::fmt::Write;
use std::time::Duration;

/// The switch, what it costs, and what was counted.
pub fn view(base: &str, found: &Found, problem: &str) -> String {
    let trace = found.panel.trace();
    let (on, next) = match &trace {
        Some(_) => ("true", "false"),
        None => ("false", "true"),
    };
    let switch = format!(
        "<button type=\"submit\" role=\"switch\" aria-checked=\"{on}\" class=\"button button-small\" id=\"sandbox-trace\" \
         name=\"trace\" value=\"{next}\">Trace links</button>"
    );
    let Some(trace) = trace else {
        return format!(
            "<div class=\"activity\"><form action=\"{base}/trace\">{switch}</form>{problem}<p class=\"muted\">Counts the calls of \
             each link, and how long they take. An interposer in each link tells of every call, which makes calls slower; so it \
             is off until you switch it on, and what you download never has any. The preview starts anew: what it was granted \
             and what it has stored stays.</p></div>"
        );
    };
    let refresh = format!(
        "<button type=\"submit\" class=\"button button-small\" id=\"sandbox-refresh\" formaction=\"{base}/links\">Refresh</button>"
    );
    let counts = found.preview.links().unwrap_or_default();
    format!(
        "<div class=\"activity\"><form action=\"{base}/trace\">{switch} {refresh}</form>{problem}<p class=\"muted\">{}</p>{}</div>",
        cost(&trace),
        links(&trace, &counts)
    )
}

/// What tracing costs, in a sentence.
fn cost(trace: &Trace) -> String {
    let interposers = units::count(trace.interposers(), "interposer");
    let of_a_call = match trace.cost {
        Some(cost) => format!(
            ", and a call of an empty function takes about {} longer here",
            short(cost)
        ),
        None => String::new(),
    };
    let adds = match trace.interposers() {
        1 => "adds",
        _ => "add",
    };
    format!(
        "{interposers} {adds} {} to what runs{of_a_call}. What you download has none.",
        units::size(trace.added)
    )
}

fn links(trace: &Trace, counts: &[LinkCounts]) -> String {
    let rows: Vec<Vec<String>> = trace
        .links
        .iter()
        .zip(counts)
        .map(|(traced, counts)| {
            let name = format!(
                "<code>{}</code>",
                escape(&link_name(&trace.graph, &traced.link))
            );
            let time = |time: Option<Duration>| time.map_or(String::new(), short);
            match &traced.untraced {
                Some(why) => {
                    let why = format!("<span class=\"muted\">Not traced: {}.</span>", escape(why));
                    vec![
                        name,
                        String::new(),
                        String::new(),
                        String::new(),
                        String::new(),
                        why,
                    ]
                }
                None => vec![
                    name,
                    counts.calls.to_string(),
                    counts.errors.to_string(),
                    time(counts.median),
                    time(counts.p95),
                    String::new(),
                ],
            }
        })
        .collect();
    if rows.is_empty() {
        return "<p class=\"muted\">The graph has no links.</p>".to_owned();
    }
    let heads = ["Link", "Calls", "Errors", "Median", "95 of 100", ""];
    table("Links", &heads, &rows)
}

/// A label for the middle of each traced link, to be asked for again; nothing where none is traced.
///
/// The page lays each along the line of its link, `line_id` in `app/src/canvas/link.rs`, so it moves with it.
pub fn canvas(base: &str, found: &Found) -> String {
    let (Some(trace), Some(counts)) = (found.panel.trace(), found.preview.links()) else {
        return String::new();
    };
    let mut html =
        format!("<ul data-again=\"{base}/canvas\" aria-label=\"Calls of traced links\">");
    let links = trace.links.iter().zip(&counts);
    // What says no in place of what a node is refused is not drawn.
    let drawn = |link: &Link| found.graph.supplier(&link.to) == Some(&link.from);
    let links = links.filter(|(traced, _)| traced.untraced.is_none() && drawn(&traced.link));
    for (traced, counts) in links {
        let words = in_words(counts);
        let name = link_name(&trace.graph, &traced.link);
        let failed = match counts.errors {
            0 => "",
            _ => " class=\"err\"",
        };
        let label = match (counts.median, counts.p95) {
            (Some(median), Some(p95)) => {
                format!("{} · {} / {}", counts.calls, short(median), short(p95))
            }
            _ => counts.calls.to_string(),
        };
        // Writing to a text does not fail.
        let _ = write!(
            html,
            "<li{failed} title=\"{}\" style=\"offset-path:url('#{}')\"><span aria-hidden=\"true\">{label}</span>\
             <span class=\"visually-hidden\">{}: {words}</span></li>",
            escape(&format!("{name}\n{words}")),
            line_id(&traced.link.to),
            escape(&name),
        );
    }
    html + "</ul>"
}

/// `12 calls, 1 error, median 3.0 µs, 95 of 100 within 9.5 µs`
fn in_words(counts: &LinkCounts) -> String {
    let count = |n: u64, what| units::count(usize::try_from(n).unwrap_or(usize::MAX), what);
    let mut words = format!(
        "{}, {}",
        count(counts.calls, "call"),
        count(counts.errors, "error")
    );
    if let (Some(median), Some(p95)) = (counts.median, counts.p95) {
        let _ = write!(
            words,
            ", median {}, 95 of 100 within {}",
            short(median),
            short(p95)
        );
    }
    words
}

/// The id of the line of the link to an import, as an address has it.
fn line_id(to: &Endpoint) -> String {
    let id = format!("line-{}-{}", to.node, to.port);
    let mut address = String::new();
    for byte in id.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'/' | b':' | b'@' => {
                address.push(char::from(byte));
            }
            _ => {
                let _ = write!(address, "%{byte:02X}");
            }
        }
    }
    address
}

/// `412 ns`, `3.0 µs`, `12.4 ms`, `1.5 s`.
fn short(time: Duration) -> String {
    let nanos = time.as_nanos();
    let tenths = |unit: u128| (nanos / (unit / 10)) as f64 / 10.0;
    match nanos {
        0..1_000 => format!("{nanos} ns"),
        1_000..1_000_000 => format!("{:.1} µs", tenths(1_000)),
        1_000_000..1_000_000_000 => format!("{:.1} ms", tenths(1_000_000)),
        _ => format!("{:.1} s", tenths(1_000_000_000)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchbay_model::NodeId;

    #[test]
    fn times_have_the_unit_that_fits() {
        let texts = [412, 3_049, 12_400_000, 1_500_000_000].map(|n| short(Duration::from_nanos(n)));
        assert_eq!(texts, ["412 ns", "3.0 µs", "12.4 ms", "1.5 s"]);
    }

    #[test]
    fn no_name_ends_the_address_of_a_line() {
        let to = |port: &str| Endpoint {
            node: NodeId("n1".to_owned()),
            port: port.to_owned(),
        };
        assert_eq!(line_id(&to("a:b/c@1.0.0")), "line-n1-a:b/c@1.0.0");
        assert_eq!(line_id(&to("')\"<")), "line-n1-%27%29%22%3C");
    }
}
