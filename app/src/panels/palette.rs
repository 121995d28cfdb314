//! The components at hand: to search, to add to the canvas, and to add to.

use super::drop_overlay::all;
use super::icon::Icon;
use super::uploads::{Upload, Uploads};
use super::{OpenSheet, Sheet, units};
use crate::each::each;
use crate::editor::{Editor, PaletteDrag, use_editor};
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::ev;
use leptos::html::Input;
use leptos::prelude::*;
use patchbay_model::name::InterfaceName;
use patchbay_model::{ComponentInfo, Point, Port};

/// How far the pointer travels before a press is a drag.
const DRAG_THRESHOLD: f64 = 3.0;

/// The palette.
#[component]
pub fn Palette() -> impl IntoView {
    let editor = use_editor();
    let uploads = expect_context::<Uploads>();
    let OpenSheet(sheet) = expect_context();
    let query = RwSignal::new(String::new());
    let input = NodeRef::<Input>::new();
    let choose = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    let chosen = move |event: ev::Event| {
        let input: web_sys::HtmlInputElement = event_target(&event);
        uploads.add(all(input.files()), None);
        // The same file again, after it was mended, shall be a change too.
        input.set_value("");
    };
    let empty = Memo::new(move |_| {
        !query.with(String::is_empty)
            && query.with(|query| {
                editor
                    .components
                    .with(|all| !all.iter().any(|c| matches(c, query)))
            })
    });
    view! {
        <section
            class="palette"
            class:sheet-open=live(move || sheet.get() == Some(Sheet::Palette))
            aria-label="Palette"
        >
            <div class="palette-head">
                <input
                    type="search"
                    class="search"
                    aria-label="Search components"
                    placeholder="Search names and interfaces"
                    autocomplete="off"
                    spellcheck="false"
                    on:input=heard::plain(move |event| query.set(event_target_value(&event)))
                />
                <button
                    type="button"
                    class="button"
                    title="Upload .wasm or .wat files; dropping them on the window does the same"
                    on:click=heard::mouse(choose)
                >
                    {Icon::Add.draw()}
                    <span>"Add component"</span>
                </button>
                <input
                    type="file"
                    accept=".wasm,.wat,.wit,application/wasm"
                    multiple
                    hidden
                    node_ref=input
                    on:change=heard::plain(chosen)
                />
                <UploadList uploads />
            </div>
            <div class="palette-list">
                <Group editor query sample=true title="Samples" none="The samples have not been built." />
                <Group
                    editor
                    query
                    sample=false
                    title="Your components"
                    none="Add a .wasm or .wat file, or drop it on the window."
                />
                {live(move || empty.get().then(|| view! { <p class="muted palette-none">"Nothing matches this search."</p> }.late()))}
            </div>
        </section>
    }
}

/// The files on their way.
#[component]
fn UploadList(uploads: Uploads) -> impl IntoView {
    let row = |upload: Upload| {
        let percent = move || ((upload.progress.get() * 100.0).round() as u32).to_string();
        view! {
            <li>
                <span class="upload-name">{upload.name.clone()}</span>
                <div
                    class="progress"
                    role="progressbar"
                    aria-label=format!("Uploading {}", upload.name)
                    aria-valuemin="0"
                    aria-valuemax="100"
                    aria-valuenow=live(percent)
                >
                    <div style:width=live(move || format!("{}%", percent()))></div>
                </div>
            </li>
        }
    };
    view! {
        <ul class="uploads">
            {each(move || uploads.under_way.get(), |upload| upload.id.to_string(), row)}
        </ul>
    }
}

