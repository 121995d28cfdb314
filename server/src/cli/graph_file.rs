//! A graph in a file, with the components it needs: a saved `.json` document, a `.wac` source, or a configuration of
//! `wasm-tools compose` (`.yml`).

use super::deps::Deps;
use super::{Failure, read};
use patchbay_composer::compose_config::{Place, read_compose};
use patchbay_composer::wac::{Packages, other_packages};
use patchbay_composer::{
    Component, FuseOptions, Parts, check, check_wac, fuse_wac, fuse_with, read_wac, wac_packages,
};
use patchbay_model::analysis::{ProblemKind, Severity, World};
use patchbay_model::{ComponentRef, Digest, Graph, Problem};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A graph and what it is made of.
pub enum GraphFile {
    /// A saved document.
    Document {
        /// It.
        graph: Graph,
        /// The components found; a missing one is a problem that the composer reports.
        parts: Parts,
        /// How the file itself wants it fused.
        options: FuseOptions,
        /// What the file says and a graph cannot.
        lost: Vec<String>,
    },
    /// A `.wac` source.
    Source {
        /// What messages call it.
        path: String,
        /// Its text.
        text: String,
        /// The packages found.
        packages: Packages,
        /// What is wrong with it already: its grammar, or packages that are not there.
        problems: Vec<Problem>,
    },
}

impl GraphFile {
    /// Reads a graph and finds its components.
    ///
    /// # Errors
    /// [`Failure::Usage`] for files that cannot be read, [`Failure::Problem`] for a document or a component that is not
    /// one.
    pub fn open(path: &Path, deps: &Deps) -> Result<Self, Failure> {
        let extension = path.extension().unwrap_or_default().to_ascii_lowercase();
        let text = |bytes| {
            String::from_utf8(bytes)
                .map_err(|_| Failure::Problem(format!("{} is not text", path.display())))
        };
        match extension.to_str() {
            Some("json") => {
                let graph = Graph::from_json(&text(read(path)?)?);
                let graph =
                    graph.map_err(|e| Failure::Problem(format!("{}: {e}", path.display())))?;
                let parts = Finder::new(deps).parts(&graph)?;
                Ok(Self::Document {
                    graph,
                    parts,
                    options: FuseOptions::default(),
                    lost: Vec::new(),
                })
            }
            Some("yml" | "yaml") => configuration(path, &text(read(path)?)?),
            Some("wac") => source(path.display().to_string(), text(read(path)?)?, deps),
            _ => Err(Failure::Usage(format!(
                "{} is neither a saved graph (.json) nor a .wac source nor a configuration of wasm-tools compose (.yml)",
                path.display()
            ))),
        }
    }

    /// The document, if it is one: its nodes have names.
    pub fn graph(&self) -> Option<&Graph> {
        match self {
            Self::Document { graph, .. } => Some(graph),
            Self::Source { .. } => None,
        }
    }

    /// The graph with its components, and what a graph cannot say of the file.
    ///
    /// # Errors
    /// What keeps a source from being read as a graph.
    pub fn into_graph(self) -> Result<(Graph, Parts, Vec<String>), Vec<Problem>> {
        match self {
            Self::Document {
                graph, parts, lost, ..
            } => Ok((graph, parts, lost)),
            Self::Source { problems, .. } if !problems.is_empty() => Err(problems),
            Self::Source {
                path,
                text,
                packages,
                ..
            } => {
                let read = read_wac(&text, &path, &packages)?;
                // Of the packages, WIT alone is no component, and no part of a graph.
                let parts = packages.iter().filter_map(|(name, bytes)| {
                    patchbay_composer::inspect(&name.to_string(), bytes).ok()
                });
                Ok((read.graph, parts.collect(), read.lost))
            }
        }
    }

    /// What is wrong with it, and the world of the result.
    pub fn check(&self) -> (Vec<Problem>, Option<World>) {
        match self {
            Self::Document { graph, parts, .. } => {
                let analysis = check(graph, parts);
                (analysis.problems, analysis.world)
            }
            Self::Source { problems, .. } if !problems.is_empty() => (problems.clone(), None),
            Self::Source {
                path,
                text,
                packages,
                ..
            } => {
                let analysis = check_wac(text, path, packages);
                (analysis.problems, analysis.world)
            }
        }
    }

    /// The one component it describes.
    ///
    /// # Errors
    /// What keeps it from being one.
    pub fn fuse(&self, options: FuseOptions) -> Result<Vec<u8>, Vec<Problem>> {
        match self {
            Self::Document {
                graph,
                parts,
                options: own,
                ..
            } => {
                let options = FuseOptions {
                    import_dependencies: options.import_dependencies || own.import_dependencies,
                    skip_validation: options.skip_validation || own.skip_validation,
                    ..options
                };
                fuse_with(graph, parts, options)
            }
            Self::Source { problems, .. } if !problems.is_empty() => Err(problems.clone()),
            Self::Source {
                path,
                text,
                packages,
                ..
            } => fuse_wac(text, path, packages, options),
        }
    }
}

