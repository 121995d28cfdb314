//! Names as the component model writes them.

use std::fmt;

/// An interface name taken apart: `wasi:http/types@0.2.3`.
///
/// The grammar is `interfacename` of the component model's `Explainer.md`, section "Import and Export Definitions".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InterfaceName<'a> {
    /// `wasi`
    pub namespace: &'a str,
    /// `http`
    pub package: &'a str,
    /// `types`, or a longer path where packages nest.
    pub interface: &'a str,
    /// `0.2.3`
    pub version: Option<&'a str>,
}

impl<'a> InterfaceName<'a> {
    /// Takes a full name apart; `None` for a plain name such as `run`.
    pub fn parse(name: &'a str) -> Option<Self> {
        let (path, version) = match name.split_once('@') {
            Some((path, version)) => (path, Some(version)),
            None => (name, None),
        };
        let (namespace, rest) = path.split_once(':')?;
        let (package, interface) = rest.split_once('/')?;
        Some(Self {
            namespace,
            package,
            interface,
            version,
        })
    }

    /// Whether both name the same interface, whatever their versions.
    pub fn same_interface(&self, other: &Self) -> bool {
        (self.namespace, self.package, self.interface)
            == (other.namespace, other.package, other.interface)
    }

    /// What every WASI host provides as a matter of course. The canvas folds such imports away, because a drawing of
    /// twenty ports a node hides the two that matter; `wasi:http/incoming-handler` and `wasi:keyvalue` stay in sight.
    pub fn is_host_plumbing(&self) -> bool {
        self.namespace == "wasi"
            && (matches!(
                self.package,
                "cli" | "clocks" | "filesystem" | "io" | "random" | "sockets"
            ) || (self.package, self.interface) == ("http", "types"))
    }
}

impl fmt::Display for InterfaceName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}/{}", self.namespace, self.package, self.interface)?;
        match self.version {
            Some(version) => write!(f, "@{version}"),
            None => Ok(()),
        }
    }
}

/// The three numbers of a release, to compare with others; `None` for a prerelease, which stands for itself alone.
pub fn release(version: &str) -> Option<[u64; 3]> {
    let version = version.split('+').next()?;
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    let release = [numbers.next()??, numbers.next()??, numbers.next()??];
    numbers.next().is_none().then_some(release)
}

/// Whether two ports speak of the same thing by name: one interface in any versions, or one plain name.
pub fn share_name(a: &str, b: &str) -> bool {
    match (InterfaceName::parse(a), InterfaceName::parse(b)) {
        (Some(a), Some(b)) => a.same_interface(&b),
        _ => a == b,
    }
}

/// Why a name cannot be given to an instance.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a valid name: use lower-case words of letters and digits joined by `-`, starting with a letter"
)]
pub struct InvalidLabel(pub String);

/// Checks a name that a person gives to an instance: what a `.wac` source can use as an identifier.
pub fn check_label(label: &str) -> Result<(), InvalidLabel> {
    let words_ok = label.split('-').all(|word| {
        !word.is_empty()
            && word
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    if words_ok && label.starts_with(|c: char| c.is_ascii_lowercase()) {
        Ok(())
    } else {
        Err(InvalidLabel(label.to_string()))
    }
}

/// Turns any text (a file's stem, say) into a valid label; `component` when nothing of it can be kept.
pub fn label_from(text: &str) -> String {
    let mut label = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            label.push(c.to_ascii_lowercase());
        } else if !label.is_empty() && !label.ends_with('-') {
            label.push('-');
        }
    }
    let label = label.trim_end_matches('-');
    match label.find(|c: char| c.is_ascii_lowercase()) {
        Some(0) => label.to_string(),
        Some(_) => format!("c{label}"),
        None => "component".to_string(),
    }
}

/// The first of `base`, `base-2`, `base-3`, … that is not taken.
pub fn unique_label(base: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(base) {
        return base.to_string();
    }
    (2..)
        .map(|n| format!("{base}-{n}"))
        .find(|name| !taken(name))
        .unwrap_or_else(|| base.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_interface_names_apart() {
        let name = InterfaceName::parse("wasi:http/incoming-handler@0.2.3").unwrap();
        assert_eq!(
            (name.namespace, name.package, name.interface, name.version),
            ("wasi", "http", "incoming-handler", Some("0.2.3"))
        );
        assert_eq!(name.to_string(), "wasi:http/incoming-handler@0.2.3");
        assert_eq!(InterfaceName::parse("run"), None);
    }

    #[test]
    fn releases_have_three_numbers() {
        assert_eq!(release("0.2.10"), Some([0, 2, 10]));
        assert_eq!(release("1.0.0+build"), Some([1, 0, 0]));
        for other in ["0.2.0-draft", "0.2", "1.2.3.4", ""] {
            assert_eq!(release(other), None, "{other}");
        }
    }

    #[test]
    fn only_what_every_host_has_is_plumbing() {
        for (name, plumbing) in [
            ("wasi:io/streams@0.2.6", true),
            ("wasi:http/types@0.2.3", true),
            ("wasi:http/incoming-handler@0.2.3", false),
            ("wasi:keyvalue/store@0.2.0-draft", false),
            ("my:io/streams", false),
        ] {
            assert_eq!(
                InterfaceName::parse(name).unwrap().is_host_plumbing(),
                plumbing,
                "{name}"
            );
        }
    }

    #[test]
    fn labels_are_checked_and_made() {
        for good in ["a", "hello", "http-hello-2"] {
            assert!(check_label(good).is_ok(), "{good}");
        }
        for bad in ["", "2a", "-a", "a-", "a--b", "A", "a b", "ä"] {
            assert!(check_label(bad).is_err(), "{bad}");
        }
        for (text, label) in [
            ("My Adder.v2", "my-adder-v2"),
            ("__", "component"),
            ("2fast", "c2fast"),
            ("42", "component"),
            ("x--y", "x-y"),
        ] {
            assert_eq!(label_from(text), label);
            assert!(check_label(&label_from(text)).is_ok());
        }
        assert_eq!(unique_label("a", |n| ["a", "a-2"].contains(&n)), "a-3");
    }
}