/// Samples, or what people have added.
#[component]
fn Group(
    editor: Editor,
    query: RwSignal<String>,
    sample: bool,
    title: &'static str,
    none: &'static str,
) -> impl IntoView {
    let of_group = move || {
        editor.components.with(|all| {
            let these = all.iter().filter(|c| c.sample == sample);
            these.cloned().collect::<Vec<_>>()
        })
    };
    let found = move || {
        let mut found = of_group();
        query.with(|query| found.retain(|component| matches(component, query)));
        found
    };
    let is_empty = Memo::new(move |_| of_group().is_empty());
    let hidden = Memo::new(move |_| found().is_empty() && !is_empty.get());
    view! {
        <div class="palette-group" hidden=live(move || hidden.get())>
            <h2>{title}</h2>
            {live(move || is_empty.get().then(|| view! { <p class="muted palette-none">{none}</p> }.late()))}
            <ul>
                {each(
                    found,
                    |component| component.digest.to_string(),
                    move |component| view! { <Entry editor component /> },
                )}
            </ul>
        </div>
    }
}

/// A component: a press or a key adds it in the middle of the canvas, a drag where it is dropped.
#[component]
fn Entry(editor: Editor, component: ComponentInfo) -> impl IntoView {
    let OpenSheet(sheet) = expect_context();
    let name = component.short_name().to_string();
    let label = format!("Add {name}");
    let title = format!("{}\n{}", component.package, component.digest);
    let facts = facts(&component);
    let main = main_export(&component)
        .map(|port| view! { <code class="entry-main">{port.name.clone()}</code> });
    // Where the pointer went down, until it comes up or a drag begins.
    let pressed = StoredValue::new(None::<Point>);
    let dragged = StoredValue::new(false);
    let component = StoredValue::new(component);
    let down = move |event: ev::PointerEvent| {
        dragged.set_value(false);
        pressed.set_value((event.button() == 0).then(|| pointer(&event)));
    };
    let moved = move |event: ev::PointerEvent| {
        let (Some(from), at) = (pressed.get_value(), pointer(&event)) else {
            return;
        };
        if (at.x - from.x).hypot(at.y - from.y) > DRAG_THRESHOLD {
            pressed.set_value(None);
            dragged.set_value(true);
            sheet.set(None);
            editor.palette_drag.set(Some(PaletteDrag {
                component: component.get_value(),
                pointer: at,
            }));
        }
    };
    let add = move |_| {
        // A drag that ends where it began is no press.
        if !dragged.get_value() {
            sheet.set(None);
            component.with_value(|component| editor.add_at_centre(component));
        }
        dragged.set_value(false);
    };
    view! {
        <li>
            <button
                type="button"
                class="entry"
                aria-label=label
                title=title
                on:pointerdown=heard::pointer(down)
                on:pointermove=heard::pointer(moved)
                on:pointerup=heard::pointer(move |_| pressed.set_value(None))
                on:pointercancel=heard::pointer(move |_| pressed.set_value(None))
                on:click=heard::mouse(add)
            >
                <span class="entry-name">{name}</span>
                {main}
                <span class="entry-facts">{facts}</span>
            </button>
        </li>
    }
}

fn pointer(event: &ev::PointerEvent) -> Point {
    Point {
        x: f64::from(event.client_x()),
        y: f64::from(event.client_y()),
    }
}

fn is_plumbing(port: &Port) -> bool {
    InterfaceName::parse(&port.name).is_some_and(|name| name.is_host_plumbing())
}

/// What people come to a component for: the first export that is not the host's usual business.
fn main_export(component: &ComponentInfo) -> Option<&Port> {
    let mut exports = component.exports.iter();
    exports
        .find(|port| !is_plumbing(port))
        .or(component.exports.first())
}

/// `1 import · 1 export · 92.1 KiB`, without what every host provides.
fn facts(component: &ComponentInfo) -> String {
    let imports = component
        .imports
        .iter()
        .filter(|port| !is_plumbing(port))
        .count();
    format!(
        "{} · {} · {}",
        units::count(imports, "import"),
        units::count(component.exports.len(), "export"),
        units::size(component.size)
    )
}

/// Whether every word of a search stands in the component's name or in that of a port.
fn matches(component: &ComponentInfo, query: &str) -> bool {
    let query = query.to_ascii_lowercase();
    query.split_whitespace().all(|word| {
        let ports = component.imports.iter().chain(&component.exports);
        component.package.to_ascii_lowercase().contains(word)
            || ports
                .into_iter()
                .any(|port| port.name.to_ascii_lowercase().contains(word))
    })
}
