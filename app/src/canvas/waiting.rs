//! Links that have been drawn before the server said whether they fit: whoever is quick need not try again.

use super::board::Board;
use crate::live::effect;
use leptos::prelude::*;
use patchbay_model::Link;

/// Draws the links that wait as soon as it is known whether they fit, or says why not.
pub fn listen(board: Board) {
    let editor = board.editor;
    effect(move |_| {
        let waiting = board.waiting.get();
        if waiting.is_empty() {
            return;
        }
        // When no answer comes, `connect` says so.
        let checking = editor.checking.get();
        let (later, now): (Vec<Link>, Vec<Link>) = waiting
            .into_iter()
            .partition(|link| checking && editor.awaits_check(link));
        if now.is_empty() {
            return;
        }
        board.waiting.set(later);
        for link in now {
            let there = editor.graph().with_untracked(|graph| {
                graph.node(&link.from.node).is_some() && graph.node(&link.to.node).is_some()
            });
            if there {
                editor.connect(link);
            }
        }
    });
}

/// Draws a link, at once or when it is known whether it fits.
pub fn connect(board: Board, link: Link) {
    let editor = board.editor;
    let cycle = || {
        let graph = editor.graph();
        graph.with_untracked(|graph| graph.cycle_with(&link.from.node, &link.to.node).is_some())
    };
    let waits =
        editor.checking.get_untracked() && untrack(|| editor.awaits_check(&link)) && !cycle();
    if waits {
        editor.announce("This pair is still being checked. It will be connected if it fits.");
        board.waiting.update(|waiting| {
            // The last one drawn to an import is meant.
            waiting.retain(|other| other.to != link.to);
            waiting.push(link);
        });
    } else {
        editor.connect(link);
    }
}

/// Forgets the links that wait; says whether there were any.
pub fn forget(board: Board) -> bool {
    let any = board.waiting.with_untracked(|waiting| !waiting.is_empty());
    if any {
        board.waiting.set(Vec::new());
    }
    any
}
