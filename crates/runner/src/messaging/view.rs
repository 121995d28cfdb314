//! What the host functions of messaging do: check, ask the broker, and write down what came of it.

use super::broker::{
    CONTENT_TYPE, HOPS_HEADER, Message, MessageBroker, MessageError, check_topic, request,
};
use super::{Client, HeldMessage, RequestOptions};
use crate::activity::{Way, list, value};
use crate::capability::Capability;
use crate::guest::Refusals;
use crate::limits::Limits;
use crate::places::Places;
use std::sync::Arc;
use std::time::{Duration, Instant};
use wasmtime::component::{Resource, ResourceTable};

/// How many messages a guest may hold at once.
const HELD: usize = 100;

/// How many handlers may bring each other about by their messages.
const HOPS: u8 = 4;

/// What all metadata of a message may have, in bytes.
const METADATA: usize = 8 * 1024;

/// What the host functions work on.
pub(crate) struct MessagingView<'a> {
    pub(crate) broker: Arc<dyn MessageBroker>,
    pub(crate) limits: &'a Limits,
    pub(crate) table: &'a mut ResourceTable,
    pub(crate) granted: bool,
    pub(crate) refusals: &'a mut Refusals,
    pub(crate) at_work: &'a mut AtWork,
}

/// What an instance has done with messages in the request it is at work on.
pub(crate) struct AtWork {
    sent: usize,
    places: Places,
    /// Of the message that it handles.
    hops: u8,
}

impl Default for AtWork {
    fn default() -> Self {
        Self {
            sent: 0,
            places: Places::new(HELD, "messages"),
            hops: 0,
        }
    }
}

impl AtWork {
    /// Begins another request, which `hops` handlers of messages have brought about.
    pub(crate) fn begin(&mut self, hops: u8) {
        self.sent = 0;
        self.hops = hops;
    }
}

type Done<T> = Result<T, MessageError>;

