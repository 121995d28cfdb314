//! The client's side of <https://docs.nats.io/reference/reference-protocols/nats-protocol>, as far as messages need it.

use crate::messaging::Message;
use crate::messaging::broker::{CONTENT_TYPE, HOPS_HEADER};
use bytes::Bytes;
use std::io;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt};

/// How long a line may be. That in which the server introduces itself names the others of its cluster.
const LINE: u64 = 32 * 1024;

/// How long headers may be, in bytes.
const HEADERS: usize = 16 * 1024;

/// The first line of headers.
const VERSION: &str = "NATS/1.0";

/// What the server says.
#[derive(Debug, PartialEq)]
pub(super) enum Said {
    /// It introduces itself, as JSON.
    Info(String),
    /// A message for that subscription.
    Message(u64, Message),
    /// One that is longer than messages may be, which was read over.
    TooLong(u64),
    Ping,
    Pong,
    Fine,
    Wrong(String),
}

/// How a client introduces itself: to be told only what goes wrong.
pub(super) fn connect(user: Option<&(String, String)>) -> Vec<u8> {
    let mut options = serde_json::json!({
        "verbose": false, "pedantic": false, "tls_required": false, "headers": true, "protocol": 0, "echo": true,
        "lang": "rust", "name": "patchbay", "version": env!("CARGO_PKG_VERSION"),
    });
    if let Some((name, word)) = user {
        options["user"] = name.as_str().into();
        options["pass"] = word.as_str().into();
    }
    format!("CONNECT {options}\r\n").into_bytes()
}

/// A message for all who listen. Its topic, and what stands in headers, is checked before.
pub(super) fn publish(message: &Message) -> Vec<u8> {
    let mut headers = format!("{VERSION}\r\n");
    let hops = (HOPS_HEADER, message.hops.to_string());
    let kind = message.content_type.clone().map(|it| (CONTENT_TYPE, it));
    let own = kind.into_iter().chain((message.hops > 0).then_some(hops));
    for (name, value) in own {
        headers += &format!("{name}: {value}\r\n");
    }
    for (name, value) in &message.metadata {
        headers += &format!("{name}: {value}\r\n");
    }
    headers += "\r\n";
    let reply_to = message.reply_to.as_deref().unwrap_or_default();
    let (topic, data) = (&message.topic, &message.data);
    let all = headers.len() + data.len();
    let mut bytes = format!(
        "HPUB {topic} {reply_to} {} {all}\r\n{headers}",
        headers.len()
    )
    .into_bytes();
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(b"\r\n");
    bytes
}

/// The next thing that the server says. A message may have `most` bytes.
///
/// # Errors
///
/// When the stream ends, or it is none of what a server says, or a line is too long.
pub(super) async fn said(
    stream: &mut (impl AsyncBufRead + Unpin),
    most: usize,
) -> io::Result<Said> {
    let mut line = Vec::new();
    (&mut *stream)
        .take(LINE)
        .read_until(b'\n', &mut line)
        .await?;
    if line.is_empty() {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    // Whoever sends a message chooses its topic's bytes.
    let line = String::from_utf8_lossy(&line);
    let line = line.strip_suffix("\r\n").ok_or_else(invalid)?;
    let (what, rest) = line.split_once(' ').unwrap_or((line, ""));
    let words: Vec<&str> = rest.split_ascii_whitespace().collect();
    Ok(match what.to_ascii_uppercase().as_str() {
        "INFO" => Said::Info(rest.to_owned()),
        "PING" => Said::Ping,
        "PONG" => Said::Pong,
        "+OK" => Said::Fine,
        "-ERR" => Said::Wrong(rest.trim_matches('\'').to_owned()),
        "MSG" => {
            let (topic, subscription, reply_to, [all]) = head(&words)?;
            if all > most {
                return passed_over(stream, subscription, all).await;
            }
            let message = Message {
                topic,
                data: payload(stream, all).await?,
                reply_to,
                ..Message::default()
            };
            Said::Message(subscription, message)
        }
        "HMSG" => {
            let (topic, subscription, reply_to, [headers, all]) = head(&words)?;
            let length = all.checked_sub(headers).ok_or_else(invalid)?;
            if headers > HEADERS || length > most {
                return passed_over(stream, subscription, all).await;
            }
            let mut data = payload(stream, all).await?;
            let headers = data.split_to(headers);
            let mut message = Message {
                topic,
                data,
                reply_to,
                ..Message::default()
            };
            read_headers(&mut message, &headers);
            Said::Message(subscription, message)
        }
        _ => return Err(invalid()),
    })
}

/// `TOPIC SUBSCRIPTION [REPLY-TO] LENGTH…`
#[allow(
    clippy::type_complexity,
    reason = "the parts of a line, taken apart at once"
)]
fn head<const LENGTHS: usize>(
    words: &[&str],
) -> io::Result<(String, u64, Option<String>, [usize; LENGTHS])> {
    let split = words.len().checked_sub(LENGTHS).ok_or_else(invalid)?;
    let (names, numbers) = words.split_at(split);
    let mut lengths = [0; LENGTHS];
    for (length, text) in lengths.iter_mut().zip(numbers) {
        *length = text.parse().map_err(|_| invalid())?;
    }
    let (topic, subscription, reply_to) = match names {
        [topic, subscription] => (topic, subscription, None),
        [topic, subscription, reply_to] => (topic, subscription, Some((*reply_to).to_owned())),
        _ => return Err(invalid()),
    };
    let subscription = subscription.parse().map_err(|_| invalid())?;
    Ok(((*topic).to_owned(), subscription, reply_to, lengths))
}

