//! What the author of a component says of it.

use crate::inspect::sections::own_sections;

/// The custom sections that tools write such words into, and what they are called here. They are those that
/// `wasm-tools metadata add` writes, after OCI's annotations.
const SECTIONS: [(&str, &str); 7] = [
    ("description", "About"),
    ("version", "Version"),
    ("authors", "Authors"),
    ("licenses", "License"),
    ("homepage", "Homepage"),
    ("source", "Source"),
    ("revision", "Revision"),
];

/// The most letters of one.
const LONGEST: usize = 2000;

/// What the component says of itself, not what is said of its parts: a heading and the words, in a fixed order.
pub fn annotations(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (section, content) in own_sections(bytes) {
        let known = SECTIONS.iter().position(|(name, _)| *name == section);
        if let Some(rank) = known
            && let Ok(words) = std::str::from_utf8(content)
        {
            found.push((rank, words.chars().take(LONGEST).collect::<String>()));
        }
    }
    found.sort();
    found.dedup_by_key(|(rank, _)| *rank);
    let found = found.into_iter();
    found
        .map(|(rank, words)| (SECTIONS[rank].1, words))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::annotations;

    #[test]
    fn only_the_component_itself_speaks() {
        let wat = r#"(component
            (core module (@custom "description" "a part"))
            (@custom "authors" "Ada")
            (@custom "description" "Says \"hello\"."))"#;
        let bytes = wat::parse_str(wat).unwrap();
        assert_eq!(
            annotations(&bytes),
            [
                ("About", "Says \"hello\".".to_owned()),
                ("Authors", "Ada".to_owned())
            ]
        );
    }
}
