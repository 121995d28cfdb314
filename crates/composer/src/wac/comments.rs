//! The comments of a source, each with the statement that it speaks of.

use wac_parser::lexer::{Lexer, Token};

/// Where something begins and ends, in bytes.
type Span = (usize, usize);

/// What stands above, beside or inside of each statement, in order; the first is the `package` line. Empty where a
/// statement has none.
pub(super) fn by_statement(source: &str) -> Vec<String> {
    let (tokens, statements) = statements(source);
    let mut comments = vec![String::new(); statements.len()];
    let gaps = std::iter::once(0)
        .chain(tokens.iter().map(|token| token.1))
        .zip(tokens.iter().map(|token| token.0).chain([source.len()]));
    for (from, to) in gaps {
        for (offset, text) in in_gap(source, from, to) {
            let beside = |end: usize| !source[end..offset].contains('\n');
            let at = statements
                .iter()
                .position(|(_, end)| offset < *end || beside(*end));
            if let Some(comment) = comments.get_mut(at.unwrap_or(statements.len() - 1)) {
                if !comment.is_empty() {
                    comment.push('\n');
                }
                comment.push_str(&text);
            }
        }
    }
    comments
}

/// Where each token and each statement begins and ends. The source has been parsed before.
fn statements(source: &str) -> (Vec<Span>, Vec<Span>) {
    let (mut tokens, mut statements) = (Vec::new(), Vec::new());
    let mut depth = 0usize;
    let mut start = None;
    for (token, span) in Lexer::new(source).into_iter().flatten() {
        let (at, end) = (span.offset(), span.offset() + span.len());
        tokens.push((at, end));
        let Ok(token) = token else { break };
        use Token as T;
        // A declaration ends with its body, everything else with a semicolon.
        let (begin, has_body) = *start.get_or_insert((
            at,
            !matches!(
                token,
                T::PackageKeyword
                    | T::ImportKeyword
                    | T::LetKeyword
                    | T::ExportKeyword
                    | T::TypeKeyword
            ),
        ));
        match token {
            T::OpenBrace | T::OpenParen | T::OpenBracket => depth += 1,
            T::CloseBrace | T::CloseParen | T::CloseBracket => depth = depth.saturating_sub(1),
            _ => {}
        }
        let over = match token {
            T::Semicolon => !has_body,
            T::CloseBrace => has_body,
            _ => false,
        };
        if over && depth == 0 {
            statements.push((begin, end));
            start = None;
        }
    }
    (tokens, statements)
}

/// The comments between two tokens, without their signs.
fn in_gap(source: &str, from: usize, to: usize) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut at = from;
    while let Some(begin) = source[at..to].find('/').map(|n| at + n) {
        let rest = &source[begin..to];
        let length = match rest.starts_with("/*") {
            true => block(rest),
            false => rest.find('\n').unwrap_or(rest.len()),
        };
        let text: Vec<&str> = rest[..length].lines().map(bare).collect();
        found.push((begin, text.join("\n").trim().to_string()));
        at = begin + length;
    }
    found.retain(|(_, text)| !text.is_empty());
    found
}

/// The length of a block comment, which may have others inside.
fn block(text: &str) -> usize {
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(next) = text[at..].find(['/', '*']).map(|n| at + n) {
        at = next + 2;
        match text.get(next..at) {
            Some("/*") => depth += 1,
            Some("*/") => depth -= 1,
            Some(_) => at = next + 1,
            None => break,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// A line of a comment without what makes it one.
fn bare(line: &str) -> &str {
    let line = line.trim();
    let line = line.strip_suffix("*/").unwrap_or(line);
    let line = line
        .trim_start_matches('/')
        .trim_start_matches('*')
        .strip_prefix('!')
        .unwrap_or(line.trim_start_matches('/').trim_start_matches('*'));
    line.strip_prefix(' ').unwrap_or(line).trim_end()
}

#[cfg(test)]
mod tests {
    use super::by_statement;

    #[test]
    fn comments_go_with_what_they_stand_above_beside_and_in() {
        let source = "// The whole.\n\npackage a:b; // Its name.\n\n/// Adds.\n/* Twice,\n * or more. */\nlet a = new c:d {\n    // From outside.\n    ...\n};\ninterface i {\n    f: func(); // In it.\n}\n\nexport a; // Last.\n// After all.";
        assert_eq!(
            by_statement(source),
            [
                "The whole.\nIts name.",
                "Adds.\nTwice,\nor more.\nFrom outside.",
                "In it.",
                "Last.\nAfter all.",
            ]
        );
        assert_eq!(by_statement("package a:b;"), [""]);
    }
}
