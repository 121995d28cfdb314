//! Which instance of a composed component a byte offset speaks of.

use std::collections::HashMap;
use wasmparser::{
    ComponentExternalKind, ComponentName, KnownCustom, Parser, Payload, WasmFeatures,
};

/// The name of the instance whose instantiation stands at `offset` (where a validator stopped), as the name section
/// has it.
pub(crate) fn instance_at(bytes: &[u8], offset: usize) -> Option<String> {
    let mut parser = Parser::new(0);
    parser.set_features(WasmFeatures::all());
    let mut depth = 0;
    let mut next_instance = 0u32;
    let mut found = None;
    let mut names = HashMap::new();
    for payload in parser.parse_all(bytes).map_while(Result::ok) {
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            _ if depth > 0 => {}
            Payload::ComponentInstanceSection(section) => {
                let range = section.range();
                for item in section.into_iter_with_offsets().map_while(Result::ok) {
                    if range.contains(&offset) && item.0 <= offset {
                        found = Some(next_instance);
                    }
                    next_instance += 1;
                }
            }
            // Imports, aliases and exports of instances take a place among the instances, too.
            Payload::ComponentImportSection(section) => {
                next_instance += count(section.into_iter().map_while(Result::ok), |import| {
                    matches!(import.ty, wasmparser::ComponentTypeRef::Instance(_))
                });
            }
            Payload::ComponentAliasSection(section) => {
                next_instance += count(section.into_iter().map_while(Result::ok), |alias| {
                    use wasmparser::ComponentAlias as A;
                    matches!(
                        alias,
                        A::InstanceExport {
                            kind: ComponentExternalKind::Instance,
                            ..
                        }
                    )
                });
            }
            Payload::ComponentExportSection(section) => {
                next_instance += count(section.into_iter().map_while(Result::ok), |export| {
                    export.kind == ComponentExternalKind::Instance
                });
            }
            Payload::CustomSection(section) => {
                if let KnownCustom::ComponentName(sections) = section.as_known() {
                    for section in sections.into_iter().map_while(Result::ok) {
                        if let ComponentName::Instances(map) = section {
                            for naming in map.into_iter().map_while(Result::ok) {
                                names.insert(naming.index, naming.name.to_string());
                            }
                        }
                    }
                }
            }
            _ => {}
        }
    }
    names.remove(&found?)
}

fn count<T>(items: impl Iterator<Item = T>, is_instance: impl Fn(&T) -> bool) -> u32 {
    items.filter(is_instance).map(|_| 1).sum()
}
