//! The menu of a node, a port or a link.

mod command;
mod keys;
pub mod offered;

use super::board::{Board, use_board};
use super::target::{Target, element_of, focus_id, in_pane, node_id, port_id};
use crate::editor::Selection;
use crate::heard;
use crate::late::IntoLate;
use crate::live::{effect, live};
pub use command::remove_link;
use command::{Command, choices, commands, title};
use leptos::html;
use leptos::prelude::*;
use patchbay_model::analysis::PortRef;
use patchbay_model::decimal::px;
use patchbay_model::{NodeId, Point};
use web_sys::{Element, MouseEvent};

/// A menu that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct Menu {
    /// In screen pixels of the pane.
    at: Point,
    of: Target,
    /// The ports that a link which was dropped on the node may end at, for a choice.
    choice: Vec<PortRef>,
}

/// Opens the menu of something at a place of the pane.
pub fn open(board: Board, of: Target, at: Point) {
    match &of {
        Target::Node(id) => {
            if !board
                .editor
                .selection
                .with_untracked(|s| s.nodes.contains(id))
            {
                board.editor.selection.set(Selection::node(id.clone()));
            }
        }
        Target::Link(to) => board.editor.selection.set(Selection::link(to.clone())),
        Target::Port(_) | Target::Pane => {}
        Target::Overlay => return,
    }
    super::linking::cancel(board);
    let choice = Vec::new();
    board.menu.set(Some(Menu { at, of, choice }));
}

/// Asks which port of a node the link that is being drawn shall end at.
pub fn open_choice(board: Board, node: NodeId, at: Point) {
    let choice = super::linking::fitting(board, &node);
    let of = Target::Node(node);
    board.menu.set(Some(Menu { at, of, choice }));
}

/// The right button, or a finger's long press.
pub fn open_at_pointer(board: Board, event: &MouseEvent) {
    let of = Target::of_event(event);
    if of == Target::Overlay {
        return;
    }
    event.prevent_default();
    let (Some(pane), Some(element)) = (board.pane.get_untracked(), element_of(event)) else {
        return;
    };
    super::gesture::cancel(board);
    // A key opens it too, and then there is no pointer.
    if event.client_x() == 0 && event.client_y() == 0 {
        open_at_element(board, Some(&element));
    } else {
        open(board, of, in_pane(&pane, event));
    }
}

/// A key, at the element that has the focus; says whether that has a menu.
pub fn open_at_element(board: Board, element: Option<&Element>) -> bool {
    let (Some(element), Some(pane)) = (element, board.pane.get_untracked()) else {
        return false;
    };
    let of = Target::of(element);
    if of == Target::Overlay {
        return false;
    }
    let (rect, pane) = (
        element.get_bounding_client_rect(),
        pane.get_bounding_client_rect(),
    );
    let at = Point {
        x: rect.left() - pane.left() + 16.0,
        y: rect.top() - pane.top() + rect.height().min(24.0),
    };
    open(board, of, at);
    true
}

/// Closes the menu, and gives the focus back to what it was of; says whether one was open.
pub fn close(board: Board, restore: bool) -> bool {
    let Some(menu) = board.menu.get_untracked() else {
        return false;
    };
    board.menu.set(None);
    if !menu.choice.is_empty() {
        super::linking::cancel(board);
    }
    if restore {
        match &menu.of {
            Target::Node(id) => focus_id(&node_id(id)),
            Target::Port(port) => focus_id(&port_id(port)),
            _ => board.focus_pane(),
        }
    }
    true
}

/// The menu that is open, if one is.
#[component]
pub fn ContextMenu() -> impl IntoView {
    let board = use_board();
    live(move || {
        let menu = board.menu.get()?;
        Some(view! { <OpenMenu board menu /> }.late())
    })
}

#[component]
fn OpenMenu(board: Board, menu: Menu) -> impl IntoView {
    /// What a menu takes up at most, so that it opens where it can be seen.
    const WIDTH: f64 = 320.0;
    const ITEM: f64 = 34.0;
    let list = NodeRef::<html::Div>::new();
    let commands = untrack(|| match menu.choice.is_empty() {
        true => commands(board, &menu.of),
        false => choices(board, &menu.choice),
    });
    let (width, height) = board.pane_size();
    #[allow(clippy::cast_precision_loss)]
    let tall = commands.len() as f64 * ITEM + 16.0;
    let style = format!(
        "left:{}px;top:{}px",
        px(menu.at.x.min(width - WIDTH).max(0.0)),
        px(menu.at.y.min(height - tall).max(0.0))
    );
    let label = untrack(|| title(board, &menu.of));
    let chooses = !menu.choice.is_empty();
    effect(move |_| {
        if let Some(list) = list.get() {
            keys::focus_first(&list);
        }
    });
    let left = move |event: web_sys::FocusEvent| {
        // The focus goes somewhere else on the page by itself, and the menu is done with.
        if event.related_target().is_some()
            && list
                .get_untracked()
                .is_some_and(|list| !keys::has_focus(&list, &event))
        {
            board.menu.set(None);
        }
    };
    view! {
        <div
            class="menu"
            role="menu"
            data-overlay=""
            aria-label=label
            node_ref=list
            style=style
            on:keydown=heard::key(move |event| keys::pressed(board, &event))
            on:focusout=heard::focused(left)
            on:contextmenu=heard::mouse(move |event| event.prevent_default())
        >
            {commands.into_iter().map(|command| item(board, command, chooses)).collect_view()}
        </div>
    }
}

fn item(board: Board, command: Command, chooses: bool) -> impl IntoView {
    let Command {
        label,
        hint,
        checked,
        run,
    } = command;
    let role = if checked.is_some() {
        "menuitemcheckbox"
    } else {
        "menuitem"
    };
    let name = label.clone();
    let choose = move |_| {
        // A choice ends the link that the closing menu would give up.
        if chooses {
            run();
            close(board, false);
        } else {
            close(board, true);
            run();
        }
    };
    view! {
        <button
            type="button"
            role=role
            tabindex="-1"
            aria-label=name
            aria-checked=checked.map(|checked| checked.to_string())
            on:click=heard::mouse(choose)
        >
            <span class="menu-check" aria-hidden="true">
                {(checked == Some(true)).then_some("✓")}
            </span>
            <span class="menu-label">{label}</span>
            <kbd>{hint}</kbd>
        </button>
    }
}
