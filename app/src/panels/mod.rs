//! Everything around the canvas.

mod ahead;
mod announcer;
mod autosave;
mod checking;
mod chooser;
mod clipboard;
mod command;
mod dialog;
mod download;
mod drawer;
mod drop_overlay;
mod fragment;
mod icon;
mod inspector;
mod open_dialog;
mod opening;
mod output;
mod palette;
pub mod picture;
mod preview;
mod problems;
mod refused;
mod saving;
mod share;
mod theme;
mod toasts;
mod top_bar;
pub mod units;
mod uploads;

pub use announcer::Announcer;
pub use chooser::Chooser;
pub use drawer::Drawer;
pub use drop_overlay::DropOverlay;
pub use inspector::Inspector;
pub use opening::open_component;
pub use palette::Palette;
pub use problems::marked_text;
pub use toasts::Toasts;
pub use top_bar::TopBar;

use crate::editor::Editor;
use crate::held::Held;
use drawer::DrawerState;
use leptos::prelude::*;
use preview::Preview;
use uploads::Uploads;

/// On a narrow screen one of these at most lies over the canvas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sheet {
    Palette,
    Inspector,
}

/// Which sheet is open; on wide screens both panels are there anyway.
#[derive(Clone, Copy)]
struct OpenSheet(Held<Option<Sheet>>);

/// Makes the state that the panels share.
pub fn provide_panels(editor: Editor) {
    let drawer = DrawerState::default();
    provide_context(OpenSheet(Held::new(None)));
    provide_context(drawer);
    provide_context(Uploads::new(editor));
    provide_context(Preview::new(editor, drawer));
}

/// Keeps the server's copy and the analysis up with the document.
pub fn sync_with_server(editor: Editor) {
    checking::keep_checked(editor);
    ahead::keep_compiled(editor);
    autosave::keep_saved(editor);
}
