//! Pieces of HTML. Whatever a person, a component or a server wrote goes through [`escape`].

pub use crate::views::html::escape;
use std::fmt::Write;

/// Why something did not come about.
pub fn failure(kind: &str, sentence: &str) -> String {
    let kind = match kind {
        "" => String::new(),
        kind => format!("<strong>{}: </strong>", escape(&kind.replace('-', " "))),
    };
    format!(
        "<p class=\"failure\" role=\"alert\">{kind}{}</p>",
        escape(sentence)
    )
}

/// A line to fill in. The label is a person's word, the value anybody's.
pub(super) fn input(label: &str, name: &str, value: &str) -> String {
    let (label, name, value) = (escape(label), escape(name), escape(value));
    format!(
        "<label class=\"field field-wide\"><span>{label}</span><input type=\"text\" name=\"{name}\" value=\"{value}\" \
         autocomplete=\"off\" spellcheck=\"false\"></label>"
    )
}

/// Lines to fill in.
pub(super) fn textarea(label: &str, name: &str, value: &str, hint: &str) -> String {
    let (label, name, value) = (escape(label), escape(name), escape(value));
    // A line break that follows the tag at once is not part of the text.
    format!(
        "<label class=\"field field-wide\"><span>{label}</span><textarea name=\"{name}\" rows=\"3\" spellcheck=\"false\" \
         placeholder=\"{hint}\">\n{value}</textarea></label>"
    )
}

/// A value that goes along unseen.
pub(super) fn hidden(name: &str, value: &str) -> String {
    let (name, value) = (escape(name), escape(value));
    format!("<input type=\"hidden\" name=\"{name}\" value=\"{value}\">")
}

/// One of several things to choose from.
pub(super) fn select(label: &str, name: &str, options: &[(&str, &str)], chosen: &str) -> String {
    let mut text = String::new();
    for (value, words) in options {
        let selected = if *value == chosen { " selected" } else { "" };
        let (value, words) = (escape(value), escape(words));
        // Writing to a text does not fail.
        let _ = write!(text, "<option value=\"{value}\"{selected}>{words}</option>");
    }
    let (label, name) = (escape(label), escape(name));
    format!(
        "<label class=\"field\"><span>{label}</span><select name=\"{name}\">{text}</select></label>"
    )
}

/// A thing that is so or not.
pub(super) fn checkbox(label: &str, name: &str, value: &str, checked: bool) -> String {
    let checked = if checked { " checked" } else { "" };
    let (name, value) = (escape(name), escape(value));
    format!(
        "<label class=\"check\"><input type=\"checkbox\" name=\"{name}\" value=\"{value}\"{checked}> <span>{label}</span></label>"
    )
}

/// Buttons that edit and delete what has these names, of which the last is its own: `edit-<what>` and `delete-<what>`.
pub(super) fn edit_or_delete(
    base: &str,
    what: &str,
    names: &[(&str, &str)],
    editable: bool,
) -> String {
    let fields: String = names
        .iter()
        .map(|(name, value)| hidden(name, value))
        .collect();
    let own = names
        .last()
        .map_or(String::new(), |(_, value)| escape(value));
    let edit = match editable {
        true => format!(
            "<button type=\"submit\" class=\"button button-small\" formaction=\"{base}/edit-{what}\" \
             aria-label=\"Edit {own}\">Edit</button> "
        ),
        false => String::new(),
    };
    format!(
        "<form action=\"{base}/delete-{what}\" data-into=\"sandbox-view\">{fields}{edit}<button type=\"submit\" \
         class=\"button button-small\" aria-label=\"Delete {own}\">Delete</button></form>"
    )
}

/// How much of a value is shown in a table.
const CUT: usize = 120;

/// The beginning of a value of so many bytes, or how many there are.
pub(super) fn shown(value: &[u8], bytes: usize) -> String {
    let beginning = &value[..value.len().min(CUT)];
    // The cut may go through a character.
    let text = match std::str::from_utf8(beginning) {
        Ok(text) => Some(text),
        Err(error) if bytes > CUT && beginning.len() - error.valid_up_to() < 4 => {
            std::str::from_utf8(&beginning[..error.valid_up_to()]).ok()
        }
        Err(_) => None,
    };
    match text {
        Some(text) if bytes > CUT => format!("{}…", escape(text)),
        Some(text) => escape(text),
        None => format!("{bytes} bytes"),
    }
}

/// A table; cells are HTML.
pub(super) fn table(label: &str, heads: &[&str], rows: &[Vec<String>]) -> String {
    let heads: String = heads
        .iter()
        .map(|head| format!("<th scope=\"col\">{head}</th>"))
        .collect();
    let rows: String = rows
        .iter()
        .map(|cells| {
            let cells: String = cells.iter().map(|it| format!("<td>{it}</td>")).collect();
            format!("<tr>{cells}</tr>")
        })
        .collect();
    format!(
        "<div class=\"table-frame\" tabindex=\"0\" role=\"region\" aria-label=\"{label}\"><table class=\"records\">\
         <thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strangers_text_stays_text() {
        let evil = "\" onfocus=\"alert(1)\"><script>alert(1)</script>&";
        for html in [
            escape(evil),
            failure(evil, evil),
            input(evil, evil, evil),
            textarea(evil, evil, evil, ""),
            hidden(evil, evil),
            select(evil, evil, &[(evil, evil)], evil),
            checkbox("", evil, evil, true),
        ] {
            assert!(!html.contains("<script"), "{html}");
            assert!(!html.contains("\" onfocus="), "{html}");
        }
    }
}
