//! What a component is: its ports, their types, who made it.

mod producers;
pub(crate) mod refusal;
pub(crate) mod scan;
pub(crate) mod sections;
pub(crate) mod skeleton;
pub(crate) mod upload;
pub(crate) mod valid;
pub(crate) mod weight;

use crate::generate::mark::mark_of;
use crate::guard::guarded;
use crate::inspect::producers::producers;
use crate::inspect::refusal::NotAComponent;
use crate::inspect::scan::glance;
use crate::inspect::skeleton::strip;
use crate::inspect::valid::{SHARED_BYTES, validate};
use crate::inspect::weight::Weigher;
use crate::open::is_composed;
use crate::threads::both;
use crate::wit::text::{self, Decoded};
use bytes::Bytes;
use indexmap::IndexMap;
use patchbay_model::component::{ComponentInfo, Digest, Port, PortKind};
use sha2::{Digest as _, Sha256};
use std::collections::HashSet;
use std::fmt;
use wac_types::{ItemKind, Package, SubtypeChecker, Types, WorldId};

/// A component that passed inspection. Cheap to clone.
#[derive(Clone)]
pub struct Component {
    /// Its ports and where it comes from; the `sample` flag is the caller's to set.
    pub info: ComponentInfo,
    /// The file as it was uploaded: what a fuse embeds.
    pub bytes: Bytes,
    /// The same type without the code: what a check reads. The file itself where no smaller one has the same type.
    skeleton: Bytes,
    /// How many items there are in the types of its ports.
    items: u64,
}

impl fmt::Debug for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Megabytes of bytes help nobody.
        let (package, digest) = (&self.info.package, &self.info.digest);
        write!(f, "Component({package}, {digest})")
    }
}

impl Component {
    /// A component of the same imports and exports whose functions all trap.
    pub fn skeleton(&self) -> &Bytes {
        &self.skeleton
    }

    /// How much there is to its type: see [`limits::TYPE_ITEMS`](crate::limits::TYPE_ITEMS).
    pub(crate) fn items(&self) -> u64 {
        self.items
    }
}

/// Validates bytes as a component and reads its ports.
///
/// # Errors
/// What the bytes are instead, in a sentence.
pub fn inspect(package: &str, bytes: &[u8]) -> Result<Component, NotAComponent> {
    inspect_whole(package, Bytes::copy_from_slice(bytes))
}

/// Does what [`inspect`] does, and keeps the bytes that it was given.
///
/// # Errors
/// As [`inspect`].
pub(crate) fn inspect_whole(package: &str, bytes: Bytes) -> Result<Component, NotAComponent> {
    glance(&bytes)?;
    let skeleton = strip(&bytes).filter(|skeleton| skeleton.len() < bytes.len());
    let Some(skeleton) = skeleton else {
        validate(&bytes)?;
        return read(package, &bytes, None);
    };
    let read = || read(package, &bytes, Some(skeleton));
    // Reading validates all but the functions for itself, and nothing of what it reads is in them.
    let read = match bytes.len() >= SHARED_BYTES {
        true => {
            let (valid, read) = both(&|| validate(&bytes), read);
            valid?;
            read
        }
        false => {
            validate(&bytes)?;
            read()
        }
    };
    read.or_else(|_| self::read(package, &bytes, None))
}

/// Reads the ports of a component, of which the skeleton is known where there is a smaller one.
fn read(
    package: &str,
    bytes: &Bytes,
    skeleton: Option<Vec<u8>>,
) -> Result<Component, NotAComponent> {
    let skeleton = skeleton.map_or_else(|| bytes.clone(), Bytes::from);
    let mut types = Types::default();
    // Sections at the level of components are the same in both, and types are made of nothing else.
    let world = load(&mut types, "component", &skeleton)?;
    let items =
        Weigher::new(&types).bound(types[world].imports.iter().chain(&types[world].exports))?;
    let decoded = Decoded::typed(&skeleton, &types, &types[world]);
    if decoded.is_wit_package() {
        return Err(NotAComponent::WitPackage);
    }
    let ports = |items: &IndexMap<String, ItemKind>, exports| {
        let texts = text::ports(&decoded, &types, &types[world], exports);
        let ports = items.iter().zip(texts).map(|((name, kind), wit)| Port {
            name: name.clone(),
            kind: port_kind(*kind),
            wit,
        });
        ports.collect()
    };
    let info = ComponentInfo {
        digest: digest(bytes),
        package: package.to_string(),
        size: bytes.len() as u64,
        imports: ports(&types[world].imports, false),
        exports: ports(&types[world].exports, true),
        producers: producers(bytes),
        sample: false,
        composed: is_composed(&skeleton),
        generated: mark_of(bytes),
    };
    Ok(Component {
        info,
        bytes: bytes.clone(),
        skeleton,
        items,
    })
}

