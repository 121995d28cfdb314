//! What outlives the process: rows in SQLite, and bytes in blobs named after their digest.
//!
//! Nothing is acknowledged before it is on the disk: a blob is written and synced before its row, and a row is
//! committed and synced before the answer goes out.

mod blobs;
mod components;
mod graphs;
mod settings;
mod shares;
mod values;

pub use blobs::Blobs;
pub use components::Components;
pub use graphs::{Graphs, Saved};
pub use settings::PreviewSettings;
pub use shares::Shares;
pub use values::LastingStore;

use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;
use object_store::local::LocalFileSystem;
use object_store::path::Path as Location;
use object_store::prefix::PrefixStore;
use patchbay_runner::{BlobStore, Limits};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::Mutex;

/// How long a write waits for another one.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything that is kept in a data directory.
#[derive(Clone, Debug)]
pub struct Storage {
    /// Saved graphs.
    pub graphs: Graphs,
    /// Graphs that links lead to.
    pub shares: Shares,
    /// What is known of the components that are kept.
    pub components: Components,
    /// Their bytes.
    pub blobs: Blobs,
    /// What is set for previews.
    pub settings: PreviewSettings,
    objects: Arc<LocalFileSystem>,
    /// Held while an object is counted and written: several previews may keep theirs in one graph.
    objects_written: Arc<Mutex<()>>,
    uploads: PathBuf,
    pool: sqlx::SqlitePool,
}

/// What can go wrong between the program and its disk.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// A directory or a temporary file.
    #[error("the data directory cannot be used: {0}")]
    Directory(#[from] std::io::Error),
    /// The database.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// Its tables could not be brought up to date.
    #[error("the database could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The blobs.
    #[error("the blob store failed: {0}")]
    Blobs(#[from] object_store::Error),
    /// A row that this program did not write, or a file that changed under it.
    #[error("the stored {what} {id} cannot be read: {why}")]
    Corrupt {
        /// `graph` or `component`.
        what: &'static str,
        /// Which one.
        id: String,
        /// What is wrong with it.
        why: String,
    },
}

impl Storage {
    /// Opens a data directory, and makes it when it is not there.
    ///
    /// # Errors
    /// When the directory cannot be written, or holds a database that is damaged or newer than this program.
    pub async fn open(directory: &Path) -> Result<Self, StorageError> {
        let uploads = directory.join("uploads");
        // Whatever an earlier process left half uploaded was never acknowledged.
        match std::fs::remove_dir_all(&uploads) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
            _ => std::fs::create_dir_all(&uploads)?,
        }
        let options = SqliteConnectOptions::new()
            .filename(directory.join("patchbay.sqlite"))
            .create_if_missing(true)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // `Normal` would lose the last commits when the power fails.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT);
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        sqlx::migrate!("./migrations").run(&pool).await?;
        let objects = directory.join("objects");
        std::fs::create_dir_all(&objects)?;
        let objects = LocalFileSystem::new_with_prefix(objects)?.with_automatic_cleanup(true);
        Ok(Self {
            objects: Arc::new(objects),
            objects_written: Arc::default(),
            graphs: Graphs::new(pool.clone()),
            shares: Shares::new(pool.clone()),
            components: Components::new(pool.clone()),
            blobs: Blobs::open(&directory.join("blobs"))?,
            settings: PreviewSettings::new(pool.clone()),
            uploads,
            pool,
        })
    }

    /// Where uploads are written while it is not yet known what they are; on the same disk as the blobs.
    pub fn uploads(&self) -> &Path {
        &self.uploads
    }

    /// The key-value store of a saved graph.
    pub fn lasting_store(&self, graph: &str, limits: &Limits) -> LastingStore {
        LastingStore::new(self.pool.clone(), graph, limits)
    }

    /// The objects of a saved graph.
    pub fn lasting_objects(&self, graph: &str, limits: &Limits) -> BlobStore {
        // A part of a path, whatever stands in it.
        let folder = Location::from_iter([graph]);
        let store = PrefixStore::new(self.objects.clone(), folder);
        BlobStore::within(Arc::new(store), limits, self.objects_written.clone())
    }

    /// Deletes the objects of a graph.
    pub async fn forget_objects(&self, graph: &str) -> Result<(), StorageError> {
        let objects = self.objects.list(Some(&Location::from_iter([graph])));
        let places = objects.map_ok(|object| object.location).boxed();
        let deleted = self.objects.delete_stream(places);
        deleted.try_collect::<Vec<_>>().await?;
        Ok(())
    }

    /// Asks the database for a sign of life.
    pub async fn ping(&self) -> Result<(), StorageError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    /// Writes what SQLite still has in its log and closes the files.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Milliseconds since 1970.
pub fn now() -> i64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH);
    elapsed.map_or(0, |time| {
        i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
    })
}