impl MessagingView<'_> {
    /// A client; none where messaging is not granted, which the log then says.
    pub(super) fn connected(&mut self, name: &str) -> wasmtime::Result<Option<Resource<Client>>> {
        let began = Instant::now();
        let client = match self.granted {
            true => Some(self.table.push(Client)?),
            false => {
                self.refusals.tell(Capability::Messaging);
                None
            }
        };
        let result = client.as_ref().map_or("refused", |_| "connected");
        self.called("connect", list([name]), result.to_owned(), began);
        Ok(client)
    }

    /// Holds a message for the guest.
    ///
    /// # Errors
    ///
    /// When it holds too many, which ends it.
    pub(crate) fn hold(&mut self, message: Message) -> wasmtime::Result<Resource<HeldMessage>> {
        let _place = self.at_work.places.one_more()?;
        Ok(self.table.push(HeldMessage { message, _place })?)
    }

    pub(super) fn release(&mut self, message: Resource<HeldMessage>) -> wasmtime::Result<Message> {
        Ok(self.table.delete(message)?.message)
    }

    /// The data of a message, which guests can make as long as they are allowed to.
    pub(super) fn fits(&self, data: &[u8]) -> wasmtime::Result<()> {
        let limit = self.limits.message_bytes;
        match data.len() <= limit {
            true => Ok(()),
            false => Err(MessageError::TooLong { limit }.into()),
        }
    }

    /// Metadata that every broker can carry and a guest may set; otherwise what is wrong with it.
    pub(super) fn metadata_fits(metadata: &[(String, String)]) -> Result<(), String> {
        Self::can_be_sent(metadata)?;
        let ours = |name: &str| {
            let mut ours = [HOPS_HEADER, CONTENT_TYPE].into_iter();
            ours.any(|it| it.eq_ignore_ascii_case(name))
        };
        match metadata.iter().find(|(name, _)| ours(name)) {
            None => Ok(()),
            Some((name, _)) => Err(format!("“{name}” says something else, and is no metadata")),
        }
    }

    /// Names and values that every broker can carry; otherwise what is wrong with them.
    pub(super) fn can_be_sent(metadata: &[(String, String)]) -> Result<(), String> {
        let bytes: usize = metadata.iter().map(|(key, it)| key.len() + it.len()).sum();
        if bytes > METADATA {
            return Err(format!("all metadata may have {METADATA} bytes"));
        }
        let plain = |text: &str| !text.contains(char::is_control);
        let key = |key: &str| !key.is_empty() && key.bytes().all(|it| it.is_ascii_graphic());
        let wrong = metadata.iter().find(|(name, value)| {
            !key(name) || name.contains(':') || !plain(value) || value.trim() != value
        });
        match wrong {
            None => Ok(()),
            Some((name, _)) => Err(format!(
                "“{name}” or its value has characters that cannot be sent"
            )),
        }
    }

    pub(super) async fn send(
        &mut self,
        call: &'static str,
        topic: String,
        message: Message,
    ) -> Done<()> {
        let began = Instant::now();
        let arguments = format!("{}, {}", list([topic.as_str()]), value(&message.data));
        let sent = match self.admit(topic, message) {
            Err(error) => Err(error),
            Ok(message) => self.broker.send(message).await,
        };
        let result = match &sent {
            Ok(()) => "sent".to_owned(),
            Err(error) => error.to_string(),
        };
        self.called(call, arguments, result, began);
        sent
    }

    pub(super) async fn request(
        &mut self,
        topic: String,
        message: Message,
        options: RequestOptions,
    ) -> Done<Vec<Message>> {
        let began = Instant::now();
        let arguments = format!("{}, {}", list([topic.as_str()]), value(&message.data));
        // One that is not said ends with the request that waits for it.
        let patience = options.timeout.unwrap_or(Duration::MAX);
        // No more than it can hold.
        let most = options.replies.unwrap_or(1) as usize;
        let most = most.clamp(1, self.at_work.places.left().max(1));
        let answers = match self.admit(topic, message) {
            Err(error) => Err(error),
            Ok(message) => request(&*self.broker, message, most, patience).await,
        };
        let result = match &answers {
            Ok(answers) => {
                let log = self.refusals.log();
                for answer in answers {
                    log.message(Way::Received, answer);
                }
                match answers.as_slice() {
                    [answer] => value(&answer.data),
                    answers => format!("{} answers", answers.len()),
                }
            }
            Err(error) => error.to_string(),
        };
        self.called("request", arguments, result, began);
        answers
    }

    /// The message as it is sent, if it may be.
    fn admit(&mut self, topic: String, mut message: Message) -> Done<Message> {
        check_topic(&topic, false)?;
        if self.at_work.hops >= HOPS {
            return Err(MessageError::TooManyHops { limit: HOPS });
        }
        let limit = self.limits.messages_per_request;
        if self.at_work.sent >= limit {
            return Err(MessageError::TooMany { limit });
        }
        self.at_work.sent += 1;
        message.topic = topic;
        message.reply_to = None;
        message.hops = self.at_work.hops + 1;
        self.refusals.log().message(Way::Sent, &message);
        Ok(message)
    }

    fn called(&self, call: &'static str, arguments: String, result: String, began: Instant) {
        let log = self.refusals.log();
        log.called(Capability::Messaging, call, arguments, result, began);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_is_what_can_be_sent_and_says_nothing_else() {
        let fits = |key: &str, value: &str| {
            let pair = (key.to_owned(), value.to_owned());
            MessagingView::metadata_fits(&[pair]).is_ok()
        };
        assert!(fits("Shop", "a: b"));
        for key in [
            "",
            "a b",
            "a:",
            "Patchbay-Hops",
            "patchbay-hops",
            "content-type",
        ] {
            assert!(!fits(key, "0"), "{key}");
        }
        assert!(!fits("a", "b\r\nPatchbay-Hops: 0"));
    }
}
