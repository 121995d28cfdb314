//! What is wrong with the graph, where, and how to get out of it.

use super::icon::Icon;
use crate::editor::{Editor, Selection, use_editor};
use crate::late::IntoLate;
use crate::live::live;
use leptos::either::Either;
use leptos::prelude::*;
use patchbay_model::analysis::{Fix, MarkedWit, Severity, Side, pieces};
use patchbay_model::{Mismatch, NodeId, Problem};

/// The list of problems.
#[component]
pub fn Problems() -> impl IntoView {
    let editor = use_editor();
    let problems = Memo::new(move |_| editor.analysis.with(|a| a.problems.clone()));
    let empty = Memo::new(move |_| editor.graph().with(|graph| graph.nodes().len() == 0));
    let list = move || {
        let problems = problems.get();
        if problems.is_empty() {
            let words = match empty.get() {
                true => {
                    "Nothing to check yet. Add a component from the palette, or drop one on the canvas."
                }
                false => "No problems: every link fits.",
            };
            return view! { <p class="muted problems-none">{words}</p> }.late();
        }
        let items = problems
            .into_iter()
            .map(|problem| view! { <Item editor problem /> })
            .collect_view();
        view! { <ul class="problems">{items}</ul> }.late()
    };
    view! {
        <section class="problems-panel" aria-label="Problems">
            <p class="checking muted" class:checking-now=live(move || editor.checking.get())>
                {live(move || if editor.checking.get() { "Checking…" } else { "" })}
            </p>
            {live(list)}
        </section>
    }
}

/// One problem.
#[component]
fn Item(editor: Editor, problem: Problem) -> impl IntoView {
    let (icon, word, class) = match problem.severity {
        Severity::Error => (Icon::Error, "Error", "severity severity-error"),
        Severity::Warning => (Icon::Warning, "Warning", "severity severity-warning"),
    };
    let place = problem.node.clone().map(|node| {
        let name = editor
            .graph()
            .with_untracked(|graph| graph.node(&node).map(|n| n.name.clone()));
        let name = name.unwrap_or_else(|| node.to_string());
        let port = problem.port.clone();
        let title = port
            .as_ref()
            .map(|p| format!("{} {}", p.side.word(), p.end.port));
        let show = move |_| {
            // The import of a link stands for the link.
            let linked = port
                .as_ref()
                .filter(|p| p.side == Side::Import)
                .map(|p| &p.end);
            let linked = linked.filter(|end| {
                editor
                    .graph()
                    .with_untracked(|graph| graph.supplier(end).is_some())
            });
            reveal(
                editor,
                &node,
                linked.map(|end| Selection::link(end.clone())),
            );
        };
        view! {
            <button type="button" class="button button-small" title=title on:click=show>
                {format!("Show {name}")}
            </button>
        }
    });
    let fixes = problem.fixes.into_iter().map(|Fix { label, ops }| {
        let words = label.clone();
        view! {
            <button
                type="button"
                class="button button-small"
                on:click=move |_| {
                    editor.commit(label.clone(), ops.clone());
                }
            >
                {words}
            </button>
        }
    });
    view! {
        <li class="problem">
            <span class=class>
                {icon.draw()}
                {word}
            </span>
            <div class="problem-text">
                <p>{problem.message}</p>
                {problem.mismatch.map(both_types)}
            </div>
            <div class="problem-actions">{place} {fixes.collect_view()}</div>
        </li>
    }
}

/// Selects a node, or something at it, and brings it into sight.
fn reveal(editor: Editor, node: &NodeId, instead: Option<Selection>) {
    if editor
        .graph()
        .with_untracked(|graph| graph.node(node).is_none())
    {
        editor.alert("This node is not in the graph any more.", None);
        return;
    }
    editor
        .selection
        .set(instead.unwrap_or_else(|| Selection::node(node.clone())));
    editor.reveal.set(Some(node.clone()));
}

/// Two types that do not fit, side by side, with each difference.
pub fn both_types(mismatch: Mismatch) -> impl IntoView {
    let reasons = mismatch
        .reasons
        .into_iter()
        .map(|reason| view! { <li>{reason}</li> });
    view! {
        <ul class="reasons">{reasons.collect_view()}</ul>
        <div class="both-types">{wit(mismatch.export)} {wit(mismatch.import)}</div>
    }
}

/// WIT under its title.
pub fn wit(MarkedWit { title, wit, marks }: MarkedWit) -> impl IntoView {
    view! {
        <figure class="wit">
            <figcaption>{title}</figcaption>
            <pre tabindex="0">{marked_text(&wit, &marks)}</pre>
        </figure>
    }
}

/// A text with the words marked that differ.
pub fn marked_text(text: &str, marks: &[u32]) -> impl IntoView + use<> {
    let piece = |(text, marked): (&str, bool)| {
        let text = text.to_string();
        match marked {
            true => Either::Left(view! { <mark>{text}</mark> }),
            false => Either::Right(text),
        }
    };
    pieces(text, marks).map(piece).collect_view()
}
