//! What a form was filled with.

use std::collections::HashMap;

/// Names and values; of several values of one name, all of them.
#[derive(Clone, Debug, Default)]
pub struct Form {
    values: HashMap<String, Vec<String>>,
}

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(bytes: &[u8]) -> Self {
        let mut values: HashMap<String, Vec<String>> = HashMap::new();
        for (name, value) in form_urlencoded::parse(bytes) {
            // Browsers end lines as old typewriters do.
            let value = value.replace("\r\n", "\n");
            values.entry(name.into_owned()).or_default().push(value);
        }
        Self { values }
    }

    /// The first value of that name, or nothing.
    pub fn get(&self, name: &str) -> &str {
        self.find(name).unwrap_or_default()
    }

    /// The first value of that name, if there is one.
    pub fn find(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    /// All values of that name.
    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    /// Sets a value.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.values.insert(name.to_owned(), vec![value.into()]);
    }

    /// Lines of `NAME=VALUE` or `name: value`; empty lines say nothing.
    ///
    /// # Errors
    /// A sentence about the first line that is none.
    pub fn pairs(&self, name: &str, between: char) -> Result<Vec<(String, String)>, String> {
        let lines = self.get(name).lines().map(str::trim);
        let pair = |line: &str| match line.split_once(between) {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_owned(), value.trim().to_owned()))
            }
            _ => Err(match between {
                ':' => format!("“{line}” is no header: write name: value, one a line."),
                _ => format!("“{line}” says nothing: write NAME=VALUE, one a line."),
            }),
        };
        lines.filter(|line| !line.is_empty()).map(pair).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_and_their_lines_are_read() {
        let form = Form::read(b"a=1&a=%C3%A4&headers=accept%3A+*%2F*%0D%0A%0D%0Ax-time%3A12%3A30");
        assert_eq!(form.get("a"), "1");
        assert_eq!(form.all("a"), ["1", "ä"]);
        assert_eq!((form.get("b"), form.find("b")), ("", None));
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            form.pairs("headers", ':').unwrap(),
            [pair("accept", "*/*"), pair("x-time", "12:30")]
        );
        assert!(
            form.pairs("a", ':')
                .unwrap_err()
                .contains("“1” is no header")
        );
    }
}
