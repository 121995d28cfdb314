//! A `.wac` source that was not opened: what is wrong with it, and ways out.

use super::html::{Act, TYPED, escape, muted};
use super::problems;
use patchbay_composer::wac::edited;
use patchbay_model::Problem;

/// How many bytes the mended texts of all buttons may have together.
const TEXTS: usize = 8 << 20;

/// The mistakes, each with the changes of the text that mend it, and the text to mend by hand. Without problems it can be
/// opened as it is.
pub fn mistakes(name: &str, source: &str, problems: &[Problem]) -> String {
    let mut left = TEXTS;
    let rows: String = problems
        .iter()
        .map(|problem| problems::row(problem, "", &fixes(name, source, problem, &mut left)))
        .collect();
    let head = match problems.is_empty() {
        true => muted("Nothing is wrong with it any more."),
        false => format!(
            "<p role=\"alert\">{} was not opened.</p><ul class=\"problems\">{rows}</ul>",
            escape(name)
        ),
    };
    let open = Act::source(name, TYPED).button("Open this");
    format!(
        "{head}<div class=\"stub-form\" data-form><label class=\"field\"><span>Source</span><textarea \
         rows=\"10\" spellcheck=\"false\" autocapitalize=\"off\" autocomplete=\"off\">\n{}</textarea></label>\
         <div class=\"acts\">{open}</div></div>",
        escape(source)
    )
}

/// The buttons of a problem. Each brings the whole text with it; what is too much for one page comes when others are mended.
fn fixes(name: &str, source: &str, problem: &Problem, left: &mut usize) -> String {
    let fixes = problem.fixes.iter().filter_map(|fix| {
        *left = left.checked_sub(source.len())?;
        let text = edited(source, &fix.edits)?;
        Some(Act::source(name, &text).button(&format!("{} and open", fix.label)))
    });
    fixes.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use patchbay_model::analysis::{Edit, Fix, ProblemKind, Severity};

    #[test]
    fn a_fix_opens_the_mended_text() {
        let mut problem = Problem::new(Severity::Error, ProblemKind::Source, "no <such> thing");
        let edit = Edit {
            start: 4,
            end: 5,
            text: "\"b\"".to_owned(),
        };
        problem.fixes = vec![Fix::of_source("Write `b`".to_owned(), vec![edit])];
        let html = mistakes("a.wac", "let x;", std::slice::from_ref(&problem));
        assert!(html.contains("no &lt;such&gt; thing"), "{html}");
        assert!(
            html.contains(
                "data-step=\"a.wac\" data-open=\"let &quot;b&quot;;\">Write `b` and open<"
            ),
            "{html}"
        );
        assert!(html.contains("data-open=\"@value\">Open this<"), "{html}");

        let long = format!("let x;{}", " ".repeat(1_000_000));
        let problems = vec![problem; 20];
        let html = mistakes("a.wac", &long, &problems);
        assert_eq!(html.matches("Write `b` and open").count(), 8);
        assert_eq!(html.matches("no &lt;such&gt; thing").count(), 20);
    }
}
