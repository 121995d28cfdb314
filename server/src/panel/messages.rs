//! The messages of a preview: those that it sent and received, and one that a person sends.

use super::html::{escape, input, shown, table, textarea};
use patchbay_runner::{PastMessage, Way};

/// The form that sends a message, filled with `filled` (topic and text), and the table of those that there were, the newest
/// first. `takes` says whether the component is given messages at all.
pub fn view(
    base: &str,
    messages: &[PastMessage],
    takes: bool,
    filled: [&str; 2],
    problem: &str,
) -> String {
    let [topic, text] = filled;
    let form = format!(
        "<form class=\"request-line\" action=\"{base}/publish\" data-into=\"sandbox-view\">{}{}\
         <button type=\"submit\" class=\"button\" id=\"sandbox-publish\">Send message</button></form>",
        input("Topic", "topic", topic),
        textarea("Message", "data", text, ""),
    );
    let note = match takes {
        true => {
            "The component is given the messages of the topics that are granted, one after the other. A preview that was put \
             aside because nobody used it comes back for them."
        }
        false => {
            "The component takes no messages: it does not export wasi:messaging/incoming-handler. Those that it sends are \
             shown here."
        }
    };
    let again = format!(
        "<form action=\"{base}/messages\"><button type=\"submit\" class=\"button button-small\" \
         id=\"sandbox-refresh\">Refresh</button></form>"
    );
    let content = match messages {
        [] => "<p class=\"muted\">There was no message yet.</p>".to_owned(),
        messages => {
            let rows: Vec<_> = messages.iter().rev().map(row).collect();
            let heads = ["Request", "Way", "Topic", "Message", "Metadata"];
            table("Messages", &heads, &rows)
        }
    };
    format!(
        "<div class=\"activity\">{problem}{form}<p class=\"muted\">{note}</p>{again}{content}</div>"
    )
}

fn row(past: &PastMessage) -> Vec<String> {
    let message = &past.message;
    let kind = message.content_type.iter().map(|it| ("content-type", it));
    let metadata = message
        .metadata
        .iter()
        .map(|(name, it)| (name.as_str(), it));
    let metadata: Vec<_> = kind
        .chain(metadata)
        .map(|(name, value)| escape(&format!("{name}: {value}")))
        .collect();
    vec![
        past.request
            .map_or(String::new(), |number| format!("#{number}")),
        match past.way {
            Way::Sent => "sent",
            Way::Received => "received",
            Way::Published => "from you",
        }
        .to_owned(),
        format!("<code>{}</code>", escape(&message.topic)),
        format!("<code>{}</code>", shown(&message.data, past.bytes)),
        metadata.join("<br>"),
    ]
}
