//! A broker that is a NATS server.
//!
//! The protocol is written out here, in `protocol`, since anybody may name a server: what it says is bounded before it is
//! kept. The usual client, `async-nats`, takes messages of any length, and goes on to servers that the first one names.

mod connection;
mod protocol;

use super::broker::{Arrived, Carried, Message, MessageBroker, MessageError, check_topic};
use crate::limits::Limits;
use crate::outbound::Server;
use connection::{Bounds, Connection};
use futures::FutureExt;
use std::sync::Arc;
use tokio::sync::{Mutex, mpsc};

/// A broker that is a NATS server.
pub struct Nats {
    server: Server,
    private_addresses: bool,
    bounds: Bounds,
    kept: Mutex<Option<Arc<Connection>>>,
}

/// An address that is none of a NATS server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no address of a NATS server: write nats://HOST, nats://HOST:PORT or nats://USER:PASSWORD@HOST"
)]
pub struct NatsError(String);

impl Nats {
    /// A broker at `nats://[USER:PASSWORD@]HOST[:PORT]`; nothing is dialled yet.
    ///
    /// # Errors
    ///
    /// When the address is not of that form.
    pub fn new(address: &str, limits: &Limits) -> Result<Self, NatsError> {
        let server = Server::read(address, "nats", 4222).filter(|it| it.path.is_empty());
        Ok(Self {
            server: server.ok_or_else(|| NatsError(address.to_owned()))?,
            private_addresses: limits.private_addresses,
            bounds: Bounds {
                message_bytes: limits.message_bytes,
                waiting: limits.messages_waiting,
                patience: limits.service_time,
            },
            kept: Mutex::default(),
        })
    }

    /// Whether the server answers.
    ///
    /// # Errors
    ///
    /// [`MessageError::Unavailable`]
    pub async fn ping(&self) -> Result<(), MessageError> {
        self.connection().await?.confirmed(Vec::new()).await
    }

    /// The connection that is open, or a new one.
    async fn connection(&self) -> Result<Arc<Connection>, MessageError> {
        let mut kept = self.kept.lock().await;
        if let Some(connection) = kept.as_ref().filter(|it| it.is_open()) {
            return Ok(connection.clone());
        }
        let connecting = Connection::open(&self.server, self.private_addresses, self.bounds).await;
        let connection = Arc::new(connecting.map_err(MessageError::Unavailable)?);
        *kept = Some(connection.clone());
        Ok(connection)
    }
}

impl MessageBroker for Nats {
    fn send(&self, message: Message) -> Carried<'_, ()> {
        async move {
            check_topic(&message.topic, false)?;
            let connection = self.connection().await?;
            connection.confirmed(protocol::publish(&message)).await
        }
        .boxed()
    }

    fn listen<'a>(&'a self, topics: &'a [String]) -> Carried<'a, mpsc::Receiver<Arrived>> {
        async move {
            topics
                .iter()
                .try_for_each(|topic| check_topic(topic, true))?;
            self.connection().await?.listen(topics).await
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn addresses_are_read_and_those_that_are_not_global_not_dialled() {
        let nats = |address| Nats::new(address, &Limits::default());
        for wrong in ["broker.example", "redis://a", "nats://a/b", "nats://"] {
            assert!(nats(wrong).is_err(), "{wrong}");
        }
        let error = nats("nats://127.0.0.1:1").ok().unwrap().ping().await;
        let sentence = error.unwrap_err().to_string();
        assert!(sentence.contains("not a global address"), "{sentence}");
    }
}
