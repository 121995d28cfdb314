//! What came back.

use super::Preview;
use crate::late::IntoLate;
use crate::live::live;
use crate::panels::units;
use leptos::prelude::*;
use patchbay_model::api::PreviewOutcome;

/// The response to the last request.
#[component]
pub fn Response(preview: Preview) -> impl IntoView {
    let content = move || match preview.outcome.get() {
        None if preview.sending.get() => {
            view! { <p class="busy">"Waiting for the response…"</p> }.late()
        }
        None => view! { <p class="muted">"Nothing was sent yet."</p> }.late(),
        Some(Err(sentence)) => view! {
            <p class="failure" role="alert">{sentence}</p>
        }
        .late(),
        Some(Ok(PreviewOutcome::Failed {
            reason,
            message,
            micros,
        })) => view! {
            <p class="failure" role="alert">
                <strong>{reason.replace('-', " ")}": "</strong>
                {message}
            </p>
            <p class="muted">{format!("After {}", units::millis(micros))}</p>
        }
        .late(),
        Some(Ok(PreviewOutcome::Answered {
            status,
            headers,
            body,
            body_note,
            micros,
        })) => view! { <Answer status headers body body_note micros /> }.late(),
    };
    view! {
        <section class="response" aria-label="Response">
            <h3>"Response"</h3>
            {live(content)}
        </section>
    }
    .late()
}

#[component]
fn Answer(
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
    body_note: Option<String>,
    micros: u64,
) -> impl IntoView {
    let class = match status {
        ..400 => "status ok",
        400..500 => "status warn",
        500.. => "status err",
    };
    let rows = headers.into_iter().map(|(name, value)| {
        view! {
            <dt>{name}</dt>
            <dd>{value}</dd>
        }
    });
    let body = match body.is_empty() {
        true => view! { <p class="muted">"The body is empty."</p> }.late(),
        false => view! { <pre class="body" tabindex="0">{body}</pre> }.late(),
    };
    view! {
        <p>
            <span class=class>{status} " " {phrase(status)}</span>
            <span class="muted">" in " {units::millis(micros)}</span>
        </p>
        {body}
        {body_note.map(|note| view! { <p class="warn">{note}</p> })}
        <dl class="facts headers">{rows.collect_view()}</dl>
    }
    .late()
}

/// What the usual statuses are called.
fn phrase(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        301 => "Moved Permanently",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        418 => "I'm a Teapot",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        _ => "",
    }
}
