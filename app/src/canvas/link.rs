//! Links, and the one that is being drawn.

use super::board::{Board, use_board};
use super::hue;
use super::target::link_id;
use crate::editor::link_name;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::Side;
use patchbay_model::decimal::px;
use patchbay_model::geometry::link_path;
use patchbay_model::{Endpoint, Fit, Link, Point};
use web_sys::Element;

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
        let from = editor.of_node(&to.node, |graph| graph.supplier(&to).cloned())?;
        Some(Link { from, to })
    });
    let name = Memo::new(move |_| {
        let link = link.get()?;
        // It has the names of both nodes in it.
        editor.of_node(&link.to.node, |_| {});
        Some(editor.of_node(&link.from.node, |graph| link_name(graph, &link)))
    });
    let port = move |side, end: &Endpoint| board.port(side, end).unwrap_or_default();
    let path = Memo::new(move |_| {
        let ends = |link: &Link| {
            let (from, to) = (port(Side::Export, &link.from), port(Side::Import, &link.to));
            link_path(from, to)
        };
        link.with(|link| link.as_ref().map(ends).unwrap_or_default())
    });
    let head = Memo::new(move |_| to.with_value(|to| arrowhead(port(Side::Import, to))));
    let selected = Memo::new(move |_| {
        to.with_value(|to| board.is_selected(&to.node, |s| s.links.contains(to)))
    });
    let state = move || {
        link.with(|link| {
            editor.analysis.with(|analysis| {
                let report = link.as_ref().and_then(|link| analysis.report(link));
                match report.and_then(|report| report.fit.as_ref()) {
                    Some(Fit::Mismatch(mismatch)) => ("mismatch", mismatch.summary.clone()),
                    Some(Fit::Version { note }) => ("version", note.clone()),
                    Some(Fit::Structure { note }) => ("structure", note.clone()),
                    Some(Fit::Exact) => ("exact", String::new()),
                    None => ("unknown", String::new()),
                }
            })
        })
    };
    let title = move || {
        let name = name.get().unwrap_or_default();
        match state().1.as_str() {
            "" => name,
            note => format!("{name}\n{note}"),
        }
    };
    view! {
        <g
            class="link"
            role="img"
            tabindex="0"
            id=to.with_value(link_id)
            aria-label=live(move || name.get())
            data-node-of=to.with_value(|to| to.node.0.clone())
            data-link=to.with_value(|to| to.port.clone())
            data-state=live(move || Some(state().0))
            data-selected=live(move || selected.get().then_some("true"))
            style=to.with_value(|to| hue::style(&to.port))
        >
            <title>{live(title)}</title>
            <path class="link-hit" d=live(move || path.get())></path>
            <path class="link-line" id=to.with_value(line_id) d=live(move || path.get())></path>
            <path class="link-head" d=live(move || head.get())></path>
        </g>
    }
}

/// The id of the line of the link to an import: what a traced preview shows on it lies along it.
fn line_id(to: &Endpoint) -> String {
    format!("line-{}-{}", to.node, to.port)
}

/// Points at the import, and ends where its port begins.
fn arrowhead(to: Point) -> String {
    let (x, y) = (px(to.x - 6.0), px(to.y));
    format!("M{x} {y}l-9 -5v10z")
}

/// Lays the element of a link between two places, until the document has it elsewhere.
pub fn lay(link: &Element, from: Point, to: Point) {
    let path = link_path(from, to);
    let head = link.last_element_child();
    let line = head.as_ref().and_then(Element::previous_element_sibling);
    let hit = line.as_ref().and_then(Element::previous_element_sibling);
    for (part, path) in [(head, &arrowhead(to)), (line, &path), (hit, &path)] {
        if let Some(part) = part {
            let _ = part.set_attribute("d", path);
        }
    }
}

/// The link that is being drawn.
#[component]
pub fn DraftLink(board: Board) -> impl IntoView {
    let path = move || {
        let origin = board.origin.get()?;
        let draft = board.draft.get()?;
        let fixed = board.port(origin.side, &origin.end)?;
        let loose = match &draft.target {
            Some(target) => board.port(origin.side.opposite(), target)?,
            None => draft.pointer,
        };
        Some(match origin.side {
            Side::Export => link_path(fixed, loose),
            Side::Import => link_path(loose, fixed),
        })
    };
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
            d=live(path)
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
