//! Keys in a menu.

use super::close;
use crate::canvas::board::Board;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusEvent, HtmlElement, KeyboardEvent, Node};

/// Gives the focus to the first line.
pub fn focus_first(menu: &Element) {
    if let Some(item) = items(menu).first() {
        super::super::target::focus(item);
    }
}

/// Whether the focus stays in the menu.
pub fn has_focus(menu: &Element, event: &FocusEvent) -> bool {
    let next = event
        .related_target()
        .and_then(|next| next.dyn_into::<Node>().ok());
    menu.contains(next.as_ref())
}

/// Arrows move, letters seek, Escape and Tab close. Enter and the space bar press a button by themselves.
pub fn pressed(board: Board, event: &KeyboardEvent) {
    let Some(menu) = event
        .current_target()
        .and_then(|menu| menu.dyn_into::<Element>().ok())
    else {
        return;
    };
    let items = items(&menu);
    let count = items.len();
    let focused = document().active_element();
    let here = items
        .iter()
        .position(|item| focused.as_ref() == Some(item.as_ref()))
        .unwrap_or(0);
    let key = event.key();
    let next = match key.as_str() {
        "ArrowDown" => (here + 1) % count.max(1),
        "ArrowUp" => (here + count.max(1) - 1) % count.max(1),
        "Home" => 0,
        "End" => count.saturating_sub(1),
        "Escape" | "Tab" => {
            event.prevent_default();
            event.stop_propagation();
            close(board, true);
            return;
        }
        letter if letter.chars().count() == 1 && letter != " " => {
            let letter = letter.to_ascii_lowercase();
            let begins = |n: &usize| {
                let text = items[*n].text_content().unwrap_or_default();
                text.to_ascii_lowercase().starts_with(&letter)
            };
            let after = (here + 1..count).chain(0..=here.min(count.saturating_sub(1)));
            match after.filter(|n| *n < count).find(begins) {
                Some(n) => n,
                None => return,
            }
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if let Some(item) = items.get(next) {
        super::super::target::focus(item);
    }
}

fn items(menu: &Element) -> Vec<HtmlElement> {
    let children = menu.children();
    (0..children.length())
        .filter_map(|n| children.item(n)?.dyn_into().ok())
        .collect()
}
