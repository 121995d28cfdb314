//! Which words of two WIT texts differ.
//!
//! The differ says which items of two interfaces do (a function, a type); here the words of each such pair of items are
//! laid side by side. What does not matter is so never marked: the order of items, functions that nobody asks for.

use crate::explain::items::{Item, Text};
use std::collections::HashSet;
use std::ops::Range;

/// Above this many pairs of words, only what two items begin and end with alike is found.
const PAIRS: usize = 250_000;

/// An item that differs, by its name (`bucket`, `bucket.get`) in each of the texts that has it; neither for the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Touched {
    pub(crate) have: Option<String>,
    pub(crate) want: Option<String>,
}

/// The bytes at which to cut each text, so that every second piece, from the second on, differs. Texts other than ASCII
/// get no marks: so an offset means the same in every encoding.
pub(crate) fn marks(have: &str, want: &str, touched: &[Touched]) -> (Vec<u32>, Vec<u32>) {
    if !have.is_ascii() || !want.is_ascii() {
        return Default::default();
    }
    let (have, want) = (Text::read(have), Text::read(want));
    let (mut in_have, mut in_want) = (HashSet::new(), HashSet::new());
    for pair in touched {
        let a = pair.have.as_ref().map(|name| have.items.get(name));
        let b = pair.want.as_ref().map(|name| want.items.get(name));
        match (a, b) {
            (None, None) => {
                in_have.extend(have.head());
                in_want.extend(want.head());
            }
            (Some(Some(a)), Some(Some(b))) if pair.have == pair.want => {
                let (a_words, b_words) = in_item(&have.words(a), &want.words(b));
                if a_words.is_empty() && b_words.is_empty() {
                    // The difference is in a type of another interface.
                    in_have.insert(a.name);
                    in_want.insert(b.name);
                }
                in_have.extend(a_words.into_iter().map(|i| a.words.start + i));
                in_want.extend(b_words.into_iter().map(|i| b.words.start + i));
            }
            (a, b) => {
                in_have.extend(a.flatten().map(|item| item.name));
                in_want.extend(b.flatten().map(|item| item.name));
            }
        }
    }
    (have.cuts(&in_have), want.cuts(&in_want))
}

/// The marks of two texts of one function each, or of anything that is not taken apart into items.
pub(crate) fn whole_marks(have: &str, want: &str) -> (Vec<u32>, Vec<u32>) {
    if !have.is_ascii() || !want.is_ascii() {
        return Default::default();
    }
    let (have, want) = (Text::read(have), Text::read(want));
    let all = |text: &Text<'_>| Item {
        name: 0,
        words: 0..text.spans.len(),
    };
    let (a, b) = different(&have.words(&all(&have)), &want.words(&all(&want)));
    (
        have.cuts(&a.into_iter().collect()),
        want.cuts(&b.into_iter().collect()),
    )
}

/// The words that differ in two items: in records and the like field by field, elsewhere in all words alike.
fn in_item(a: &[&str], b: &[&str]) -> (Vec<usize>, Vec<usize>) {
    let (Some(a_members), Some(b_members)) = (members(a), members(b)) else {
        return different(a, b);
    };
    if a[0] != b[0] {
        // A record and a variant have nothing to compare.
        return (vec![0], vec![0]);
    }
    let (mut only_a, mut only_b) = (Vec::new(), Vec::new());
    let name = |words: &[&str], member: &Range<usize>| words[member.start].to_string();
    for member in &a_members {
        let same = |other: &&Range<usize>| name(a, member) == name(b, other);
        match b_members.iter().find(same) {
            Some(other) => {
                let (x, y) = different(&a[member.clone()], &b[other.clone()]);
                only_a.extend(x.into_iter().map(|at| member.start + at));
                only_b.extend(y.into_iter().map(|at| other.start + at));
            }
            None => only_a.extend(member.clone()),
        }
    }
    for member in &b_members {
        if !a_members
            .iter()
            .any(|other| name(a, other) == name(b, member))
        {
            only_b.extend(member.clone());
        }
    }
    match only_a.is_empty() && only_b.is_empty() {
        // Only their order, if anything.
        true => different(a, b),
        false => (only_a, only_b),
    }
}

/// The fields, cases or flags of a type, without the commas; `None` for items of other kinds.
fn members(words: &[&str]) -> Option<Vec<Range<usize>>> {
    let has_members = matches!(
        words,
        ["record" | "variant" | "enum" | "flags", _, "{", .., "}"]
    );
    if !has_members {
        return None;
    }
    let mut members = Vec::new();
    let (mut start, mut depth) = (3, 0);
    for (at, word) in words.iter().enumerate().skip(3) {
        match *word {
            "<" | "(" => depth += 1,
            ">" | ")" => depth -= 1,
            "," | "}" if depth == 0 => {
                if start < at {
                    members.push(start..at);
                }
                start = at + 1;
            }
            _ => {}
        }
    }
    Some(members)
}

