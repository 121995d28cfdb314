//! Resources that are held between calls, by name.

use std::collections::BTreeMap;
use wasmtime::component::ResourceAny;

/// The resources that the calls of one instance gave, and that were not given back.
#[derive(Default)]
pub(super) struct Held {
    resources: BTreeMap<String, Resource>,
    /// How many there have been of each kind.
    counts: BTreeMap<String, u64>,
}

struct Resource {
    kind: String,
    handle: ResourceAny,
}

/// A resource that can be named in the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldResource {
    /// In arguments it is written in quotes: `"counter-1"`.
    pub name: String,
    /// The name of its type: `counter`.
    pub kind: String,
}

impl Held {
    /// Holds a resource, and says by which name.
    pub(super) fn hold(&mut self, kind: &str, handle: ResourceAny) -> String {
        let count = self.counts.entry(kind.to_owned()).or_default();
        *count += 1;
        let name = format!("{kind}-{count}");
        let resource = Resource {
            kind: kind.to_owned(),
            handle,
        };
        self.resources.insert(name.clone(), resource);
        name
    }

    /// The handle to a resource of that kind.
    ///
    /// # Errors
    ///
    /// What is wrong, as a phrase.
    pub(super) fn find(&self, name: &str, kind: &str) -> Result<ResourceAny, String> {
        match self.resources.get(name) {
            None => Err(format!("no resource is held as \"{name}\"")),
            Some(resource) if resource.kind != kind => {
                Err(format!("\"{name}\" is a {}, not a {kind}", resource.kind))
            }
            Some(resource) => Ok(resource.handle),
        }
    }

    /// Forgets what was given away.
    pub(super) fn release(&mut self, handle: ResourceAny) {
        self.resources
            .retain(|_, resource| resource.handle != handle);
    }

    pub(super) fn list(&self) -> Vec<HeldResource> {
        let entry = |(name, resource): (&String, &Resource)| HeldResource {
            name: name.clone(),
            kind: resource.kind.clone(),
        };
        self.resources.iter().map(entry).collect()
    }
}
