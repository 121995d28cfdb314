//! Sharing: a link to the graph as it is now, which later changes do not follow.

use super::clipboard;
use super::command::Command;
use super::icon::Icon;
use crate::client;
use crate::editor::use_editor;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// `Share`: whoever opens the link sees this graph as it is now, and can copy it.
#[component]
pub fn Share() -> impl IntoView {
    let editor = use_editor();
    let obstacle = Signal::derive(move || {
        let empty = editor.graph().with(|graph| graph.nodes().len() == 0);
        empty.then(|| "There is nothing to share yet: add a component first.".to_string())
    });
    let share = move || {
        let graph = editor.graph().get_untracked();
        spawn_local(async move {
            match client::create_graph("/shares", &graph).await {
                Ok(stored) => {
                    let origin = location().origin().unwrap_or_default();
                    clipboard::copy(
                        editor,
                        "a link to this graph as it is now".to_string(),
                        &format!("{origin}/s/{}", stored.id),
                    );
                }
                Err(failure) => {
                    editor.alert(format!("The graph cannot be shared. {failure}"), None)
                }
            }
        });
    };
    view! {
        <Command
            id="share-obstacle"
            label="Share"
            icon=Icon::Share
            bare=true
            hint="Copy a link to the graph as it is now"
            obstacle
            run=share
        />
    }
}
