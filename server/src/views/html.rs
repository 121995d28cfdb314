//! Pieces of HTML, and what their buttons and fields do.

use patchbay_model::analysis::{MarkedWit, pieces};
use patchbay_model::{ExportSource, Node, NodeId, Op};
use serde::Serialize;
use serde_json::Value;

/// In operations and questions, the page puts what has been typed in place of this; so where it is all of a source.
pub const TYPED: &str = "@value";

/// Text that stands between tags or in a quoted attribute.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    escape_into(&mut escaped, text);
    escaped
}

/// The same, at the end of what there is.
pub fn escape_into(html: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            _ => html.push(letter),
        }
    }
}

/// WIT under its title, with the words marked that differ.
pub fn marked(MarkedWit { title, wit, marks }: &MarkedWit) -> String {
    let text: String = pieces(wit, marks)
        .map(|(piece, differs)| match differs {
            true => format!("<mark>{}</mark>", escape(piece)),
            false => escape(piece),
        })
        .collect();
    format!(
        "<figure class=\"wit\"><figcaption>{}</figcaption><pre tabindex=\"0\">{text}</pre></figure>",
        escape(title)
    )
}

/// What a button or a field does, as attributes.
pub struct Act(String);

impl Act {
    /// Selects a node, or the link that fills an import of it, and brings it into sight. The focus goes to the node, or to
    /// the element within it that another attribute, `data-focus`, has the id of.
    pub fn show(node: &NodeId, link_to: Option<&str>) -> Self {
        let act = Self(String::new()).and("data-show", &node.0);
        match link_to {
            Some(import) => act.and("data-to", import),
            None => act,
        }
    }

    /// Does operations: one step of the history.
    pub fn ops(step: &str, ops: &[Op]) -> Self {
        Self::step(step).and("data-ops", &json(&ops))
    }

    /// Asks the server what it takes, and does that. The page puts the graph in place of `@graph` in the question.
    pub fn ask(step: &str, path: &str, question: &Value) -> Self {
        let act = Self::step(step).and("data-ask", path);
        act.and("data-question", &json(question))
    }

    /// Exports something from the result, or stops that.
    pub fn export(source: &ExportSource) -> Self {
        Self(String::new()).and("data-export", &json(source))
    }

    /// Copies a text.
    pub fn copy(what: &str, text: &str) -> Self {
        let act = Self(String::new()).and("data-copy", text);
        act.and("data-what", what)
    }

    /// Asks in a dialog: a view under a title.
    pub fn dialog(title: &str, view: &str) -> Self {
        let act = Self(String::new()).and("data-dialog", view);
        act.and("data-title", title)
    }

    /// Shows the result from a side.
    pub fn side(side: &str) -> Self {
        Self(String::new()).and("data-side", side)
    }

    /// Opens a `.wac` source of that name: the text, or what is typed.
    pub fn source(name: &str, text: &str) -> Self {
        Self::step(name).and("data-open", text)
    }

    fn step(step: &str) -> Self {
        Self(String::new()).and("data-step", step)
    }

    /// With another attribute.
    pub fn and(mut self, name: &str, value: &str) -> Self {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        escape_into(&mut self.0, value);
        self.0.push('"');
        self
    }

    /// A small button that does it.
    pub fn button(&self, label: &str) -> String {
        let (attributes, label) = (&self.0, escape(label));
        format!(
            "<button type=\"button\" class=\"button button-small\"{attributes}>{label}</button>"
        )
    }

    /// A whole row that does it, with a remark.
    pub fn choice(&self, label: &str, remark: &str) -> String {
        let (attributes, label, remark) = (&self.0, escape(label), escape(remark));
        format!(
            "<li><button type=\"button\" class=\"choice\"{attributes}><strong>{label}</strong>\
             <span class=\"muted\">{remark}</span></button></li>"
        )
    }

    /// A field that does it when it has another text.
    pub fn field(&self, id: &str, words: &str, value: &str) -> String {
        let (attributes, words, value) = (&self.0, escape(words), escape(value));
        format!(
            "<label class=\"field\"><span>{words}</span><input type=\"text\" id=\"{}\" autocomplete=\"off\" \
             spellcheck=\"false\" value=\"{value}\"{attributes}></label>",
            escape(id)
        )
    }

    /// A box to tick.
    pub fn tick(&self, id: &str, words: &str, ticked: bool) -> String {
        let (attributes, words) = (&self.0, escape(words));
        let checked = if ticked { " checked" } else { "" };
        format!(
            "<label class=\"check\"><input type=\"checkbox\" id=\"{}\"{attributes}{checked}><span>{words}</span></label>",
            escape(id)
        )
    }
}

/// A button that shows a node.
pub fn show_button(node: &Node) -> String {
    Act::show(&node.id, None).button(&format!("Show {}", node.name))
}

/// Something that opens and closes, and stays as it is when the fragment is drawn again.
pub fn details(id: &str, class: &str, summary: &str, content: &str) -> String {
    let id = escape(id);
    format!(
        "<details id=\"{id}\" class=\"{class}\"><summary>{summary}</summary>{content}</details>"
    )
}

/// A sentence that is not the first thing to read.
pub fn muted(text: &str) -> String {
    format!("<p class=\"muted\">{}</p>", escape(text))
}

fn json(value: &impl Serialize) -> String {
    // What cannot be written does nothing.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_inside_the_attribute() {
        let act = Act::copy("the \"name\"", "a\" onclick=\"b");
        assert_eq!(
            act.button("<b>"),
            "<button type=\"button\" class=\"button button-small\" data-copy=\"a&quot; onclick=&quot;b\" \
             data-what=\"the &quot;name&quot;\">&lt;b&gt;</button>"
        );
    }

    #[test]
    fn marks_stand_around_what_differs() {
        let wit = MarkedWit {
            title: "a".to_owned(),
            wit: "x: u8".to_owned(),
            marks: vec![3, 5],
        };
        assert!(marked(&wit).contains("x: <mark>u8</mark></pre>"));
    }
}
