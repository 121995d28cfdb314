//! What can be opened: the graphs that have been saved, and the samples.

use super::html::{escape, muted};
use patchbay_app::panels::units;
use patchbay_model::api::{GraphSummary, SampleSummary};

/// Two lists of links.
pub fn lists(graphs: &[GraphSummary], samples: &[SampleSummary], now: i64) -> String {
    let saved: String = graphs.iter().map(|graph| saved_row(graph, now)).collect();
    let saved = match saved.is_empty() {
        true => muted("Nothing has been saved yet. What you draw is saved by itself."),
        false => format!("<ul class=\"open-list\">{saved}</ul>"),
    };
    let samples: String = samples.iter().map(sample_row).collect();
    format!("<h3>Your graphs</h3>{saved}<h3>Samples</h3><ul class=\"open-list\">{samples}</ul>")
}

fn saved_row(graph: &GraphSummary, now: i64) -> String {
    let nodes = usize::try_from(graph.nodes).unwrap_or(usize::MAX);
    let name = match graph.name.as_str() {
        "" => "Untitled",
        name => name,
    };
    row(
        &format!("/g/{}", graph.id),
        name,
        &format!(
            "{} · {}",
            units::count(nodes, "node"),
            units::ago(graph.saved_at, now)
        ),
        "",
    )
}

fn sample_row(sample: &SampleSummary) -> String {
    let missing = match sample.missing.is_empty() {
        true => String::new(),
        false => format!(
            "<span class=\"warn\">Not built yet: {}</span>",
            escape(&sample.missing.join(", "))
        ),
    };
    row(
        &format!("/?sample={}", sample.id),
        &sample.name,
        &sample.description,
        &missing,
    )
}

fn row(address: &str, name: &str, about: &str, more: &str) -> String {
    let (address, name, about) = (escape(address), escape(name), escape(about));
    format!(
        "<li><a href=\"{address}\"><strong>{name}</strong><span class=\"muted\">{about}</span>{more}</a></li>"
    )
}
