//! The graphs that come with Patchbay: documents in the site's `samples/`, and an `index.json` that introduces them.

use crate::library::Library;
use patchbay_model::Graph;
use patchbay_model::api::SampleSummary;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// The sample graphs.
#[derive(Clone, Debug)]
pub struct SampleGraphs {
    directory: PathBuf,
}

/// A line of the index.
#[derive(Clone, Debug, Deserialize)]
struct Entry {
    /// The document is `<id>.json`.
    id: String,
    /// What it shows, in one sentence.
    description: String,
}

impl SampleGraphs {
    /// Those in a directory, which need not be there.
    pub fn new(directory: PathBuf) -> Self {
        Self { directory }
    }

    /// All of them, in the order of the index, with the components that each of them lacks.
    pub async fn list(&self, library: &Library) -> Vec<SampleSummary> {
        let mut list = Vec::new();
        for entry in self.index().await {
            let Some(graph) = self.read(&entry.id).await else {
                continue;
            };
            let name = graph.name().to_owned();
            let graph = library.resolve(graph).await;
            let open = graph.references().filter(|part| part.digest.is_none());
            let missing: BTreeSet<String> = open.map(|part| part.package.clone()).collect();
            list.push(SampleSummary {
                id: entry.id,
                name,
                description: entry.description,
                missing: missing.into_iter().collect(),
            });
        }
        list
    }

    /// One of them, with digests for the components that have been built.
    pub async fn open(&self, id: &str, library: &Library) -> Option<Graph> {
        // The index decides what can be opened: an id from outside never becomes a path by itself.
        let entry = self
            .index()
            .await
            .into_iter()
            .find(|entry| entry.id == id)?;
        Some(library.resolve(self.read(&entry.id).await?).await)
    }

    async fn index(&self) -> Vec<Entry> {
        let path = self.directory.join("index.json");
        let Ok(text) = tokio::fs::read_to_string(&path).await else {
            return Vec::new();
        };
        let index = serde_json::from_str(&text);
        let index = index.inspect_err(|e| tracing::warn!("{}: {e}", path.display()));
        index.unwrap_or_default()
    }

    async fn read(&self, id: &str) -> Option<Graph> {
        let path = self.directory.join(format!("{id}.json"));
        let text = tokio::fs::read_to_string(&path).await;
        let text = text
            .inspect_err(|e| tracing::warn!("{}: {e}", path.display()))
            .ok()?;
        let graph = Graph::from_json(&text);
        graph
            .inspect_err(|e| tracing::warn!("{}: {e}", path.display()))
            .ok()
    }
}
