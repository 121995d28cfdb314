//! The preview: the fused component in the server's sandbox, and requests to it.

mod forms;
mod logs;
mod panel;
mod toggle;

pub use panel::PreviewPanel;
pub use toggle::PreviewToggle;

use super::download::fuse_obstacle;
use super::drawer::{DrawerState, Tab};
use super::refused;
use crate::client;
use crate::editor::Editor;
use crate::held::Held;
use leptos::prelude::*;
use leptos::task::spawn_local;
use patchbay_model::api::{LogLine, PreviewInfo};
use patchbay_model::{ExportSource, Graph, Link, NodeKind};

/// How far the preview is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// None was started yet.
    #[default]
    Idle,
    /// The server fuses and compiles.
    Starting,
    /// It answers.
    Running(PreviewInfo),
    /// It could not be started, and why.
    Failed(String),
    /// It does not answer any more, and why.
    Ended(&'static str),
}

/// What a graph fuses to depends on this and on nothing else: not on where nodes are.
#[derive(Clone, PartialEq)]
struct Wiring {
    nodes: Vec<(String, NodeKind)>,
    links: Vec<Link>,
    exports: Vec<(String, ExportSource)>,
}

impl Wiring {
    fn of(graph: &Graph) -> Self {
        let nodes = graph.nodes();
        Self {
            nodes: nodes.map(|n| (n.name.clone(), n.kind.clone())).collect(),
            links: graph.links().collect(),
            exports: graph
                .exports()
                .map(|(name, s)| (name.to_string(), s.clone()))
                .collect(),
        }
    }
}

/// The preview's state.
#[derive(Clone, Copy)]
pub struct Preview {
    editor: Editor,
    drawer: DrawerState,
    phase: Held<Phase>,
    started_from: Held<Option<Wiring>>,
    logs: Held<Vec<LogLine>>,
}

impl Preview {
    /// None yet.
    pub fn new(editor: Editor, drawer: DrawerState) -> Self {
        Self {
            editor,
            drawer,
            phase: Held::default(),
            started_from: Held::new(None),
            logs: Held::default(),
        }
    }

    /// The preview that answers now. Tracks it.
    fn running(self) -> Option<PreviewInfo> {
        self.phase.with(|phase| match phase {
            Phase::Running(info) => Some(info.clone()),
            _ => None,
        })
    }

    /// Why none can be started now. Tracks what that depends on.
    fn obstacle(self) -> Option<String> {
        if self.phase.with(|phase| *phase == Phase::Starting) {
            return Some("Fusing and compiling…".to_string());
        }
        fuse_obstacle(self.editor)
    }

    /// Whether the graph has changed since the preview was started. Tracks both.
    fn is_out_of_date(self) -> bool {
        self.running().is_some()
            && self
                .started_from
                .with(|from| from.as_ref() != Some(&self.editor.graph().with(Wiring::of)))
    }

    /// Fuses the graph as it is now and runs it, in place of what runs.
    fn start(self) {
        if let Some(old) = untrack(|| self.running()) {
            spawn_local(async move {
                // It would go away by itself; the server just need not keep it that long.
                let _ = client::stop_preview(&old.id).await;
            });
        }
        let graph = self.editor.graph().get_untracked();
        self.started_from.set(Some(Wiring::of(&graph)));
        self.logs.set(Vec::new());
        self.phase.set(Phase::Starting);
        self.drawer.show(Tab::Preview);
        let saved = self.editor.stored.get_untracked().map(|stored| stored.id);
        spawn_local(async move {
            match client::start_preview(&graph, saved.as_deref()).await {
                Ok(info) => {
                    self.editor
                        .announce(format!("The preview runs at {}", info.url));
                    self.phase.set(Phase::Running(info));
                }
                Err(failure) => {
                    self.phase.set(Phase::Failed(failure.to_string()));
                    refused::show(
                        self.editor,
                        self.drawer,
                        "The preview did not start.",
                        &failure,
                    );
                }
            }
        });
    }

    /// Stops what runs.
    fn stop(self) {
        let Some(info) = untrack(|| self.running()) else {
            return;
        };
        self.phase.set(Phase::Ended("You stopped the preview."));
        spawn_local(async move {
            match client::stop_preview(&info.id).await {
                Err(failure) if !failure.is_gone() => {
                    let words = format!("The preview may still run. {failure}");
                    self.editor.alert(words, None);
                }
                _ => self.editor.notify("Preview stopped"),
            }
        });
    }

    /// What to do when the server says that it does not run any more.
    fn has_gone(self) {
        self.phase.set(Phase::Ended(
            "The preview has ended: somebody stopped it, others needed its place, or the server was restarted.",
        ));
    }
}
