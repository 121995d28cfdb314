//! A connection to a NATS server: what is written to it, and who gets what is read.

use super::protocol::{Said, connect, said};
use crate::body::CancelOnDrop;
use crate::error::late;
use crate::messaging::broker::places;
use crate::messaging::{Arrived, MessageError};
use crate::outbound::{Server, dial};
use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// A connection. It is closed when the last of its clones is dropped, or when nobody uses it any more.
pub(super) struct Connection {
    write: Arc<Writing>,
    heard: Arc<Heard>,
    last_subscription: AtomicU64,
    patience: Duration,
    reader: JoinHandle<()>,
    _reading: CancelOnDrop,
}

/// What of the server's messages is kept, and how long it is waited for.
#[derive(Clone, Copy)]
pub(super) struct Bounds {
    /// Of each, see [`Limits::message_bytes`](crate::Limits::message_bytes).
    pub(super) message_bytes: usize,
    /// For each who listens, see [`Limits::messages_waiting`](crate::Limits::messages_waiting).
    pub(super) waiting: usize,
    /// How long connecting may take, and how long the server's word that it has got something.
    pub(super) patience: Duration,
}

/// The writing end; none, when a command was written by half, or the reading end is at its end.
type Writing = Mutex<Option<OwnedWriteHalf>>;

/// Somebody who waits for the server's word, and is told what it says is wrong.
type Waits = oneshot::Sender<Result<(), String>>;

/// What the reading end has to do with the writing one.
struct Heard {
    listeners: SyncMutex<HashMap<u64, mpsc::Sender<Arrived>>>,
    /// In the order in which they asked; none, when the connection is at its end.
    waiting: SyncMutex<Option<VecDeque<Waits>>>,
    /// Whether somebody asked for something since the server asked for us.
    used: AtomicBool,
    /// See [`Bounds::waiting`]. The channels have one place more.
    most_waiting: usize,
}

/// The reading end. However it ends, the writing one ends with it.
struct Reading {
    stream: BufReader<OwnedReadHalf>,
    write: Arc<Writing>,
    heard: Arc<Heard>,
    /// What the server said last that is wrong, about the next command that it confirms.
    wrong: Option<String>,
    message_bytes: usize,
}

impl Connection {
    /// Dials the server and introduces us.
    pub(super) async fn open(
        server: &Server,
        private_addresses: bool,
        bounds: Bounds,
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
        let opened = timeout(bounds.patience, opening).await;
        let (stream, write) = opened.unwrap_or_else(|_| Err(late(bounds.patience)))?;
        let heard = Arc::new(Heard {
            listeners: SyncMutex::default(),
            waiting: SyncMutex::new(Some(VecDeque::new())),
            used: AtomicBool::new(true),
            most_waiting: bounds.waiting,
        });
        let write = Arc::new(Mutex::new(Some(write)));
        let reading = Reading {
            stream,
            write: write.clone(),
            heard: heard.clone(),
            wrong: None,
            message_bytes: bounds.message_bytes,
        };
        let reader = tokio::spawn(reading.run());
        let connection = Self {
            write,
            heard,
            last_subscription: AtomicU64::new(0),
            patience: bounds.patience,
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

    /// Whether something can be asked.
    pub(super) fn is_open(&self) -> bool {
        let write = self.write.try_lock();
        lock(&self.heard.waiting).is_some() && write.map_or(true, |write| write.is_some())
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
            let mut kept = self.write.lock().await;
            // Put back when all is written: what was written by half, nobody can go on with.
            let mut write = kept.take().ok_or_else(closed)?;
            self.heard.used.store(true, Ordering::Relaxed);
            match lock(&self.heard.waiting).as_mut() {
                Some(waiting) => waiting.push_back(waits),
                None => return Err(closed()),
            }
            let written = write.write_all(&commands).await;
            written.map_err(|error| error.to_string())?;
            *kept = Some(write);
            drop(kept);
            word.await.unwrap_or_else(|_| Err(closed()))
        };
        let asked = timeout(self.patience, asking).await;
        asked
            .unwrap_or_else(|_| {
                let late = late(self.patience);
                self.heard.end(&late);
                self.reader.abort();
                Err(late)
            })
            .map_err(MessageError::Unavailable)
    }

    /// The messages of these topics.
    pub(super) async fn listen(
        &self,
        topics: &[String],
    ) -> Result<mpsc::Receiver<Arrived>, MessageError> {
        let (sender, receiver) = mpsc::channel(places(self.heard.most_waiting) + 1);
        let commands = self.subscribed(topics, &sender);
        self.confirmed(commands).await?;
        Ok(receiver)
    }

    /// Lets a listener have what comes of these topics, and gives the commands for that.
    fn subscribed(&self, topics: &[String], listener: &mpsc::Sender<Arrived>) -> Vec<u8> {
        let mut commands = self.heard.forget_the_gone();
        let mut listeners = lock(&self.heard.listeners);
        for topic in topics {
            let subscription = self.last_subscription.fetch_add(1, Ordering::Relaxed) + 1;
            listeners.insert(subscription, listener.clone());
            commands += &format!("SUB {topic} {subscription}\r\n");
        }
        commands.into_bytes()
    }
}

impl Heard {
    /// Forgets those who listen no more, and gives the commands for that.
    fn forget_the_gone(&self) -> String {
        let mut commands = String::new();
        lock(&self.listeners).retain(|subscription, listener| {
            if listener.is_closed() {
                commands += &unsubscribe(*subscription);
            }
            !listener.is_closed()
        });
        commands
    }

