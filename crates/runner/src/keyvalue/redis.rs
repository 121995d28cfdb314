//! A store in Redis: a hash for each bucket, named `<prefix><bucket>`, with the keys as its fields.
//!
//! The name of the server is looked up here, and what is dialled is the address that was checked, as for the requests of
//! guests.

mod connection;
mod protocol;

use super::KeyValueEntry;
use super::backend::{Answer, Delta, From, KeyValueBackend};
use super::store::{Page, StoreError, Swap};
use crate::limits::Limits;
use crate::outbound::Server;
use bytes::Bytes;
use connection::Connections;
use futures::FutureExt;
use protocol::{Reply, unexpected};
use std::time::Duration;
use tokio::time::timeout;

/// How long going through all buckets may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sets a field if it is what was seen, and says 1; otherwise what it is.
const SWAP: &str = "local now = redis.call('HGET', KEYS[1], ARGV[1]) \
    if (ARGV[2] == '0' and now == false) or (ARGV[2] == '1' and now == ARGV[3]) then \
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[4]) return 1 end return now";

/// A store in Redis.
pub struct Redis {
    connections: Connections,
    prefix: String,
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
        let server = Server::read(address, "redis", 6379).ok_or_else(wrong)?;
        let database = match server.path.as_str() {
            "" => 0,
            number => number.parse().map_err(|_| wrong())?,
        };
        Ok(Self {
            connections: Connections::new(server, database, limits),
            prefix,
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

    async fn ask(&self, command: &[&[u8]]) -> Result<Reply, StoreError> {
        self.connections.ask(command).await
    }

    fn hash(&self, bucket: &str) -> String {
        format!("{}{bucket}", self.prefix)
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
            Ok(Page::first_of(keys.split_off(start.min(keys.len()))))
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
                _ => Err(unexpected()),
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
                _ => Err(unexpected()),
            }
        }
        .boxed()
    }

    fn entries(&self, most: usize) -> Answer<'_, Vec<KeyValueEntry>> {
        let listing = async move {
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
                if entries.len() == most {
                    break;
                }
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
        };
        async {
            let listed = timeout(PATIENCE, listing).await;
            listed.unwrap_or_else(|_| Err(StoreError::Unavailable("it took too long".to_owned())))
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        let redis = |address| Redis::new(address, String::new(), &Limits::default());
        let plain = redis("redis://store.example").ok().unwrap();
        assert_eq!(
            plain.connections.server.destination.to_string(),
            "store.example:6379"
        );
        let full = redis("redis://me:secret@[::1]:7000/3").ok().unwrap();
        assert_eq!(full.connections.server.destination.to_string(), "::1:7000");
        assert_eq!(full.connections.database, 3);
        assert_eq!(full.connections.server.user.unwrap().1, "secret");
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
