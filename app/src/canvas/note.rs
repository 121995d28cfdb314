//! Frames and notes: what people write on the canvas. They lie below links and nodes; what lies in a frame moves with it.

use super::board::{Board, use_board};
use super::quick_add::escaped;
use super::target::{closest, element_of, focus, focus_id, node_id};
use crate::each::each;
use crate::editor::Selection;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::decimal::px;
use patchbay_model::geometry::{GRID, bounds, snap};
use patchbay_model::graph::LEAST;
use patchbay_model::{NodeId, Note, Op, Point, SortedSet};
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// The width and the height of a new note.
const NEW: (f64, f64) = (13.0 * GRID, 5.0 * GRID);

/// The words of a note while they are being written.
const WRITTEN: &str = ".note-text[contenteditable]";

/// All frames and notes.
#[component]
pub fn Notes(board: Board) -> impl IntoView {
    let ids = move || {
        let mut ids = Vec::new();
        let graph = board.editor.graph();
        graph.with(|graph| ids.extend(graph.notes().map(|note| note.id.clone())));
        ids
    };
    each(
        ids,
        |id: &NodeId| id.0.clone(),
        |id| view! { <NoteView id /> },
    )
}

#[component]
fn NoteView(id: NodeId) -> impl IntoView {
    let board = use_board();
    let kind = match untrack(|| note_of(board, &id)) {
        Some(note) if note.frame => "frame",
        _ => "note",
    };
    let id = StoredValue::new(id);
    let part = move |look: fn(&Note) -> String| {
        live(move || id.with_value(|id| note_of(board, id).as_ref().map(look).unwrap_or_default()))
    };
    let selected = move || {
        let selected = |id: &NodeId| board.editor.selection.with(|s| s.nodes.contains(id));
        id.with_value(selected).then_some("true")
    };
    view! {
        <div
            class="note"
            role="group"
            aria-roledescription=kind
            aria-label=part(Note::title)
            aria-current=live(selected)
            tabindex="0"
            id=id.with_value(node_id)
            data-node=id.with_value(|id| id.0.clone())
            data-selected=live(selected)
            data-frame=live(move || (kind == "frame").then_some("true"))
            style=part(style)
        >
            // As text that the page escapes: a person's own writing in it must not trip up what follows signals.
            <div class="note-text" inner_html=part(|note| escaped(&note.text))></div>
            <span class="note-corner" aria-hidden="true"></span>
        </div>
    }
}

fn style(note: &Note) -> String {
    let rect = note.rect();
    let (x, y, width, height) = (px(rect.x), px(rect.y), px(rect.width), px(rect.height));
    format!("transform:translate({x}px,{y}px);width:{width}px;height:{height}px")
}

/// The frame or the note of that id. Tracked.
fn note_of(board: Board, id: &NodeId) -> Option<Note> {
    board.editor.graph().with(|graph| graph.note(id).cloned())
}

/// Lets a person write on a frame or a note, if that is one: Enter or the focus going elsewhere keeps the words, Escape
/// takes them back.
pub fn write(board: Board, id: &NodeId) -> bool {
    let Some(note) = untrack(|| note_of(board, id)) else {
        return false;
    };
    // Its element may be drawn in this same turn only.
    request_animation_frame(move || {
        let element = document().get_element_by_id(&node_id(&note.id));
        let Some(words) = element.and_then(|element| element.first_element_child()) else {
            return;
        };
        let label = match note.frame {
            true => "Title of the frame",
            false => "Text of the note",
        };
        for (name, value) in [
            ("contenteditable", "plaintext-only"),
            ("role", "textbox"),
            ("aria-label", label),
            ("data-overlay", ""),
        ] {
            let _ = words.set_attribute(name, value);
        }
        focus(words.unchecked_ref());
        if let Ok(Some(selection)) = window().get_selection() {
            let _ = selection.select_all_children(&words);
        }
    });
    true
}

/// A key is pressed where a note is being written; says whether it ends that.
pub fn key(element: &Element, key: &str, shift: bool) -> bool {
    let ends = key == "Escape" || key == "Enter" && !shift;
    let written = closest(element, WRITTEN).filter(|_| ends);
    let Some(written) = written else {
        return false;
    };
    if key == "Escape" {
        let _ = written.toggle_attribute("data-forgotten");
    }
    let node = written.parent_element().map(|node| node.id());
    let _ = written.unchecked_ref::<HtmlElement>().blur();
    focus_id(&node.unwrap_or_default());
    true
}

