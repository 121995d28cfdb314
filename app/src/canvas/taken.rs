//! Elements that are somewhere else on the page for a while.

use leptos::prelude::document;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, Node};

/// An element out of its place. Those that were taken one after the other are put back in the opposite order.
pub struct Taken {
    /// The element.
    pub element: Element,
    parent: Node,
    /// What it came before.
    next: Option<Node>,
}

impl Taken {
    /// Moves an element to the end of another.
    pub fn to(other: &Element, element: Element) -> Option<Self> {
        let (parent, next) = (element.parent_node()?, element.next_sibling());
        put(other, &element, None);
        Some(Self {
            element,
            parent,
            next,
        })
    }

    /// Moves it back to its place. One that was removed meanwhile is gone.
    pub fn put_back(&self) {
        let is_there = |next: &&Node| next.parent_node().as_ref() == Some(&self.parent);
        if self.element.is_connected() {
            put(
                &self.parent,
                &self.element,
                self.next.as_ref().filter(is_there),
            );
        }
    }
}

/// Moves an element that keeps the focus, if it has it.
fn put(parent: &Node, element: &Element, next: Option<&Node>) {
    if parent
        .unchecked_ref::<Parent>()
        .move_before(element, next)
        .is_ok()
    {
        return;
    }
    let focused = document().active_element();
    let _ = parent.insert_before(element, next);
    if let Some(focused) = focused.filter(|it| element.contains(Some(it))) {
        let _ = focused.unchecked_into::<HtmlElement>().focus();
    }
}

#[wasm_bindgen]
extern "C" {
    type Parent;

    /// What not every browser has yet.
    #[wasm_bindgen(method, catch, js_name = moveBefore)]
    fn move_before(this: &Parent, element: &Element, next: Option<&Node>) -> Result<(), JsValue>;
}
