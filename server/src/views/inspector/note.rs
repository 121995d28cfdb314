//! A frame or a note.

use crate::views::html::muted;
use patchbay_model::Note;

/// What there is to say of it. Its words are on the canvas, where they are written.
pub fn section(note: &Note) -> String {
    let (kind, words) = match note.frame {
        true => (
            "Frame",
            "What lies in it moves along with it. F2 or a double click writes its title; its lower right corner makes it \
             larger, as Ctrl and the arrow keys do.",
        ),
        false => (
            "Note",
            "F2 or a double click writes on it. Notes are saved and drawn with the graph; the result knows nothing of \
             them.",
        ),
    };
    format!(
        "<section class=\"details\" aria-label=\"{kind}\"><h2>{kind}</h2>{}</section>",
        muted(words)
    )
}
