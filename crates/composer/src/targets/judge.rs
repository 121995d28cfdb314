//! One component against one world.

use crate::check::verdict::Judge;
use crate::explain::diff::{Differ, Sides};
use indexmap::IndexMap;
use patchbay_model::analysis::Side;
use patchbay_model::name::{InterfaceName, release};
use patchbay_model::target::{TargetFinding, TargetFindingKind};
use wac_types::{ItemKind, Types, WorldId, are_semver_compatible};

/// What a world is compared with.
pub(super) struct Judging<'a> {
    types: &'a Types,
    component: WorldId,
    judge: Judge<'a>,
    /// Whether the environment provides an import by name.
    gives: &'a dyn Fn(&str) -> bool,
}

impl<'a> Judging<'a> {
    pub(super) fn new(
        types: &'a Types,
        component: WorldId,
        gives: &'a dyn Fn(&str) -> bool,
    ) -> Self {
        Self {
            types,
            component,
            judge: Judge::new(types),
            gives,
        }
    }

    /// What there is to say of the component in that world, obstacles first.
    pub(super) fn findings(&mut self, target: WorldId) -> Vec<TargetFinding> {
        let types = self.types;
        let mut provided = types[target].implicit_imported_interfaces(types);
        provided.extend(
            types[target]
                .imports
                .iter()
                .map(|(name, kind)| (name.as_str(), *kind)),
        );
        let provided: Items<'_> = provided.into_iter().collect();
        let component = &types[self.component];
        let imports = component.imports.iter();
        let mut findings: Vec<_> = imports
            .filter_map(|(name, kind)| self.import(&provided, name, *kind))
            .collect();
        let offered = component.exports.iter();
        let offered: Items<'_> = offered.map(|(name, kind)| (name.as_str(), *kind)).collect();
        for (name, kind) in &types[target].exports {
            findings.extend(self.export(&offered, name, kind.promote()));
        }
        findings.sort_by_key(|finding| finding.kind);
        findings
    }

    fn import(
        &mut self,
        provided: &Items<'_>,
        name: &str,
        kind: ItemKind,
    ) -> Option<TargetFinding> {
        let Some((found, has)) = lookup(provided, name) else {
            if (self.gives)(name) {
                return None;
            }
            let message = "The environment does not provide it.".to_string();
            return Some(finding(
                TargetFindingKind::NotProvided,
                Side::Import,
                name,
                message,
            ));
        };
        let asked = versions(found, name);
        match self.judge.agree(has.promote(), kind) {
            Ok(()) => {
                let (have, want) = asked.filter(|(have, want)| have < want)?;
                let message = format!(
                    "The component asks for {}, the environment promises {}; the types agree.",
                    dotted(want),
                    dotted(have)
                );
                Some(finding(
                    TargetFindingKind::Newer,
                    Side::Import,
                    name,
                    message,
                ))
            }
            Err(chain) => {
                let message = match asked {
                    Some((have, want)) if have != want => format!(
                        "The environment has it at {}, as another type than the component asks for at {}.",
                        dotted(have),
                        dotted(want)
                    ),
                    _ => "The environment has it as another type.".to_string(),
                };
                let sides = Sides {
                    have: "the environment",
                    want: "the component",
                };
                let found = finding(TargetFindingKind::Mismatch, Side::Import, name, message);
                Some(self.explained(found, sides, has.promote(), kind, chain))
            }
        }
    }

    fn export(&mut self, offered: &Items<'_>, name: &str, want: ItemKind) -> Option<TargetFinding> {
        let Some((found, has)) = lookup(offered, name) else {
            let message =
                "The environment calls it, and the component does not export it.".to_string();
            return Some(finding(
                TargetFindingKind::MissingExport,
                Side::Export,
                name,
                message,
            ));
        };
        let chain = self.judge.agree(has, want).err()?;
        let message = "The component exports it as another type than the environment calls.";
        let sides = Sides {
            have: "the component",
            want: "the environment",
        };
        let found = finding(
            TargetFindingKind::Mismatch,
            Side::Export,
            found,
            message.to_string(),
        );
        Some(self.explained(found, sides, has, want, chain))
    }

    /// With every difference between the types.
    fn explained(
        &self,
        mut finding: TargetFinding,
        sides: Sides<'_>,
        have: ItemKind,
        want: ItemKind,
        chain: String,
    ) -> TargetFinding {
        finding.differences = Differ::new(self.types, sides)
            .differences(have, want)
            .reasons;
        if finding.differences.is_empty() {
            finding.differences.push(chain);
        }
        finding
    }
}

type Items<'a> = IndexMap<&'a str, ItemKind>;

/// What a host takes for a name: exactly that, or else the highest version on its track.
fn lookup<'i>(items: &Items<'i>, name: &str) -> Option<(&'i str, ItemKind)> {
    if let Some((found, kind)) = items.get_key_value(name) {
        return Some((*found, *kind));
    }
    let compatible = items
        .iter()
        .filter(|(other, _)| are_semver_compatible(other, name));
    let highest = compatible.max_by_key(|(other, _)| version(other));
    highest.map(|(found, kind)| (*found, *kind))
}

fn versions(have: &str, want: &str) -> Option<([u64; 3], [u64; 3])> {
    version(have).zip(version(want))
}

fn version(name: &str) -> Option<[u64; 3]> {
    InterfaceName::parse(name).and_then(|name| release(name.version?))
}

fn dotted([major, minor, patch]: [u64; 3]) -> String {
    format!("{major}.{minor}.{patch}")
}

fn finding(kind: TargetFindingKind, side: Side, name: &str, message: String) -> TargetFinding {
    TargetFinding {
        kind,
        side,
        name: name.to_string(),
        message,
        nodes: Vec::new(),
        differences: Vec::new(),
    }
}
