//! Connecting all: the links that follow without a guess, in one step of the history.

use super::board::Board;
use crate::client::json::encode;
use crate::client::proposal::propose;
use leptos::task::spawn_local;

/// Draws every link that follows, and asks where there is a choice.
pub fn connect_all(board: Board) {
    let editor = board.editor;
    let Ok(question) = editor.graph().with_untracked(encode) else {
        return;
    };
    spawn_local(async move {
        let connected = match propose("/connect", question).await {
            Ok(connected) => connected,
            Err(failure) => {
                return editor.alert(format!("The graph could not be connected. {failure}"), None);
            }
        };
        let drawn = connected.ops.len();
        // The graph may have changed since: then the operations are refused as a whole, which is said.
        if !editor.commit("connect all", connected.ops) {
            return;
        }
        editor.notify(match drawn {
            0 => "There is nothing to connect without a guess.".to_string(),
            1 => "Drew 1 link.".to_string(),
            n => format!("Drew {n} links."),
        });
        if !connected.choices.is_empty() {
            editor.ask("Connect all", "connect".to_string());
        }
    });
}
