//! What commands say: results on stdout, problems on stderr, and with `--json` both on stdout.

use super::Failure;
use patchbay_model::analysis::{MarkedWit, Severity, pieces};
use patchbay_model::{Graph, Problem};
use serde::Serialize;
use std::io::Write;

/// Writes to stdout. A reader that went away (`| head`) wants no more, and that is fine.
pub fn print(text: &str) -> Result<(), Failure> {
    write(text.as_bytes())
}

/// Writes bytes to stdout.
pub fn write(bytes: &[u8]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::Problem(format!("cannot write to stdout: {error}")))
        }
        _ => Ok(()),
    }
}

/// Writes JSON to stdout.
pub fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value);
    let text =
        text.map_err(|e| Failure::Problem(format!("the result has no form in JSON: {e}")))?;
    print(&(text + "\n"))
}

/// Lists problems on stderr.
pub fn problems(problems: &[Problem], graph: Option<&Graph>) {
    for problem in problems {
        eprintln!("{}", in_words(problem, graph));
    }
}

/// The failure of a command that these problems ended, and that has said them.
pub fn refused(problems: &[Problem], graph: Option<&Graph>) -> Failure {
    self::problems(problems, graph);
    Failure::Reported
}

/// Whether any of them keeps the graph from being fused.
pub fn has_errors(problems: &[Problem]) -> bool {
    problems
        .iter()
        .any(|problem| problem.severity == Severity::Error)
}

/// `error: auth, import wasi:http/incoming-handler@0.2.3: …`, and both types where two do not fit.
fn in_words(problem: &Problem, graph: Option<&Graph>) -> String {
    let mut text = match problem.severity {
        Severity::Error => "error: ".to_owned(),
        Severity::Warning => "warning: ".to_owned(),
    };
    if let Some(id) = &problem.node {
        let name = graph
            .and_then(|graph| graph.node(id))
            .map_or(id.0.as_str(), |node| &node.name);
        text += name;
        if let Some(port) = &problem.port {
            text += &format!(", {} {}", port.side.word(), port.end.port);
        }
        text += ": ";
    }
    text += &problem.message;
    if let Some(mismatch) = &problem.mismatch {
        for reason in &mismatch.reasons {
            text += &format!("\n  - {reason}");
        }
        for side in [&mismatch.export, &mismatch.import] {
            text += &format!("\n  {}:\n{}", side.title, underlined(side));
        }
    }
    for fix in &problem.fixes {
        text += &format!("\n  help: {}", fix.label);
    }
    text
}

/// The text, indented, with a line of `^` below each line that has marked words.
fn underlined(text: &MarkedWit) -> String {
    let mut lines = String::new();
    let mut marks = String::new();
    let mut out = Vec::new();
    for (piece, marked) in pieces(&text.wit, &text.marks) {
        for c in piece.chars() {
            if c == '\n' {
                finish(&mut out, &mut lines, &mut marks);
            } else {
                lines.push(c);
                marks.push(if marked { '^' } else { ' ' });
            }
        }
    }
    finish(&mut out, &mut lines, &mut marks);
    out.join("\n")
}

fn finish(out: &mut Vec<String>, line: &mut String, marks: &mut String) {
    if !line.is_empty() {
        out.push(format!("    {line}"));
        if marks.contains('^') {
            out.push(format!("    {}", marks.trim_end()));
        }
    }
    line.clear();
    marks.clear();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_words_are_underlined() {
        let text = MarkedWit {
            title: "The export is".into(),
            wit: "interface i {\n  f: func(a: u32) -> u32;\n}\n".into(),
            marks: vec![27, 30, 35, 38],
        };
        assert_eq!(
            underlined(&text),
            "    interface i {\n      f: func(a: u32) -> u32;\n                 ^^^     ^^^\n    }"
        );
    }
}
