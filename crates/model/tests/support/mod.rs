//! Tables of components and nodes for tests that wire graphs.
#![allow(dead_code, reason = "each test file uses some of it")]

use patchbay_model::analysis::{ComponentPort, PortFit};
use patchbay_model::component::PortKind;
use patchbay_model::name::{InterfaceName, release};
use patchbay_model::{
    Analysis, ComponentInfo, Digest, Endpoint, Evidence, Fit, Graph, Link, Node, NodeId, Op, Point,
    Port, SortedSet, Transaction,
};

/// A graph, its components, and which of their ports fit.
#[derive(Clone, Debug)]
pub struct Table {
    pub graph: Graph,
    pub components: Vec<ComponentInfo>,
    pub analysis: Analysis,
    pub analysed: SortedSet<Digest>,
}

impl Table {
    /// One instance of each component, called as given, from left to right; ports fit by name and version.
    pub fn of(components: &[(&str, &[&str], &[&str])]) -> Self {
        let nodes: Vec<usize> = (0..components.len()).collect();
        Self::with_instances(components, &nodes)
    }

    /// Instances of the components of these places, from left to right; each is called as its component, or with a
    /// number after that.
    pub fn with_instances(components: &[(&str, &[&str], &[&str])], nodes: &[usize]) -> Self {
        let infos: Vec<ComponentInfo> = components
            .iter()
            .zip(1u8..)
            .map(|((name, imports, exports), n)| ComponentInfo {
                digest: Digest::from_bytes(&[n; 32]),
                package: format!("test:{name}"),
                size: 1,
                imports: imports.iter().map(|name| port(name)).collect(),
                exports: exports.iter().map(|name| port(name)).collect(),
                producers: Vec::new(),
                sample: false,
                composed: false,
                generated: None,
            })
            .collect();
        let mut graph = Graph::default();
        for (x, component) in nodes.iter().enumerate() {
            let name = graph.free_name(infos[*component].short_name());
            let node = Node::instance(
                NodeId(name.clone()),
                name,
                infos[*component].reference(),
                Point {
                    x: x as f64 * 300.0,
                    y: 0.0,
                },
            );
            apply(&mut graph, vec![Op::AddNode { node }]);
        }
        let mut table = Self {
            graph,
            analysed: infos.iter().map(|c| c.digest.clone()).collect(),
            components: infos,
            analysis: Analysis::default(),
        };
        table.fit_by_name();
        table
    }

    fn fit_by_name(&mut self) {
        for importer in &self.components {
            for import in &importer.imports {
                for exporter in &self.components {
                    for export in &exporter.exports {
                        let fit = |fit| PortFit {
                            export: component_port(exporter, export),
                            import: component_port(importer, import),
                            fit,
                        };
                        if export.name == import.name {
                            self.analysis.fits.push(fit(Fit::Exact));
                        } else if compatible(&export.name, &import.name) {
                            let note = "another version".to_string();
                            self.analysis.fits.push(fit(Fit::Version { note }));
                        }
                    }
                }
            }
        }
    }

    /// Says how two ports fit, whatever their names.
    pub fn knows(&mut self, export: (&str, &str), import: (&str, &str), fit: Fit) {
        let find = |name: &str| {
            let component = self.components.iter().find(|c| c.short_name() == name);
            component.expect("a component").digest.clone()
        };
        let port = |(component, port): (&str, &str)| ComponentPort {
            component: find(component),
            port: port.into(),
        };
        let (export, import) = (port(export), port(import));
        let fits = &mut self.analysis.fits;
        fits.retain(|fit| (&fit.export, &fit.import) != (&export, &import));
        fits.push(PortFit {
            export,
            import,
            fit,
        });
    }

    pub fn evidence(&self) -> Evidence<'_> {
        Evidence {
            graph: &self.graph,
            components: &self.components,
            analysis: &self.analysis,
            analysed: &self.analysed,
        }
    }

    pub fn apply(&mut self, ops: Vec<Op>) {
        apply(&mut self.graph, ops);
    }

    pub fn link(&mut self, from: &str, to: &str) {
        self.apply(vec![Op::AddLink {
            link: link(from, to),
        }]);
    }

    /// The links as `exporter port -> importer port`.
    pub fn links(&self) -> Vec<String> {
        self.graph.links().map(|link| in_words(&link)).collect()
    }
}

pub fn apply(graph: &mut Graph, ops: Vec<Op>) {
    let applied = graph.apply(&Transaction::new("test", ops));
    applied.unwrap_or_else(|error| panic!("{error}"));
}

pub fn in_words(link: &Link) -> String {
    let (from, to) = (&link.from, &link.to);
    format!("{} {} -> {} {}", from.node, from.port, to.node, to.port)
}

/// `hello t:x/a`
pub fn end(words: &str) -> Endpoint {
    let (node, port) = words.split_once(' ').expect("a node and a port");
    Endpoint {
        node: NodeId(node.into()),
        port: port.into(),
    }
}

pub fn link(from: &str, to: &str) -> Link {
    Link {
        from: end(from),
        to: end(to),
    }
}

fn port(name: &str) -> Port {
    Port {
        name: name.into(),
        kind: PortKind::Instance,
        wit: String::new(),
    }
}

fn component_port(component: &ComponentInfo, port: &Port) -> ComponentPort {
    ComponentPort {
        component: component.digest.clone(),
        port: port.name.clone(),
    }
}

/// The rule for releases from 1.0.0 on and for those of one `0.x`.
fn compatible(a: &str, b: &str) -> bool {
    let track = |name| {
        let name = InterfaceName::parse(name)?;
        let [major, minor, _] = release(name.version?)?;
        let track = if major == 0 { [0, minor] } else { [major, 0] };
        Some((name.namespace, name.package, name.interface, track))
    };
    track(a).is_some() && track(a) == track(b)
}
