//! The components that a graph may speak of.

use crate::inspect::Component;
use crate::memory::Memory;
use patchbay_model::component::{ComponentRef, Digest};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Components by digest and by package name.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    by_digest: BTreeMap<Digest, Component>,
    by_package: BTreeMap<String, Digest>,
    memory: Arc<Memory>,
}

impl Parts {
    /// No components.
    pub fn new() -> Self {
        Self::default()
    }

    /// No components, and what earlier checks found out about those to come.
    pub fn remembering(memory: Arc<Memory>) -> Self {
        Self {
            memory,
            ..Self::default()
        }
    }

    /// What checks found out about the components.
    pub(crate) fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Adds a component under its digest and its package name; the last one of a name is what a reference without a
    /// digest means.
    pub fn insert(&mut self, component: Component) {
        let package = component.info.package.clone();
        self.provide(package, component);
    }

    /// Adds a component under its digest and a name of the caller's choice.
    pub fn provide(&mut self, package: impl Into<String>, component: Component) {
        let digest = component.info.digest.clone();
        self.by_package.insert(package.into(), digest.clone());
        self.by_digest.insert(digest, component);
    }

    /// What a node means: exactly the bytes of its digest, or else whatever stands under its package name.
    pub fn get(&self, reference: &ComponentRef) -> Option<&Component> {
        let digest = match &reference.digest {
            Some(digest) => digest,
            None => self.by_package.get(&reference.package)?,
        };
        self.by_digest.get(digest)
    }
}

impl FromIterator<Component> for Parts {
    fn from_iter<I: IntoIterator<Item = Component>>(components: I) -> Self {
        let mut parts = Self::new();
        components.into_iter().for_each(|c| parts.insert(c));
        parts
    }
}
