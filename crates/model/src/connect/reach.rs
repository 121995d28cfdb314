//! Which nodes come after which.

use crate::graph::Graph;

/// The bits of a word.
const WORD: usize = u64::BITS as usize;

/// For each node, the nodes that its links lead to, itself included: a matrix of bits, so that a question is one look and
/// a thousand nodes take 125 KB.
#[derive(Clone)]
pub(super) struct Reach {
    words: usize,
    rows: Vec<u64>,
}

impl Reach {
    /// Of the links that a graph has.
    pub(super) fn of(graph: &Graph) -> Self {
        let nodes = graph.nodes.len();
        let words = nodes.div_ceil(WORD);
        let mut reach = Self {
            words,
            rows: vec![0; nodes * words],
        };
        for node in 0..nodes {
            reach.rows[node * words + node / WORD] |= 1 << (node % WORD);
        }
        let at = |id| graph.nodes.find_index(id).ok();
        for (to, from) in graph.links.iter() {
            if let (Some(from), Some(to)) = (at(&from.node), at(&to.node)) {
                reach.add(from, to);
            }
        }
        reach
    }

    /// Whether a link from one node to another would close a cycle.
    pub(super) fn closes_cycle(&self, from: usize, to: usize) -> bool {
        self.leads(to, from)
    }

    /// Draws a link.
    pub(super) fn add(&mut self, from: usize, to: usize) {
        if self.leads(from, to) {
            return;
        }
        let after = self.rows[to * self.words..][..self.words].to_vec();
        for node in 0..self.rows.len() / self.words {
            if self.leads(node, from) {
                let row = &mut self.rows[node * self.words..][..self.words];
                row.iter_mut().zip(&after).for_each(|(word, w)| *word |= w);
            }
        }
    }

    fn leads(&self, from: usize, to: usize) -> bool {
        self.rows[from * self.words + to / WORD] >> (to % WORD) & 1 == 1
    }
}
