//! The colours of pictures: those of the page, out of its style sheet.

use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Where the page has its colours.
const TOKENS: &str = include_str!("../../../style/tokens.css");

static LIGHT: LazyLock<Colours> = LazyLock::new(|| Colours::read(TOKENS, 0));
static DARK: LazyLock<Colours> = LazyLock::new(|| Colours::read(TOKENS, 1));

/// The colours of a theme, by the names that the style sheet has for them.
#[derive(Debug)]
pub struct Colours(BTreeMap<String, String>);

impl Colours {
    /// Those of the light theme.
    pub fn light() -> &'static Self {
        &LIGHT
    }

    /// Those of the dark theme.
    pub fn dark() -> &'static Self {
        &DARK
    }

    /// A colour as SVG has it; black for a name that is none.
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("#000000", String::as_str)
    }

    /// The colours of a style sheet, each in a line `--name: light-dark(#light, #dark);`.
    fn read(sheet: &str, theme: usize) -> Self {
        let colour = |line: &str| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(':')?;
            let pair = value.trim().strip_prefix("light-dark(")?;
            let both = pair.strip_suffix(");")?;
            let colour = both.split(',').nth(theme)?.trim();
            Some((name.to_string(), colour.to_string()))
        };
        Self(sheet.lines().filter_map(colour).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::Colours;

    #[test]
    fn the_style_sheet_has_every_colour_that_a_picture_takes() {
        let mut names = vec![
            "pane",
            "panel",
            "node",
            "text",
            "muted",
            "border",
            "border-strong",
            "err",
        ];
        names.extend(["hue-sky", "hue-orange", "hue-green", "hue-yellow"]);
        names.extend(["hue-vermilion", "hue-purple", "hue-blue", "hue-grey"]);
        for theme in [Colours::light(), Colours::dark()] {
            for name in &names {
                assert!(theme.0.contains_key(*name), "{name}");
            }
        }
        assert_ne!(Colours::light().get("pane"), Colours::dark().get("pane"));
    }
}