/// The words of either side that are not among the longest sequence of words that both have.
fn different(a: &[&str], b: &[&str]) -> (Vec<usize>, Vec<usize>) {
    let start = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let ends = a[start..].iter().rev().zip(b[start..].iter().rev());
    let end = ends.take_while(|(a, b)| a == b).count();
    let (mid_a, mid_b) = (&a[start..a.len() - end], &b[start..b.len() - end]);
    let (m, n) = (mid_a.len(), mid_b.len());
    if m * n > PAIRS {
        return ((start..start + m).collect(), (start..start + n).collect());
    }
    // The length of the longest common sequence of what is left from (i, j) on.
    let mut longest = vec![vec![0u32; n + 1]; m + 1];
    for i in (0..m).rev() {
        for j in (0..n).rev() {
            longest[i][j] = match mid_a[i] == mid_b[j] {
                true => longest[i + 1][j + 1] + 1,
                false => longest[i + 1][j].max(longest[i][j + 1]),
            };
        }
    }
    let (mut only_a, mut only_b) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while i < m || j < n {
        if i < m && j < n && mid_a[i] == mid_b[j] {
            (i, j) = (i + 1, j + 1);
        } else if j == n || (i < m && longest[i + 1][j] >= longest[i][j + 1]) {
            only_a.push(start + i);
            i += 1;
        } else {
            only_b.push(start + j);
            j += 1;
        }
    }
    (only_a, only_b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchbay_model::analysis::pieces;

    fn shown(text: &str, cuts: &[u32]) -> String {
        let piece = |(text, differs): (&str, bool)| match differs {
            true => format!("«{text}»"),
            false => text.to_string(),
        };
        pieces(text, cuts).map(piece).collect()
    }

    fn both(name: &str) -> Touched {
        Touched {
            have: Some(name.into()),
            want: Some(name.into()),
        }
    }

    #[test]
    fn words_of_items_that_differ() {
        let have = "interface i {\n  use a:b/c.{e, f as g};\n  resource r {\n    constructor(n: u32);\n    get: func() -> u8;\n  }\n  spare: func();\n  f: func(x: s32) -> result<s32>;\n}\n";
        let want = "interface i {\n  use a:b/c.{e, f as g};\n  f: func(y: s32) -> result<s32, string>;\n  resource r {\n    constructor();\n    get: func() -> u8;\n  }\n}\n";
        let touched = [both("f"), both("r.constructor"), both("g")];
        let (a, b) = marks(have, want, &touched);
        assert_eq!(
            shown(have, &a),
            "interface i {\n  use a:b/c.{e, f as «g»};\n  resource r {\n    constructor(«n: u32»);\n    get: func() -> u8;\n  }\n  spare: func();\n  f: func(«x»: s32) -> result<s32>;\n}\n"
        );
        assert_eq!(
            shown(want, &b),
            "interface i {\n  use a:b/c.{e, f as «g»};\n  f: func(«y»: s32) -> result<s32, «string»>;\n  resource r {\n    constructor();\n    get: func() -> u8;\n  }\n}\n"
        );
    }

    #[test]
    fn fields_and_cases_are_compared_by_name() {
        let have = "variant v {\n  dot(point),\n  other(list<u8>),\n  nothing,\n}\nenum e {\n  red,\n  green,\n}\n";
        let want = "variant v {\n  dot,\n  line(point),\n  other(list<u8>),\n}\nenum e {\n  green,\n  red,\n}\n";
        let (a, b) = marks(have, want, &[both("v"), both("e")]);
        assert_eq!(
            shown(have, &a),
            "variant v {\n  dot«(point)»,\n  other(list<u8>),\n  «nothing»,\n}\nenum e {\n  «red»,\n  green,\n}\n"
        );
        assert_eq!(
            shown(want, &b),
            "variant v {\n  dot,\n  «line(point)»,\n  other(list<u8>),\n}\nenum e {\n  green,\n  «red»,\n}\n"
        );
    }

    #[test]
    fn what_one_side_lacks_and_what_is_of_another_kind() {
        let (have, want) = (
            "interface i {\n  ad: func();\n}\n",
            "interface i {\n  add: func();\n}\n",
        );
        let touched = Touched {
            have: Some("ad".into()),
            want: Some("add".into()),
        };
        let (a, b) = marks(have, want, &[touched]);
        assert_eq!(shown(have, &a), "interface i {\n  «ad»: func();\n}\n");
        assert_eq!(shown(want, &b), "interface i {\n  «add»: func();\n}\n");

        let (a, b) = marks("run: func();", want, &[Touched::default()]);
        assert_eq!(shown("run: func();", &a), "run: «func»();");
        assert!(shown(want, &b).starts_with("«interface» i {"));

        let (a, b) = whole_marks("run: async func() -> u8;", "run: func();");
        assert_eq!(
            shown("run: async func() -> u8;", &a),
            "run: «async» func() «-> u8»;"
        );
        assert!(b.is_empty());
    }

    #[test]
    fn texts_that_are_no_wit_are_survived() {
        for text in [
            "",
            "}",
            "{",
            "use",
            "use a.{",
            "resource",
            "interface",
            "ä",
            "a: b {{{",
            "// …",
        ] {
            for other in ["", "record r {", "f: func("] {
                let _ = marks(text, other, &[both("f"), both(""), Touched::default()]);
                let _ = whole_marks(other, text);
            }
        }
    }
}