/// As many bytes, and the line's end.
async fn payload(stream: &mut (impl AsyncBufRead + Unpin), length: usize) -> io::Result<Bytes> {
    let mut bytes = vec![0; length + 2];
    stream.read_exact(&mut bytes).await?;
    bytes.truncate(length);
    Ok(bytes.into())
}

/// Reads over as many bytes, and the line's end: anybody may send what is too long.
async fn passed_over(
    stream: &mut (impl AsyncBufRead + Unpin),
    subscription: u64,
    length: usize,
) -> io::Result<Said> {
    let length = (length as u64).saturating_add(2);
    match tokio::io::copy_buf(&mut stream.take(length), &mut tokio::io::sink()).await? {
        read if read == length => Ok(Said::TooLong(subscription)),
        _ => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn read_headers(message: &mut Message, headers: &[u8]) {
    let headers = String::from_utf8_lossy(headers);
    for line in headers.lines().skip(1) {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case(HOPS_HEADER) {
            message.hops = value.parse().unwrap_or(u8::MAX);
        } else if name.eq_ignore_ascii_case(CONTENT_TYPE) {
            message.content_type = Some(value.to_owned());
        } else {
            message.metadata.push((name.to_owned(), value.to_owned()));
        }
    }
}

fn invalid() -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        "it speaks in a way that is not NATS's, or says too much",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(text: &str) -> io::Result<Said> {
        said(&mut text.as_bytes(), 10).await
    }

    #[tokio::test]
    async fn what_is_published_is_read_back() {
        let message = Message {
            topic: "orders.new".to_owned(),
            data: "two".into(),
            content_type: Some("text/plain".to_owned()),
            metadata: vec![("Shop".to_owned(), "a: b".to_owned())],
            reply_to: Some("_INBOX.1".to_owned()),
            hops: 3,
        };
        let text = String::from_utf8(publish(&message)).unwrap();
        let received = text.replacen("HPUB orders.new ", "HMSG orders.new 7 ", 1);
        assert_eq!(read(&received).await.unwrap(), Said::Message(7, message));
        let plain = Message {
            topic: "a".to_owned(),
            data: "xy".into(),
            ..Message::default()
        };
        assert_eq!(
            read("MSG a 1 2\r\nxy\r\n").await.unwrap(),
            Said::Message(1, plain)
        );
        let wrong = read("-ERR 'Authorization Violation'\r\n").await.unwrap();
        assert_eq!(wrong, Said::Wrong("Authorization Violation".to_owned()));
    }

    #[tokio::test]
    async fn messages_that_are_too_long_are_read_over() {
        let headers = format!("NATS/1.0\r\nA: {}\r\n\r\n", "a".repeat(HEADERS));
        let long = format!("HMSG a 3 {0} {0}\r\n{headers}\r\n", headers.len());
        let text = format!("MSG a 2 11\r\nxxxxxxxxxxx\r\n{long}PING\r\n");
        let mut stream = text.as_bytes();
        for expected in [Said::TooLong(2), Said::TooLong(3), Said::Ping] {
            assert_eq!(said(&mut stream, 10).await.unwrap(), expected);
        }
        let strange = said(&mut &b"MSG \xff 1 0\r\n\r\n"[..], 10).await.unwrap();
        assert!(matches!(strange, Said::Message(1, _)), "{strange:?}");
    }

    #[tokio::test]
    async fn what_is_wrong_or_too_long_is_refused() {
        let long = format!("INFO {}\r\n", "x".repeat(40_000));
        for wrong in [
            "",
            "PING",
            "HELLO\r\n",
            "MSG a 1 99999999999999999999\r\n",
            "MSG a\r\n",
            "HMSG a 1 9 2\r\nxx\r\n",
            "MSG a 1 5\r\nxy\r\n",
            "MSG a 1 18446744073709551615\r\nxy\r\n",
            "HMSG a 1 2 18446744073709551615\r\nxy\r\n",
            long.as_str(),
        ] {
            assert!(read(wrong).await.is_err(), "{wrong:.20}");
        }
    }
}
