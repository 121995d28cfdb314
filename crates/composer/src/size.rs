//! Where the bytes of a composed component are.

use crate::guard::guarded;
use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::preamble;
use patchbay_model::graph::Graph;
use patchbay_model::size::{EmbeddedPart, SizeReport};
use std::collections::BTreeMap;
use wasmparser::{
    ComponentAlias, ComponentExternalKind, ComponentInstance, ComponentName, ComponentTypeRef,
    KnownCustom, Parser, Payload, WasmFeatures,
};

/// Measures the components that stand directly inside a component: for the result of a fuse, one for each component of
/// the graph, whatever the number of its nodes. With the graph, each is called by its package.
///
/// # Errors
/// What the bytes are instead of a component.
pub fn size(bytes: &[u8], graph: Option<&Graph>) -> Result<SizeReport, NotAComponent> {
    preamble(bytes)?;
    let measured = guarded(|| measure(bytes));
    let mut parts = measured
        .map_err(|panicked| NotAComponent::invalid(panicked.to_string()))?
        .map_err(|error| NotAComponent::invalid(error.message().to_string()))?;
    for part in &mut parts {
        let mut node = part.instances.iter();
        let node = node.find_map(|name| graph?.node_named(name));
        part.package = node
            .and_then(|node| node.component())
            .map(|component| component.package.clone());
    }
    parts.sort_by_key(|part| std::cmp::Reverse(part.bytes));
    let total = bytes.len() as u64;
    let embedded: u64 = parts.iter().map(|part| part.bytes).sum();
    Ok(SizeReport {
        total,
        wiring: total - embedded,
        parts,
    })
}

/// What has a number at the top level of a component.
#[derive(Default)]
struct Walk {
    parts: Vec<EmbeddedPart>,
    /// By number among the components: the place among the parts, for those that are embedded.
    components: Vec<Option<usize>>,
    /// By number among the instances: what they are instances of.
    instances: Vec<Option<usize>>,
    names: BTreeMap<u32, String>,
}

fn measure(bytes: &[u8]) -> Result<Vec<EmbeddedPart>, wasmparser::BinaryReaderError> {
    let mut walk = Walk::default();
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut depth = 0;
    for payload in parser.parse_all(bytes) {
        match payload? {
            Payload::ComponentSection {
                unchecked_range, ..
            } => {
                if depth == 0 {
                    walk.components.push(Some(walk.parts.len()));
                    walk.parts.push(EmbeddedPart {
                        bytes: unchecked_range.len() as u64,
                        removable: 0,
                        instances: Vec::new(),
                        package: None,
                    });
                }
                depth += 1;
            }
            Payload::ModuleSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::CustomSection(section) if depth > 0 => {
                // A component stands under no other at its depth, so the last one is the one around it.
                if let Some(part) = walk.parts.last_mut() {
                    part.removable += section.range().len() as u64;
                }
            }
            payload if depth == 0 => walk.top(payload)?,
            _ => {}
        }
    }
    Ok(walk.finish())
}

impl Walk {
    fn top(&mut self, payload: Payload<'_>) -> Result<(), wasmparser::BinaryReaderError> {
        match payload {
            Payload::ComponentInstanceSection(section) => {
                for instance in section {
                    let of = match instance? {
                        ComponentInstance::Instantiate {
                            component_index, ..
                        } => self.component(component_index),
                        ComponentInstance::FromExports(_) => None,
                    };
                    self.instances.push(of);
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    match import?.ty {
                        ComponentTypeRef::Instance(_) => self.instances.push(None),
                        ComponentTypeRef::Component(_) => self.components.push(None),
                        _ => {}
                    }
                }
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    if let ComponentAlias::InstanceExport { kind, .. } = alias? {
                        self.other(kind);
                    }
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.other(export?.kind);
                }
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::ComponentName(sections) = section.as_known() {
                    for section in sections.into_iter().map_while(Result::ok) {
                        if let ComponentName::Instances(names) = section {
                            let names = names.into_iter().map_while(Result::ok);
                            self.names
                                .extend(names.map(|n| (n.index, n.name.to_string())));
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Aliases and exports take numbers, too.
    fn other(&mut self, kind: ComponentExternalKind) {
        match kind {
            ComponentExternalKind::Instance => self.instances.push(None),
            ComponentExternalKind::Component => self.components.push(None),
            _ => {}
        }
    }

    fn component(&self, index: u32) -> Option<usize> {
        self.components.get(index as usize).copied().flatten()
    }

    fn finish(mut self) -> Vec<EmbeddedPart> {
        for (index, part) in self.instances.iter().enumerate() {
            let Some(part) = part.and_then(|part| self.parts.get_mut(part)) else {
                continue;
            };
            let name = self.names.get(&(index as u32)).cloned();
            part.instances
                .push(name.unwrap_or_else(|| format!("instance {index}")));
        }
        self.parts
    }
}
