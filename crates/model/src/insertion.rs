//! Whether a node could go into a link, without words: asked for every link that a pointer comes by. [`Evidence::splice`]
//! says why not.

use crate::analysis::Fit;
use crate::component::Port;
use crate::graph::{Endpoint, Link, NodeId};
use crate::op::Op;
use crate::verdict::Evidence;

impl Evidence<'_> {
    /// The operations that put a node into a link, in place of it: in by the import that fits the exporter best, out by the
    /// export that fits the importer best. `None` where there is no such port, or where several fit equally well.
    ///
    /// Each of the two links is judged by itself. That is enough: what could close a cycle through both would be a cycle
    /// through the link that is there.
    pub fn insertion(&self, node: &NodeId, link: &Link) -> Option<Vec<Op>> {
        let component = self.component(node)?;
        let end = |port: &Port| Endpoint {
            node: node.clone(),
            port: port.name.clone(),
        };
        let into = self.best_link(&component.imports, &|port| Link {
            from: link.from.clone(),
            to: end(port),
        })?;
        let out = self.best_link(&component.exports, &|port| Link {
            from: end(port),
            to: link.to.clone(),
        })?;
        let mut ops = self.graph.linking(into);
        ops.extend(self.graph.linking(out));
        Some(ops)
    }

    fn best_link(&self, ports: &[Port], link: &dyn Fn(&Port) -> Link) -> Option<Link> {
        let mut best = None;
        let mut lowest = u8::MAX;
        for port in ports {
            let link = link(port);
            let rank = match self.verdict(&link) {
                Ok(Fit::Exact) => 0,
                Ok(Fit::Version { .. }) => 1,
                Ok(_) => 2,
                Err(_) => continue,
            };
            if rank < lowest {
                lowest = rank;
                best = Some(link);
            } else if rank == lowest {
                best = None;
            }
        }
        best
    }
}
