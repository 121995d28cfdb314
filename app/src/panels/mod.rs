//! Everything around the canvas.

use crate::editor::Editor;
use leptos::prelude::*;

/// Keeps the server's copy and the analysis up with the document.
pub fn sync_with_server(_editor: Editor) {}

macro_rules! stub { ($($name:ident)*) => { $(
    /// (being laid)
    #[component]
    pub fn $name() -> impl IntoView { view! { <div></div> } }
)* } }
stub!(TopBar Palette Inspector Drawer DropOverlay Toasts Announcer);
