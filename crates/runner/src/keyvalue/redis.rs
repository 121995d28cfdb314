//! A store in Redis: a hash for each bucket, named `<prefix><bucket>`, with the keys as its fields.
//!
//! Speaks RESP 2, <https://redis.io/docs/latest/develop/reference/protocol-spec/>. The name of the server is looked up
//! here, and what is dialled is the address that was checked, as for the requests of guests.

use super::KeyValueEntry;
use super::backend::{Answer, Delta, From, KeyValueBackend};
use super::store::{PAGE, Page, StoreError, Swap};
use crate::limits::Limits;
use crate::outbound::{Destination, look_up};
use bytes::Bytes;
use futures::FutureExt;
use http::Uri;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::time::timeout;

/// How long one operation may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The longest value that is taken from the server.
const LONGEST: usize = 16 << 20;

/// How many values one answer may have.
const MOST: usize = 100_000;

/// Sets a field if it is what was seen, and says 1; otherwise what it is.
const SWAP: &str = "local now = redis.call('HGET', KEYS[1], ARGV[1]) \
    if (ARGV[2] == '0' and now == false) or (ARGV[2] == '1' and now == ARGV[3]) then \
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[4]) return 1 end return now";

/// A store in Redis.
pub struct Redis {
    destination: Destination,
    private_addresses: bool,
    user: Option<(String, String)>,
    database: u32,
    prefix: String,
    connection: Mutex<Option<BufReader<TcpStream>>>,
}

/// An address that is none of a Redis server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is no address of a Redis server: write redis://HOST, redis://HOST:PORT/NUMBER or redis://USER:PASSWORD@HOST"
)]
pub struct RedisError(String);

impl Redis {
    /// A store at `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`; nothing is dialled yet. Every bucket's name begins with
    /// `prefix`.
    ///
    /// # Errors
    ///
    /// When the address is not of that form.
    pub fn new(address: &str, prefix: String, limits: &Limits) -> Result<Self, RedisError> {
        let wrong = || RedisError(address.to_owned());
        let uri: Uri = address.parse().map_err(|_| wrong())?;
        let authority = uri.authority().ok_or_else(wrong)?;
        let host = authority.host().trim_matches(['[', ']']);
        if uri.scheme_str() != Some("redis") || host.is_empty() {
            return Err(wrong());
        }
        let user = authority.as_str().rsplit_once('@').map(|(user, _)| user);
        let user = user.map(|it| it.split_once(':').unwrap_or((it, "")));
        let database = match uri.path().trim_start_matches('/') {
            "" => 0,
            number => number.parse().map_err(|_| wrong())?,
        };
        Ok(Self {
            destination: Destination {
                host: host.to_owned(),
                port: authority.port_u16().unwrap_or(6379),
                secure: false,
            },
            private_addresses: limits.private_addresses,
            user: user.map(|(name, word)| (name.to_owned(), word.to_owned())),
            database,
            prefix,
            connection: Mutex::default(),
        })
    }

