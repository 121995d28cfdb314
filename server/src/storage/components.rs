//! What is known of the components that are kept.

use super::{StorageError, now};
use patchbay_model::{ComponentInfo, Digest};
use sqlx::{Row, SqlitePool};

/// The rows about components.
#[derive(Clone, Debug)]
pub struct Components {
    pool: SqlitePool,
}

impl Components {
    pub(super) fn new(pool: SqlitePool) -> Self {
        Self { pool }
    }

    /// Notes a component whose bytes are kept already, and says whether it is new. Of two that come at the same time,
    /// one is new. A component that is known keeps its first name.
    ///
    /// `listed` says whether people find it in the palette; a component that becomes listed stays so.
    pub async fn add(&self, info: &ComponentInfo, listed: bool) -> Result<bool, StorageError> {
        let text = serde_json::to_string(info).map_err(|e| corrupt(info.digest.as_str(), &e))?;
        let added = sqlx::query(
            "INSERT INTO components (digest, package, info, listed, added_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (digest) DO NOTHING",
        )
        .bind(info.digest.as_str())
        .bind(&info.package)
        .bind(text)
        .bind(listed)
        .bind(now())
        .execute(&self.pool)
        .await?;
        if added.rows_affected() == 0 && listed {
            sqlx::query("UPDATE components SET listed = 1 WHERE digest = ? AND listed = 0")
                .bind(info.digest.as_str())
                .execute(&self.pool)
                .await?;
        }
        Ok(added.rows_affected() == 1)
    }

    /// What is known of the component of that digest.
    pub async fn get(&self, digest: &Digest) -> Result<Option<ComponentInfo>, StorageError> {
        let row = sqlx::query("SELECT digest, info FROM components WHERE digest = ?")
            .bind(digest.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// Those that people find in the palette, in the order in which they came.
    pub async fn list(&self) -> Result<Vec<ComponentInfo>, StorageError> {
        let rows =
            sqlx::query("SELECT digest, info FROM components WHERE listed = 1 ORDER BY position")
                .fetch_all(&self.pool)
                .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &sqlx::sqlite::SqliteRow) -> Result<ComponentInfo, StorageError> {
    let digest: String = row.try_get("digest")?;
    let info: String = row.try_get("info")?;
    serde_json::from_str(&info).map_err(|e| corrupt(&digest, &e))
}

fn corrupt(digest: &str, why: &dyn std::fmt::Display) -> StorageError {
    StorageError::Corrupt {
        what: "component",
        id: digest.to_owned(),
        why: why.to_string(),
    }
}
