//! A link: both of its types, and why they fit.

use crate::views::Subject;
use crate::views::html::{Act, escape, marked};
use crate::views::problems::{adapt, both_types};
use patchbay_app::editor::link_name;
use patchbay_model::analysis::MarkedWit;
use patchbay_model::{Endpoint, Fit, Link, Op, Port};

/// What there is to know of the link that fills an import.
pub fn section(subject: &Subject, to: &Endpoint) -> String {
    let graph = &subject.graph;
    let Some(from) = graph.supplier(to) else {
        return String::new();
    };
    let link = Link {
        from: from.clone(),
        to: to.clone(),
    };
    let name = link_name(graph, &link);
    let reports = &subject.analysis.links;
    let report = reports.iter().find(|report| report.link == link);
    let types = match report.and_then(|report| report.fit.as_ref()) {
        Some(Fit::Mismatch(mismatch)) => {
            let summary = escape(&mismatch.summary);
            let adapt = adapt(graph, &link).button("Adapt");
            let both = both_types(mismatch);
            format!("<p class=\"err\">{summary}</p><div>{adapt}</div>{both}")
        }
        other => format!("{}{}", verdict(other), types(subject, &link)),
    };
    let step = format!("disconnect {name}");
    let remove = Act::ops(&step, &[Op::RemoveLink { link }]).button("Remove link");
    format!(
        "<section class=\"details\" aria-label=\"Link\"><h2 class=\"link-title\">{}</h2>{types}<div>{remove}</div></section>",
        escape(&name)
    )
}

fn verdict(fit: Option<&Fit>) -> String {
    let (class, words) = match fit {
        Some(Fit::Exact) => (
            "ok",
            "Fits exactly: the same name, and the types agree.".to_owned(),
        ),
        Some(Fit::Version { note }) => ("warn", format!("Fits across versions: {note}")),
        Some(Fit::Structure { note }) => ("warn", format!("Fits by its type: {note}")),
        _ => (
            "muted",
            "Not checked, or something of it is missing.".to_owned(),
        ),
    };
    format!("<p class=\"{class}\">{}</p>", escape(&words))
}

fn types(subject: &Subject, link: &Link) -> String {
    let wit = |title: &str, port: Option<&Port>| {
        marked(&MarkedWit {
            title: title.to_owned(),
            wit: port.map_or_else(|| "unknown".to_owned(), |port| port.wit.clone()),
            marks: Vec::new(),
        })
    };
    let of = |end: &Endpoint| subject.component(subject.graph.node(&end.node)?);
    let export = of(&link.from).and_then(|component| component.export(&link.from.port));
    let import = of(&link.to).and_then(|component| component.import(&link.to.port));
    format!(
        "<div class=\"both-types\">{}{}</div>",
        wit("The export is", export),
        wit("The import wants", import)
    )
}
