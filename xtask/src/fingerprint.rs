//! Tells whether the inputs of a step are the same as when it last ran, for the steps that cargo does not know.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

/// Collects the inputs of a step.
#[derive(Default)]
pub struct Inputs(Sha256);

impl Inputs {
    /// Adds some text, such as the arguments of a command.
    pub fn text(mut self, text: &str) -> Self {
        self.0.update(text.len().to_le_bytes());
        self.0.update(text);
        self
    }

    /// Adds the content of a file, or of all files under a folder.
    pub fn path(mut self, path: &Path) -> Result<Self> {
        for file in files(path)? {
            let content =
                fs::read(&file).with_context(|| format!("{} cannot be read", file.display()))?;
            self = self.text(&file.strip_prefix(path).unwrap_or(&file).to_string_lossy());
            self.0.update(content.len().to_le_bytes());
            self.0.update(content);
        }
        Ok(self)
    }

    /// The fingerprint of all that was added, kept in `stamp` between runs.
    pub fn stamped(self, stamp: PathBuf) -> Fingerprint {
        let value = self
            .0
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Fingerprint { value, stamp }
    }
}

/// The inputs of one step, and the file that remembers those of the last run.
pub struct Fingerprint {
    value: String,
    stamp: PathBuf,
}

impl Fingerprint {
    /// Whether the last run had the same inputs.
    pub fn is_current(&self) -> bool {
        fs::read_to_string(&self.stamp).is_ok_and(|value| value == self.value)
    }

    /// Remembers these inputs. Call it when the step has succeeded.
    pub fn save(&self) -> Result<()> {
        if let Some(folder) = self.stamp.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&self.stamp, &self.value)
            .with_context(|| format!("{} cannot be written", self.stamp.display()))
    }
}

/// The file itself, or all files under the folder, in a fixed order.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut entries = fs::read_dir(path)
        .and_then(|entries| {
            entries
                .map(|entry| Ok(entry?.path()))
                .collect::<Result<Vec<_>, _>>()
        })
        .with_context(|| format!("{} cannot be listed", path.display()))?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        found.extend(files(&entry)?);
    }
    Ok(found)
}
