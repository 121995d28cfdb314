//! Which environments run a result.

use super::html::{Act, TYPED, details, escape, show_button};
use patchbay_model::Graph;
use patchbay_model::target::{TargetFinding, TargetReport};

/// What a world looks like.
const EXAMPLE: &str = "package my:host;&#10;interface store { get: func(key: string) -> option&lt;string>; }&#10;world host {&#10;  include wasi:http/proxy@0.2.12;&#10;  import store;&#10;}";

/// A table: a row for each environment, with what keeps the result from running there and the nodes that bring it in.
pub fn matrix(graph: &Graph, reports: &[TargetReport]) -> String {
    let rows: String = reports.iter().map(|report| row(graph, report)).collect();
    format!(
        "<table class=\"matrix\"><thead><tr><th scope=\"col\">Environment</th>\
         <th scope=\"col\">Runs there</th><th scope=\"col\">What to know</th></tr></thead>\
         <tbody>{rows}</tbody></table>"
    )
}

/// A form for a world of one's own to check against, with the one that is.
pub fn own_world(wit: Option<&str>) -> String {
    let known = match wit {
        Some(_) => Act::side("targets")
            .and("id", "known-worlds")
            .button("Show the known environments"),
        None => String::new(),
    };
    let check = Act::side(&format!("targets\n{TYPED}"))
        .and("id", "check-own-world")
        .button("Check against it");
    let form = format!(
        "<div class=\"stub-form\" data-form data-file><label class=\"field\"><span>From a file, which can be dropped here, \
         too</span><input type=\"file\" accept=\".wit\"></label><label class=\"field\"><span>A world in WIT. WASI&#39;s \
         packages are known; others that it speaks of stand in it as nested packages</span><textarea name=\"wit\" \
         rows=\"6\" spellcheck=\"false\" placeholder=\"{EXAMPLE}\">\n{}</textarea></label>\
         <div class=\"acts\">{check}{known}</div></div>",
        escape(wit.unwrap_or_default())
    );
    match wit {
        Some(_) => form,
        None => details("own-world", "", "Check against a world of your own", &form),
    }
}

fn row(graph: &Graph, report: &TargetReport) -> String {
    let (class, fits) = match report.fits {
        true => ("ok", "✓ Fits"),
        false => ("err", "✗ Does not fit"),
    };
    let mut findings: String = report.findings.iter().map(|f| finding(graph, f)).collect();
    if !findings.is_empty() {
        findings = format!("<ul>{findings}</ul>");
    }
    // What does not fit is many lines for some; the verdict of every environment shall be in sight.
    if report.findings.len() > 2 {
        let count = report.findings.len();
        findings = format!("<details><summary>{count} findings</summary>{findings}</details>");
    }
    format!(
        "<tr><th scope=\"row\"><code>{}</code><span class=\"muted\">{}</span></th>\
         <td class=\"{class}\">{fits}</td><td>{findings}</td></tr>",
        escape(&report.target),
        escape(&report.about),
    )
}

fn finding(graph: &Graph, finding: &TargetFinding) -> String {
    let nodes = finding.nodes.iter().filter_map(|id| graph.node(id));
    let nodes: String = nodes.map(show_button).collect();
    let differences = finding.differences.iter();
    let mut differences: String = differences
        .map(|difference| format!("<li>{}</li>", escape(difference)))
        .collect();
    if !differences.is_empty() {
        differences = format!("<ul>{differences}</ul>");
    }
    let (side, name) = (finding.side.word(), escape(&finding.name));
    let message = escape(&finding.message);
    format!("<li>{side} <code>{name}</code>: {message} {nodes}{differences}</li>")
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchbay_model::NodeId;
    use patchbay_model::analysis::Side;
    use patchbay_model::target::TargetFindingKind;

    #[test]
    fn strangers_text_stays_text() {
        let report = TargetReport {
            target: "<b>".to_owned(),
            about: "a & b".to_owned(),
            fits: false,
            findings: vec![TargetFinding {
                kind: TargetFindingKind::NotProvided,
                side: Side::Import,
                name: "x".to_owned(),
                message: "<script>\"".to_owned(),
                nodes: vec![NodeId("gone".to_owned())],
                differences: vec!["a < b".to_owned()],
            }],
        };
        let html = matrix(&Graph::default(), &[report]);
        assert!(html.contains("<code>&lt;b&gt;</code>"), "{html}");
        assert!(html.contains("a &amp; b"), "{html}");
        assert!(html.contains("&lt;script&gt;&quot;"), "{html}");
        assert!(html.contains("<li>a &lt; b</li>"), "{html}");
        assert!(!html.contains("data-show"), "{html}");
    }
}
