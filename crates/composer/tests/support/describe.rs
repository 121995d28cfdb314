//! Analyses as text that a person can review.

use patchbay_model::analysis::{
    Analysis, Edit, Fit, MarkedWit, PortRef, Problem, World, WorldItem, pieces,
};
use std::fmt::Write;

/// All of it.
pub fn analysis(analysis: &Analysis) -> String {
    let mut out = String::new();
    for report in &analysis.links {
        let (from, to) = (&report.link.from, &report.link.to);
        let fit = report.fit.as_ref().map_or("-".to_string(), fit);
        writeln!(
            out,
            "link {} {} -> {} {}\n  {fit}",
            from.node, from.port, to.node, to.port
        )
        .unwrap();
    }
    for fits in &analysis.fits {
        writeln!(
            out,
            "fit {} -> {}\n  {}",
            fits.export.port,
            fits.import.port,
            fit(&fits.fit)
        )
        .unwrap();
    }
    out.push_str(&problems(&analysis.problems));
    match &analysis.world {
        Some(world) => {
            for (word, items) in [("import", &world.imports), ("export", &world.exports)] {
                for item in items {
                    writeln!(out, "{word} {}", self::item(item)).unwrap();
                }
            }
            writeln!(out, "\n{}", world.wit).unwrap();
        }
        None => out.push_str("no world\n"),
    }
    out
}

fn item(item: &WorldItem) -> String {
    let ports: Vec<String> = item
        .ports
        .iter()
        .map(|end| format!("{} {}", end.node, end.port))
        .collect();
    let note = item.note.as_ref();
    format!(
        "{} ({}) <- {}{}",
        item.name,
        item.kind.word(),
        ports.join(", "),
        note.map_or_else(String::new, |note| format!("\n  {note}"))
    )
}

/// Names and kinds on both sides.
pub fn names(world: &World) -> String {
    let mut out = String::new();
    for (word, items) in [("import", &world.imports), ("export", &world.exports)] {
        for item in items {
            writeln!(out, "{word} {} {}", item.kind.word(), item.name).unwrap();
        }
    }
    out
}

fn fit(fit: &Fit) -> String {
    match fit {
        Fit::Exact => "exact".to_string(),
        Fit::Version { note } => format!("version: {note}"),
        Fit::Structure { note } => format!("structure: {note}"),
        Fit::Mismatch(mismatch) => format!("mismatch: {}", mismatch.summary),
    }
}

fn port(port: &PortRef) -> String {
    format!(
        "{} {} of {}",
        port.side.word(),
        port.end.port,
        port.end.node
    )
}

/// The text with its marks: `f: func(«x»: s32)`.
fn marked(text: &MarkedWit) -> String {
    let piece = |(text, differs): (&str, bool)| match differs {
        true => format!("«{text}»"),
        false => text.to_string(),
    };
    pieces(&text.wit, &text.marks).map(piece).collect()
}

/// Problems with where they are and what helps.
pub fn problems(problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        writeln!(
            out,
            "{:?} {:?}: {}",
            problem.severity, problem.kind, problem.message
        )
        .unwrap();
        match (&problem.port, &problem.node) {
            (Some(at), _) => writeln!(out, "  at {}", port(at)).unwrap(),
            (None, Some(node)) => writeln!(out, "  at {node}").unwrap(),
            (None, None) => {}
        }
        if !problem.path.is_empty() {
            let path: Vec<&str> = problem.path.iter().map(|id| id.0.as_str()).collect();
            writeln!(out, "  path {}", path.join(" ")).unwrap();
        }
        if let Some(mismatch) = &problem.mismatch {
            for reason in &mismatch.reasons {
                writeln!(out, "  - {reason}").unwrap();
            }
            for side in [&mismatch.export, &mismatch.import] {
                writeln!(out, "  {}:", side.title).unwrap();
                marked(side)
                    .lines()
                    .for_each(|line| writeln!(out, "    {line}").unwrap());
            }
        }
        for fix in &problem.fixes {
            writeln!(out, "  fix: {}", fix.label).unwrap();
            if !fix.ops.is_empty() {
                writeln!(out, "    {}", serde_json::to_string(&fix.ops).unwrap()).unwrap();
            }
            for edit in &fix.edits {
                let Edit { start, end, text } = edit;
                writeln!(out, "    {start}..{end} {text:?}").unwrap();
            }
        }
    }
    out
}
