//! Naming a node in place.

use super::board::{Board, use_board};
use super::target::{focus_id, node_id};
use leptos::html;
use leptos::prelude::*;
use patchbay_model::name::check_label;
use patchbay_model::{NodeId, Op, OpError};

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
    let id = StoredValue::new(id);
    let old = StoredValue::new(name.clone());
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            super::target::focus(&input);
            input.select();
        }
    });
    let close = move || {
        board.renaming.set(None);
        // The name is drawn again in this turn; the focus goes back to the node after it.
        request_animation_frame(move || focus_id(&id.with_value(node_id)));
    };
    let commit = move |value: String| {
        let value = value.trim().to_string();
        if value == old.get_value() {
            close();
            return;
        }
        match check(board, &id.get_value(), &value) {
            Err(words) => reason.set(Some(words)),
            Ok(()) => {
                let label = format!("rename {}", old.get_value());
                let op = Op::RenameNode {
                    node: id.get_value(),
                    name: value.clone(),
                };
                close();
                if board.editor.commit(label, vec![op]) {
                    board.editor.announce(format!("Renamed to {value}"));
                }
            }
        }
    };
    let key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Enter" => {
            event.prevent_default();
            commit(event_target_value(&event));
        }
        "Escape" => {
            event.prevent_default();
            event.stop_propagation();
            close();
        }
        _ => {}
    };
    let blur = move |event: web_sys::FocusEvent| {
        // Elsewhere, a good name is taken and a bad one forgotten. An input that is being taken away blurs too.
        let open = board
            .renaming
            .with_untracked(|r| r.as_ref() == Some(&id.get_value()));
        let value = event_target_value(&event).trim().to_string();
        if !open {
            return;
        }
        board.renaming.set(None);
        if value != old.get_value() && check(board, &id.get_value(), &value).is_ok() {
            let op = Op::RenameNode {
                node: id.get_value(),
                name: value,
            };
            board
                .editor
                .commit(format!("rename {}", old.get_value()), vec![op]);
        }
    };
    view! {
        <span class="rename" data-overlay="">
            <input
                type="text"
                node_ref=input
                value=name
                aria-label=move || format!("Name of {}", old.get_value())
                aria-invalid=move || reason.with(Option::is_some).then_some("true")
                aria-describedby=move || reason.with(Option::is_some).then_some(REASON_ID)
                autocomplete="off"
                spellcheck="false"
                maxlength="80"
                on:input=move |_| reason.set(None)
                on:keydown=key
                on:blur=blur
            />
            {move || {
                reason
                    .get()
                    .map(|words| view! { <span class="rename-reason" role="alert" id=REASON_ID>{words}</span> })
            }}
        </span>
    }
}

fn check(board: Board, id: &NodeId, name: &str) -> Result<(), String> {
    check_label(name).map_err(|error| error.to_string())?;
    board
        .editor
        .graph()
        .with_untracked(|graph| match graph.node_named(name) {
            Some(other) if other.id != *id => Err(OpError::NameTaken(name.to_string()).to_string()),
            _ => Ok(()),
        })
}
