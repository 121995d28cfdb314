//! What an empty canvas says.

use super::board::use_board;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::api::SampleSummary;

/// Ways to begin.
#[component]
pub fn Empty() -> impl IntoView {
    let board = use_board();
    let editor = board.editor;
    let empty = Memo::new(move |_| {
        editor
            .graph()
            .with(|graph| graph.nodes().len() + graph.notes().len() == 0)
    });
    let samples = move || editor.samples.get().into_iter().map(sample).collect_view();
    live(move || {
        empty.get().then(|| {
            view! {
                <div class="empty" data-overlay="">
                    <section class="card card-wide" aria-labelledby="empty-samples">
                        <h2 id="empty-samples">"Start from a sample"</h2>
                        <ul>{live(samples)}</ul>
                    </section>
                    <section class="card" aria-labelledby="empty-add">
                        <h2 id="empty-add">"Bring your own"</h2>
                        <p>
                            "Drop a " <code>".wasm"</code> " file here, or use " <strong>"Add component"</strong>
                            " in the palette."
                        </p>
                    </section>
                    <section class="card" aria-labelledby="empty-open">
                        <h2 id="empty-open">"Go on where you were"</h2>
                        <p>
                            "Your graphs are saved as you draw. " <strong>"Open"</strong>
                            " in the bar above lists them. It also takes a saved " <code>".json"</code> ", a "
                            <code>".wac"</code> " source, or a composed " <code>".wasm"</code> ", which it takes apart."
                        </p>
                    </section>
                    <section class="card card-wide" aria-labelledby="empty-paste">
                        <h2 id="empty-paste">"Paste a share link"</h2>
                        <form class="card-form" action="/follow">
                            <input type="text" name="link" required aria-label="Share link" placeholder="…/s/…" autocomplete="off" />
                            <button class="button">"Open link"</button>
                        </form>
                    </section>
                </div>
            }
        })
    })
}

fn sample(sample: SampleSummary) -> impl IntoView {
    let missing = (!sample.missing.is_empty()).then(|| {
        let names = sample.missing.join(", ");
        view! { <span class="card-missing">"Not built yet: " {names}</span> }
    });
    view! {
        <li>
            <a href=format!("/?sample={}", sample.id)>
                <strong>{sample.name}</strong>
                <span>{sample.description}</span>
                {missing}
            </a>
        </li>
    }
}
