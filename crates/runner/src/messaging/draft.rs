//! `wasi:messaging@0.2.0-draft` over the broker of the preview.

use super::broker::{Message, MessageError};
use super::{Client, HeldMessage, Messaging, MessagingView, RequestOptions};
use crate::guest::Guest;
pub(crate) use bindings::ExchangePre as HandlerPre;
use bindings::wasi::messaging::{producer, request_reply, types};
use bytes::Bytes;
use std::time::Duration;
use types::{Error, MetadataError};
use wasmtime::component::{Linker, Resource};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit/messaging",
        world: "wasi:messaging/exchange",
        imports: { default: async | trappable },
        exports: { default: async },
        with: {
            "wasi:messaging/types.client": crate::messaging::Client,
            "wasi:messaging/types.message": crate::messaging::HeldMessage,
            "wasi:messaging/request-reply.request-options": crate::messaging::RequestOptions,
        },
    });
}

/// What a component exports that is given messages.
pub(crate) const HANDLER: &str = "wasi:messaging/incoming-handler@0.2.0-draft";

pub(crate) fn add_to_linker(linker: &mut Linker<Guest>) -> wasmtime::Result<()> {
    types::add_to_linker::<_, Messaging>(linker, Guest::messaging)?;
    producer::add_to_linker::<_, Messaging>(linker, Guest::messaging)?;
    request_reply::add_to_linker::<_, Messaging>(linker, Guest::messaging)
}

impl From<MessageError> for Error {
    fn from(error: MessageError) -> Self {
        match error {
            MessageError::TimedOut => Self::Timeout,
            MessageError::Unavailable(_) => Self::Connection(error.to_string()),
            _ => Self::Other(error.to_string()),
        }
    }
}

impl types::Host for MessagingView<'_> {}

impl types::HostClient for MessagingView<'_> {
    async fn connect(&mut self, name: String) -> wasmtime::Result<Result<Resource<Client>, Error>> {
        let client = self.connected(&name)?;
        Ok(client.ok_or_else(|| Error::PermissionDenied("not granted".to_owned())))
    }

    async fn disconnect(&mut self, _: Resource<Client>) -> wasmtime::Result<Result<(), Error>> {
        Ok(Ok(()))
    }

    async fn drop(&mut self, client: Resource<Client>) -> wasmtime::Result<()> {
        self.table.delete(client)?;
        Ok(())
    }
}

impl types::HostMessage for MessagingView<'_> {
    async fn new(&mut self, data: Vec<u8>) -> wasmtime::Result<Resource<HeldMessage>> {
        self.fits(&data)?;
        self.hold(Message {
            data: data.into(),
            ..Message::default()
        })
    }

    async fn topic(&mut self, message: Resource<HeldMessage>) -> wasmtime::Result<Option<String>> {
        let topic = &self.table.get(&message)?.message.topic;
        Ok(Some(topic.clone()).filter(|topic| !topic.is_empty()))
    }

    async fn content_type(
        &mut self,
        message: Resource<HeldMessage>,
    ) -> wasmtime::Result<Option<String>> {
        Ok(self.table.get(&message)?.message.content_type.clone())
    }

    async fn set_content_type(
        &mut self,
        message: Resource<HeldMessage>,
        content_type: String,
    ) -> wasmtime::Result<Result<(), ()>> {
        // It is sent as one of the metadata.
        let pair = ("content-type".to_owned(), content_type);
        if Self::can_be_sent(std::slice::from_ref(&pair)).is_err() {
            return Ok(Err(()));
        }
        self.table.get_mut(&message)?.message.content_type = Some(pair.1);
        Ok(Ok(()))
    }

    async fn data(&mut self, message: Resource<HeldMessage>) -> wasmtime::Result<Vec<u8>> {
        Ok(self.table.get(&message)?.message.data.to_vec())
    }

    async fn set_data(
        &mut self,
        message: Resource<HeldMessage>,
        data: Vec<u8>,
    ) -> wasmtime::Result<()> {
        self.fits(&data)?;
        self.table.get_mut(&message)?.message.data = Bytes::from(data);
        Ok(())
    }

    async fn metadata(
        &mut self,
        message: Resource<HeldMessage>,
    ) -> wasmtime::Result<Option<Vec<(String, String)>>> {
        let metadata = &self.table.get(&message)?.message.metadata;
        Ok(Some(metadata.clone()).filter(|metadata| !metadata.is_empty()))
    }

    async fn add_metadata(
        &mut self,
        message: Resource<HeldMessage>,
        key: String,
        value: String,
    ) -> wasmtime::Result<Result<(), MetadataError>> {
        let mut metadata = self.table.get(&message)?.message.metadata.clone();
        metadata.retain(|(other, _)| *other != key);
        metadata.push((key, value));
        self.set_metadata(message, metadata).await
    }

    async fn set_metadata(
        &mut self,
        message: Resource<HeldMessage>,
        metadata: Vec<(String, String)>,
    ) -> wasmtime::Result<Result<(), MetadataError>> {
        if let Err(sentence) = Self::metadata_fits(&metadata) {
            return Ok(Err(MetadataError::Invalid(Some(sentence))));
        }
        self.table.get_mut(&message)?.message.metadata = metadata;
        Ok(Ok(()))
    }

    async fn remove_metadata(
        &mut self,
        message: Resource<HeldMessage>,
        key: String,
    ) -> wasmtime::Result<()> {
        let metadata = &mut self.table.get_mut(&message)?.message.metadata;
        metadata.retain(|(other, _)| *other != key);
        Ok(())
    }

    async fn drop(&mut self, message: Resource<HeldMessage>) -> wasmtime::Result<()> {
        self.release(message)?;
        Ok(())
    }
}

