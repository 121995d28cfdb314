//! Messages in a corner of the screen.

use super::clipboard;
use super::icon::Icon;
use crate::each::each;
use crate::editor::{Toast, use_editor};
use crate::heard;
use crate::live::effect;
use leptos::ev;
use leptos::prelude::*;
use std::time::Duration;

/// How long good news stay.
const LIFE: Duration = Duration::from_secs(5);

/// The messages, oldest first. Escape takes the newest away.
#[component]
pub fn Toasts() -> impl IntoView {
    let editor = use_editor();
    effect(move |_| {
        window_event_listener(ev::keydown, move |event| {
            // In a dialog, Escape is the dialog's.
            let dialog = document().query_selector("dialog[open]");
            if event.key() == "Escape" && dialog.is_ok_and(|dialog| dialog.is_none()) {
                let newest = editor
                    .toasts
                    .with_untracked(|toasts| toasts.last().map(|t| t.id));
                if let Some(id) = newest {
                    editor.dismiss(id);
                }
            }
        });
    });
    view! {
        <div class="toasts">
            {each(
                move || editor.toasts.get(),
                |toast| toast.id.to_string(),
                |toast| view! { <Message toast /> },
            )}
        </div>
    }
}

/// One message.
#[component]
fn Message(toast: Toast) -> impl IntoView {
    let editor = use_editor();
    let Toast {
        id,
        error,
        text,
        details,
        offer,
    } = toast;
    if !error && offer.is_none() {
        let timer = StoredValue::new(None::<TimeoutHandle>);
        effect(move |_| {
            timer.set_value(set_timeout_with_handle(move || editor.dismiss(id), LIFE).ok());
        });
        on_cleanup(move || {
            if let Some(timer) = timer.try_get_value().flatten() {
                timer.clear();
            }
        });
    }
    let icon = if error { Icon::Error } else { Icon::Ok };
    let more = details.map(|details| {
        let text = details.clone();
        let copy = move |_| clipboard::copy(editor, "the details".to_string(), &text);
        view! {
            <details class="toast-details">
                <summary>"Details"</summary>
                <pre tabindex="0">{details}</pre>
                <button type="button" class="button button-small" on:click=heard::mouse(copy)>
                    "Copy details"
                </button>
            </details>
        }
    });
    let offer = offer.map(|(label, offers)| {
        let take = move |_| {
            editor.dismiss(id);
            editor.take(offers.clone());
        };
        view! {
            <button type="button" class="button button-small" on:click=heard::mouse(take)>
                {label}
            </button>
        }
    });
    view! {
        <div class="toast" class:toast-error=error role=if error { "alert" } else { "status" }>
            {icon.draw()}
            <div class="toast-text">
                <p>{text}</p>
                {more}
                {offer}
            </div>
            <button
                type="button"
                class="button button-bare button-small"
                aria-label="Dismiss"
                title="Dismiss (Esc)"
                on:click=heard::mouse(move |_| editor.dismiss(id))
            >
                {Icon::Close.draw()}
            </button>
        </div>
    }
}
