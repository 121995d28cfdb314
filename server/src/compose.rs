//! From a graph to what can be said of it, and to one component.

mod generate;
mod refuse;
mod subject;

pub use generate::AddError;

use crate::blocking::Blocking;
use crate::library::{Library, LibraryError};
use crate::views::{self, Highlighted};
use bytes::Bytes;
use patchbay_composer::targets::{TargetError, WitSource, known_packages, wit_packages};
use patchbay_composer::wac::{Packages, other_packages};
use patchbay_composer::{FuseOptions, PackageName, Plugged, WacGraph, WacText, limits};
use patchbay_model::analysis::{ProblemKind, Severity};
use patchbay_model::compare::{Comparison, GraphComparison};
use patchbay_model::size::SizeReport;
use patchbay_model::splice::Sink;
use patchbay_model::swap::Swap;
use patchbay_model::target::TargetReport;
use patchbay_model::{Analysis, Connected, Digest, Endpoint, Graph, NodeId, Op, Problem};
use std::sync::Arc;

/// The composer, with a library to find components in and threads to work on.
#[derive(Clone, Debug)]
pub struct Workbench {
    library: Arc<Library>,
    blocking: Blocking,
}

/// Why a graph was not fused.
#[derive(Debug, thiserror::Error)]
pub enum FuseError {
    /// The graph has errors.
    #[error("the graph cannot be fused")]
    Problems(Vec<Problem>),
    /// Something else failed.
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl Workbench {
    /// A workbench over a library.
    pub fn new(library: Arc<Library>, blocking: Blocking) -> Self {
        Self { library, blocking }
    }

    /// What can be said of a graph.
    pub async fn check(&self, graph: Graph) -> Result<Analysis, LibraryError> {
        Ok(self.subject(graph).await?.analysis)
    }

    /// One component out of a graph; the same bytes every time.
    pub async fn fuse(&self, graph: Graph, options: FuseOptions) -> Result<Bytes, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let fuse = move || patchbay_composer::fuse_with(&graph, &parts, options);
        let fused = self.blocking.run(fuse).await.map_err(LibraryError::from)?;
        fused.map(Bytes::from).map_err(FuseError::Problems)
    }