/// The SHA-256 of bytes.
pub fn digest(bytes: &[u8]) -> Digest {
    Digest::from_bytes(&Sha256::digest(bytes).into())
}

/// The model's word for what an item carries.
pub(crate) fn port_kind(kind: ItemKind) -> PortKind {
    match kind {
        ItemKind::Type(_) => PortKind::Type,
        ItemKind::Func(_) => PortKind::Function,
        ItemKind::Instance(_) => PortKind::Instance,
        ItemKind::Component(_) => PortKind::Component,
        ItemKind::Module(_) => PortKind::Module,
        ItemKind::Value(_) => PortKind::Value,
    }
}

/// Reads the type of a component the way wac does when it composes.
pub(crate) fn load(types: &mut Types, name: &str, bytes: &[u8]) -> Result<WorldId, NotAComponent> {
    match guarded(|| Package::from_bytes(name, None, bytes, types)) {
        Ok(Ok(package)) => Ok(package.ty()),
        Ok(Err(error)) => Err(NotAComponent::invalid(format!("{error:#}"))),
        Err(panicked) => Err(NotAComponent::invalid(panicked.to_string())),
    }
}

/// Whether each of two items can stand for the other; `cache` keeps what was found out about these types.
pub(crate) fn interchangeable(
    types: &Types,
    cache: &mut HashSet<(ItemKind, ItemKind)>,
    a: ItemKind,
    b: ItemKind,
) -> bool {
    let both = guarded(|| {
        let mut fits = |a, b| SubtypeChecker::new(cache).is_subtype(a, types, b, types);
        fits(a, b).and_then(|()| fits(b, a)).is_ok()
    });
    both.unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspect::scan::scan;

    /// Whether a skeleton has the same imports and exports, by name, order, and type both ways.
    fn same_type(types: &mut Types, world: WorldId, skeleton: &[u8]) -> bool {
        let Ok(other) = load(types, "skeleton", skeleton) else {
            return false;
        };
        let types = &*types;
        let (a, b) = (&types[world], &types[other]);
        let mut cache = HashSet::new();
        let mut agree = |a, b| interchangeable(types, &mut cache, a, b);
        [(&a.imports, &b.imports), (&a.exports, &b.exports)]
            .into_iter()
            .all(|(a, b)| {
                a.len() == b.len()
                    && a.iter()
                        .zip(b)
                        .all(|((an, a), (bn, b))| an == bn && agree(*a, *b))
            })
    }

    #[test]
    fn skeletons_have_the_types_of_their_components() {
        let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures");
        let folders = std::fs::read_dir(fixtures).expect("the fixtures");
        let mut compared = 0;
        for folder in folders {
            let files = std::fs::read_dir(folder.expect("a folder").path()).expect("a folder");
            for file in files.map(|file| file.expect("a file").path()) {
                if file.extension().is_none_or(|extension| extension != "wat") {
                    continue;
                }
                let bytes = wat::parse_file(&file).expect("text");
                let Some(skeleton) = strip(&bytes).filter(|_| scan(&bytes).is_ok()) else {
                    continue;
                };
                let mut types = Types::default();
                let world = load(&mut types, "component", &bytes).expect("a component");
                assert!(same_type(&mut types, world, &skeleton), "{file:?}");
                compared += 1;
            }
        }
        assert!(compared > 50, "{compared}");
    }
}
