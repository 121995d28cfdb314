//! Saved graphs, each with a revision that a save must know to replace it.

use super::{StorageError, now};
use crate::id;
use patchbay_model::Graph;
use patchbay_model::api::{GraphSummary, StoredGraph};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row, SqlitePool};

/// How many graphs the list shows: those saved last.
const LISTED: i64 = 200;

/// The rows about graphs.
#[derive(Clone, Debug)]
pub struct Graphs {
    pool: SqlitePool,
}

/// What became of a save.
#[derive(Clone, Debug, PartialEq)]
pub enum Saved {
    /// It is on the disk.
    Stored(StoredGraph),
    /// Someone else saved meanwhile; nothing was changed.
    Stale {
        /// The revision that is stored.
        current: u64,
    },
    /// There is no graph of that id.
    Missing,
}

impl Graphs {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Keeps a new graph, under an id that nobody can guess.
    pub async fn create(&self, graph: Graph) -> Result<StoredGraph, StorageError> {
        let id = id::unguessable();
        sqlx::query(
            "INSERT INTO graphs (id, name, nodes, document, revision, saved_at) VALUES (?, ?, ?, ?, 1, ?)",
        )
        .bind(&id)
        .bind(graph.name())
        .bind(count(&graph))
        .bind(write(&id, &graph)?)
        .bind(now())
        .execute(&self.pool)
        .await?;
        Ok(StoredGraph {
            id,
            revision: 1,
            graph,
        })
    }

    /// The graph of that id.
    pub async fn get(&self, id: &str) -> Result<Option<StoredGraph>, StorageError> {
        let row = sqlx::query("SELECT document, revision FROM graphs WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(StoredGraph {
            id: id.to_owned(),
            revision: revision(&row, id)?,
            graph: read(id, &row)?,
        }))
    }

    /// Replaces that revision of a graph, and no other one.
    pub async fn save(&self, id: &str, based_on: u64, graph: Graph) -> Result<Saved, StorageError> {
        // One statement, so of two saves based on the same revision exactly one wins.
        let row = sqlx::query(
            "UPDATE graphs SET name = ?, nodes = ?, document = ?, revision = revision + 1, saved_at = ? \
             WHERE id = ? AND revision = ? RETURNING revision",
        )
        .bind(graph.name())
        .bind(count(&graph))
        .bind(write(id, &graph)?)
        .bind(now())
        .bind(id)
        // A revision that SQLite cannot hold is one that no graph has.
        .bind(i64::try_from(based_on).unwrap_or(-1))
        .fetch_optional(&self.pool)
        .await?;
        if let Some(row) = row {
            return Ok(Saved::Stored(StoredGraph {
                id: id.to_owned(),
                revision: revision(&row, id)?,
                graph,
            }));
        }
        let row = sqlx::query("SELECT revision FROM graphs WHERE id = ?")
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        match row {
            Some(row) => Ok(Saved::Stale {
                current: revision(&row, id)?,
            }),
            None => Ok(Saved::Missing),
        }
    }

    /// Removes a graph, and says whether it was there.
    pub async fn delete(&self, id: &str) -> Result<bool, StorageError> {
        let deleted = sqlx::query("DELETE FROM graphs WHERE id = ?")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(deleted.rows_affected() == 1)
    }

    /// The graphs saved last, the latest first.
    pub async fn list(&self) -> Result<Vec<GraphSummary>, StorageError> {
        let rows = sqlx::query(
            "SELECT id, name, nodes, saved_at FROM graphs ORDER BY saved_at DESC, rowid DESC LIMIT ?",
        )
        .bind(LISTED)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(GraphSummary {
                    id: row.try_get("id")?,
                    name: row.try_get("name")?,
                    nodes: u64::try_from(row.try_get::<i64, _>("nodes")?).unwrap_or(0),
                    saved_at: row.try_get("saved_at")?,
                })
            })
            .collect()
    }
}

fn count(graph: &Graph) -> i64 {
    i64::try_from(graph.nodes().len()).unwrap_or(i64::MAX)
}

pub(super) fn write(id: &str, graph: &Graph) -> Result<String, StorageError> {
    serde_json::to_string(graph).map_err(|e| corrupt(id, &e))
}

/// The graph in the column `document`.
pub(super) fn read(id: &str, row: &SqliteRow) -> Result<Graph, StorageError> {
    let document: String = row.try_get("document")?;
    Graph::from_json(&document).map_err(|e| corrupt(id, &e))
}

fn revision(row: &SqliteRow, id: &str) -> Result<u64, StorageError> {
    let revision: i64 = row.try_get("revision")?;
    u64::try_from(revision).map_err(|e| corrupt(id, &e))
}

fn corrupt(id: &str, why: &dyn std::fmt::Display) -> StorageError {
    StorageError::Corrupt {
        what: "graph",
        id: id.to_owned(),
        why: why.to_string(),
    }
}
