//! Connecting all: the links that follow without a guess, in one step of the history.

use super::board::Board;
use crate::client::{self, Remaining};
use leptos::task::spawn_local;

/// Draws every link that follows, and says what is left.
pub fn connect_all(board: Board) {
    let editor = board.editor;
    let graph = editor.graph().get_untracked();
    spawn_local(async move {
        let connected = match client::connect(&graph).await {
            Ok(connected) => connected,
            Err(failure) => {
                return editor.alert(format!("The graph could not be connected. {failure}"), None);
            }
        };
        let drawn = connected.ops.len();
        // The operations may be too late for what was drawn meanwhile; the refusal is told then.
        if !editor.commit("connect all", connected.ops) {
            return;
        }
        let mut left = String::new();
        let open = connected.open.iter().filter(|open| open.reason != "host");
        for Remaining {
            import, message, ..
        } in connected.choices.iter().chain(open)
        {
            let node = graph.path_in_words(std::slice::from_ref(&import.node));
            let why = match message.as_str() {
                "" => "Several nodes export it: drag a link from the one you mean.",
                message => message,
            };
            left += &format!("{} of {node}: {why}\n", import.port);
        }
        let done = match drawn {
            0 => "There is nothing to connect without a guess.".to_string(),
            1 => "Connected 1 import.".to_string(),
            n => format!("Connected {n} imports."),
        };
        match left.is_empty() {
            true => editor.notify(done),
            false => editor.alert(format!("{done} Some are left."), Some(left)),
        }
    });
}