    /// The links of a graph that follow without a guess.
    pub async fn connect(&self, graph: Graph) -> Result<Connected, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let connect = move || patchbay_composer::connect_all(&graph, &parts).map_err(one);
        self.blocking
            .run(connect)
            .await
            .map_err(LibraryError::from)?
    }

    /// What leads through nodes, in their order, to an import or an export of the result.
    pub async fn chain(
        &self,
        graph: Graph,
        source: Option<Endpoint>,
        nodes: Vec<NodeId>,
        sink: Sink,
    ) -> Result<Vec<Op>, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let chain = move || {
            patchbay_composer::chain(&graph, &parts, source.as_ref(), &nodes, &sink).map_err(one)
        };
        self.blocking.run(chain).await.map_err(LibraryError::from)?
    }

    /// Where nodes can stand in a row, in their order, with what it takes.
    pub async fn chain_places(
        &self,
        graph: Graph,
        nodes: Vec<NodeId>,
    ) -> Result<Vec<(Sink, Vec<Op>)>, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let places = move || patchbay_composer::chain_places(&graph, &parts, &nodes).map_err(one);
        self.blocking
            .run(places)
            .await
            .map_err(LibraryError::from)?
    }

    /// A socket with plugs in it; `None` when one of these components is not here.
    pub async fn plug(
        &self,
        socket: &Digest,
        plugs: &[Digest],
    ) -> Result<Option<Plugged>, FuseError> {
        // The socket is a node, too.
        if plugs.len() >= limits::NODES {
            let message = format!("Up to {} plugs go into a socket", limits::NODES - 1);
            let problem = Problem::new(Severity::Error, ProblemKind::TooLarge, message);
            return Err(one(problem));
        }
        let mut components = Vec::new();
        for digest in std::iter::once(socket).chain(plugs) {
            let Some(component) = self.library.component(digest).await? else {
                return Ok(None);
            };
            components.push(component);
        }
        let plug = move || {
            let (socket, plugs) = components.split_first()?;
            Some(patchbay_composer::plug(socket, plugs).map_err(one))
        };
        let plugged = self.blocking.run(plug).await.map_err(LibraryError::from)?;
        plugged.transpose()
    }

    /// What it takes to make a node an instance of another component; `None` when that is not here.
    pub async fn swap(
        &self,
        graph: Graph,
        node: NodeId,
        component: &Digest,
    ) -> Result<Option<Swap>, FuseError> {
        let Some(component) = self.library.component(component).await? else {
            return Ok(None);
        };
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let swap = move || patchbay_composer::swap(&graph, &parts, &node, &component).map_err(one);
        let swapped = self.blocking.run(swap).await.map_err(LibraryError::from)?;
        swapped.map(Some)
    }

    /// What differs between two components; `None` when one of them is not here.
    pub async fn compare(
        &self,
        old: &Digest,
        new: &Digest,
    ) -> Result<Option<Comparison>, LibraryError> {
        let old = self.library.component(old).await?;
        let new = self.library.component(new).await?;
        let Some((old, new)) = old.zip(new) else {
            return Ok(None);
        };
        let compare = move || patchbay_composer::compare(&old, &new);
        Ok(Some(self.blocking.run(compare).await??))
    }

    /// What differs between two graphs.
    pub async fn compare_graphs(
        &self,
        old: Graph,
        new: Graph,
    ) -> Result<GraphComparison, LibraryError> {
        let old = self.library.resolve(old).await;
        let new = self.library.resolve(new).await;
        let (before, after) = (
            self.library.parts(&old).await?,
            self.library.parts(&new).await?,
        );
        let compare = move || patchbay_composer::compare_graphs((&old, &before), (&new, &after));
        Ok(self.blocking.run(compare).await?)
    }

    /// Which environments the result of a graph fits.
    pub async fn targets(
        &self,
        graph: Graph,
        own: Option<WitSource>,
    ) -> Result<Result<Vec<TargetReport>, TargetError>, LibraryError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let targets = move || patchbay_composer::graph_targets(&graph, &parts, own.as_ref());
        Ok(self.blocking.run(targets).await?)
    }

    /// Where the bytes of the result of a graph are.
    pub async fn size(&self, graph: Graph) -> Result<SizeReport, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let size = move || {
            let bytes = patchbay_composer::fuse(&graph, &parts).map_err(FuseError::Problems)?;
            let measured = patchbay_composer::size(&bytes, Some(&graph));
            measured.map_err(|error| FuseError::Library(LibraryError::from(error)))
        };
        self.blocking.run(size).await.map_err(LibraryError::from)?
    }

    /// A graph as a `.wac` source.
    pub async fn write_wac(&self, graph: Graph) -> Result<WacText, FuseError> {
        let graph = self.library.resolve(graph).await;
        let parts = self.library.parts(&graph).await?;
        let write = move || patchbay_composer::write_wac(&graph, &parts);
        let written = self.blocking.run(write).await.map_err(LibraryError::from)?;
        written.map_err(FuseError::Problems)
    }

    /// A graph as a `.wac` source, to look at.
    pub async fn show_wac(&self, graph: Graph) -> Result<String, FuseError> {
        let written = self.write_wac(graph.clone()).await?;
        let show = move || views::source(&graph, &written);
        Ok(self.blocking.run(show).await.map_err(LibraryError::from)?)
    }

    /// A `.wac` source as a graph, over the components of the library, the packages of some WIT texts, and those that
    /// everybody knows. Messages call it by its name.
    pub async fn read_wac(
        &self,
        name: &str,
        source: String,
        wit: Vec<String>,
    ) -> Result<WacGraph, FuseError> {
        let wanted = patchbay_composer::wac_packages(&source, name).map_err(one)?;
        let mut packages = self.library.packages(&wanted).await?;
        let open: Vec<PackageName> = wanted
            .iter()
            .filter(|name| !packages.contains_key(name))
            .cloned()
            .collect();
        let described = move || described(&open, &wit);
        let described = self.blocking.run(described).await;
        packages.extend(described.map_err(LibraryError::from)??);
        let missing: Vec<PackageName> = wanted
            .into_iter()
            .filter(|name| !packages.contains_key(name))
            .collect();
        if !missing.is_empty() {
            return Err(FuseError::Problems(
                self.missing(name, source, missing).await?,
            ));
        }
        let name = name.to_owned();
        let read = move || patchbay_composer::read_wac(&source, &name, &packages);
        let read = self.blocking.run(read).await.map_err(LibraryError::from)?;
        read.map_err(FuseError::Problems)
    }

    /// That packages are not there, each with one of another name that may be meant.
    async fn missing(
        &self,
        source_name: &str,
        source: String,
        packages: Vec<PackageName>,
    ) -> Result<Vec<Problem>, LibraryError> {
        let known = self.library.list().await?;
        let source_name = source_name.to_owned();
        let told = move || {
            let known = known.iter().map(|info| info.package.clone());
            let known: Vec<String> = known
                .chain(known_packages().keys().map(ToString::to_string))
                .collect();
            let packages: Vec<&PackageName> = packages.iter().collect();
            let mut fixes = other_packages(&source, &packages, &known);
            let problems = packages.into_iter().map(|name| {
                let message = format!(
                    "{source_name}: the package `{name}` is not in the library: upload a component of that name, or give its WIT"
                );
                let mut problem =
                    Problem::new(Severity::Error, ProblemKind::MissingComponent, message);
                problem.fixes.extend(fixes.remove(name));
                problem
            });
            problems.collect()
        };
        Ok(self.blocking.run(told).await?)
    }

    /// The result of a graph in the text format, marked up as HTML.
    pub async fn wat(&self, graph: Graph) -> Result<String, FuseError> {
        // The drawing of the graph is no text to look at.
        let options = FuseOptions {
            keep_graph: false,
            ..FuseOptions::default()
        };
        let bytes = self.fuse(graph, options).await?;
        let print = move || Highlighted::print(&bytes);
        let printed = self.blocking.run(print).await.map_err(LibraryError::from)?;
        let unprintable = |why| Problem::new(Severity::Error, ProblemKind::Encoding, why);
        printed.map_err(|why| one(unprintable(why)))
    }
}

/// The packages of these names among some WIT texts, and among those that everybody knows.
fn described(names: &[PackageName], wit: &[String]) -> Result<Packages, FuseError> {
    let mut given = Packages::new();
    for text in wit {
        let packages = wit_packages(text)
            .map_err(|why| one(Problem::new(Severity::Error, ProblemKind::Source, why)))?;
        given.extend(packages);
    }
    let found = names.iter().filter_map(|name| {
        let bytes = given.get(name).or_else(|| known_packages().get(name))?;
        Some((name.clone(), bytes.clone()))
    });
    Ok(found.collect())
}

/// A refusal for one reason.
fn one(problem: Problem) -> FuseError {
    FuseError::Problems(vec![problem])
}
