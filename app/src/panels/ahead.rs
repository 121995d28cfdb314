//! Lets the server compile what will probably be run.

use super::download::fuse_obstacle;
use crate::client;
use crate::editor::Editor;
use crate::live::effect;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;

/// How long a graph without problems has been left alone.
const STILL: Duration = Duration::from_secs(1);

/// Tells the server about each graph that could be run and has been still for a second.
pub fn keep_compiled(editor: Editor) {
    let timer = StoredValue::new(None::<TimeoutHandle>);
    effect(move |_| {
        editor.meaning.track();
        if let Some(waiting) = timer.get_value() {
            waiting.clear();
        }
        // Tracks the analysis, which comes after the change that it is of.
        if fuse_obstacle(editor).is_none() {
            timer.set_value(set_timeout_with_handle(move || expect(editor), STILL).ok());
        }
    });
}

fn expect(editor: Editor) {
    let graph = editor.graph().get_untracked();
    let saved = editor.stored.get_untracked().map(|stored| stored.id);
    // A run that nobody expected works, too.
    spawn_local(async move { drop(client::expect_preview(&graph, saved.as_deref()).await) });
}
