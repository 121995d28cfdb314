//! The result from several sides: where it runs, where its bytes are, its texts. The server draws them.

use super::drawer::{DrawerState, Tab};
use super::fragment::Fragment;
use crate::editor::use_editor;
use crate::late::IntoLate;
use leptos::prelude::*;

/// One of the sides, kept up with the analysis while it is in sight.
#[component]
pub fn OutputPanel() -> impl IntoView {
    let editor = use_editor();
    let drawer = expect_context::<DrawerState>();
    let address = Box::new(move || drawer.shows(Tab::Output).then(|| editor.side.get()));
    view! {
        <section class="output" aria-label="Output">
            <Fragment address />
        </section>
    }
    .late()
}
