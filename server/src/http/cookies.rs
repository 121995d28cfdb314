//! Reading cookies, and keeping ours from strangers.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderValue};

/// The cookie in which the page keeps the theme.
pub const THEME: &str = "theme";

/// The value of a cookie.
pub fn value<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines
        .flat_map(pairs)
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// Takes a cookie out of a request.
pub fn remove(headers: &mut HeaderMap, name: &str) {
    let lines: Vec<HeaderValue> = headers.get_all(COOKIE).iter().cloned().collect();
    headers.remove(COOKIE);
    for line in lines {
        let Ok(text) = line.to_str() else {
            headers.append(COOKIE, line);
            continue;
        };
        let others: Vec<&str> = text
            .split(';')
            .map(str::trim)
            .filter(|it| key(it) != name)
            .collect();
        if let Ok(line) = HeaderValue::from_str(&others.join("; "))
            && !line.is_empty()
        {
            headers.append(COOKIE, line);
        }
    }
}

fn pairs(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split(';')
        .filter_map(|pair| pair.trim().split_once('='))
}

fn key(pair: &str) -> &str {
    pair.split_once('=').map_or(pair, |(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_cookie_is_found_and_removed() {
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, HeaderValue::from_static("a=1; theme=dark; b=2"));
        headers.append(COOKIE, HeaderValue::from_static("theme=light"));
        assert_eq!(value(&headers, THEME), Some("dark"));
        remove(&mut headers, THEME);
        assert_eq!(value(&headers, THEME), None);
        let left: Vec<_> = headers.get_all(COOKIE).iter().collect();
        assert_eq!(left, ["a=1; b=2"]);
    }
}
