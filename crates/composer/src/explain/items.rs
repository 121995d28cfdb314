//! WIT text taken apart, as far as it takes to find an item and its words again.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// A function, a type, or anything else that an interface has.
pub(crate) struct Item {
    /// The word that is its name.
    pub(crate) name: usize,
    /// All its words.
    pub(crate) words: Range<usize>,
}

/// WIT, taken apart into words and items.
pub(crate) struct Text<'a> {
    text: &'a str,
    pub(crate) spans: Vec<Range<usize>>,
    /// By name, those of a resource behind its name: `bucket.get`.
    pub(crate) items: HashMap<String, Item>,
}

impl<'a> Text<'a> {
    pub(crate) fn read(text: &'a str) -> Self {
        let mut read = Self {
            text,
            spans: spans(text),
            items: HashMap::new(),
        };
        // `interface name {`, where it is one.
        let all = match read.word(0) == Some("interface") {
            true => 3..read.spans.len(),
            false => 0..read.spans.len(),
        };
        read.list(all, None);
        read
    }

    fn word(&self, at: usize) -> Option<&'a str> {
        self.spans.get(at).map(|span| &self.text[span.clone()])
    }

    pub(crate) fn words(&self, item: &Item) -> Vec<&'a str> {
        item.words.clone().filter_map(|at| self.word(at)).collect()
    }

    /// Finds the items among some words: those of an interface, or of a resource in it.
    fn list(&mut self, words: Range<usize>, resource: Option<&str>) {
        let mut start = words.start;
        while start < words.end && self.word(start) != Some("}") {
            let end = self.end_of(start).min(words.end);
            self.item(start..end, resource);
            start = end;
        }
    }

    /// Behind the `;` or the closing brace of the item that begins at a word.
    fn end_of(&self, start: usize) -> usize {
        let mut depth = 0;
        for at in start..self.spans.len() {
            match self.word(at) {
                Some("{") => depth += 1,
                Some("}") => {
                    depth -= 1;
                    // `use a:b/c.{d};` goes on.
                    if depth == 0 && self.word(at + 1) != Some(";") {
                        return at + 1;
                    }
                }
                Some(";") if depth == 0 => return at + 1,
                _ => {}
            }
        }
        self.spans.len()
    }

    fn item(&mut self, words: Range<usize>, resource: Option<&str>) {
        let Some(first) = self.word(words.start) else {
            return;
        };
        let declares = matches!(
            first,
            "record" | "variant" | "enum" | "flags" | "resource" | "type" | "interface"
        ) && self.word(words.start + 1) != Some(":");
        if first == "use" {
            let brace = words.clone().find(|at| self.word(*at) == Some("{"));
            let names = brace.map_or(words.end, |at| at + 1)..words.end;
            for at in names {
                if matches!(self.word(at + 1), Some("," | "}")) {
                    self.add(at, at..at + 1, resource);
                }
            }
        } else if declares {
            let name = words.start + 1;
            let plain = self.word(name).unwrap_or_default();
            if first == "resource" && self.word(name + 1) == Some("{") {
                self.list(name + 2..words.end, Some(plain));
                self.add(name, words.start..name + 1, resource);
            } else {
                self.add(name, words, resource);
            }
        } else {
            self.add(words.start, words, resource);
        }
    }

    fn add(&mut self, name: usize, words: Range<usize>, resource: Option<&str>) {
        let plain = self.word(name).unwrap_or_default().trim_start_matches('%');
        let full = match resource {
            Some(resource) => format!("{resource}.{plain}"),
            None => plain.to_string(),
        };
        self.items.entry(full).or_insert(Item { name, words });
    }

    /// The word that says what the whole is: `interface`, `func`, `resource`.
    pub(crate) fn head(&self) -> Option<usize> {
        let kinds = [
            "interface",
            "func",
            "component",
            "module",
            "resource",
            "record",
            "variant",
            "enum",
            "flags",
            "type",
        ];
        (0..self.spans.len().min(6)).find(|at| {
            let word = self.word(*at).unwrap_or_default();
            kinds.contains(&word) && self.word(at + 1) != Some(":")
        })
    }

    /// Where to cut so that these words, and the blanks between neighbours, stand alone.
    pub(crate) fn cuts(&self, words: &HashSet<usize>) -> Vec<u32> {
        let mut cuts: Vec<u32> = Vec::new();
        for (at, span) in self.spans.iter().enumerate() {
            let comma = self.word(at) == Some(",");
            let within = words.contains(&at.wrapping_sub(1)) && words.contains(&(at + 1));
            if !words.contains(&at) || comma && !within {
                continue;
            }
            let (start, end) = (span.start as u32, span.end as u32);
            match cuts.last_mut() {
                Some(last) if self.neighbours(*last as usize, span.start) => *last = end,
                _ => cuts.extend([start, end]),
            }
        }
        cuts
    }

    /// Whether there is at most a blank between two places.
    fn neighbours(&self, end: usize, start: usize) -> bool {
        matches!(&self.text[end..start], "" | " ")
    }
}

/// Names, and every other character for itself; comments are left out.
fn spans(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let in_name = |at: usize| {
        let arrow = bytes[at] == b'-' && bytes.get(at + 1) == Some(&b'>');
        !arrow && (bytes[at].is_ascii_alphanumeric() || matches!(bytes[at], b'-' | b'_' | b'%'))
    };
    let mut spans = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        if bytes[at].is_ascii_whitespace() {
            at += 1;
            continue;
        } else if text[at..].starts_with("//") {
            at += text[at..].find('\n').unwrap_or(text.len() - at);
            continue;
        } else if text[at..].starts_with("->") {
            at += 2;
        } else if in_name(at) {
            while at < bytes.len() && in_name(at) {
                at += 1;
            }
        } else {
            at += 1;
        }
        spans.push(start..at);
    }
    spans
}
