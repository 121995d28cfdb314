//! Links, and the one that is being drawn.

use super::board::{Board, use_board};
use super::hue;
use crate::editor::link_name;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::Side;
use patchbay_model::decimal::px;
use patchbay_model::geometry::link_path;
use patchbay_model::{Endpoint, Fit, Link, Point};

/// The link to an import.
#[component]
pub fn LinkView(
    /// The import.
    to: Endpoint,
) -> impl IntoView {
    let board = use_board();
    let editor = board.editor;
    let to = StoredValue::new(to);
    let link = Memo::new(move |_| {
        let to = to.get_value();
        let from = editor.graph().with(|graph| graph.supplier(&to).cloned())?;
        Some(Link { from, to })
    });
    let name = Memo::new(move |_| {
        let link = link.get()?;
        Some(editor.graph().with(|graph| link_name(graph, &link)))
    });
    let ends = Memo::new(move |_| {
        link.with(|link| {
            let link = link.as_ref()?;
            let from = board.port(Side::Export, &link.from)?;
            let to = board.port(Side::Import, &link.to)?;
            Some((from, to))
        })
    });
    let path = move || ends.get().map(|(from, to)| link_path(from, to));
    let selected =
        Memo::new(move |_| to.with_value(|to| editor.selection.with(|s| s.links.contains(to))));
    let state = Memo::new(move |_| {
        link.with(|link| {
            editor.analysis.with(|analysis| {
                let reports = || analysis.links.iter();
                let report = link
                    .as_ref()
                    .and_then(|link| reports().find(|report| report.link == *link));
                match report.map(|report| &report.fit) {
                    Some(Some(Fit::Mismatch(mismatch))) => ("mismatch", mismatch.summary.clone()),
                    Some(Some(Fit::Version { note })) => ("version", note.clone()),
                    Some(Some(Fit::Structure { note })) => ("structure", note.clone()),
                    Some(Some(Fit::Exact)) => ("exact", String::new()),
                    Some(None) | None => ("unknown", String::new()),
                }
            })
        })
    });
    let hot = move || {
        let pointed = board.pointed.get()?;
        let link = link.get()?;
        let end = match pointed.side {
            Side::Export => link.from,
            Side::Import => link.to,
        };
        (end == pointed.end).then_some("true")
    };
    let title = move || {
        let name = name.get().unwrap_or_default();
        state.with(|(_, note)| match note.as_str() {
            "" => name,
            note => format!("{name}\n{note}"),
        })
    };
    view! {
        <g
            class="link"
            role="img"
            tabindex="0"
            aria-label=live(move || name.get())
            data-node-of=to.with_value(|to| to.node.0.clone())
            data-link=to.with_value(|to| to.port.clone())
            data-state=live(move || state.with(|(state, _)| Some(*state)))
            data-selected=live(move || selected.get().then_some("true"))
            data-hot=live(hot)
            style=to.with_value(|to| hue::style(&to.port))
        >
            <title>{live(title)}</title>
            <path class="link-hit" d=live(path)></path>
            <path class="link-line" d=live(path)></path>
            <path class="link-head" d=live(move || ends.get().map(|(_, to)| arrowhead(to)))></path>
        </g>
    }
}

/// Points at the import, and ends where its port begins.
fn arrowhead(to: Point) -> String {
    let (x, y) = (px(to.x - 6.0), px(to.y));
    format!("M{x} {y}l-9 -5v10z")
}

/// The link that is being drawn.
#[component]
pub fn DraftLink(board: Board) -> impl IntoView {
    let ends = Memo::new(move |_| {
        let origin = board.origin.get()?;
        let draft = board.draft.get()?;
        let fixed = board.port(origin.side, &origin.end)?;
        let loose = match &draft.target {
            Some(target) => board.port(origin.side.opposite(), target)?,
            None => draft.pointer,
        };
        Some(match origin.side {
            Side::Export => (fixed, loose),
            Side::Import => (loose, fixed),
        })
    });
    let state = move || {
        let draft = board.draft.get()?;
        let refused = draft.target.is_none() && board.hovered.with(Option::is_some);
        Some(match (draft.target, refused) {
            (Some(_), _) => "fits",
            (None, true) => "refused",
            (None, false) => "loose",
        })
    };
    view! {
        <path
            class="draft"
            aria-hidden="true"
            data-state=live(state)
            d=live(move || ends.get().map(|(from, to)| link_path(from, to)))
        ></path>
    }
}

/// The links that have been drawn before it was known whether they fit.
#[component]
pub fn WaitingLinks(board: Board) -> impl IntoView {
    let paths = move || {
        let waiting = board.waiting.get();
        waiting
            .into_iter()
            .filter_map(|link| {
                let from = board.port(Side::Export, &link.from)?;
                let to = board.port(Side::Import, &link.to)?;
                Some(link_path(from, to))
            })
            .collect::<String>()
    };
    view! { <path class="draft" aria-hidden="true" data-state="waiting" d=live(paths)></path> }
}
