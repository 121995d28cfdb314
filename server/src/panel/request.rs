//! A request to send, those that are saved, and what comes back.

use super::Panel;
use super::form::Form;
use super::html::{escape, failure, input, select, textarea};
use patchbay_app::panels::units;
use patchbay_model::api::{PreviewOutcome, PreviewRequest};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The form, filled in.
pub struct RequestView {
    method: String,
    path: String,
    headers: String,
    body: String,
}

impl Default for RequestView {
    fn default() -> Self {
        Self {
            method: "GET".to_owned(),
            path: "/".to_owned(),
            headers: String::new(),
            body: String::new(),
        }
    }
}

impl RequestView {
    /// Filled in like a request.
    pub fn of(request: &PreviewRequest) -> Self {
        let headers = request.headers.iter();
        Self {
            method: request.method.clone(),
            path: request.path.clone(),
            headers: headers
                .map(|(name, value)| format!("{name}: {value}\n"))
                .collect(),
            body: request.body.clone(),
        }
    }

    /// The view, with the requests that are saved.
    pub fn draw(&self, base: &str, panel: &Panel) -> String {
        let methods = METHODS.map(|name| (name, name));
        let method = select("Method", "method", &methods, &self.method);
        let path = input("Path", "path", &self.path);
        let headers = textarea(
            "Request headers",
            "headers",
            &self.headers,
            "name: value, one a line",
        );
        let body = textarea("Request body", "body", &self.body, "");
        let saved = saved(base, panel);
        format!(
            "<div class=\"panel-columns\"><form class=\"request\" action=\"{base}/send\" data-into=\"sandbox-response\">\
             <div class=\"request-line\">{method}{path}<button type=\"submit\" id=\"sandbox-send\" class=\"button button-primary\">\
             Send request</button></div><div class=\"request-texts\">{headers}{body}</div>\
             <div class=\"request-line\">{}<button type=\"submit\" class=\"button button-small\" id=\"sandbox-save\" \
             formaction=\"{base}/save\" data-into=\"sandbox-saved\">Save request</button></div>\
             <div id=\"sandbox-saved\">{saved}</div></form>\
             <section class=\"response\" aria-label=\"Response\"><h3>Response</h3>\
             <div id=\"sandbox-response\"><p class=\"muted\">Nothing was sent yet.</p></div></section></div>",
            input("Name to save it by", "name", ""),
        )
    }
}

/// The requests that are saved, with a button for each to fill the form again. Buttons of the form around them.
pub fn saved(base: &str, panel: &Panel) -> String {
    let requests = panel.settings().requests;
    if requests.is_empty() {
        return String::new();
    }
    let items: String = requests
        .iter()
        .map(|(name, request)| {
            let (name, path) = (escape(name), escape(&request.path));
            let method = escape(&request.method);
            format!(
                "<li><button type=\"submit\" class=\"button button-small\" name=\"saved\" value=\"{name}\" \
                 formaction=\"{base}/open-saved\" data-into=\"sandbox-view\">{name}</button> <code>{method} {path}</code> \
                 <button type=\"submit\" class=\"button button-small\" name=\"saved\" value=\"{name}\" \
                 formaction=\"{base}/forget-saved\" aria-label=\"Forget {name}\">Forget</button></li>"
            )
        })
        .collect();
    format!("<h3>Saved requests</h3><ul class=\"saved\">{items}</ul>")
}

/// Reads the form.
///
/// # Errors
/// A sentence about the header that is none.
pub fn read(form: &Form) -> Result<PreviewRequest, String> {
    let path = form.get("path");
    Ok(PreviewRequest {
        method: form.get("method").to_owned(),
        path: match path.starts_with('/') {
            true => path.to_owned(),
            false => format!("/{path}"),
        },
        headers: form.pairs("headers", ':')?,
        body: form.get("body").to_owned(),
    })
}

/// What came of a request, with the command that sends it from outside.
pub fn outcome(outcome: &PreviewOutcome, curl: &str) -> String {
    match outcome {
        PreviewOutcome::Failed {
            reason,
            message,
            micros,
        } => {
            let time = units::millis(*micros);
            format!(
                "{}<p class=\"muted\">After {time}</p>{}",
                failure(reason, message),
                copied(curl)
            )
        }
        PreviewOutcome::Answered {
            status,
            headers,
            body,
            body_note,
            micros,
        } => {
            let class = match status {
                ..400 => "status ok",
                400..500 => "status warn",
                500.. => "status err",
            };
            let rows: String = headers
                .iter()
                .map(|(name, value)| format!("<dt>{}</dt><dd>{}</dd>", escape(name), escape(value)))
                .collect();
            let body = match body.as_str() {
                "" => "<p class=\"muted\">The body is empty.</p>".to_owned(),
                body => format!(
                    "<pre class=\"body\" tabindex=\"0\" aria-label=\"Response body\">{}</pre>",
                    escape(body)
                ),
            };
            let note = body_note.as_ref().map(|note| escape(note));
            let note = note.map_or(String::new(), |note| {
                format!("<p class=\"warn\">{note}</p>")
            });
            let phrase = axum::http::StatusCode::from_u16(*status);
            let phrase = phrase
                .ok()
                .and_then(|it| it.canonical_reason())
                .unwrap_or("");
            let time = units::millis(*micros);
            format!(
                "<p data-announce=\"The response has status {status}\"><span class=\"{class}\">{status} {phrase}</span>\
                 <span class=\"muted\"> in {time}</span></p>{body}{note}<dl class=\"facts headers\">{rows}</dl>{}",
                copied(curl)
            )
        }
    }
}

fn copied(curl: &str) -> String {
    let curl = escape(curl);
    format!(
        "<p><button type=\"button\" class=\"button button-small\" data-copy=\"{curl}\">Copy as curl</button></p>"
    )
}

/// The command that sends a request, for a shell.
pub fn curl(request: &PreviewRequest, origin: &str) -> String {
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\\''"));
    let mut command = format!("curl --include --request {}", quoted(&request.method));
    for (name, value) in &request.headers {
        command += &format!(" --header {}", quoted(&format!("{name}: {value}")));
    }
    if !request.body.is_empty() {
        command += &format!(" --data-binary {}", quoted(&request.body));
    }
    format!("{command} {}", quoted(&format!("{origin}{}", request.path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_and_written_for_a_shell() {
        let form = Form::read(b"method=POST&path=a%3Fb&headers=x-a%3A+it%27s&body=hello");
        let request = read(&form).unwrap();
        assert_eq!(request.path, "/a?b");
        assert_eq!(
            curl(&request, "http://x.localhost:3000"),
            "curl --include --request 'POST' --header 'x-a: it'\\''s' --data-binary 'hello' 'http://x.localhost:3000/a?b'"
        );
        assert!(read(&Form::read(b"headers=what")).is_err());
    }

    #[test]
    fn what_a_guest_answers_stays_text() {
        let html = outcome(
            &PreviewOutcome::Answered {
                status: 200,
                headers: vec![("x".to_owned(), "<b>".to_owned())],
                body: "</pre><script>".to_owned(),
                body_note: None,
                micros: 1,
            },
            "curl '\"'",
        );
        assert!(html.contains("&lt;/pre&gt;&lt;script&gt;"), "{html}");
        assert!(html.contains("<dd>&lt;b&gt;</dd>"), "{html}");
        assert!(html.contains("data-copy=\"curl '&quot;'\""), "{html}");
    }
}
