//! A connection to a NATS server: what is written to it, and who gets what is read.

use super::protocol::{Said, connect, said};
use crate::body::CancelOnDrop;
use crate::messaging::{Message, MessageError};
use crate::outbound::{Server, dial};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedWriteHalf;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// How long connecting may take, and how long the server's word that it has got something.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many messages may wait for a listener. Those that come when it is full, it misses.
const WAITING: usize = 100;

/// A connection. It is closed when the last of its clones is dropped.
pub(super) struct Connection {
    write: Arc<Mutex<OwnedWriteHalf>>,
    heard: Arc<Heard>,
    last_subscription: AtomicU64,
    reader: JoinHandle<()>,
    _reading: CancelOnDrop,
}

/// What the reading end has to do with the writing one.
#[derive(Default)]
struct Heard {
    listeners: SyncMutex<HashMap<u64, mpsc::Sender<Message>>>,
    /// Those who wait for the server's word, in the order in which they asked.
    waiting: SyncMutex<VecDeque<oneshot::Sender<()>>>,
    wrong: SyncMutex<Option<String>>,
}

impl Connection {
    /// Dials the server and introduces us.
    pub(super) async fn open(
        server: &Server,
        private_addresses: bool,
        message_bytes: usize,
    ) -> Result<Self, String> {
        let opening = async {
            let stream = dial(&server.destination, private_addresses).await;
            let stream = stream.map_err(|refused| refused.to_string())?;
            let (read, mut write) = TcpStream::into_split(stream);
            let mut read = BufReader::new(read);
            match said(&mut read, 0).await {
                Ok(Said::Info(_)) => {}
                Ok(_) => return Err("it does not introduce itself as NATS does".to_owned()),
                Err(error) => return Err(error.to_string()),
            }
            let hello = write.write_all(&connect(server.user.as_ref())).await;
            hello.map_err(|error| error.to_string())?;
            Ok((read, write))
        };
        let opened = timeout(PATIENCE, opening).await;
        let (mut read, write) =
            opened.unwrap_or_else(|_| Err("it cannot be reached".to_owned()))?;
        let (write, heard) = (Arc::new(Mutex::new(write)), Arc::<Heard>::default());
        let (answers, hears) = (write.clone(), heard.clone());
        let reader = tokio::spawn(async move {
            let ended = hears.read(&mut read, &answers, message_bytes).await;
            if let Err(error) = ended {
                lock(&hears.wrong).get_or_insert(error.to_string());
            }
            // Whoever waits or listens is told.
            lock(&hears.waiting).clear();
            lock(&hears.listeners).clear();
        });
        let connection = Self {
            write,
            heard,
            last_subscription: AtomicU64::new(0),
            _reading: CancelOnDrop::new(reader.abort_handle()),
            reader,
        };
        // It says now whether we may come in.
        let told = connection.confirmed(Vec::new()).await;
        told.map_err(|error| match error {
            MessageError::Unavailable(why) => why,
            error => error.to_string(),
        })?;
        Ok(connection)
    }

    /// Whether the server has not closed it.
    pub(super) fn is_open(&self) -> bool {
        !self.reader.is_finished()
    }

    /// Writes commands, and waits until the server has got them.
    ///
    /// # Errors
    ///
    /// What the server says is wrong; that it says nothing.
    pub(super) async fn confirmed(&self, mut commands: Vec<u8>) -> Result<(), MessageError> {
        let (waits, word) = oneshot::channel();
        commands.extend_from_slice(b"PING\r\n");
        let asking = async {
            let mut write = self.write.lock().await;
            lock(&self.heard.waiting).push_back(waits);
            write
                .write_all(&commands)
                .await
                .map_err(|error| error.to_string())?;
            drop(write);
            let word = word.await;
            match lock(&self.heard.wrong).take() {
                Some(wrong) => Err(wrong),
                None => word.map_err(|_| "it closed the connection".to_owned()),
            }
        };
        let asked = timeout(PATIENCE, asking).await;
        asked
            .unwrap_or_else(|_| {
                // What is half written, nobody can go on with.
                self.reader.abort();
                Err("it took too long".to_owned())
            })
            .map_err(MessageError::Unavailable)
    }

    /// The messages of these topics.
    pub(super) async fn listen(
        &self,
        topics: &[String],
    ) -> Result<mpsc::Receiver<Message>, MessageError> {
        let (sender, receiver) = mpsc::channel(WAITING);
        let commands = self.subscribed(topics, &sender);
        self.confirmed(commands).await?;
        Ok(receiver)
    }

    /// Lets a listener have what comes of these topics, and gives the commands for that.
    fn subscribed(&self, topics: &[String], listener: &mpsc::Sender<Message>) -> Vec<u8> {
        let mut commands = String::new();
        let mut listeners = lock(&self.heard.listeners);
        // Those who listen no more are forgotten at the next occasion, which is here.
        listeners.retain(|subscription, listener| {
            if listener.is_closed() {
                commands += &format!("UNSUB {subscription}\r\n");
            }
            !listener.is_closed()
        });
        for topic in topics {
            let subscription = self.last_subscription.fetch_add(1, Ordering::Relaxed) + 1;
            listeners.insert(subscription, listener.clone());
            commands += &format!("SUB {topic} {subscription}\r\n");
        }
        commands.into_bytes()
    }
}

impl Heard {
    async fn read(
        &self,
        stream: &mut BufReader<tokio::net::tcp::OwnedReadHalf>,
        answers: &Mutex<OwnedWriteHalf>,
        message_bytes: usize,
    ) -> io::Result<()> {
        loop {
            match said(stream, message_bytes).await? {
                Said::Message(subscription, message) => {
                    if let Some(listener) = lock(&self.listeners).get(&subscription) {
                        // One that is full or gone misses it.
                        let _ = listener.try_send(message);
                    }
                }
                Said::Ping => answers.lock().await.write_all(b"PONG\r\n").await?,
                Said::Pong => {
                    if let Some(waits) = lock(&self.waiting).pop_front() {
                        // Who waited may have given up.
                        let _ = waits.send(());
                    }
                }
                Said::Wrong(sentence) => *lock(&self.wrong) = Some(sentence),
                Said::Info(_) | Said::Fine => {}
            }
        }
    }
}

/// Nothing that holds one of the locks leaves a value half changed.
fn lock<T>(mutex: &SyncMutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
