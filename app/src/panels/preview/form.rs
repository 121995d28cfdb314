//! The request to send.

use super::Preview;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use crate::panels::icon::Icon;
use leptos::prelude::*;
use patchbay_model::api::PreviewRequest;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The form.
#[component]
pub fn RequestForm(preview: Preview) -> impl IntoView {
    let method = RwSignal::new("GET".to_string());
    let path = RwSignal::new("/".to_string());
    let headers = RwSignal::new(String::new());
    let body = RwSignal::new(String::new());
    let wrong = RwSignal::new(None::<String>);
    let obstacle = Memo::new(move |_| {
        if preview.running().is_none() {
            Some("Run the preview first")
        } else if preview.sending.get() {
            Some("Waiting for the response…")
        } else {
            None
        }
    });
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if obstacle.get_untracked().is_some() {
            return;
        }
        match headers.with_untracked(|text| parse_headers(text)) {
            Err(sentence) => wrong.set(Some(sentence)),
            Ok(headers) => {
                wrong.set(None);
                let path = path.get_untracked();
                preview.send(PreviewRequest {
                    method: method.get_untracked(),
                    path: match path.starts_with('/') {
                        true => path,
                        false => format!("/{path}"),
                    },
                    headers,
                    body: body.get_untracked(),
                });
            }
        }
    };
    view! {
        <form class="request" on:submit=submit>
            <div class="request-line">
                <label class="field">
                    <span>"Method"</span>
                    <select
                        prop:value=method
                        on:change=heard::plain(move |event| method.set(event_target_value(&event)))
                    >
                        {METHODS.map(|name| view! { <option value=name>{name}</option> }).collect_view()}
                    </select>
                </label>
                <label class="field field-wide">
                    <span>"Path"</span>
                    <input
                        type="text"
                        autocomplete="off"
                        spellcheck="false"
                        value="/"
                        on:input=heard::plain(move |event| path.set(event_target_value(&event)))
                    />
                </label>
                <button
                    type="submit"
                    class="button button-primary"
                    title=live(move || obstacle.get().unwrap_or("Send the request to the component"))
                    aria-describedby=live(move || obstacle.get().map(|_| "send-obstacle"))
                    disabled=live(move || obstacle.get().is_some())
                >
                    {Icon::Run.draw()}
                    <span>"Send request"</span>
                </button>
                <span id="send-obstacle" hidden>
                    {live(move || obstacle.get())}
                </span>
            </div>
            <div class="request-texts">
            <label class="field">
                <span>"Request headers"</span>
                <textarea
                    rows="3"
                    spellcheck="false"
                    placeholder="name: value, one a line"
                    aria-invalid=live(move || wrong.with(Option::is_some).then_some("true"))
                    aria-describedby=live(move || wrong.with(Option::is_some).then_some("headers-wrong"))
                    on:input=heard::plain(move |event| headers.set(event_target_value(&event)))
                ></textarea>
            </label>
            <label class="field">
                <span>"Request body"</span>
                <textarea
                    rows="3"
                    spellcheck="false"
                    on:input=heard::plain(move |event| body.set(event_target_value(&event)))
                ></textarea>
            </label>
            </div>
            <p id="headers-wrong" class="err" role="alert" hidden=live(move || wrong.with(Option::is_none))>
                {live(move || wrong.get())}
            </p>
        </form>
    }
    .late()
}

/// Reads `name: value` lines; empty lines count for nothing.
fn parse_headers(text: &str) -> Result<Vec<(String, String)>, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .map(|line| match line.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => {
                Ok((name.trim().to_string(), value.trim().to_string()))
            }
            _ => Err(format!(
                "“{line}” is no header: write name: value, one a line."
            )),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::parse_headers;

    #[test]
    fn headers_stand_one_a_line() {
        let read = parse_headers("accept: */*\n\n x-time:  12:30 \r\nempty:").unwrap();
        let expected = [("accept", "*/*"), ("x-time", "12:30"), ("empty", "")];
        assert_eq!(read, expected.map(|(n, v)| (n.to_string(), v.to_string())));
        assert!(parse_headers("what").is_err());
        assert!(parse_headers(": what").is_err());
    }
}
