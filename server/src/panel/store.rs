//! The keys of a preview's store, to look at and to edit.

use super::html::{escape, failure, input, shown, table, textarea};
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
    let (bucket, key) = (escape(&entry.bucket), escape(&entry.key));
    let edit = match std::str::from_utf8(&entry.value) {
        Ok(_) => format!(
            "<button type=\"submit\" class=\"button button-small\" formaction=\"{base}/edit-value\" \
             aria-label=\"Edit {key}\">Edit</button> "
        ),
        Err(_) => String::new(),
    };
    vec![
        format!("<code>{bucket}</code>"),
        format!("<code>{key}</code>"),
        format!("<code>{}</code>", shown(&entry.value, entry.value.len())),
        format!(
            "<form action=\"{base}/delete-value\" data-into=\"sandbox-view\"><input type=\"hidden\" name=\"bucket\" \
             value=\"{bucket}\"><input type=\"hidden\" name=\"key\" value=\"{key}\">{edit}<button type=\"submit\" \
             class=\"button button-small\" aria-label=\"Delete {key}\">Delete</button></form>"
        ),
    ]
}
