//! Which versions of an interface may stand in for one another, and why.
//!
//! The rule is the one of the component model's canonical interface names, as `wac-types` (`names.rs`) and wasmtime's
//! linker have it: versions fit within a track, which is the major version, or below 1.0 the minor one. A prerelease and
//! 0.0.x stand for themselves alone.

use patchbay_model::name::InterfaceName;
use semver::Version;

/// What to say where one interface meets itself in two versions; `None` for names of two interfaces, or for one name.
pub(crate) fn meeting(export: &str, import: &str) -> Option<String> {
    let (a, b) = (InterfaceName::parse(export)?, InterfaceName::parse(import)?);
    if !a.same_interface(&b) || a.version == b.version {
        return None;
    }
    let side =
        |version: Option<&str>| version.map_or("without a version".into(), |v| format!("at {v}"));
    let why = match (a.version, b.version) {
        (Some(have), Some(want)) => relation(have, want),
        _ => "Only names that both have a version, or both have none, promise to fit.".into(),
    };
    Some(format!(
        "Exported {}, imported {}. {why}",
        side(a.version),
        side(b.version)
    ))
}

/// Why two different versions fit or not.
fn relation(have: &str, want: &str) -> String {
    let (Ok(a), Ok(b)) = (Version::parse(have), Version::parse(want)) else {
        return "These are not versions that can be compared.".into();
    };
    if let Some(draft) = [&a, &b].into_iter().find(|v| !v.pre.is_empty()) {
        return format!(
            "{draft} is a prerelease, which may change in anything: it promises to fit only itself."
        );
    }
    let (track_a, track_b) = (track(&a), track(&b));
    let older = match a < b {
        true => ": the exported one is older, and may lack what came later",
        false => "",
    };
    match (track_a, track_b) {
        (Some(a), Some(b)) if a == b => {
            format!("Both are on the track {a}, on which later versions only add{older}.")
        }
        (Some(a), Some(b)) => format!(
            "These are on the tracks {a} and {b}, and what begins a new track may change in anything."
        ),
        _ => {
            "Versions 0.0.x may change in anything each time: they promise to fit only themselves."
                .into()
        }
    }
}

/// The track of a released version: `1.x`, `0.2.x`.
fn track(version: &Version) -> Option<String> {
    match (version.major, version.minor) {
        (0, 0) => None,
        (0, minor) => Some(format!("0.{minor}.x")),
        (major, _) => Some(format!("{major}.x")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wac_types::are_semver_compatible;

    #[test]
    fn says_a_track_exactly_where_wac_takes_versions_for_one_another() {
        for (have, want, says) in [
            ("1.2.0", "1.0.0", Some("on the track 1.x")),
            ("0.2.0", "0.2.3", Some("on the track 0.2.x")),
            ("0.2.0", "0.3.0", Some("tracks 0.2.x and 0.3.x")),
            ("2.0.0", "1.9.0", Some("tracks 2.x and 1.x")),
            ("0.3.0-rc-1", "0.3.0", Some("0.3.0-rc-1 is a prerelease")),
            ("0.0.1", "0.0.2", Some("Versions 0.0.x")),
            ("0.0.1", "0.1.0", Some("Versions 0.0.x")),
            ("1.0.0", "1.0.0", None),
        ] {
            let (a, b) = (format!("a:b/c@{have}"), format!("a:b/c@{want}"));
            let said = meeting(&a, &b);
            assert_eq!(said.is_some(), says.is_some(), "{have} {want}");
            let (Some(said), Some(says)) = (said, says) else {
                continue;
            };
            assert!(said.contains(says), "{said}");
            let fits = said.contains("Both are on the track");
            assert_eq!(fits, are_semver_compatible(&a, &b), "{said}");
        }
        assert_eq!(meeting("a:b/c@1.0.0", "a:b/d@2.0.0"), None);
        assert_eq!(meeting("run", "run"), None);
        assert!(meeting("a:b/c", "a:b/c@2.0.0").is_some_and(|s| s.contains("without a version")));
    }
}
