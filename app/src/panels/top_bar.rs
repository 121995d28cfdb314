//! The bar at the top: the graph's name and the commands.

use super::command::Command;
use super::download::Download;
use super::icon::Icon;
use super::open_dialog::OpenDialog;
use super::preview::PreviewToggle;
use super::saving::SavedState;
use super::share::Share;
use super::theme::ThemeToggle;
use super::{OpenSheet, Sheet};
use crate::editor::{Editor, use_editor};
use crate::heard;
use crate::live::{effect, live};
use leptos::ev;
use leptos::prelude::*;
use patchbay_model::Op;

/// The bar at the top.
#[component]
pub fn TopBar() -> impl IntoView {
    let editor = use_editor();
    view! {
        <header class="top-bar">
            <a class="logo" href="/" title="A new graph">
                <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true" focusable="false">
                    <rect class="logo-ground" width="32" height="32" rx="8"></rect>
                    <path class="logo-wire" d="M10 11c9 0 3 10 12 10"></path>
                    <circle class="logo-plug" cx="9" cy="11" r="3.5"></circle>
                    <circle class="logo-plug" cx="23" cy="21" r="3.5"></circle>
                </svg>
                <span>"Patchbay"</span>
            </a>
            <SheetToggle sheet=Sheet::Palette label="Show palette" words="Components" />
            <div class="graph-title">
                <GraphName />
                <SavedState />
            </div>
            <span class="top-bar-gap"></span>
            <HistoryButtons editor />
            <ThemeToggle />
            <OpenDialog />
            <Share />
            <PreviewToggle />
            <Download />
            <SheetToggle sheet=Sheet::Inspector label="Show inspector" words="Inspector" />
        </header>
    }
}

/// The name, to edit in place.
#[component]
fn GraphName() -> impl IntoView {
    let editor = use_editor();
    let name = Memo::new(move |_| editor.graph().with(|graph| graph.name().to_string()));
    let rename = move |event: ev::Event| {
        let new = event_target_value(&event).trim().to_string();
        if new != name.get_untracked() {
            editor.commit("rename the graph", vec![Op::RenameGraph { name: new }]);
        }
    };
    effect(move |seen| {
        let name = name.get();
        if seen.is_some() {
            document().set_title(&match name.as_str() {
                "" => "Patchbay".to_string(),
                name => format!("{name} · Patchbay"),
            });
        }
    });
    view! {
        <input
            type="text"
            class="graph-name"
            aria-label="Graph name"
            placeholder="Untitled"
            maxlength="120"
            autocomplete="off"
            spellcheck="false"
            readonly=live(move || editor.shared.get())
            value=name.get_untracked()
            prop:value=name
            on:change=heard::plain(rename)
            on:keydown=heard::key(move |event| {
                let input: web_sys::HtmlInputElement = event_target(&event);
                match event.key().as_str() {
                    "Enter" => { let _ = input.blur(); }
                    "Escape" => {
                        input.set_value(&name.get_untracked());
                        let _ = input.blur();
                    }
                    _ => {}
                }
            })
        />
    }
}

/// `Undo` and `Redo`, which say what.
#[component]
fn HistoryButtons(editor: Editor) -> impl IntoView {
    let undo = Memo::new(move |_| editor.history().with(|h| h.undo_label().map(String::from)));
    let redo = Memo::new(move |_| editor.history().with(|h| h.redo_label().map(String::from)));
    let hint = |verb: &'static str, label: Memo<Option<String>>| {
        Signal::derive(move || format!("{verb} {}", label.get().unwrap_or_default()))
    };
    let obstacle = |what: &'static str, label: Memo<Option<String>>| {
        Signal::derive(move || label.with(Option::is_none).then(|| what.to_string()))
    };
    view! {
        <Command
            id="undo-obstacle"
            label="Undo"
            icon=Icon::Undo
            bare=true
            hint=hint("Undo", undo)
            obstacle=obstacle("There is nothing to undo", undo)
            run=move || editor.undo()
        />
        <Command
            id="redo-obstacle"
            label="Redo"
            icon=Icon::Redo
            bare=true
            hint=hint("Redo", redo)
            obstacle=obstacle("There is nothing to redo", redo)
            run=move || editor.redo()
        />
    }
}

/// On a narrow screen, brings a panel over the canvas and takes it away.
#[component]
fn SheetToggle(sheet: Sheet, label: &'static str, words: &'static str) -> impl IntoView {
    let OpenSheet(open) = expect_context();
    let shown = move || open.get() == Some(sheet);
    let toggle = move |_| open.update(|open| *open = (*open != Some(sheet)).then_some(sheet));
    view! {
        <button
            type="button"
            class="button sheet-toggle"
            aria-label=label
            aria-expanded=live(move || shown().to_string())
            on:click=heard::mouse(toggle)
        >
            {words}
        </button>
    }
}
