//! A frame or a note: its words.

use crate::views::html::{Act, TYPED, muted};
use patchbay_model::{Note, Op};

/// What there is to say of it, with a field for its words.
pub fn section(note: &Note) -> String {
    let written = Note {
        text: TYPED.to_owned(),
        ..note.clone()
    };
    let act = Act::ops("write a note", &[Op::SetNote { note: written }]);
    let (kind, field, words) = match note.frame {
        true => (
            "Frame",
            "Title",
            "What lies in it moves along with it. Its lower right corner makes it larger, as Ctrl and the arrow keys do.",
        ),
        false => (
            "Note",
            "Text",
            "Notes are saved and drawn with the graph; the result knows nothing of them.",
        ),
    };
    format!(
        "<section class=\"details\" aria-label=\"{kind}\"><h2>{kind}</h2>{}{}</section>",
        act.field("note-text", field, &note.text),
        muted(words)
    )
}
