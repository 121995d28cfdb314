//! What to show when a fuse or a preview is refused.

use super::drawer::{DrawerState, Tab};
use crate::client::Failure;
use crate::editor::Editor;
use patchbay_model::Problem;
use patchbay_model::analysis::{ProblemKind, Severity};

/// Says why, and marks the nodes of the problems that the server found, also beyond those of the last check.
pub fn show(editor: Editor, drawer: DrawerState, what: &str, failure: &Failure) {
    let mut problems = Vec::new();
    if let Failure::Refused(refusal) = failure {
        problems.clone_from(&refusal.problems);
        if problems.is_empty() && refusal.node.is_some() {
            let severity = Severity::Error;
            let kind = ProblemKind::Encoding;
            problems.push(Problem {
                node: refusal.node.clone(),
                port: refusal.port.clone(),
                ..Problem::new(severity, kind, refusal.detail.clone())
            });
        }
    }
    let messages: Vec<String> = problems.iter().map(|it| it.message.clone()).collect();
    let details = (!messages.is_empty()).then(|| messages.join("\n"));
    if !problems.is_empty() {
        editor
            .analysis
            .update(|analysis| analysis.problems = problems);
        drawer.show(Tab::Problems);
    }
    editor.alert(format!("{what} {failure}"), details);
}
