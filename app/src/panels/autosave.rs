//! Keeps the server's copy up with the document.

use crate::client::{self, Failure};
use crate::editor::{Editor, Saving};
use crate::live::effect;
use crate::page::Stored;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsValue;

/// How long the document rests before it is saved.
const REST: Duration = Duration::from_millis(500);
/// How long a failed save waits for the next try.
const RETRY: Duration = Duration::from_secs(5);

/// Saves the document a moment after each change. What the page came with is saved already, and a sample that nobody
/// changes needs no saving.
pub fn keep_saved(editor: Editor) {
    let autosave = Autosave {
        editor,
        timer: StoredValue::new(None),
        saving: StoredValue::new(false),
        changes: StoredValue::new(0),
    };
    provide_context(autosave);
    effect(move |seen| {
        editor.graph().track();
        if seen.is_some() {
            autosave.changed();
        }
    });
    effect(move |_| {
        window_event_listener_untyped("pagehide", move |_| autosave.last_words());
    });
}

/// The autosave's own state.
#[derive(Clone, Copy)]
pub struct Autosave {
    editor: Editor,
    timer: StoredValue<Option<TimeoutHandle>>,
    /// Never two saves at once: the second would not know the revision that the first makes.
    saving: StoredValue<bool>,
    changes: StoredValue<u32>,
}

impl Autosave {
    /// Saves the document as a new graph, and leaves the one it came from alone.
    pub fn save_copy(self) {
        self.editor.stored.set(None);
        self.editor.shared.set(false);
        self.editor.saving.set(Saving::Pending);
        self.schedule(Duration::ZERO);
    }

    fn changed(self) {
        self.changes.update_value(|n| *n = n.wrapping_add(1));
        // Whatever is saved now would overwrite the other tab's work.
        if self.editor.saving.get_untracked() == Saving::Conflict
            && self.editor.stored.get_untracked().is_some()
        {
            return;
        }
        self.editor.saving.set(Saving::Pending);
        self.schedule(REST);
    }

    fn schedule(self, rest: Duration) {
        if let Some(waiting) = self.timer.get_value() {
            waiting.clear();
        }
        let timer = set_timeout_with_handle(move || self.save(), rest);
        self.timer.set_value(timer.ok());
    }

    fn save(self) {
        if self.saving.get_value() {
            // The save under way looks for changes when it ends.
            return;
        }
        self.saving.set_value(true);
        let editor = self.editor;
        let document = editor.documents.get_untracked();
        let changes = self.changes.get_value();
        let graph = editor.graph().get_untracked();
        let stored = editor.stored.get_untracked();
        spawn_local(async move {
            let answer = match &stored {
                None => client::create_graph("/graphs", &graph).await,
                Some(stored) => client::save_graph(&stored.id, stored.revision, &graph).await,
            };
            self.saving.set_value(false);
            let opened_another = editor.documents.get_untracked() != document
                || editor.stored.get_untracked() != stored;
            if opened_another {
                self.schedule(Duration::ZERO);
                return;
            }
            match answer {
                Ok(saved) => self.saved(saved, self.changes.get_value() == changes),
                Err(failure) => self.failed(&failure),
            }
        });
    }

    fn saved(self, Stored { id, revision }: Stored, up_to_date: bool) {
        let address = format!("/g/{id}");
        if location().pathname().is_ok_and(|path| path != address)
            && let Ok(history) = window().history()
        {
            let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
        }
        self.editor.stored.set(Some(Stored { id, revision }));
        if up_to_date {
            self.editor.saving.set(Saving::Saved);
        } else {
            self.schedule(Duration::ZERO);
        }
    }

    fn failed(self, failure: &Failure) {
        if failure.is_conflict() {
            self.editor.saving.set(Saving::Conflict);
            self.editor.alert(
                "This graph has been changed in another tab. Reload the page to go on with that version, or save yours as a copy: both are at the top.",
                None,
            );
        } else if failure.is_gone() {
            // Somebody deleted it; what is on the screen is worth keeping all the same.
            self.save_copy();
        } else {
            self.editor.saving.set(Saving::Failed(failure.to_string()));
            self.schedule(RETRY);
        }
    }

    /// Saves what is not saved yet while the page goes away.
    fn last_words(self) {
        let pending = matches!(
            self.editor.saving.get_untracked(),
            Saving::Pending | Saving::Failed(_)
        );
        if pending && !self.saving.get_value() {
            let stored = self.editor.stored.get_untracked();
            let stored = stored.as_ref().map(|s| (s.id.as_str(), s.revision));
            self.editor
                .graph()
                .with_untracked(|graph| client::save_last_words(stored, graph));
        }
    }
}
