//! A link: both of its types, and how they fit.

use crate::editor::{Editor, link_name, use_editor};
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use crate::panels::problems::{both_types, wit};
use leptos::prelude::*;
use patchbay_model::analysis::MarkedWit;
use patchbay_model::{Endpoint, Fit, Link, Op, Port};

/// What there is to know of the link that fills an import.
#[component]
pub fn LinkDetails(import: Endpoint) -> impl IntoView {
    let editor = use_editor();
    let link = {
        let to = import.clone();
        Memo::new(move |_| {
            editor.graph().with(|graph| {
                Some(Link {
                    from: graph.supplier(&to)?.clone(),
                    to: to.clone(),
                })
            })
        })
    };
    let title = move || {
        let name = |link: &Link| editor.graph().with(|graph| link_name(graph, link));
        link.with(|link| link.as_ref().map(name))
    };
    let fit = Memo::new(move |_| {
        let link = link.get()?;
        editor.analysis.with(|analysis| {
            let report = analysis.links.iter().find(|report| report.link == link)?;
            report.fit.clone()
        })
    });
    let types = move || link.get().map(|link| view! { <Types editor link fit /> });
    let remove = move |_| {
        if let Some(link) = link.get_untracked() {
            let name = editor
                .graph()
                .with_untracked(|graph| link_name(graph, &link));
            editor.commit(
                format!("remove the link {name}"),
                vec![Op::RemoveLink { link }],
            );
        }
    };
    view! {
        <section class="details" aria-label="Link">
            <h2 class="link-title">{live(title)}</h2>
            {live(types)}
            <button type="button" class="button" on:click=heard::mouse(remove)>
                "Remove link"
            </button>
        </section>
    }
}

#[component]
fn Types(editor: Editor, link: Link, fit: Memo<Option<Fit>>) -> impl IntoView {
    let export = {
        let from = link.from.clone();
        Memo::new(move |_| {
            let component = editor.component_of(&from.node)?;
            component.export(&from.port).cloned()
        })
    };
    let import = Memo::new(move |_| {
        let component = editor.component_of(&link.to.node)?;
        component.import(&link.to.port).cloned()
    });
    let text = |title: &str, port: Option<Port>| MarkedWit {
        title: title.to_string(),
        wit: port.map_or_else(|| "unknown".to_string(), |port| port.wit),
        marks: Vec::new(),
    };
    move || match fit.get() {
        Some(Fit::Mismatch(mismatch)) => {
            let summary = mismatch.summary.clone();
            view! {
                <p class="err">{summary}</p>
                {both_types(mismatch)}
            }
            .late()
        }
        other => {
            let (class, words) = match other {
                Some(Fit::Exact) => (
                    "ok",
                    "Fits exactly: the same name, and the types agree.".into(),
                ),
                Some(Fit::Version { note }) => ("warn", format!("Fits across versions: {note}")),
                Some(Fit::Structure { note }) => ("warn", format!("Fits by its type: {note}")),
                _ => (
                    "muted",
                    "Not checked, or something of it is missing.".to_string(),
                ),
            };
            view! {
                <p class=class>{words}</p>
                <div class="both-types">
                    {wit(text("The export is", export.get()))}
                    {wit(text("The import wants", import.get()))}
                </div>
            }
            .late()
        }
    }
}
