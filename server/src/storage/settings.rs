//! What people set for the previews of a graph.

use super::StorageError;
use crate::panel::Settings;
use sqlx::{Row, SqlitePool};

/// The rows about settings.
#[derive(Clone, Debug)]
pub struct PreviewSettings {
    pool: SqlitePool,
}

impl PreviewSettings {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// What was set for a graph; nothing, if nobody did.
    pub async fn get(&self, graph: &str) -> Result<Settings, StorageError> {
        let row = sqlx::query("SELECT settings FROM preview_settings WHERE graph = ?")
            .bind(graph)
            .fetch_optional(&self.pool)
            .await?;
        let Some(row) = row else {
            return Ok(Settings::default());
        };
        let text: String = row.try_get("settings")?;
        serde_json::from_str(&text).map_err(|error| corrupt(graph, &error))
    }

    /// Keeps what was set for a graph that is saved.
    pub async fn set(&self, graph: &str, settings: &Settings) -> Result<(), StorageError> {
        let text = serde_json::to_string(settings).map_err(|error| corrupt(graph, &error))?;
        sqlx::query(
            "INSERT INTO preview_settings (graph, settings) SELECT id, ? FROM graphs WHERE id = ? \
             ON CONFLICT (graph) DO UPDATE SET settings = excluded.settings",
        )
        .bind(text)
        .bind(graph)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn corrupt(graph: &str, why: &dyn std::fmt::Display) -> StorageError {
    StorageError::Corrupt {
        what: "settings of the graph",
        id: graph.to_owned(),
        why: why.to_string(),
    }
}
