//! The keys of a preview's store, to look at and to edit.

use super::html::{edit_or_delete, escape, failure, input, shown, table, textarea};
use patchbay_runner::{KeyValueEntry, StoreError};

/// How many keys are shown.
pub const SHOWN: usize = 500;

/// The form that sets a value, filled with `filled` (bucket, key and value), and the table of what there is.
pub fn view(
    base: &str,
    entries: &Result<Vec<KeyValueEntry>, StoreError>,
    filled: [&str; 3],
    problem: &str,
) -> String {
    let [bucket, key, value] = filled;
    let form = format!(
        "<form class=\"request-line\" action=\"{base}/set-value\" data-into=\"sandbox-view\">{}{}{}\
         <button type=\"submit\" class=\"button\" id=\"sandbox-set\">Set value</button></form>",
        input("Bucket", "bucket", bucket),
        input("Key", "key", key),
        textarea("Value", "value", value, ""),
    );
    let content = match entries {
        Err(error) => failure("", &format!("It cannot be read: {error}.")),
        Ok(entries) if entries.is_empty() => {
            "<p class=\"muted\">Nothing is stored yet.</p>".to_owned()
        }
        Ok(entries) => {
            let rows: Vec<_> = entries.iter().map(|entry| row(base, entry)).collect();
            table("Stored values", &["Bucket", "Key", "Value", ""], &rows)
        }
    };
    format!("<div class=\"activity\">{problem}{form}{content}</div>")
}

fn row(base: &str, entry: &KeyValueEntry) -> Vec<String> {
    let fields = [("bucket", entry.bucket.as_str()), ("key", &entry.key)];
    let editable = std::str::from_utf8(&entry.value).is_ok();
    vec![
        format!("<code>{}</code>", escape(&entry.bucket)),
        format!("<code>{}</code>", escape(&entry.key)),
        format!("<code>{}</code>", shown(&entry.value, entry.value.len())),
        edit_or_delete(base, "value", &fields, editable),
    ]
}
