//! Files dropped on the window.

use super::fragment::{FILLED, fill};
use super::uploads::Uploads;
use crate::canvas::target::{closest, element_of};
use crate::editor::{Editor, use_editor};
use crate::live::{effect, live};
use leptos::ev;
use leptos::prelude::*;
use patchbay_model::Point;
use web_sys::{DragEvent, File, FileList};

/// Says where files can be dropped while some are dragged over the window, and takes them.
#[component]
pub fn DropOverlay() -> impl IntoView {
    let editor = use_editor();
    let uploads = expect_context::<Uploads>();
    let hovering = RwSignal::new(false);
    effect(move |_| {
        window_event_listener(ev::dragenter, move |event| {
            if has_files(&event) {
                event.prevent_default();
                hovering.set(true);
            }
        });
        // Without this, the browser would open the file itself.
        window_event_listener(ev::dragover, move |event| {
            if has_files(&event) {
                event.prevent_default();
            }
        });
        window_event_listener(ev::dragleave, move |event| {
            // Only out of the window; from one element to the next there is a related one.
            if event.related_target().is_none() {
                hovering.set(false);
            }
        });
        window_event_listener(ev::drop, move |event| {
            hovering.set(false);
            if has_files(&event) {
                event.prevent_default();
                let files = all(event.data_transfer().and_then(|data| data.files()));
                let form = element_of(&event).and_then(|it| closest(&it, FILLED));
                match (form, files.first()) {
                    (Some(form), Some(file)) => fill(Some(form), file),
                    _ => uploads.add(files, place_on_canvas(editor, &event)),
                }
            }
        });
    });
    view! {
        <div class="drop-overlay" class:drop-overlay-shown=live(move || hovering.get()) aria-hidden="true">
            <p>
                <strong>"Drop components here"</strong>
                <span>"as .wasm or .wat, a world as .wit, or a graph as .json or .wac"</span>
            </p>
        </div>
    }
}

/// The files of a list.
pub fn all(files: Option<FileList>) -> Vec<File> {
    files.map_or_else(Vec::new, |files| {
        (0..files.length()).filter_map(|n| files.get(n)).collect()
    })
}

fn has_files(event: &DragEvent) -> bool {
    event
        .data_transfer()
        .is_some_and(|data| data.types().includes(&"Files".into(), 0))
}

/// The place on the canvas under the pointer; `None` beside the canvas.
fn place_on_canvas(editor: Editor, event: &DragEvent) -> Option<Point> {
    let pane = document()
        .get_element_by_id("canvas")?
        .get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    let inside =
        (pane.left()..pane.right()).contains(&x) && (pane.top()..pane.bottom()).contains(&y);
    inside.then(|| {
        editor.viewport.get_untracked().to_canvas(Point {
            x: x - pane.left(),
            y: y - pane.top(),
        })
    })
}
