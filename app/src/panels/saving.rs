//! Whether the server has the document, in words, beside its name.

use super::autosave::Autosave;
use crate::canvas::target::focus_id;
use crate::editor::{Saving, use_editor};
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;

/// The saved state, and what to do about a conflict.
#[component]
pub fn SavedState() -> impl IntoView {
    let editor = use_editor();
    let autosave = expect_context::<Autosave>();
    let words = move || {
        editor.saving.with(|saving| match saving {
            _ if editor.shared.get() => "Shared, to look at".to_string(),
            Saving::Saved if editor.stored.with(Option::is_none) => "Not changed yet".to_string(),
            Saving::Saved => "Saved".to_string(),
            Saving::Pending => "Saving…".to_string(),
            Saving::Failed(why) => format!("Not saved: {why}"),
            Saving::Conflict => "Not saved: another tab has changed this graph".to_string(),
        })
    };
    let wrong = move || {
        editor
            .saving
            .with(|saving| matches!(saving, Saving::Failed(_) | Saving::Conflict))
    };
    let conflict = Memo::new(move |_| editor.saving.get() == Saving::Conflict);
    let copy = move |words: &'static str| {
        view! {
            <button type="button" class="button" on:click=heard::mouse(move |_| {
                autosave.save_copy();
                // The button goes.
                focus_id("canvas");
            })>
                {words}
            </button>
        }
    };
    view! {
        <span class="saved-state" class:saved-state-wrong=live(wrong) title=live(words)>
            {live(words)}
        </span>
        {live(move || conflict.get().then(|| view! { <button
                type="button"
                class="button"
                on:click=heard::mouse(move |_| {
                    let _ = location().reload();
                })
            >
                "Reload"
            </button>
            {copy("Save as a copy")} }.late()))}
        {live(move || editor.shared.get().then(|| copy("Make a copy").late()))}
    }
}
