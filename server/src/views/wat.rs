//! The text format with its words marked, as wasmprinter knows them.

use super::html::escape_into;
use std::io;
use wasmprinter::{Config, Print};

/// The most characters of a text that a page shows well.
const MOST: usize = 400_000;

/// A component in the text format, as HTML.
#[derive(Debug)]
pub struct Highlighted {
    html: String,
    open: bool,
}

impl Highlighted {
    /// Prints a component without the bodies of its functions: whoever looks at a composition looks for its shape.
    ///
    /// # Errors
    /// What wasmprinter says of bytes that are no component.
    pub fn print(component: &[u8]) -> Result<String, String> {
        let mut text = Self {
            html: "<pre class=\"wit-text wat\" tabindex=\"0\" aria-label=\"WAT\">".to_owned(),
            open: false,
        };
        let printed = Config::new()
            .print_skeleton(true)
            .print(component, &mut text);
        let cut = text.html.len() > MOST;
        if let (Err(error), false) = (printed, cut) {
            return Err(error.to_string());
        }
        text.close();
        text.html.push_str(match cut {
            true => "\n… The rest is left out.</pre>",
            false => "</pre>",
        });
        Ok(text.html)
    }

    fn mark(&mut self, class: &str) {
        self.close();
        self.html.push_str(&format!("<span class=\"{class}\">"));
        self.open = true;
    }

    fn close(&mut self) {
        if std::mem::take(&mut self.open) {
            self.html.push_str("</span>");
        }
    }
}

impl Print for Highlighted {
    fn write_str(&mut self, text: &str) -> io::Result<()> {
        escape_into(&mut self.html, text);
        match self.html.len() > MOST {
            true => Err(io::Error::other("the text is long enough")),
            false => Ok(()),
        }
    }

    fn start_literal(&mut self) -> io::Result<()> {
        self.mark("wat-literal");
        Ok(())
    }

    fn start_name(&mut self) -> io::Result<()> {
        self.mark("wat-name");
        Ok(())
    }

    fn start_keyword(&mut self) -> io::Result<()> {
        self.mark("wat-keyword");
        Ok(())
    }

    fn start_type(&mut self) -> io::Result<()> {
        self.mark("wat-type");
        Ok(())
    }

    fn start_comment(&mut self) -> io::Result<()> {
        self.mark("wat-comment");
        Ok(())
    }

    fn reset_color(&mut self) -> io::Result<()> {
        self.close();
        Ok(())
    }

    /// Else the printer asks for no colours.
    fn supports_async_color(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_marked_and_text_is_escaped() {
        let component = wat::parse_str("(component (import \"a:b/c\" (func)))").unwrap();
        let html = Highlighted::print(&component).unwrap();
        assert!(
            html.contains("<span class=\"wat-literal\">&quot;a:b/c&quot;</span>"),
            "{html}"
        );
        assert!(html.contains("wat-keyword"), "{html}");
        assert_eq!(
            html.matches("<span").count(),
            html.matches("</span>").count()
        );
    }

    #[test]
    fn bytes_that_are_no_component_are_refused() {
        assert!(Highlighted::print(b"hello").is_err());
    }
}
