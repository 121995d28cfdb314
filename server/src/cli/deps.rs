//! Where a graph's packages are found on the disk, as `wac compose` finds them: `<deps-dir>/<namespace>/<name>.wasm`.

use super::{Failure, read};
use patchbay_model::Digest;
use patchbay_model::name::label_from;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub struct Deps {
    /// Where packages are found, as <DIR>/<namespace>/<name>.wasm
    #[arg(long, value_name = "DIR", default_value = "deps")]
    deps_dir: PathBuf,
    /// Take a package from this file instead
    #[arg(short = 'd', long = "dep", value_name = "PACKAGE=PATH", value_parser = parse_override)]
    overrides: Vec<(String, PathBuf)>,
}

fn parse_override(text: &str) -> Result<(String, PathBuf), String> {
    match text.split_once('=') {
        Some((package, path)) if package.contains(':') && !path.is_empty() => {
            Ok((package.to_owned(), path.into()))
        }
        _ => Err("write it as namespace:name=path/to/file.wasm".to_owned()),
    }
}

impl Deps {
    /// The bytes of a package, as binary or text; `None` when there is no such file.
    ///
    /// # Errors
    /// When a file is there and cannot be read, or `-d` names one that is not there.
    pub fn package(&self, name: &str, version: Option<&str>) -> Result<Option<Vec<u8>>, Failure> {
        let full = version.map(|version| format!("{name}@{version}"));
        let of = |wanted: &str| {
            self.overrides
                .iter()
                .rev()
                .find(|(package, _)| package == wanted)
        };
        if let Some((_, path)) = full.as_deref().and_then(of).or_else(|| of(name)) {
            return read(path).map(Some);
        }
        let mut path = self.deps_dir.clone();
        path.extend(name.split(':'));
        path.extend(version);
        for extension in ["wasm", "wat"] {
            let mut file = path.clone().into_os_string();
            file.push(format!(".{extension}"));
            let file = PathBuf::from(file);
            if file.is_file() {
                return read(&file).map(Some);
            }
        }
        Ok(None)
    }

    /// Every `.wasm` file under the directory and among the overrides, by digest: for graphs that name the bytes they
    /// mean, whatever they are called here.
    pub fn by_digest(&self) -> BTreeMap<Digest, PathBuf> {
        let mut files: Vec<PathBuf> = self
            .overrides
            .iter()
            .map(|(_, path)| path.clone())
            .collect();
        collect(&self.deps_dir, &mut files);
        let digest = |path: PathBuf| Some((digest(&std::fs::read(&path).ok()?), path));
        files.into_iter().filter_map(digest).collect()
    }

    /// The packages that there are, sorted.
    pub fn names(&self) -> Vec<String> {
        let mut files = Vec::new();
        collect(&self.deps_dir, &mut files);
        let files = files.iter().filter_map(|file| {
            let path = file.strip_prefix(&self.deps_dir).ok()?.with_extension("");
            let mut steps = path.iter().map(|step| step.to_str());
            let (namespace, name) = (steps.next()??, steps.next()??);
            Some(match steps.next() {
                Some(version) => format!("{namespace}:{name}@{}", version?),
                None => format!("{namespace}:{name}"),
            })
        });
        let overrides = self.overrides.iter().map(|(package, _)| package.clone());
        let mut names: Vec<String> = files.chain(overrides).collect();
        names.sort();
        names
    }

    /// Where packages are looked for, in words.
    pub fn place(&self) -> String {
        self.deps_dir.display().to_string()
    }
}

/// The file of a package under a directory of packages. What no package can be called is made into what one can: names
/// come from strangers' files.
pub fn file_of(package: &str) -> PathBuf {
    let (name, version) = match package.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (package, None),
    };
    let (namespace, name) = name.split_once(':').unwrap_or(("local", name));
    let mut path = PathBuf::from(label_from(namespace));
    path.push(label_from(name));
    let plain = |version: &&str| {
        let mut characters = version.chars();
        version.starts_with(|c: char| c.is_ascii_digit())
            && characters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
    };
    path.extend(version.filter(plain));
    let mut file = path.into_os_string();
    file.push(".wasm");
    file.into()
}

/// The SHA-256 of some bytes.
pub fn digest(bytes: &[u8]) -> Digest {
    let digest: [u8; 32] = Sha256::digest(bytes).into();
    Digest::from_bytes(&digest)
}

fn collect(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(directory).into_iter().flatten().flatten() {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&path, files),
            _ if path
                .extension()
                .is_some_and(|extension| extension == "wasm") =>
            {
                files.push(path)
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_package_leads_out_of_the_directory() {
        for (package, file) in [
            ("acme:shop@1.2.0", "acme/shop/1.2.0.wasm"),
            ("acme:shop", "acme/shop.wasm"),
            ("shop", "local/shop.wasm"),
            ("../..:../../etc/passwd", "component/etc-passwd.wasm"),
            ("acme:shop@../../x", "acme/shop.wasm"),
            ("acme:shop@/x", "acme/shop.wasm"),
            ("", "local/component.wasm"),
        ] {
            assert_eq!(file_of(package), Path::new(file), "{package}");
        }
    }
}