    /// Hands a message over, if somebody listens still. For whom too many wait, is told so at the last place.
    fn hand_over(&self, subscription: u64, message: Arrived) -> Option<String> {
        let mut listeners = lock(&self.listeners);
        let listener = listeners.get(&subscription)?;
        let message = match listener.capacity() {
            0 | 1 => Err(MessageError::TooManyWaiting {
                limit: self.most_waiting,
            }),
            _ => message,
        };
        match listener.try_send(message) {
            Err(TrySendError::Closed(_)) => {
                listeners.remove(&subscription);
                Some(unsubscribe(subscription))
            }
            _ => None,
        }
    }

    /// Tells whoever waits or listens that it is over.
    fn end(&self, why: &str) {
        let waiting = lock(&self.waiting).take();
        for waits in waiting.into_iter().flatten() {
            // Who waited may have given up.
            let _ = waits.send(Err(why.to_owned()));
        }
        lock(&self.listeners).clear();
    }
}

impl Reading {
    async fn run(mut self) {
        if let Err(error) = self.read().await {
            self.wrong.get_or_insert(match error.kind() {
                io::ErrorKind::UnexpectedEof => closed(),
                _ => error.to_string(),
            });
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        loop {
            match said(&mut self.stream, self.message_bytes).await? {
                Said::Message(subscription, message) => {
                    self.hand_over(subscription, Ok(message)).await?;
                }
                Said::TooLong(subscription) => {
                    let limit = self.message_bytes;
                    let error = MessageError::TooLong { limit };
                    self.hand_over(subscription, Err(error)).await?;
                }
                Said::Ping => {
                    let commands = self.heard.forget_the_gone();
                    let used = self.heard.used.swap(false, Ordering::Relaxed);
                    if !used && lock(&self.heard.listeners).is_empty() {
                        return Ok(());
                    }
                    self.answer(&(commands + "PONG\r\n")).await?;
                }
                Said::Pong => {
                    let waits = lock(&self.heard.waiting).as_mut().map(VecDeque::pop_front);
                    if let Some(waits) = waits.flatten() {
                        // Who waited may have given up.
                        let _ = waits.send(self.wrong.take().map_or(Ok(()), Err));
                    }
                }
                Said::Wrong(sentence) => self.wrong = Some(sentence),
                Said::Info(_) | Said::Fine => {}
            }
        }
    }

    async fn hand_over(&mut self, subscription: u64, message: Arrived) -> io::Result<()> {
        match self.heard.hand_over(subscription, message) {
            Some(commands) => self.answer(&commands).await,
            None => Ok(()),
        }
    }

    async fn answer(&mut self, commands: &str) -> io::Result<()> {
        match self.write.lock().await.as_mut() {
            Some(write) => write.write_all(commands.as_bytes()).await,
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.heard.end(&self.wrong.take().unwrap_or_else(closed));
        // Whoever is writing finds out by himself.
        if let Ok(mut write) = self.write.try_lock() {
            *write = None;
        }
    }
}

fn unsubscribe(subscription: u64) -> String {
    format!("UNSUB {subscription}\r\n")
}

fn closed() -> String {
    "it closed the connection".to_owned()
}

/// Nothing that holds one of the locks leaves a value half changed.
fn lock<T>(mutex: &SyncMutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
