//! Traced builds: with an interposer in each link, which tells the preview of every call. Nothing else ever sees one.

use crate::compose::{FuseError, Workbench};
use bytes::Bytes;
use patchbay_composer::TracedLink;
use patchbay_composer::traced::probe;
use patchbay_model::{Endpoint, Graph};
use patchbay_runner::{Call, Grants, Program, Runner};
use std::time::Duration;
use tokio::sync::OnceCell;

/// How many calls are timed to find out what one costs.
const TIMES: u32 = 10_000;

/// What there is to say of a traced build besides what it counts.
#[derive(Clone, Debug)]
pub struct Trace {
    /// The graph it was made of, with the nodes that say no to others.
    pub graph: Graph,
    /// Its links, in the order in which they are counted.
    pub links: Vec<TracedLink>,
    /// How many bytes the interposers add.
    pub added: u64,
    /// How much longer a call of an empty function takes on this machine, about; `None` when that could not be found out.
    pub cost: Option<Duration>,
}

impl Trace {
    /// Makes a traced build, and says what it costs.
    ///
    /// # Errors
    /// What keeps the graph from being fused, or from being traced.
    pub async fn build(
        workbench: &Workbench,
        runner: &Runner,
        graph: Graph,
        refused: Vec<Endpoint>,
    ) -> Result<(Bytes, Self), FuseError> {
        let (graph, traced) = workbench.fuse_traced(graph, refused).await?;
        let trace = Self {
            graph,
            added: traced.bytes.len().saturating_sub(traced.untraced) as u64,
            cost: *COST.get_or_init(|| cost(runner)).await,
            links: traced.links,
        };
        Ok((traced.bytes.into(), trace))
    }

    /// How many links are traced.
    pub fn interposers(&self) -> usize {
        let traced = self.links.iter().filter(|link| link.untraced.is_none());
        traced.count()
    }
}

/// Found out with the first traced build: it is the machine's, whatever is traced.
static COST: OnceCell<Option<Duration>> = OnceCell::const_new();

/// What it takes longer to call an empty function through a traced link.
async fn cost(runner: &Runner) -> Option<Duration> {
    let probe = probe().ok()?;
    let plain = runner.prepare(probe.plain.into()).await.ok()?;
    let traced = runner.prepare_traced(probe.traced.into(), 1).await.ok()?;
    let (plain, traced) = (took(runner, &plain).await?, took(runner, &traced).await?);
    Some(traced.saturating_sub(plain) / TIMES)
}

async fn took(runner: &Runner, program: &Program) -> Option<Duration> {
    let call = Call {
        function: "run".to_owned(),
        arguments: vec![TIMES.to_string()],
        session: None,
    };
    let preview = runner.start(program, Grants::default());
    Some(preview.call(call).await.ok()?.usage.elapsed)
}