/// The focus leaves something: words that have been written are kept.
pub fn left(board: Board, event: &Event) {
    let Some(words) = element_of(event).and_then(|element| closest(&element, WRITTEN)) else {
        return;
    };
    let id = words
        .parent_element()
        .and_then(|node| node.get_attribute("data-node"));
    let forgotten = words.has_attribute("data-forgotten");
    for name in [
        "contenteditable",
        "role",
        "aria-label",
        "data-overlay",
        "data-forgotten",
    ] {
        let _ = words.remove_attribute(name);
    }
    let Some(mut note) = id.and_then(|id| untrack(|| note_of(board, &NodeId(id)))) else {
        return;
    };
    let text = words.unchecked_ref::<HtmlElement>().inner_text();
    if forgotten || text.trim() == note.text {
        return words.set_text_content(Some(&note.text));
    }
    note.text = text.trim().to_string();
    if !note.frame {
        // As high as it takes to read it.
        let needed = f64::from(words.scroll_height());
        note.height = note.height.max((needed / GRID).ceil() * GRID);
    }
    put(board, "write on", note);
}

/// Puts a frame or a note into the document: one step of the history.
fn put(board: Board, verb: &str, note: Note) -> bool {
    let what = if note.frame { "frame" } else { "note" };
    let ops = vec![Op::SetNote { note }];
    board.editor.commit(format!("{verb} a {what}"), ops)
}

/// Puts a new one into the document, to be written on at once.
fn begin(board: Board, note: Note) {
    let id = note.id.clone();
    if put(board, "add", note) {
        board.editor.selection.set(Selection::node(id.clone()));
        write(board, &id);
    }
}

fn free_id(board: Board) -> NodeId {
    board.editor.graph().with_untracked(|graph| graph.free_id())
}

/// Puts a note there.
pub fn add(board: Board, at: Point) {
    begin(
        board,
        Note {
            id: free_id(board),
            text: String::new(),
            frame: false,
            position: snap(at),
            width: NEW.0,
            height: NEW.1,
        },
    );
}

/// Puts a frame around what is selected.
pub fn frame(board: Board) {
    let nodes = board.editor.selection.with_untracked(|s| s.nodes.clone());
    let rects = nodes.iter().filter_map(|id| board.rect(id));
    match bounds(rects) {
        Some(inside) => begin(board, Note::around(free_id(board), &inside)),
        None => board
            .editor
            .announce("Select what the frame shall go around."),
    }
}

/// These, and what lies in the frames among them.
pub fn with_contents(board: Board, mut nodes: SortedSet<NodeId>) -> SortedSet<NodeId> {
    let mut frames = Vec::new();
    board.editor.graph().with_untracked(|graph| {
        let chosen = graph
            .notes()
            .filter(|it| it.frame && nodes.contains(&it.id));
        frames.extend(chosen.map(Note::rect));
    });
    if !frames.is_empty() {
        for (id, rect) in board.all_rects() {
            if frames.iter().any(|frame| frame.holds(&rect)) {
                nodes.insert(id);
            }
        }
    }
    nodes
}

/// Whether an event happened to the corner that a note is sized by.
pub fn is_corner(event: &Event) -> bool {
    element_of(event).is_some_and(|element| closest(&element, ".note-corner").is_some())
}

/// A note as it is, and as large as somebody who has come that far, in pixels at 100 % zoom, makes it.
fn stretched(board: Board, id: &NodeId, by: Point) -> Option<(Note, Note)> {
    let old = untrack(|| note_of(board, id))?;
    let mut note = old.clone();
    if by != Point::default() {
        let to = snap(Point {
            x: note.width + by.x,
            y: note.height + by.y,
        });
        (note.width, note.height) = (to.x.max(LEAST), to.y.max(LEAST));
    }
    Some((old, note))
}

/// Shows it that large.
pub fn stretch(board: Board, id: &NodeId, by: Point) {
    let element = document().get_element_by_id(&node_id(id));
    if let Some((element, (_, note))) = element.zip(stretched(board, id, by)) {
        let _ = element.set_attribute("style", &style(&note));
    }
}

/// Makes it that large: one step of the history, if it was not. What is refused is shown as it was.
pub fn resize(board: Board, id: &NodeId, by: Point) -> bool {
    let done = stretched(board, id, by)
        .is_some_and(|(old, note)| note != old && put(board, "resize", note));
    stretch(board, id, Point::default());
    done
}
