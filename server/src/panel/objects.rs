//! The objects of a preview, to look at and to edit.

use super::html::{edit_or_delete, escape, failure, input, table, textarea};
use patchbay_app::panels::units;
use patchbay_runner::{BlobError, ObjectEntry};

/// The longest object that is offered for editing, in bytes.
const EDITABLE: u64 = 64 * 1024;

/// The form that writes an object, filled with `filled` (container, name and text), and the table of what there is.
pub fn view(
    base: &str,
    entries: &Result<Vec<ObjectEntry>, BlobError>,
    filled: [&str; 3],
    problem: &str,
) -> String {
    let [container, name, text] = filled;
    let form = format!(
        "<form class=\"request-line\" action=\"{base}/set-object\" data-into=\"sandbox-view\">{}{}{}\
         <button type=\"submit\" class=\"button\" id=\"sandbox-write\">Write object</button></form>",
        input("Container", "container", container),
        input("Name", "name", name),
        textarea("Text", "data", text, ""),
    );
    let content = match entries {
        Err(error) => failure("", &format!("They cannot be read: {error}.")),
        Ok(entries) if entries.is_empty() => {
            "<p class=\"muted\">There are no objects yet.</p>".to_owned()
        }
        Ok(entries) => {
            let rows: Vec<_> = entries.iter().map(|entry| row(base, entry)).collect();
            table("Objects", &["Container", "Name", "Size", ""], &rows)
        }
    };
    format!("<div class=\"activity\">{problem}{form}{content}</div>")
}

fn row(base: &str, entry: &ObjectEntry) -> Vec<String> {
    let fields = [
        ("container", entry.container.as_str()),
        ("name", &entry.name),
    ];
    vec![
        format!("<code>{}</code>", escape(&entry.container)),
        format!("<code>{}</code>", escape(&entry.name)),
        units::size(entry.size),
        edit_or_delete(base, "object", &fields, entry.size <= EDITABLE),
    ]
}
