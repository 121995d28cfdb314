//! Key-value stores that last: one for each saved graph, within the quotas of the sandbox.

use bytes::Bytes;
use futures::FutureExt;
use patchbay_runner::{
    Answer, Delta, KeyValueBackend, KeyValueEntry, KeysFrom, Limits, Page, StoreError, Swap,
};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqliteConnection, SqlitePool};

/// The store of one graph.
#[derive(Clone, Debug)]
pub struct LastingStore {
    pool: SqlitePool,
    graph: String,
    keys: usize,
    bytes: usize,
}

impl LastingStore {
    pub(super) fn new(pool: SqlitePool, graph: &str, limits: &Limits) -> Self {
        Self {
            pool,
            graph: graph.to_owned(),
            keys: limits.kv_keys,
            bytes: limits.kv_total_bytes,
        }
    }

    async fn value(
        &self,
        connection: &mut SqliteConnection,
        bucket: &str,
        key: &str,
    ) -> Result<Option<Bytes>, StoreError> {
        let row = sqlx::query(
            "SELECT value FROM stored_values WHERE graph = ? AND bucket = ? AND key = ?",
        )
        .bind(&self.graph)
        .bind(bucket)
        .bind(key)
        .fetch_optional(connection)
        .await
        .map_err(failed)?;
        row.map(|row| value(&row)).transpose()
    }

    async fn put(
        &self,
        connection: &mut SqliteConnection,
        bucket: &str,
        key: &str,
        value: &[u8],
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO stored_values (graph, bucket, key, value) VALUES (?, ?, ?, ?) \
             ON CONFLICT (graph, bucket, key) DO UPDATE SET value = excluded.value",
        )
        .bind(&self.graph)
        .bind(bucket)
        .bind(key)
        .bind(value)
        .execute(connection)
        .await
        .map_err(failed)?;
        Ok(())
    }

    /// Does something in one transaction, which is undone if too much is stored after it.
    async fn change<T: Send>(
        &self,
        change: impl AsyncFnOnce(&mut SqliteConnection) -> Result<T, StoreError> + Send,
    ) -> Result<T, StoreError> {
        // Immediate: two that read first and write then would be in each other's way.
        let mut transaction = self
            .pool
            .begin_with("BEGIN IMMEDIATE")
            .await
            .map_err(failed)?;
        let changed = change(&mut transaction).await?;
        let row = sqlx::query(
            "SELECT count(*) AS keys, coalesce(sum(length(CAST(key AS BLOB)) + length(value)), 0) AS bytes \
             FROM stored_values WHERE graph = ?",
        )
        .bind(&self.graph)
        .fetch_one(&mut *transaction)
        .await
        .map_err(failed)?;
        let number = |name: &str| row.try_get::<i64, _>(name).map_err(failed);
        let (keys, bytes) = (number("keys")?, number("bytes")?);
        if usize::try_from(keys).is_ok_and(|keys| keys > self.keys) {
            return Err(StoreError::TooManyKeys { limit: self.keys });
        }
        if usize::try_from(bytes).is_ok_and(|bytes| bytes > self.bytes) {
            return Err(StoreError::Full { limit: self.bytes });
        }
        transaction.commit().await.map_err(failed)?;
        Ok(changed)
    }
}

impl KeyValueBackend for LastingStore {
    fn get<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, Vec<Option<Bytes>>> {
        async move {
            let mut connection = self.pool.acquire().await.map_err(failed)?;
            let mut values = Vec::new();
            for key in keys {
                values.push(self.value(&mut connection, bucket, key).await?);
            }
            Ok(values)
        }
        .boxed()
    }

    fn set<'a>(&'a self, bucket: &'a str, entries: Vec<(String, Bytes)>) -> Answer<'a, ()> {
        async move {
            self.change(async |connection: &mut SqliteConnection| {
                for (key, value) in &entries {
                    self.put(connection, bucket, key, value).await?;
                }
                Ok(())
            })
            .await
        }
        .boxed()
    }

    fn delete<'a>(&'a self, bucket: &'a str, keys: &'a [String]) -> Answer<'a, ()> {
        async move {
            for key in keys {
                sqlx::query("DELETE FROM stored_values WHERE graph = ? AND bucket = ? AND key = ?")
                    .bind(&self.graph)
                    .bind(bucket)
                    .bind(key)
                    .execute(&self.pool)
                    .await
                    .map_err(failed)?;
            }
            Ok(())
        }
        .boxed()
    }

    fn keys<'a>(&'a self, bucket: &'a str, from: Option<KeysFrom<'a>>) -> Answer<'a, Page> {
        async move {
            let (after, offset) = match from {
                None => (None, 0),
                Some(KeysFrom::Offset(offset)) => (None, i64::try_from(offset).unwrap_or(i64::MAX)),
                Some(KeysFrom::Key(key)) => (Some(key), 0),
            };
            let rows = sqlx::query(
                "SELECT key FROM stored_values WHERE graph = ? AND bucket = ? AND (? IS NULL OR key > ?) \
                 ORDER BY key LIMIT ? OFFSET ?",
            )
            .bind(&self.graph)
            .bind(bucket)
            .bind(after)
            .bind(after)
            .bind(i64::try_from(Page::KEYS + 1).unwrap_or(i64::MAX))
            .bind(offset)
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
            let keys = rows.iter().map(|row| row.try_get("key").map_err(failed));
            keys.collect::<Result<_, _>>().map(Page::first_of)
        }
        .boxed()
    }

    fn increment<'a>(&'a self, bucket: &'a str, key: &'a str, delta: Delta) -> Answer<'a, i128> {
        async move {
            self.change(async |connection: &mut SqliteConnection| {
                let current = self.value(connection, bucket, key).await?;
                let sum = delta.added_to(current.as_deref())?;
                let digits = sum.to_string();
                self.put(connection, bucket, key, digits.as_bytes()).await?;
                Ok(sum)
            })
            .await
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
            self.change(async |connection: &mut SqliteConnection| {
                let current = self.value(connection, bucket, key).await?;
                if current.as_ref() != seen {
                    return Ok(Swap::Changed(current));
                }
                self.put(connection, bucket, key, &value).await?;
                Ok(Swap::Done)
            })
            .await
        }
        .boxed()
    }

    fn entries(&self, most: usize) -> Answer<'_, Vec<KeyValueEntry>> {
        async move {
            let rows = sqlx::query(
                "SELECT bucket, key, value FROM stored_values WHERE graph = ? ORDER BY bucket, key LIMIT ?",
            )
            .bind(&self.graph)
            .bind(i64::try_from(most).unwrap_or(i64::MAX))
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
            let entry = |row: &SqliteRow| {
                Ok(KeyValueEntry {
                    bucket: row.try_get("bucket").map_err(failed)?,
                    key: row.try_get("key").map_err(failed)?,
                    value: value(row)?,
                })
            };
            rows.iter().map(entry).collect()
        }
        .boxed()
    }
}

fn value(row: &SqliteRow) -> Result<Bytes, StoreError> {
    let value: Vec<u8> = row.try_get("value").map_err(failed)?;
    Ok(value.into())
}

/// What went wrong is the operator's business; the guest is told that something did.
fn failed(error: sqlx::Error) -> StoreError {
    tracing::error!(%error, "a lasting key-value store failed");
    StoreError::Unavailable("the server could not read or write it".to_owned())
}
