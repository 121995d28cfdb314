//! Parts of the page that the server draws, and what their buttons and fields do: it is in their attributes, which the
//! server's `views::html::Act` writes.

use super::clipboard;
use super::opening::open_source;
use super::problems::reveal;
use crate::canvas::target::{closest, element_of, focus_id};
use crate::client;
use crate::client::json::{decode, encode};
use crate::editor::{Editor, Offer, use_editor};
use crate::heard;
use crate::live::effect;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use patchbay_model::NodeId;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, Event, File, HtmlInputElement};

/// Which view of the server is shown; nothing while nobody looks. Tracked.
pub type Address = Box<dyn Fn() -> Option<String> + Send + Sync>;

/// A view of the server, kept up with the analysis.
#[component]
pub fn Fragment(
    /// Which.
    address: Address,
    /// What the page starts with.
    #[prop(default = String::new())]
    first: String,
) -> impl IntoView {
    let editor = use_editor();
    let place = NodeRef::<Div>::new();
    let shown = StoredValue::new(String::new());
    // An answer may come after that to a later question.
    let newest = StoredValue::new(0_u32);
    effect(move |_| {
        editor.analysis.track();
        let Some(address) = address() else {
            return;
        };
        newest.update_value(|n| *n = n.wrapping_add(1));
        let question = newest.get_value();
        let graph = editor.graph().get_untracked();
        spawn_local(async move {
            let answer = client::view(&address, &graph).await;
            if newest.try_get_value() != Some(question) {
                return;
            }
            match answer {
                Ok(html) if html == shown.get_value() => {}
                Ok(html) => {
                    if let Some(place) = place.get_untracked() {
                        put(&place, &html);
                    }
                    shown.set_value(html);
                }
                Err(failure) => editor.alert(failure.to_string(), None),
            }
        });
    });
    view! {
        <div
            class="fragment"
            node_ref=place
            inner_html=first
            on:click=heard::mouse(move |event| {
                let button = element_of(&event).and_then(|it| closest(&it, "button"));
                if let Some(button) = button {
                    // What is typed into a form of one field goes with its button.
                    let form = closest(&button, "[data-form]");
                    let field = form.and_then(|form| all(&form, "input,textarea").pop());
                    let typed = field.map(|field| field.unchecked_into::<HtmlInputElement>().value());
                    act(editor, &button, typed.unwrap_or_default().trim());
                }
            })
            on:change=heard::plain(move |event| changed(editor, &event))
        ></div>
    }
}

/// Draws anew. What was open stays open, and the focus stays where it was.
fn put(place: &Element, html: &str) {
    let focused = document().active_element();
    let focused = focused.filter(|it| place.contains(Some(it)));
    let open = all(place, "details[open]");
    place.set_inner_html(html);
    for details in open {
        if let Some(again) = document().get_element_by_id(&details.id()) {
            let _ = again.set_attribute("open", "");
        }
    }
    if let Some(focused) = focused {
        focus_id(&focused.id());
    }
}

/// The elements within one.
fn all(element: &Element, selector: &str) -> Vec<Element> {
    let Ok(found) = element.query_selector_all(selector) else {
        return Vec::new();
    };
    (0..found.length())
        .filter_map(|n| found.get(n)?.dyn_into().ok())
        .collect()
}

/// A field has another text, or a box another tick. What is refused goes back to what it was.
fn changed(editor: Editor, event: &Event) {
    let input: HtmlInputElement = event_target(event);
    if let Some(file) = input.files().and_then(|files| files.get(0)) {
        return fill(closest(&input, FILLED), &file);
    }
    let typed = input.value().trim().to_string();
    if !act(editor, &input, &typed) {
        input.set_value(&input.default_value());
        input.set_checked(input.default_checked());
    }
}

/// A form whose field takes the text of a file.
pub const FILLED: &str = "[data-file]";

/// Puts the text of a file into the field of a form.
pub fn fill(form: Option<Element>, file: &File) {
    let field = form.and_then(|form| all(&form, "textarea").pop());
    let text = JsFuture::from(file.text());
    spawn_local(async move {
        if let (Some(field), Ok(text)) = (field, text.await) {
            let field: HtmlInputElement = field.unchecked_into();
            field.set_value(&text.as_string().unwrap_or_default());
        }
    });
}

/// Does what an element is there for. Says whether that was done, or at least asked for.
fn act(editor: Editor, element: &Element, typed: &str) -> bool {
    let of = |name| element.get_attribute(name);
    let quoted = encode(&typed).unwrap_or_default();
    let step = of("data-step").unwrap_or_default();
    let step = step.replace("@value", typed);
    if let Some(id) = of("data-show") {
        reveal(editor, &NodeId(id), of("data-to"), of("data-focus"));
    }
    if let Some(side) = of("data-side") {
        editor.side.set(side.replace("@value", typed));
    }
    if let Some((title, view)) = of("data-title").zip(of("data-dialog")) {
        editor.ask(title, view);
    }
    if let Some(text) = of("data-copy") {
        clipboard::copy(editor, of("data-what").unwrap_or_default(), &text);
    }
    if let Some(text) = of("data-open") {
        let text = if text == "@value" { typed } else { &text };
        open_source(editor, step.clone(), text.to_string());
    }
    let mut done = true;
    if let Some(source) = of("data-export").and_then(|json| decode(&json).ok()) {
        done = editor.toggle_export(source);
    }
    let ops = of("data-ops").map(|json| json.replace("\"@value\"", &quoted));
    if let Some(ops) = ops.and_then(|json| decode(&json).ok()) {
        done = editor.commit(step.clone(), ops);
    }
    if let Some((path, question)) = of("data-ask").zip(of("data-question")) {
        let question = question.replace("\"@value\"", &quoted);
        let question = question.replace("\"@values\"", &values(element));
        editor.take(vec![Offer {
            path,
            question,
            step,
        }]);
    }
    if of("data-close").is_some() {
        editor.dialog.set(None);
    }
    done
}

/// What has been typed into the form that an element is in, as JSON: the fields that have a text, by their names.
fn values(element: &Element) -> String {
    let form = closest(element, "[data-form]");
    let fields = form.map(|form| all(&form, "input")).unwrap_or_default();
    let mut json = String::new();
    for field in fields {
        let field: HtmlInputElement = field.unchecked_into();
        if !field.value().is_empty() {
            let comma = if json.is_empty() { "" } else { "," };
            let quoted = |text: String| encode(&text).unwrap_or_default();
            json += &format!("{comma}{}:{}", quoted(field.name()), quoted(field.value()));
        }
    }
    format!("{{{json}}}")
}