/// Reads a configuration of `wasm-tools compose`: its files are named from its own directory.
fn configuration(path: &Path, text: &str) -> Result<GraphFile, Failure> {
    let directory = path.parent().unwrap_or_else(|| Path::new(""));
    let mut find = |place: Place<'_>| {
        let files: Vec<PathBuf> = match place {
            Place::File(file) => vec![directory.join(file)],
            Place::Name(name, paths) => std::iter::once(directory.to_path_buf())
                .chain(paths.iter().map(|path| directory.join(path)))
                .flat_map(|folder| ["wasm", "wat"].map(|end| folder.join(format!("{name}.{end}"))))
                .collect(),
        };
        let Some(file) = files.iter().find(|file| file.is_file()) else {
            return Ok(None);
        };
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let bytes =
            std::fs::read(file).map_err(|e| format!("cannot read {}: {e}", file.display()))?;
        let component = patchbay_composer::inspect_upload(&name, bytes);
        component
            .map(Some)
            .map_err(|e| format!("{}: {e}", file.display()))
    };
    let composed = read_compose(text, &path.display().to_string(), &mut find);
    let composed = composed.map_err(|problem| Failure::Problem(problem.message))?;
    Ok(GraphFile::Document {
        graph: composed.graph,
        parts: composed.parts,
        options: FuseOptions {
            import_dependencies: composed.import_dependencies,
            skip_validation: composed.skip_validation,
            ..FuseOptions::default()
        },
        lost: composed.lost,
    })
}

/// Finds the packages of a source.
fn source(path: String, text: String, deps: &Deps) -> Result<GraphFile, Failure> {
    let (mut packages, mut problems) = (Packages::new(), Vec::new());
    match wac_packages(&text, &path) {
        Err(problem) => problems.push(problem),
        Ok(names) => {
            let mut absent = Vec::new();
            for name in &names {
                let version = name.version.as_ref().map(ToString::to_string);
                match deps.package(&name.name, version.as_deref())? {
                    Some(bytes) => packages
                        .insert(name.clone(), binary(&name.to_string(), bytes)?)
                        .map_or((), drop),
                    None => absent.push(name),
                }
            }
            let mut fixes = match absent.is_empty() {
                true => BTreeMap::new(),
                false => other_packages(&text, &absent, &deps.names()),
            };
            for name in absent {
                let mut problem = missing(&name.to_string(), deps);
                problem.fixes.extend(fixes.remove(name));
                problems.push(problem);
            }
        }
    }
    Ok(GraphFile::Source {
        path,
        text,
        packages,
        problems,
    })
}

fn missing(package: &str, deps: &Deps) -> Problem {
    let message = format!(
        "the package `{package}` is not in {}; put it there as <namespace>/<name>.wasm, or name a file with \
         -d {package}=FILE",
        deps.place()
    );
    Problem::new(Severity::Error, ProblemKind::MissingComponent, message)
}

/// Text is translated; a binary goes as it is, since it may be a WIT package, which a source may speak of too.
fn binary(package: &str, bytes: Vec<u8>) -> Result<bytes::Bytes, Failure> {
    match bytes.starts_with(b"\0asm") {
        true => Ok(bytes.into()),
        false => Ok(inspect(package, bytes)?.bytes),
    }
}

/// Finds the components of documents.
struct Finder<'a> {
    deps: &'a Deps,
    /// All files by digest: made when the first one is not where its package says.
    files: OnceCell<BTreeMap<Digest, PathBuf>>,
}

impl<'a> Finder<'a> {
    fn new(deps: &'a Deps) -> Self {
        Self {
            deps,
            files: OnceCell::new(),
        }
    }

    fn parts(&self, graph: &Graph) -> Result<Parts, Failure> {
        let mut parts = Parts::new();
        for reference in graph.references() {
            if parts.get(reference).is_none()
                && let Some(component) = self.component(reference)?
            {
                parts.provide(&reference.package, component);
            }
        }
        Ok(parts)
    }

    fn component(&self, wanted: &ComponentRef) -> Result<Option<Component>, Failure> {
        let (name, version) = match wanted.package.split_once('@') {
            Some((name, version)) => (name, Some(version)),
            None => (wanted.package.as_str(), None),
        };
        let found = self.deps.package(name, version)?;
        let found = found
            .map(|bytes| inspect(&wanted.package, bytes))
            .transpose();
        let Some(digest) = &wanted.digest else {
            return found;
        };
        // Other bytes under the same name are not what was drawn, and need not even be a component.
        match found {
            Ok(Some(component)) if component.info.digest == *digest => Ok(Some(component)),
            _ => self.by_digest(&wanted.package, digest),
        }
    }

    fn by_digest(&self, package: &str, digest: &Digest) -> Result<Option<Component>, Failure> {
        let files = self.files.get_or_init(|| self.deps.by_digest());
        let Some(path) = files.get(digest) else {
            return Ok(None);
        };
        inspect(package, read(path)?).map(Some)
    }
}

/// A component under the name by which the graph knows it.
fn inspect(package: &str, bytes: Vec<u8>) -> Result<Component, Failure> {
    let component = patchbay_composer::inspect_upload(package, bytes);
    let mut component = component.map_err(|e| Failure::Problem(format!("{package}: {e}")))?;
    component.info.package = package.to_owned();
    Ok(component)
}
