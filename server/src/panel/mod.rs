//! What the page shows of a preview besides its logs: views with forms, as fragments of HTML.
//!
//! The page inserts a fragment as it is and sends its forms back, see `app/src/panels/preview/forms.rs`: the answer goes into the
//! element that `data-into` names, or in place of the whole fragment. `data-announce` is read out, `data-copy` is copied
//! when it is pressed, and an element with `data-again` is asked for anew until it comes without. What the address in
//! `data-canvas` gives is laid over the canvas.

mod activity;
mod call;
mod command;
mod fields;
mod fill;
mod form;
mod grants;
mod html;
mod limits;
mod links;
mod messages;
mod objects;
mod request;
mod store;

pub use activity::view as activity_view;
pub use call::{CallView, SESSION};
pub use command::{Run, RunView};
pub use form::Form;
pub use grants::{GrantsView, read as read_grants};
pub use html::{escape, failure};
pub use limits::view as limits_view;
pub use links::{canvas as canvas_view, view as links_view};
pub use messages::view as messages_view;
pub use objects::view as objects_view;
pub use request::{RequestView, curl, outcome as response, read as read_request, saved};
pub use store::{SHOWN as SHOWN_KEYS, view as store_view};

use crate::trace::Trace;
use patchbay_model::api::{Grants, PreviewRequest};
use patchbay_runner::HeldResource;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The views, and what people call them.
const VIEWS: [(&str, &str); 10] = [
    ("request", "Request"),
    ("command", "Command"),
    ("call", "Call"),
    ("grants", "Grants"),
    ("activity", "Activity"),
    ("links", "Links"),
    ("store", "Store"),
    ("objects", "Objects"),
    ("messages", "Messages"),
    ("limits", "Limits"),
];

/// How many requests can be saved.
const MOST_SAVED: usize = 50;

/// What people set for the previews of one graph.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// What is granted; what stays within the sandbox, if nobody said.
    #[serde(default)]
    pub grants: Option<Grants>,
    /// Requests to send again, by name.
    #[serde(default)]
    pub requests: Vec<(String, PreviewRequest)>,
    /// Whether the calls of links are counted.
    #[serde(default)]
    pub trace: bool,
}

/// What there is of a preview besides what runs. Clones are the same.
#[derive(Clone, Default)]
pub struct Panel {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    graph: Option<String>,
    settings: Mutex<Settings>,
    run: Mutex<Option<Arc<Run>>>,
    held: Mutex<Vec<HeldResource>>,
    trace: Mutex<Option<Arc<Trace>>>,
}

impl Panel {
    /// Of a preview of that saved graph, if it is saved, with what was set for it before.
    pub fn new(graph: Option<String>, settings: Settings) -> Self {
        Self {
            shared: Arc::new(Shared {
                graph,
                settings: Mutex::new(settings),
                run: Mutex::default(),
                held: Mutex::default(),
                trace: Mutex::default(),
            }),
        }
    }

    /// The saved graph that the preview runs.
    pub fn graph(&self) -> Option<&str> {
        self.shared.graph.as_deref()
    }

    /// As they are now.
    pub fn settings(&self) -> Settings {
        lock(&self.shared.settings).clone()
    }

    /// Sets what is granted.
    pub fn set_grants(&self, grants: Grants) {
        lock(&self.shared.settings).grants = Some(grants);
    }

    /// Keeps a request under a name, in place of the one that had it.
    pub fn save(&self, name: &str, request: PreviewRequest) {
        let mut settings = lock(&self.shared.settings);
        settings.requests.retain(|(other, _)| other != name);
        settings.requests.truncate(MOST_SAVED - 1);
        settings.requests.push((name.to_owned(), request));
    }

    /// Forgets the request of that name.
    pub fn forget(&self, name: &str) {
        let requests = &mut lock(&self.shared.settings).requests;
        requests.retain(|(other, _)| other != name);
    }

    /// The run of a command that was started last.
    pub fn run(&self) -> Option<Arc<Run>> {
        lock(&self.shared.run).clone()
    }

    /// The resources that the calls of the page hold.
    pub fn held(&self) -> Vec<HeldResource> {
        lock(&self.shared.held).clone()
    }

    /// Says which resources the calls of the page hold.
    pub fn set_held(&self, held: Vec<HeldResource>) {
        *lock(&self.shared.held) = held;
    }

    /// What there is to say of the traced build that it runs, if it runs one.
    pub fn trace(&self) -> Option<Arc<Trace>> {
        lock(&self.shared.trace).clone()
    }

    /// Says whether it runs a traced build.
    pub fn set_trace(&self, trace: Option<Trace>) {
        lock(&self.shared.settings).trace = trace.is_some();
        *lock(&self.shared.trace) = trace.map(Arc::new);
    }

    /// Puts a run in the place of the last one, which ends.
    pub fn set_run(&self, run: Option<Arc<Run>>) {
        *lock(&self.shared.run) = run;
    }
}

/// Nothing that holds one of the locks leaves a value half changed.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether there is such a view.
pub fn is_view(view: &str) -> bool {
    VIEWS.iter().any(|(name, _)| *name == view)
}

/// A view with the buttons that lead to the others. `base` is the address that the names of views are added to.
pub fn page(base: &str, view: &str, content: &str, traced: bool) -> String {
    let canvas = match traced {
        true => format!(" data-canvas=\"{base}/canvas\""),
        false => String::new(),
    };
    let buttons: String = VIEWS
        .iter()
        .map(|(name, label)| {
            let pressed = *name == view;
            format!(
                "<button type=\"submit\" class=\"button button-small\" id=\"sandbox-{name}\" formaction=\"{base}/{name}\" \
                 aria-pressed=\"{pressed}\">{label}</button>"
            )
        })
        .collect();
    format!(
        "<form action=\"{base}/{view}\"><div class=\"views\" role=\"group\" aria-label=\"Views of the preview\">{buttons}</div></form>\
         <div id=\"sandbox-view\" class=\"panel-view\" tabindex=\"0\"{canvas}>{content}</div>"
    )
}