    /// Asks for a sign of life.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.ask(&[b"PING"]).await.map(drop)
    }

    fn hash(&self, bucket: &str) -> String {
        format!("{}{bucket}", self.prefix)
    }

    /// One command and its answer. A connection that broke is made anew once.
    async fn ask(&self, command: &[&[u8]]) -> Result<Reply, StoreError> {
        let mut connection = self.connection.lock().await;
        for fresh in [false, true] {
            let mut stream = match connection.take() {
                Some(stream) if !fresh => stream,
                _ => self.connect().await?,
            };
            let spoken = timeout(PATIENCE, speak(&mut stream, command)).await;
            match spoken {
                Ok(Ok(reply)) => {
                    *connection = Some(stream);
                    return reply.into_result();
                }
                Ok(Err(_)) if !fresh => {}
                Ok(Err(error)) => return Err(StoreError::Unavailable(error.to_string())),
                Err(_) => return Err(StoreError::Unavailable("it took too long".to_owned())),
            }
        }
        Err(StoreError::Unavailable("the connection broke".to_owned()))
    }

    async fn connect(&self) -> Result<BufReader<TcpStream>, StoreError> {
        let connecting = async {
            let address = look_up(&self.destination, self.private_addresses)
                .await
                .map_err(|refused| refused.to_string())?;
            let stream = TcpStream::connect(address).await;
            let mut stream = BufReader::new(stream.map_err(|error| error.to_string())?);
            let number = self.database.to_string();
            let mut first: Vec<Vec<&[u8]>> = Vec::new();
            if let Some((name, word)) = &self.user {
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
        let connected = timeout(PATIENCE, connecting).await;
        connected
            .unwrap_or_else(|_| Err("it cannot be reached".to_owned()))
            .map_err(StoreError::Unavailable)
    }

    async fn sorted_keys(&self, bucket: &str) -> Result<Vec<String>, StoreError> {
        let hash = self.hash(bucket);
        let keys = self.ask(&[b"HKEYS", hash.as_bytes()]).await?.list()?;
        let keys = keys.into_iter().flatten();
        let mut keys: Vec<String> = keys
            .map(|key| String::from_utf8_lossy(&key).into_owned())
            .collect();
        keys.sort_unstable();
        Ok(keys)
    }
}

impl KeyValueBackend for Redis {
    fn get<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>> {
        async move {
            if keys.is_empty() {
                return Ok(Vec::new());
            }
            let hash = self.hash(bucket);
            let mut command: Vec<&[u8]> = vec![b"HMGET", hash.as_bytes()];
            command.extend(keys.iter().map(String::as_bytes));
            self.ask(&command).await?.list()
        }
        .boxed()
    }

    fn set<'a>(&'a self, bucket: &'a str, entries: Vec<(String, Bytes)>) -> Answer<'a, ()> {
        async move {
            if entries.is_empty() {
                return Ok(());
            }
            let hash = self.hash(bucket);
            let mut command: Vec<&[u8]> = vec![b"HSET", hash.as_bytes()];
            for (key, value) in &entries {
                command.extend([key.as_bytes(), value]);
            }
            self.ask(&command).await.map(drop)
        }
        .boxed()
    }

    fn delete<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, ()> {
        async move {
            if keys.is_empty() {
                return Ok(());
            }
            let hash = self.hash(bucket);
            let mut command: Vec<&[u8]> = vec![b"HDEL", hash.as_bytes()];
            command.extend(keys.iter().map(String::as_bytes));
            self.ask(&command).await.map(drop)
        }
        .boxed()
    }

    fn keys<'a>(&'a self, bucket: &'a str, from: Option<From<'a>>) -> Answer<'a, Page> {
        async move {
            let mut keys = self.sorted_keys(bucket).await?;
            let start = match from {
                None => 0,
                Some(From::Offset(offset)) => usize::try_from(offset).unwrap_or(usize::MAX),
                Some(From::Key(after)) => keys.partition_point(|key| key.as_str() <= after),
            };
            let mut keys = keys.split_off(start.min(keys.len()));
            let more = keys.len() > PAGE;
            keys.truncate(PAGE);
            Ok(Page { keys, more })
        }
        .boxed()
    }

    fn increment<'a>(&'a self, bucket: &'a str, key: &'a str, delta: Delta) -> Answer<'a, i128> {
        async move {
            let delta = match delta {
                Delta::Unsigned(delta) => i64::try_from(delta).map_err(|_| StoreError::Overflow)?,
                Delta::Signed(delta) => delta,
            };
            let (hash, delta) = (self.hash(bucket), delta.to_string());
            let command = [
                b"HINCRBY",
                hash.as_bytes(),
                key.as_bytes(),
                delta.as_bytes(),
            ];
            match self.ask(&command).await? {
                Reply::Number(sum) => Ok(sum.into()),
                other => Err(other.unexpected()),
            }
        }
        .boxed()
    }

    fn swap<'a>(
        &'a self,
        bucket: &'a str,
        key: &'a str,
        seen: Option<&'a Bytes>,
        value: Bytes,
    ) -> Answer<'a, Swap> {
        async move {
            let hash = self.hash(bucket);
            let (known, seen): (&[u8], &[u8]) = match seen {
                Some(seen) => (b"1", seen),
                None => (b"0", b""),
            };
            let command: [&[u8]; 8] = [
                b"EVAL",
                SWAP.as_bytes(),
                b"1",
                hash.as_bytes(),
                key.as_bytes(),
                known,
                seen,
                &value,
            ];
            match self.ask(&command).await? {
                Reply::Number(_) => Ok(Swap::Done),
                Reply::Bytes(now) => Ok(Swap::Changed(now)),
                other => Err(other.unexpected()),
            }
        }
        .boxed()
    }

    fn entries(&self, most: usize) -> Answer<'_, Vec<KeyValueEntry>> {
        async move {
            let pattern = self.hash("*");
            let hashes = self.ask(&[b"KEYS", pattern.as_bytes()]).await?.list()?;
            let hashes = hashes.into_iter().flatten();
            let hashes = hashes.map(|hash| String::from_utf8_lossy(&hash).into_owned());
            let mut buckets: Vec<String> = hashes
                .filter_map(|hash| Some(hash.strip_prefix(&self.prefix)?.to_owned()))
                .collect();
            buckets.sort_unstable();
            let mut entries = Vec::new();
            for bucket in buckets {
                let mut keys = self.sorted_keys(&bucket).await?;
                keys.truncate(most - entries.len());
                let values = self.get(&bucket, &keys).await?;
                let pairs = keys.into_iter().zip(values);
                entries.extend(pairs.filter_map(|(key, value)| {
                    Some(KeyValueEntry {
                        bucket: bucket.clone(),
                        key,
                        value: value?,
                    })
                }));
            }
            Ok(entries)
        }
        .boxed()
    }
}

