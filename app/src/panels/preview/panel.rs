//! The preview's tab.

use super::forms::Forms;
use super::logs::Logs;
use super::{Phase, Preview};
use crate::client;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;

/// The state, what the server draws of the preview, and the logs.
#[component]
pub fn PreviewPanel() -> impl IntoView {
    let preview = expect_context::<Preview>();
    let address = Memo::new(move |_| Some(client::preview_panel(&preview.running()?.id)));
    view! {
        <section class="preview" aria-label="Preview">
            <div class="preview-state">
                <State preview />
                <OutOfDate preview />
            </div>
            <div class="preview-columns">
                <Forms address />
                <Logs preview />
            </div>
        </section>
    }
    .late()
}

/// How far the preview is, in words.
#[component]
fn State(preview: Preview) -> impl IntoView {
    move || {
        match preview.phase.get() {
        Phase::Idle => view! {
            <p class="muted">
                "A preview fuses the graph and runs it in a sandbox on this server. Start it with Run preview, at the top."
            </p>
        }
        .late(),
        Phase::Starting => view! { <p class="busy">"Fusing and compiling…"</p> }.late(),
        Phase::Failed(why) => view! { <p class="err">{format!("The preview did not start. {why}")}</p> }
            .late(),
        Phase::Ended(why) => view! { <p class="muted">{why}</p> }.late(),
        Phase::Running(info) => {
            view! {
                <p>
                    <span class="ok">"Running"</span>
                    " at "
                    <a href=info.url.clone() target="_blank" rel="noopener">
                        {info.url.clone()}
                    </a>
                </p>
                <p class="muted">
                    "Each request gets a fresh instance: what a component keeps in memory is gone with the answer; \
                    key-value storage of the host lasts until you stop the preview."
                </p>
            }
            .late()
        }
    }
    }
}

/// Says when what runs is not what is drawn.
#[component]
fn OutOfDate(preview: Preview) -> impl IntoView {
    let changed = Memo::new(move |_| preview.is_out_of_date());
    let obstacle = Memo::new(move |_| preview.obstacle());
    view! {
        {live(move || changed.get().then(|| view! { <p class="warn out-of-date">
                <span>"The graph has changed since this preview started."</span>
                <button
                    type="button"
                    class="button button-small"
                    title=live(move || obstacle.get().unwrap_or_else(|| "Run the graph as it is now".into()))
                    disabled=live(move || obstacle.with(Option::is_some))
                    on:click=heard::mouse(move |_| preview.start())
                >
                    "Restart"
                </button>
            </p> }.late()))}
    }
    .late()
}