impl producer::Host for MessagingView<'_> {
    async fn send(
        &mut self,
        _: Resource<Client>,
        topic: String,
        message: Resource<HeldMessage>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let message = self.release(message)?;
        Ok(Self::send(self, "send", topic, message)
            .await
            .map_err(Error::from))
    }
}

impl request_reply::Host for MessagingView<'_> {
    async fn request(
        &mut self,
        _: Resource<Client>,
        topic: String,
        message: Resource<HeldMessage>,
        options: Option<Resource<RequestOptions>>,
    ) -> wasmtime::Result<Result<Vec<Resource<HeldMessage>>, Error>> {
        let message = self.table.get(&message)?.message.clone();
        let options = options.map(|options| self.table.delete(options));
        let options = options.transpose()?.unwrap_or_default();
        let answers = match Self::request(self, topic, message, options).await {
            Ok(answers) => answers,
            Err(error) => return Ok(Err(error.into())),
        };
        let answers = answers.into_iter().map(|answer| self.hold(answer));
        Ok(Ok(answers.collect::<wasmtime::Result<_>>()?))
    }

    async fn reply(
        &mut self,
        reply_to: Resource<HeldMessage>,
        message: Resource<HeldMessage>,
    ) -> wasmtime::Result<Result<(), Error>> {
        let message = self.release(message)?;
        let Some(topic) = self.table.get(&reply_to)?.message.reply_to.clone() else {
            // The standard has this do nothing.
            return Ok(Ok(()));
        };
        Ok(Self::send(self, "reply", topic, message)
            .await
            .map_err(Error::from))
    }
}

impl request_reply::HostRequestOptions for MessagingView<'_> {
    async fn new(&mut self) -> wasmtime::Result<Resource<RequestOptions>> {
        Ok(self.table.push(RequestOptions::default())?)
    }

    async fn set_timeout_ms(
        &mut self,
        options: Resource<RequestOptions>,
        timeout_ms: u32,
    ) -> wasmtime::Result<()> {
        let timeout = Duration::from_millis(timeout_ms.into());
        self.table.get_mut(&options)?.timeout = Some(timeout);
        Ok(())
    }

    async fn set_expected_replies(
        &mut self,
        options: Resource<RequestOptions>,
        expected_replies: u32,
    ) -> wasmtime::Result<()> {
        self.table.get_mut(&options)?.replies = Some(expected_replies);
        Ok(())
    }

    async fn drop(&mut self, options: Resource<RequestOptions>) -> wasmtime::Result<()> {
        self.table.delete(options)?;
        Ok(())
    }
}
