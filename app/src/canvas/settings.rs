//! What the browser remembers: how a person likes the canvas, and where in a graph they were.

use super::board::Board;
use leptos::prelude::*;
use patchbay_model::decimal::{factor, px};
use patchbay_model::geometry::{MAX_ZOOM, MIN_ZOOM, Viewport};
use web_sys::Storage;

/// Where the view is remembered, for this tab.
const VIEW: &str = "view";

/// Whether something is on that a person has switched on.
pub fn is_on(key: &str) -> bool {
    let value = lasting().and_then(|storage| storage.get_item(key).ok());
    value.flatten().is_some()
}

/// Remembers that something is on, or off.
pub fn set(key: &str, on: bool) {
    if let Some(storage) = lasting() {
        let _ = match on {
            true => storage.set_item(key, ""),
            false => storage.remove_item(key),
        };
    }
}

fn lasting() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn passing() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

fn address() -> String {
    location().pathname().unwrap_or_default() + &location().search().unwrap_or_default()
}

/// Remembers the view; the page goes away.
pub fn remember_view(board: Board) {
    let view = board.editor.viewport.get_untracked();
    if let Some(storage) = passing() {
        let (x, y, zoom) = (px(view.x), px(view.y), factor(view.zoom));
        let _ = storage.set_item(VIEW, &format!("{x} {y} {zoom} {}", address()));
    }
}

/// The view of this graph before the page was loaded again.
pub fn remembered_view() -> Option<Viewport> {
    let text = passing()?.get_item(VIEW).ok()??;
    let mut words = text.splitn(4, ' ');
    let mut number = || words.next().map(js_sys::parse_float);
    let (x, y, zoom) = (number()?, number()?, number()?);
    let sane = x.is_finite() && y.is_finite() && (MIN_ZOOM..=MAX_ZOOM).contains(&zoom);
    (sane && words.next()? == address()).then_some(Viewport { x, y, zoom })
}
