//! The name that was probably meant.

use crate::limits;
use patchbay_model::name::InterfaceName;

/// The candidate nearest to a name that does not exist: the same interface in another version, or else few letters
/// away. Names longer than any that a component may have are near to nothing.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a String> + Clone,
) -> Option<&'a str> {
    let wanted = InterfaceName::parse(name);
    let same =
        candidates.clone().find(
            |candidate| match (&wanted, InterfaceName::parse(candidate)) {
                (Some(a), Some(b)) => a.same_interface(&b),
                _ => false,
            },
        );
    let letters = name.chars().count();
    let allowed = letters.div_ceil(3);
    let close = || {
        if letters > limits::NAME_CHARS {
            return None;
        }
        candidates
            .filter(|candidate| candidate.chars().count().abs_diff(letters) <= allowed)
            .map(|candidate| (distance(name, candidate), candidate))
            .filter(|(distance, _)| *distance <= allowed)
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, candidate)| candidate)
    };
    same.or_else(close).map(String::as_str)
}

/// How many letters must be added, dropped or changed (Levenshtein), over two rows.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = change.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_versions_and_typos() {
        let names = ["a:b/store@1.2.0".to_string(), "run".to_string()];
        for (name, expected) in [
            ("a:b/store@1.0.0", Some("a:b/store@1.2.0")),
            ("a:b/stoer@1.2.0", Some("a:b/store@1.2.0")),
            ("ruun", Some("run")),
            ("somethingelse", None),
        ] {
            assert_eq!(nearest(name, names.iter()), expected, "{name}");
        }
        assert_eq!(distance("kitten", "sitting"), 3);
    }

    #[test]
    fn names_without_end_are_near_to_nothing() {
        let name = "a".repeat(limits::NAME_CHARS);
        let long = [format!("{name}a"), format!("{name}ab")];
        assert_eq!(nearest(&name, long.iter()), Some(long[0].as_str()));
        assert_eq!(nearest(&long[0], long[1..].iter()), None);
    }
}
