//! What the server draws of a preview: HTML with forms, which come back here when they are sent.
//!
//! The answer to a form goes into the element that `data-into` of the button or of the form names, or in place of all.
//! What is in `data-announce` is read out, what is in `data-copy` is copied when it is pressed, and an element with
//! `data-again` is replaced by what its address gives until it comes without one. What the address in `data-canvas` gives is
//! laid over the canvas.

use crate::client;
use crate::editor::{Editor, use_editor};
use crate::heard;
use crate::live::effect;
use crate::panels::clipboard;
use leptos::ev;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::time::Duration;
use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlElement, HtmlFormElement, UrlSearchParams};

/// How long until an element that wants it is asked for again.
const AGAIN: Duration = Duration::from_millis(300);

/// What the address gives, from the moment that there is one.
#[component]
pub fn Forms(address: Memo<Option<String>>) -> impl IntoView {
    let editor = use_editor();
    let place = NodeRef::<Div>::new();
    effect(move |_| {
        let Some(place) = place.get() else { return };
        match address.get() {
            Some(address) => fill(editor, place.into(), address, String::new()),
            None => place.set_inner_html(""),
        }
    });
    let sent = move |event: ev::SubmitEvent| {
        event.prevent_default();
        let Some(form) = event
            .target()
            .and_then(|it| it.dyn_into::<HtmlFormElement>().ok())
        else {
            return;
        };
        let by = event.submitter();
        let told = |name: &str, own: &str| {
            let of_button = by.as_ref().and_then(|by| by.get_attribute(name));
            of_button.or_else(|| form.get_attribute(own))
        };
        let Some(address) = told("formaction", "action") else {
            return;
        };
        let into = told("data-into", "data-into");
        let into = into.and_then(|id| document().get_element_by_id(&id));
        let Some(into) = into.or_else(|| place.get_untracked().map(Into::into)) else {
            return;
        };
        fill(editor, into, address, filled(&form, by.as_ref()));
    };
    let clicked = move |event: ev::MouseEvent| {
        let element = event.target().and_then(|it| it.dyn_into::<Element>().ok());
        if let Some(text) = element.and_then(|it| it.get_attribute("data-copy")) {
            clipboard::copy(editor, "the command".to_string(), &text);
        }
    };
    view! { <div class="forms" node_ref=place on:submit=sent on:click=heard::mouse(clicked)></div> }
}

/// What a form was filled with, and the button it was sent by.
fn filled(form: &HtmlFormElement, by: Option<&HtmlElement>) -> String {
    let text = |data: FormData| UrlSearchParams::new_with_str_sequence_sequence(&data);
    let filled = FormData::new_with_form(form).and_then(text);
    let Ok(filled) = filled else {
        return String::new();
    };
    let of = |name| by.and_then(|by| by.get_attribute(name));
    if let (Some(name), Some(value)) = (of("name"), of("value")) {
        filled.append(&name, &value);
    }
    filled.to_string().into()
}

/// Puts what the address gives into an element.
fn fill(editor: Editor, into: Element, address: String, form: String) {
    spawn_local(async move {
        let _ = into.set_attribute("aria-busy", "true");
        let answer = client::fragment(&address, &form).await;
        let _ = into.remove_attribute("aria-busy");
        match answer {
            Err(failure) => editor.alert(failure.to_string(), None),
            Ok(html) => {
                // What was pressed may be drawn anew: whoever uses the keyboard goes on from there.
                let focused = document().active_element().map(|it| it.id());
                let read = scrolled(&into);
                into.set_inner_html(&html);
                for (text, (top, at_end)) in texts(&into).into_iter().zip(read) {
                    text.set_scroll_top(if at_end { text.scroll_height() } else { top });
                }
                let focused = focused.filter(|id| !id.is_empty());
                let focused = focused.and_then(|id| document().get_element_by_id(&id));
                if let Some(focused) = focused.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                    let _ = focused.focus();
                }
                heed(editor, into);
            }
        }
    });
}

/// The texts in a part that grow while one reads them.
fn texts(part: &Element) -> Vec<Element> {
    let found = part.query_selector_all("pre[role=log]").ok();
    let at = |n| found.as_ref()?.get(n)?.dyn_into().ok();
    (0..).map_while(at).collect()
}

/// How far each of them is scrolled, and whether that is to its end: whoever has gone up is reading.
fn scrolled(part: &Element) -> Vec<(i32, bool)> {
    let read = |text: Element| {
        let below = text.scroll_height() - text.scroll_top() - text.client_height();
        (text.scroll_top(), below < 24)
    };
    texts(part).into_iter().map(read).collect()
}

/// Does what a part that has just come asks for.
fn heed(editor: Editor, part: Element) {
    let find = |name: &str| {
        let element = part.query_selector(&format!("[{name}]")).ok().flatten();
        let element = element?;
        let value = element.get_attribute(name)?;
        Some((element, value))
    };
    if let Some((_, words)) = find("data-announce") {
        editor.announce(words);
    }
    if let Some((_, address)) = find("data-canvas")
        && let Some(layer) = document().get_element_by_id("link-times")
    {
        fill(editor, layer, address, String::new());
    }
    if let Some((element, address)) = find("data-again") {
        let ask = move || {
            if element.is_connected() {
                fill(editor, part, address, String::new());
            }
        };
        set_timeout(ask, AGAIN);
    }
}