/// What the server answers.
enum Reply {
    Word,
    Number(i64),
    Bytes(Option<Bytes>),
    List(Vec<Option<Bytes>>),
    Error(String),
}

impl Reply {
    fn into_result(self) -> Result<Self, StoreError> {
        match self {
            Self::Error(text) if text.contains("not an integer") => Err(StoreError::NotANumber),
            Self::Error(text) if text.contains("overflow") => Err(StoreError::Overflow),
            Self::Error(text) => Err(StoreError::Unavailable(text)),
            reply => Ok(reply),
        }
    }

    fn list(self) -> Result<Vec<Option<Bytes>>, StoreError> {
        match self {
            Self::List(values) => Ok(values),
            other => Err(other.unexpected()),
        }
    }

    fn unexpected(self) -> StoreError {
        StoreError::Unavailable("it speaks in a way that is not Redis's".to_owned())
    }
}

async fn speak(stream: &mut BufReader<TcpStream>, command: &[&[u8]]) -> std::io::Result<Reply> {
    let mut bytes = format!("*{}\r\n", command.len()).into_bytes();
    for part in command {
        bytes.extend_from_slice(format!("${}\r\n", part.len()).as_bytes());
        bytes.extend_from_slice(part);
        bytes.extend_from_slice(b"\r\n");
    }
    stream.write_all(&bytes).await?;
    let (kind, rest) = line(stream).await?;
    Ok(match kind {
        b'+' => Reply::Word,
        b'-' => Reply::Error(rest),
        b':' => Reply::Number(number(&rest)?),
        b'$' => Reply::Bytes(bulk(stream, number(&rest)?).await?),
        b'*' => {
            let count = usize::try_from(number(&rest)?).unwrap_or(0);
            if count > MOST {
                return Err(invalid());
            }
            let mut values = Vec::with_capacity(count.min(1024));
            for _ in 0..count {
                match line(stream).await? {
                    (b'$', length) => values.push(bulk(stream, number(&length)?).await?),
                    _ => return Err(invalid()),
                }
            }
            Reply::List(values)
        }
        _ => return Err(invalid()),
    })
}

/// The kind of what follows, and the rest of its first line.
async fn line(stream: &mut BufReader<TcpStream>) -> std::io::Result<(u8, String)> {
    let mut line = Vec::new();
    let mut limited = (&mut *stream).take(4096);
    limited.read_until(b'\n', &mut line).await?;
    let text = line.strip_suffix(b"\r\n").ok_or_else(invalid)?;
    let (kind, rest) = text.split_first().ok_or_else(invalid)?;
    Ok((*kind, String::from_utf8_lossy(rest).into_owned()))
}

/// As many bytes; none where there is no value.
async fn bulk(stream: &mut BufReader<TcpStream>, length: i64) -> std::io::Result<Option<Bytes>> {
    let Ok(length) = usize::try_from(length) else {
        return Ok(None);
    };
    if length > LONGEST {
        return Err(invalid());
    }
    let mut bytes = vec![0; length + 2];
    stream.read_exact(&mut bytes).await?;
    bytes.truncate(length);
    Ok(Some(bytes.into()))
}

fn number(text: &str) -> std::io::Result<i64> {
    text.parse().map_err(|_| invalid())
}

fn invalid() -> std::io::Error {
    std::io::Error::new(
        std::io::ErrorKind::InvalidData,
        "it speaks in a way that is not Redis's",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let redis = |address| Redis::new(address, String::new(), &Limits::default());
        let plain = redis("redis://store.example").ok().unwrap();
        assert_eq!(plain.destination.to_string(), "store.example:6379");
        let full = redis("redis://me:secret@[::1]:7000/3").ok().unwrap();
        assert_eq!(full.destination.to_string(), "::1:7000");
        assert_eq!(full.database, 3);
        assert_eq!(full.user.unwrap().1, "secret");
        for wrong in ["store.example", "http://a", "redis://a/b", "redis://"] {
            assert!(redis(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn addresses_that_are_not_global_are_not_dialled() {
        let redis = Redis::new("redis://127.0.0.1:1", String::new(), &Limits::default());
        let error = redis.ok().unwrap().ping().await.unwrap_err();
        assert!(
            error.to_string().contains("not a global address"),
            "{error}"
        );
    }
}
