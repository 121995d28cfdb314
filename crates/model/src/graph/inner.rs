//! What is inside of an exported interface, as the source of a link or of an export.
//!
//! The `port` of an [`Endpoint`](super::Endpoint) on that side is the full name of an export, followed by the names of
//! what is taken out of it, each after a `#`: `test:math/add@1.0.0#sum`. No name of the component model has that
//! character. An empty one is the whole instance, as an interface of all its exports.

/// Between an interface and what is in it.
const INSIDE: char = '#';

/// The export, and the names of what is inside of it, from the outermost inwards.
pub fn steps(port: &str) -> (&str, impl Iterator<Item = &str>) {
    let mut names = port.split(INSIDE);
    (names.next().unwrap_or_default(), names)
}

/// The name of the innermost item: `sum` of `test:math/add@1.0.0#sum`.
pub fn last(port: &str) -> &str {
    port.rsplit(INSIDE).next().unwrap_or(port)
}

/// What the innermost item is in: `test:math/add@1.0.0` of `test:math/add@1.0.0#sum`, and the whole instance of an
/// export.
pub fn outer(port: &str) -> &str {
    port.rsplit_once(INSIDE).map_or("", |(outer, _)| outer)
}

/// What is called `name` inside of `port`; of a whole instance (an empty `port`), its export of that name.
pub fn within(port: &str, name: &str) -> String {
    if port.is_empty() {
        name.to_string()
    } else {
        format!("{port}{INSIDE}{name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_into_interfaces_are_taken_apart_and_put_together() {
        let deep = within(&within(&within("", "a:b/c"), "d"), "e");
        assert_eq!(deep, "a:b/c#d#e");
        let (export, inside) = steps(&deep);
        assert_eq!(
            (export, inside.collect::<Vec<_>>()),
            ("a:b/c", vec!["d", "e"])
        );
        assert_eq!((outer(&deep), last(&deep)), ("a:b/c#d", "e"));
        assert_eq!((outer("run"), last("run")), ("", "run"));
        assert_eq!(steps("").0, "");
    }
}
