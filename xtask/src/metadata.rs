//! What the packages of the components say of themselves, read from the manifests of three languages.

use std::fs;
use std::path::Path;
use std::str::FromStr as _;

use anyhow::{Context as _, Result, anyhow};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_metadata::{AddMetadata, AddMetadataField, Description, Licenses};

/// The description that ends up in the component.
#[derive(Debug, Deserialize)]
pub struct Metadata {
    description: String,
}

/// The license of everything in this repository.
const LICENSE: &str = "MIT OR Apache-2.0";

impl Metadata {
    /// Reads `Cargo.toml`.
    pub fn of_cargo(manifest: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            package: Metadata,
        }
        toml_file::<Manifest>(manifest).map(|manifest| manifest.package)
    }

    /// Reads `pyproject.toml`.
    pub fn of_python(manifest: &Path) -> Result<Self> {
        #[derive(Deserialize)]
        struct Manifest {
            project: Metadata,
        }
        toml_file::<Manifest>(manifest).map(|manifest| manifest.project)
    }

    /// Reads `package.json`.
    pub fn of_npm(manifest: &Path) -> Result<Self> {
        serde_json::from_str(&text_file(manifest)?).with_context(|| unreadable(manifest))
    }

    /// The component with its description and license inside.
    pub fn added_to(&self, component: &[u8]) -> Result<Vec<u8>> {
        let mut metadata = AddMetadata::default();
        metadata.description = AddMetadataField::Set(Description::new(self.description.clone()));
        metadata.licenses =
            AddMetadataField::Set(Licenses::from_str(LICENSE).map_err(|error| anyhow!("{error}"))?);
        metadata
            .to_wasm(component)
            .map_err(|error| anyhow!("{error}"))
    }
}

fn toml_file<T: DeserializeOwned>(path: &Path) -> Result<T> {
    toml::from_str(&text_file(path)?).with_context(|| unreadable(path))
}

fn text_file(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| unreadable(path))
}

fn unreadable(path: &Path) -> String {
    format!("{} cannot be read", path.display())
}
