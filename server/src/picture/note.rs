//! Frames and notes in pictures.

use super::{Picture, escape};
use patchbay_model::Note;
use patchbay_model::decimal::px;
use patchbay_model::geometry::elide;
use patchbay_model::graph::TITLE_HEIGHT;
use std::fmt::Write as _;

/// How wide a letter is, about: a picture cannot measure its text.
const LETTER: f64 = 6.6;

/// Between two lines of a note, as the style sheet has it.
const LINE: f64 = 18.0;

/// What stays free at each side of a text.
const PADDING: f64 = 12.0;

impl Picture<'_> {
    /// A frame with its title, or a note with its text as far as there is room for it.
    pub(super) fn note(&mut self, note: &Note) {
        let rect = note.rect();
        let (x, y, width, height) = (px(rect.x), px(rect.y), px(rect.width), px(rect.height));
        let (text, muted) = (self.colours.get("text"), self.colours.get("muted"));
        let (edge, ground) = (self.colours.get("border-strong"), self.colours.get("panel"));
        let room = letters(rect.width - 2.0 * PADDING);
        if note.frame {
            self.line(format_args!(
                "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"12\" fill=\"{edge}\" \
                 fill-opacity=\".08\" stroke=\"{edge}\" stroke-dasharray=\"6 4\"/>\
                 <text x=\"{}\" y=\"{}\" font-size=\"13\" font-weight=\"600\" fill=\"{muted}\">{}</text>",
                px(rect.x + PADDING),
                px(rect.y + TITLE_HEIGHT / 2.0 + 5.0),
                escape(&elide(&note.text, room)),
            ));
            return;
        }
        let left = px(rect.x + PADDING);
        let mut lines = String::new();
        let mut baseline = rect.y + PADDING + 9.0;
        for line in wrapped(&note.text, room) {
            if baseline > rect.bottom() - 4.0 {
                break;
            }
            // Writing to a string cannot fail.
            let _ = write!(
                lines,
                "<tspan x=\"{left}\" y=\"{}\">{}</tspan>",
                px(baseline),
                escape(line)
            );
            baseline += LINE;
        }
        self.line(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\" fill=\"{ground}\" \
             stroke=\"{edge}\"/><text font-size=\"13\" fill=\"{text}\">{lines}</text>"
        ));
    }
}

/// How many letters fit a width.
fn letters(width: f64) -> usize {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    // Saturates, and is at least one.
    let count = (width / LETTER).max(1.0) as usize;
    count
}

/// The lines of a text, broken where they would be longer than that many letters: between words where there are some.
fn wrapped(text: &str, most: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    for mut rest in text.lines() {
        while let Some((end, _)) = rest.char_indices().nth(most) {
            let at = match rest[end..].starts_with(' ') {
                true => end,
                false => rest[..end].rfind(' ').filter(|at| *at > 0).unwrap_or(end),
            };
            let (line, next) = rest.split_at(at);
            lines.push(line);
            rest = next.trim_start_matches(' ');
        }
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_break_between_words_or_within_long_ones() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(
            wrapped("unbreakable\n\nx", 4),
            ["unbr", "eaka", "ble", "", "x"]
        );
        assert_eq!(wrapped("äöü äöü", 3), ["äöü", "äöü"]);
    }
}
