//! The canvas: nodes, ports, links and the gestures on them.

use leptos::prelude::*;

/// The pane that the graph is drawn on.
#[component]
pub fn Canvas() -> impl IntoView {
    view! { <main id="canvas"></main> }
}
