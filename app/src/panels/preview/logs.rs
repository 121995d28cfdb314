//! What the component writes, as it writes it.

use super::Preview;
use crate::client;
use crate::each::each;
use crate::late::IntoLate;
use crate::live::{effect, live};
use leptos::html::Div;
use leptos::prelude::*;
use patchbay_model::api::LogLine;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{EventSource, MessageEvent};

/// How many lines are kept in sight.
const KEPT: usize = 1000;

/// The log lines.
#[component]
pub fn Logs(preview: Preview) -> impl IntoView {
    let id = Memo::new(move |_| preview.running().map(|info| info.id));
    // The effect owns the stream: when another preview runs, or none, the old one is dropped and so closed.
    Effect::new(move |_: Option<Option<LogStream>>| {
        id.get().and_then(|id| LogStream::open(preview, &id))
    });
    let view = NodeRef::<Div>::new();
    // Somebody who has scrolled up is reading.
    let at_end = StoredValue::new(true);
    let scrolled = move |_| {
        if let Some(view) = view.get_untracked() {
            let below = view.scroll_height() - view.scroll_top() - view.client_height();
            at_end.set_value(below < 24);
        }
    };
    effect(move |_| {
        preview.logs.track();
        if let Some(view) = view.get()
            && at_end.get_value()
        {
            // The lines are in the page only after all effects have run.
            request_animation_frame(move || view.set_scroll_top(view.scroll_height()));
        }
    });
    let row = |line: LogLine| {
        let class = match line.stream.as_str() {
            "stderr" => "log-stream warn",
            "host" => "log-stream err",
            _ => "log-stream muted",
        };
        view! {
            <li>
                <span class="log-request muted">{format!("#{} ", line.request)}</span>
                <span class=class>{line.stream} " "</span>
                <span>{line.text}</span>
            </li>
        }
    };
    view! {
        <section class="logs" aria-label="Logs">
            <h3>"Logs"</h3>
            {live(move || preview.logs.with(Vec::is_empty).then(|| view! { <p class="muted">"Nothing was written yet."</p> }.late()))}
            <div class="log-lines" tabindex="0" role="log" aria-label="Log lines" node_ref=view on:scroll=scrolled>
                <ol>
                    {each(move || preview.logs.get(), |line| line.sequence.to_string(), row)}
                </ol>
            </div>
        </section>
    }
    .late()
}

/// An open stream of lines; closed when dropped.
struct LogStream {
    source: EventSource,
    _on_line: Closure<dyn Fn(MessageEvent)>,
    _on_stopped: Closure<dyn Fn()>,
}

impl LogStream {
    fn open(preview: Preview, id: &str) -> Option<Self> {
        let source = EventSource::new(&client::preview_logs_url(id)).ok()?;
        let on_line = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let data = event.data().as_string().unwrap_or_default();
            if let Ok(line) = client::json::decode::<LogLine>(&data) {
                preview.logs.update(|lines| {
                    // A stream that was interrupted may say a line again.
                    if lines
                        .last()
                        .is_none_or(|last| last.sequence < line.sequence)
                    {
                        lines.push(line);
                    }
                    if lines.len() > KEPT {
                        lines.drain(..KEPT / 10);
                    }
                });
            }
        });
        source.set_onmessage(Some(on_line.as_ref().unchecked_ref()));
        let closing = source.clone();
        let id = id.to_string();
        let on_stopped = Closure::<dyn Fn()>::new(move || {
            // Left alone, the browser would come back for more, again and again.
            closing.close();
            if untrack(|| preview.running()).is_some_and(|running| running.id == id) {
                preview.has_gone();
            }
        });
        let listener = on_stopped.as_ref().unchecked_ref();
        let _ = source.add_event_listener_with_callback("stopped", listener);
        Some(Self {
            source,
            _on_line: on_line,
            _on_stopped: on_stopped,
        })
    }
}

impl Drop for LogStream {
    fn drop(&mut self) {
        self.source.close();
    }
}
