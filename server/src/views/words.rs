//! WIT and WAC with their words told apart: both have the same comments, names and strings.

use super::html::{escape, escape_into};

const KEYWORDS: [&str; 33] = [
    "as",
    "async",
    "borrow",
    "constructor",
    "enum",
    "export",
    "flags",
    "from",
    "func",
    "future",
    "import",
    "include",
    "interface",
    "let",
    "list",
    "map",
    "new",
    "option",
    "own",
    "package",
    "record",
    "resource",
    "result",
    "static",
    "stream",
    "targets",
    "tuple",
    "type",
    "use",
    "variant",
    "with",
    "world",
    "_",
];

const TYPES: [&str; 14] = [
    "bool",
    "char",
    "error-context",
    "f32",
    "f64",
    "s16",
    "s32",
    "s64",
    "s8",
    "string",
    "u16",
    "u32",
    "u64",
    "u8",
];

/// A text under its title, with classes around keywords, types, strings, comments and the names of packages.
pub fn pre(title: &str, text: &str) -> String {
    let mut html = format!(
        "<pre class=\"wit-text\" tabindex=\"0\" aria-label=\"{}\">",
        escape(title)
    );
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, class) = token(rest, first);
        let (token, after) = rest.split_at(length);
        match class {
            Some(class) => {
                html += &format!("<span class=\"wat-{class}\">");
                escape_into(&mut html, token);
                html += "</span>";
            }
            None => escape_into(&mut html, token),
        }
        rest = after;
    }
    html + "</pre>"
}

/// How long the token is that a text begins with, and what it is.
fn token(text: &str, first: char) -> (usize, Option<&'static str>) {
    let until = |end: &str| text.find(end).map_or(text.len(), |at| at + end.len());
    if text.starts_with("//") {
        return (text.find('\n').unwrap_or(text.len()), Some("comment"));
    }
    if text.starts_with("/*") {
        return (until("*/"), Some("comment"));
    }
    if first == '"' {
        let end = text[1..].find('"').map_or(text.len(), |at| at + 2);
        return (end, Some("literal"));
    }
    let of_word =
        |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '%');
    if !of_word(first) {
        return (first.len_utf8(), None);
    }
    let word = text.find(|letter| !of_word(letter)).unwrap_or(text.len());
    // `wasi:http/types@0.2.3` is one name, `get: func` is not.
    let follows = text[word..].strip_prefix(':');
    if follows.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_lowercase())) {
        let of_name =
            |letter: char| of_word(letter) || matches!(letter, ':' | '/' | '@' | '.' | '+');
        let name = text.find(|letter| !of_name(letter)).unwrap_or(text.len());
        return (name, Some("name"));
    }
    let class = match &text[..word] {
        word if KEYWORDS.contains(&word) => Some("keyword"),
        word if TYPES.contains(&word) => Some("type"),
        _ => None,
    };
    (word, class)
}

#[cfg(test)]
mod tests {
    use super::pre;

    #[test]
    fn words_are_told_apart_and_nothing_is_lost() {
        let text =
            "// <why>\nlet a = new local:b@1.0.0 { \"x\": c.d, ... };\nget: func() -> list<u8>;";
        let html = pre("WAC", text);
        assert!(
            html.contains("<span class=\"wat-comment\">// &lt;why&gt;</span>\n"),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"wat-keyword\">let</span> a = "),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"wat-name\">local:b@1.0.0</span> {"),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"wat-literal\">&quot;x&quot;</span>: c.d"),
            "{html}"
        );
        assert!(
            html.contains("get: <span class=\"wat-keyword\">func</span>() -&gt; "),
            "{html}"
        );
        assert!(
            html.contains("<span class=\"wat-type\">u8</span>"),
            "{html}"
        );
    }

    #[test]
    fn whatever_is_cut_off_ends() {
        for text in ["\"open", "/* open", "//", "a:", "é:b", "\""] {
            assert!(pre("", text).ends_with("</pre>"), "{text}");
        }
    }
}
