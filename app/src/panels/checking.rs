//! Keeps the analysis up with the document.

use crate::client;
use crate::editor::{Editor, digests};
use crate::live::effect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long the document rests before it is sent.
const REST: Duration = Duration::from_millis(200);

/// Checks the document a moment after each change. What the page came with is checked already.
pub fn keep_checked(editor: Editor) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let newest = StoredValue::new(0_u32);
    effect(move |seen| {
        editor.meaning.track();
        // A missing component may have come.
        editor.components.track();
        if seen.is_none() {
            return;
        }
        newest.update_value(|n| *n = n.wrapping_add(1));
        if let Some(waiting) = timer.get_value() {
            waiting.clear();
        }
        editor.checking.set(true);
        let check = move || check(editor, newest.get_value(), newest);
        timer.set_value(set_timeout_with_handle(check, REST).ok());
    });
}

/// Asks once. Only the newest question's answer counts: answers may overtake one another.
fn check(editor: Editor, question: u32, newest: StoredValue<u32>) {
    let graph = editor.graph().get_untracked();
    let analysed = editor
        .components
        .with_untracked(|known| digests(&graph, known));
    spawn_local(async move {
        let answer = client::check(&graph).await;
        if question != newest.get_value() {
            return;
        }
        editor.checking.set(false);
        match answer {
            Ok(analysis) => {
                // In this order: with new components but the old analysis, pairs would look checked that are not.
                editor.analysis.set(analysis);
                editor.analysed.set(analysed);
            }
            Err(failure) => {
                editor.alert(format!("The graph could not be checked. {failure}"), None)
            }
        }
    });
}
