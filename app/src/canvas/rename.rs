//! Naming a node in place.

use super::board::{Board, use_board};
use super::target::{focus, focus_id, node_id};
use crate::heard;
use crate::late::IntoLate;
use crate::live::{effect, live};
use leptos::html;
use leptos::prelude::*;
use patchbay_model::name::check_label;
use patchbay_model::{NodeId, Op, OpError};
use web_sys::{FocusEvent, KeyboardEvent};

/// The id that the input refers to for what is wrong.
const REASON_ID: &str = "rename-reason";

/// An input in place of the name: Enter commits, Escape takes it back.
#[component]
pub fn Rename(
    /// The node.
    id: NodeId,
    /// Its name so far.
    name: String,
) -> impl IntoView {
    let board = use_board();
    let input = NodeRef::<html::Input>::new();
    let reason = RwSignal::new(None::<String>);
    effect(move |_| {
        if let Some(input) = input.get() {
            focus(&input);
            input.select();
        }
    });
    let naming = Naming {
        board,
        id,
        old: name.clone(),
    };
    let on_key = {
        let naming = naming.clone();
        move |event: KeyboardEvent| match event.key().as_str() {
            "Enter" => {
                event.prevent_default();
                match naming.commit(&event_target_value(&event)) {
                    Ok(()) => naming.close(),
                    Err(words) => reason.set(Some(words)),
                }
            }
            "Escape" => {
                event.prevent_default();
                event.stop_propagation();
                naming.close();
            }
            _ => {}
        }
    };
    let on_blur = move |event: FocusEvent| {
        // An input that is being taken away blurs too, when all here but the board is gone already.
        if naming.is_open() {
            // Elsewhere, a good name is taken and a bad one forgotten.
            let _ = naming.commit(&event_target_value(&event));
            naming.board.renaming.set(None);
        }
    };
    let invalid = move || reason.with(Option::is_some).then_some("true");
    let described = move || reason.with(Option::is_some).then_some(REASON_ID);
    let words = move || {
        let words = reason.get()?;
        Some(view! { <span class="rename-reason" role="alert" id=REASON_ID>{words}</span> }.late())
    };
    view! {
        <span class="rename" data-overlay="">
            <input
                type="text"
                node_ref=input
                aria-label=format!("Name of {name}")
                aria-invalid=live(invalid)
                aria-describedby=live(described)
                value=name
                autocomplete="off"
                spellcheck="false"
                maxlength="80"
                on:input=heard::plain(move |_| reason.set(None))
                on:keydown=heard::key(on_key)
                on:blur=heard::focused(on_blur)
            />
            {live(words)}
        </span>
    }
}

#[derive(Clone)]
struct Naming {
    board: Board,
    id: NodeId,
    old: String,
}

impl Naming {
    fn is_open(&self) -> bool {
        let renaming = self.board.renaming;
        renaming.with_untracked(|renaming| renaming.as_ref() == Some(&self.id))
    }

    /// Gives the node its name, or says why not.
    fn commit(&self, name: &str) -> Result<(), String> {
        let name = name.trim();
        if name == self.old {
            return Ok(());
        }
        check_label(name).map_err(|error| error.to_string())?;
        let editor = self.board.editor;
        let taken = editor
            .graph()
            .with_untracked(|graph| graph.node_named(name).is_some());
        if taken {
            return Err(OpError::NameTaken(name.to_string()).to_string());
        }
        let op = Op::RenameNode {
            node: self.id.clone(),
            name: name.to_string(),
        };
        if editor.commit(format!("rename {}", self.old), vec![op]) {
            editor.announce(format!("Renamed to {name}"));
        }
        Ok(())
    }

    /// Back to the name, and the focus to the node.
    fn close(&self) {
        self.board.renaming.set(None);
        let node = node_id(&self.id);
        // The name is drawn again in this turn, which takes the input and the focus away; the node gets it after that.
        request_animation_frame(move || focus_id(&node));
    }
}
