//! What will probably be run, compiled before anybody asks.

use crate::compose::{FuseError, Workbench};
use crate::library::Library;
use crate::trace::Trace;
use patchbay_model::{Digest, Endpoint, Graph};
use patchbay_runner::Runner;
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use tokio::sync::Notify;

/// How much waits for its turn. What is older is left to whoever runs it.
const MOST_WAITING: usize = 16;

/// What is compiled when nobody else wants the processors: one thing at a time, the latest first.
#[derive(Debug, Default)]
pub struct Ahead {
    waiting: Mutex<VecDeque<Expected>>,
    more: Notify,
}

#[derive(Debug)]
enum Expected {
    /// A component that graphs will be made of.
    Part(Digest),
    /// A graph that will be previewed.
    Run(Box<Run>),
}

/// What is run of a graph.
#[derive(Debug)]
pub struct Run {
    /// It.
    pub graph: Graph,
    /// What single nodes are refused.
    pub refused: Vec<Endpoint>,
    /// Whether its links are traced.
    pub traced: bool,
}

impl Ahead {
    /// Compiles the functions of a component.
    pub fn part(&self, component: Digest) {
        self.add(Expected::Part(component));
    }

    /// Compiles what comes of a graph, if it can be fused.
    pub fn run(&self, run: Run) {
        self.add(Expected::Run(Box::new(run)));
    }

    fn add(&self, expected: Expected) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_front(expected);
        waiting.truncate(MOST_WAITING);
        self.more.notify_one();
    }

    fn next(&self) -> Option<Expected> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.pop_front()
    }

    /// Does it all, for as long as the future is polled.
    pub async fn work(&self, library: &Library, workbench: &Workbench, runner: &Runner) {
        loop {
            match self.next() {
                // What fails here fails again where somebody waits for the answer.
                Some(Expected::Part(digest)) => {
                    if let Ok(Some(component)) = library.component(&digest).await {
                        runner.compile_part_ahead(component.bytes).await;
                    }
                }
                Some(Expected::Run(run)) => {
                    let refuses = !run.refused.is_empty();
                    let compiled = run.compile(workbench, runner).await;
                    if let (Err(FuseError::Problems(_)), true) = (compiled, refuses) {
                        // As it is run where nodes cannot be refused something any more.
                        let run = Run {
                            refused: Vec::new(),
                            ..*run
                        };
                        drop(run.compile(workbench, runner).await);
                    }
                }
                None => self.more.notified().await,
            }
        }
    }
}

impl Run {
    async fn compile(&self, workbench: &Workbench, runner: &Runner) -> Result<(), FuseError> {
        let (graph, refused) = (self.graph.clone(), self.refused.clone());
        if self.traced {
            let (bytes, trace) = Trace::build(workbench, runner, graph, refused).await?;
            runner.compile_traced_ahead(bytes, trace.links.len()).await;
        } else {
            let bytes = workbench.fuse_refusing(graph, refused).await?;
            runner.compile_ahead(bytes).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_latest_comes_first_and_the_oldest_goes() {
        let ahead = Ahead::default();
        let digests: Vec<Digest> = (0..=MOST_WAITING)
            .map(|n| Digest::from_bytes(&[u8::try_from(n).unwrap_or_default(); 32]))
            .collect();
        digests.iter().for_each(|it| ahead.part(it.clone()));
        let next: Vec<Digest> = std::iter::from_fn(|| match ahead.next()? {
            Expected::Part(digest) => Some(digest),
            Expected::Run(_) => None,
        })
        .collect();
        assert!(next.iter().eq(digests.iter().skip(1).rev()));
    }
}
