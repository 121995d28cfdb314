//! Joins a style sheet and those it imports into one file, so that a page needs a single request.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

/// The style sheet at `path`, with every `@import` replaced by the sheet it names.
pub fn bundled(path: &Path) -> Result<String> {
    let sheet =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut bundle = String::new();
    for line in sheet.lines() {
        if !line.trim_start().starts_with("@import") {
            bundle.push_str(line);
            bundle.push('\n');
            continue;
        }
        let Some(import) = Import::parse(line) else {
            bail!(
                "{}: write the import as `@import \"file.css\";` or `@import \"file.css\" layer(name);`, alone on a \
                 line, not as `{}`",
                path.display(),
                line.trim()
            );
        };
        let imported = bundled(&folder.join(import.file))?;
        match import.layer {
            Some(layer) => bundle.push_str(&format!("@layer {layer} {{\n{imported}}}\n")),
            None => bundle.push_str(&imported),
        }
    }
    Ok(bundle)
}

#[derive(Debug, PartialEq)]
struct Import<'a> {
    file: &'a str,
    layer: Option<&'a str>,
}

impl<'a> Import<'a> {
    /// Understands the two forms that the message in [`bundled`] shows. An address on another host is none of them.
    fn parse(line: &'a str) -> Option<Self> {
        let rest = line
            .trim()
            .strip_prefix("@import")?
            .trim_start()
            .strip_suffix(';')?;
        let (file, rest) = rest.strip_prefix('"')?.split_once('"')?;
        if file.contains("//") {
            return None;
        }
        let layer = match rest.trim() {
            "" => None,
            rest => Some(rest.strip_prefix("layer(")?.strip_suffix(')')?.trim()),
        };
        Some(Self { file, layer })
    }
}

#[cfg(test)]
mod tests {
    use super::Import;

    #[test]
    fn imports_with_and_without_a_layer() {
        assert_eq!(
            Import::parse("@import \"a.css\";"),
            Some(Import {
                file: "a.css",
                layer: None
            })
        );
        assert_eq!(
            Import::parse("  @import \"./b.css\" layer(ui);"),
            Some(Import {
                file: "./b.css",
                layer: Some("ui")
            })
        );
    }

    #[test]
    fn other_imports_are_refused() {
        assert_eq!(Import::parse("@import url(a.css);"), None);
        assert_eq!(Import::parse("@import \"a.css\" print;"), None);
        assert_eq!(
            Import::parse("@import \"https://example.com/a.css\";"),
            None
        );
    }
}
