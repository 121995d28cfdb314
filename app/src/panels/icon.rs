//! Small line drawings, 16 by 16.

use leptos::prelude::*;

/// What can be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    Undo,
    Redo,
    Open,
    Share,
    Theme,
    Download,
    Run,
    Stop,
    Add,
    Close,
    Error,
    Ok,
    Up,
    Down,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Undo => "M6 3 2.5 6.5 6 10M3 6.5h6.5a3.5 3.5 0 0 1 0 7H7",
            Self::Redo => "M10 3l3.5 3.5L10 10M13 6.5H6.5a3.5 3.5 0 0 0 0 7H9",
            Self::Open => "M1.5 12.5v-9h4l1.5 2h7.5v7z",
            Self::Share => {
                "M11 2.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M4 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M11 10.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3M5.5 7.3 9.6 4.8M5.5 8.7l4.1 2.5"
            }
            Self::Theme => "M8 2a6 6 0 1 0 0 12zM8 2a6 6 0 0 1 0 12",
            Self::Download => "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
            Self::Run => "M4.5 2.5v11l9-5.5z",
            Self::Stop => "M3.5 3.5h9v9h-9z",
            Self::Add => "M8 3v10M3 8h10",
            Self::Close => "M4 4l8 8M12 4l-8 8",
            Self::Error => {
                "M8 1.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6"
            }
            Self::Ok => "M3 8.5l3.5 3.5L13 5",
            Self::Up => "M3.5 10.5 8 6l4.5 4.5",
            Self::Down => "M3.5 5.5 8 10l4.5-4.5",
        }
    }

    /// Draws it; a picture only, so the words are the caller's.
    pub fn draw(self) -> impl IntoView {
        view! {
            <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
                <path d=self.path()></path>
            </svg>
        }
    }
}
