//! What is known of the graph, to judge links by.

use super::Editor;
use patchbay_model::analysis::PortRef;
use patchbay_model::{Endpoint, Evidence, Fit, Link, Refusal, SortedSet};

impl Editor {
    /// The ports that a link from this one would fit. Tracks what that depends on.
    pub fn candidates(self, origin: &PortRef) -> SortedSet<Endpoint> {
        self.with_evidence(|evidence| evidence.candidates(origin))
    }

    /// Whether the next analysis will say how a link fits, and none did yet. Tracks what that depends on.
    pub fn awaits_check(self, link: &Link) -> bool {
        self.with_evidence(|evidence| evidence.awaits_check(link))
    }

    /// How a link would fit, or why it is refused. Tracks what that depends on.
    ///
    /// # Errors
    /// The refusal in words.
    pub fn verdict(self, link: &Link) -> Result<Fit, Refusal> {
        self.with_evidence(|evidence| evidence.verdict(link))
    }

    /// The graph and what is known of it. Tracks all of that.
    pub fn with_evidence<T>(self, then: impl FnOnce(Evidence<'_>) -> T) -> T {
        self.graph.with(|graph| {
            self.components.with(|components| {
                self.analysis.with(|analysis| {
                    self.analysed.with(|analysed| {
                        then(Evidence {
                            graph,
                            components,
                            analysis,
                            analysed,
                        })
                    })
                })
            })
        })
    }
}
