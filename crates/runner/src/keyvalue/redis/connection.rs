//! Connections to a Redis server: one at a time, kept from one command to the next.

use super::protocol::{Reply, speak};
use crate::error::late;
use crate::keyvalue::store::StoreError;
use crate::limits::Limits;
use crate::outbound::{Server, dial};
use futures::FutureExt;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// A server, and the connection that is open to it.
pub(super) struct Connections {
    pub(super) server: Server,
    pub(super) database: u32,
    private_addresses: bool,
    /// How long connecting may take, and how long one command.
    patience: Duration,
    kept: Mutex<Option<BufReader<TcpStream>>>,
}

impl Connections {
    pub(super) fn new(server: Server, database: u32, limits: &Limits) -> Self {
        Self {
            server,
            database,
            private_addresses: limits.private_addresses,
            patience: limits.service_time,
            kept: Mutex::default(),
        }
    }

    /// One command and its answer. A command is sent once: whether one was carried out whose answer is lost, nobody knows.
    ///
    /// # Errors
    ///
    /// [`StoreError::Unavailable`], and what the server says is wrong.
    pub(super) async fn ask(&self, command: &[&[u8]]) -> Result<Reply, StoreError> {
        let mut kept = self.kept.lock().await;
        let mut stream = match kept.take().and_then(still_idle) {
            Some(stream) => stream,
            None => self.connect().await?,
        };
        match timeout(self.patience, speak(&mut stream, command)).await {
            Ok(Ok(reply)) => {
                *kept = Some(stream);
                reply.into_result()
            }
            Ok(Err(error)) => Err(StoreError::Unavailable(error.to_string())),
            Err(_) => Err(StoreError::Unavailable(late(self.patience))),
        }
    }

    async fn connect(&self) -> Result<BufReader<TcpStream>, StoreError> {
        let connecting = async {
            let stream = dial(&self.server.destination, self.private_addresses).await;
            let mut stream = BufReader::new(stream.map_err(|refused| refused.to_string())?);
            let number = self.database.to_string();
            let mut first: Vec<Vec<&[u8]>> = Vec::new();
            if let Some((name, word)) = &self.server.user {
                let mut command: Vec<&[u8]> = vec![b"AUTH"];
                command.extend((!name.is_empty()).then_some(name.as_bytes()));
                command.push(word.as_bytes());
                first.push(command);
            }
            if self.database != 0 {
                first.push(vec![b"SELECT", number.as_bytes()]);
            }
            for command in first {
                let reply = speak(&mut stream, &command).await;
                let reply = reply.map_err(|error| error.to_string())?;
                reply.into_result().map_err(|error| error.to_string())?;
            }
            Ok(stream)
        };
        let connected = timeout(self.patience, connecting).await;
        connected
            .unwrap_or_else(|_| Err(late(self.patience)))
            .map_err(StoreError::Unavailable)
    }
}

/// The connection, when the server has left it open and has nothing to say that was not asked for.
fn still_idle(mut stream: BufReader<TcpStream>) -> Option<BufReader<TcpStream>> {
    let silent = stream.fill_buf().now_or_never().is_none();
    silent.then_some(stream)
}
