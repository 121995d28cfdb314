//! Graphs as they were when somebody made a link to them: to look at and to copy, never to change.

use super::graphs::{read, write};
use super::{StorageError, now};
use crate::id;
use patchbay_model::Graph;
use sqlx::SqlitePool;

/// The rows about shared graphs.
#[derive(Clone, Debug)]
pub struct Shares {
    pool: SqlitePool,
}

impl Shares {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Keeps a graph as it is, under an id that nobody can guess, which is returned.
    pub async fn create(&self, graph: &Graph) -> Result<String, StorageError> {
        let id = id::unguessable();
        sqlx::query("INSERT INTO shares (id, document, made_at) VALUES (?, ?, ?)")
            .bind(&id)
            .bind(write(&id, graph)?)
            .bind(now())
            .execute(&self.pool)
            .await?;
        Ok(id)
    }

    /// The graph that was shared under that id.
    pub async fn get(&self, id: &str) -> Result<Option<Graph>, StorageError> {
        let row = sqlx::query("SELECT document FROM shares WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(read(id, &row)?))
    }
}
