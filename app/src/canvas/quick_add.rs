//! Adding by name: a field over the canvas that finds components as one types.
//!
//! Its list is written as text and its keys are heard by hand: it changes with every letter, and views of its own for
//! each line would be three kilobytes that everybody downloads.

use super::board::{Board, use_board};
use super::menu::offered::stubs;
use super::target::{closest, element_of, focus_id};
use crate::editor::Offer;
use crate::heard;
use crate::late::IntoLate;
use crate::live::live;
use leptos::prelude::*;
use patchbay_model::analysis::{PortRef, Side, pieces};
use patchbay_model::decimal::px;
use patchbay_model::geometry::{NodeShape, Rect, free_place};
use patchbay_model::name::share_name;
use patchbay_model::{ComponentInfo, ExportSource, Point};
use web_sys::{KeyboardEvent, MouseEvent};

const FIELD_ID: &str = "quick-add-field";
const LIST_ID: &str = "quick-add-list";

/// The most lines that are listed.
const LINES: usize = 40;

/// A new node that is being chosen.
#[derive(Clone, Debug)]
pub struct Adding {
    /// Where, on the canvas.
    at: Point,
    /// The port that it shall be linked to.
    origin: Option<PortRef>,
    lines: Vec<Line>,
    /// The line that Enter takes.
    active: usize,
}

/// A line of the list.
#[derive(Clone, Debug)]
struct Line {
    name: String,
    /// What the query was found in, with the places of the letters.
    found: String,
    marks: Vec<u32>,
    does: Does,
}

#[derive(Clone, Debug)]
enum Does {
    /// Adds an instance, with a link to that port of it.
    Add(ComponentInfo, Option<String>),
    /// Exports the port from the result.
    Export(PortRef),
    /// Leaves the import to the host.
    Leave,
    /// Fills the import with something that is made for it.
    Take(Offer),
}

/// Opens the field at a place of the canvas.
pub fn open(board: Board, at: Point, origin: Option<PortRef>) {
    board.adding.set_value(Some(Adding {
        at,
        origin,
        lines: Vec::new(),
        active: 0,
    }));
    board.adding_open.set(true);
    // Its elements are drawn in this turn.
    request_animation_frame(move || {
        seek(board, "");
        focus_id(FIELD_ID);
    });
}

/// Opens the field in the middle of what is in sight.
pub fn open_at_centre(board: Board) {
    let (width, height) = board.pane_size();
    let view = board.editor.viewport.get_untracked();
    let (x, y) = (width / 2.0, height / 2.0);
    open(board, view.to_canvas(Point { x, y }), None);
}

/// The field, while something is being added.
#[component]
pub fn QuickAdd() -> impl IntoView {
    /// The size that is kept in sight.
    const WIDTH: f64 = 336.0;
    const HEIGHT: f64 = 320.0;
    let board = use_board();
    live(move || {
        if !board.adding_open.get() {
            return None;
        }
        let adding = board.adding.get_value()?;
        let at = board.editor.viewport.get_untracked().to_screen(adding.at);
        let (width, height) = board.pane_size();
        let style = format!(
            "left:{}px;top:{}px",
            px(at.x.min(width - WIDTH).max(8.0)),
            px(at.y.min(height - HEIGHT).max(8.0))
        );
        let hint = match adding.origin {
            None => "Add a component",
            Some(_) => "Add a component that fits",
        };
        let view = view! {
            <div
                class="quick-add"
                data-overlay=""
                style=style
                inner_html=skeleton(hint)
                on:focusout=heard::focused(move |_| board.adding_open.set(false))
                on:input=heard::plain(move |event| seek(board, &event_target_value(&event)))
                on:keydown=heard::key(move |event| pressed(board, &event))
                on:mousedown=heard::mouse(|event| {
                    // The field keeps the focus.
                    if closest_line(&event).is_some() {
                        event.prevent_default();
                    }
                })
                on:click=heard::mouse(move |event| {
                    if let Some(line) = closest_line(&event) {
                        choose(board, line);
                    }
                })
            ></div>
        };
        Some(view.late())
    })
}

fn skeleton(hint: &str) -> String {
    format!(
        "<input type=text class=search id={FIELD_ID} role=combobox aria-label='{hint}' placeholder='{hint}' \
         aria-expanded=true aria-controls={LIST_ID} autocomplete=off spellcheck=false>\
         <div role=listbox id={LIST_ID} aria-label=Components></div>"
    )
}

/// The line that an event happened to.
fn closest_line(event: &MouseEvent) -> Option<usize> {
    let line = closest(&element_of(event)?, "[role=option]")?;
    line.id().strip_prefix("quick-add-")?.parse().ok()
}

/// Lists what is found.
fn seek(board: Board, query: &str) {
    board.adding.update_value(|adding| {
        if let Some(adding) = adding {
            adding.active = 0;
            adding.lines = lines(board, adding.origin.as_ref(), query);
        }
    });
    draw(board);
}

/// Writes the list, and which line of it is active.
fn draw(board: Board) {
    let (Some(adding), Some(list), Some(field)) = (
        board.adding.get_value(),
        document().get_element_by_id(LIST_ID),
        document().get_element_by_id(FIELD_ID),
    ) else {
        return;
    };
    let mut html = String::new();
    for (n, line) in adding.lines.iter().enumerate() {
        let (name, chosen) = (escaped(&line.name), n == adding.active);
        html += &format!(
            "<div role=option id=quick-add-{n} aria-label=\"{name}\" aria-selected={chosen}><span>{name}</span><code>"
        );
        for (piece, marked) in pieces(&line.found, &line.marks) {
            let piece = escaped(piece);
            html += &match marked {
                true => format!("<mark>{piece}</mark>"),
                false => piece,
            };
        }
        html += "</code></div>";
    }
    if html.is_empty() {
        html += "<div role=option aria-disabled=true>Nothing that is at hand fits.</div>";
    }
    list.set_inner_html(&html);
    let active = format!("quick-add-{}", adding.active);
    let _ = field.set_attribute("aria-activedescendant", &active);
    if let Some(active) = document().get_element_by_id(&active) {
        active.scroll_into_view_with_bool(false);
    }
}

/// Text as it can stand between tags and in quotes.
pub fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    text.replace('"', "&quot;")
}

fn pressed(board: Board, event: &KeyboardEvent) {
    let Some(adding) = board.adding.get_value() else {
        return;
    };
    let (here, count) = (adding.active, adding.lines.len().max(1));
    let next = match event.key().as_str() {
        "ArrowDown" => (here + 1) % count,
        "ArrowUp" => (here + count - 1) % count,
        "Enter" => {
            choose(board, here);
            here
        }
        "Escape" | "Tab" => {
            close(board);
            here
        }
        _ => return,
    };
    event.prevent_default();
    event.stop_propagation();
    if next != here {
        board.adding.update_value(|adding| {
            if let Some(adding) = adding {
                adding.active = next;
            }
        });
        draw(board);
    }
}

fn choose(board: Board, n: usize) {
    if let Some(adding) = board.adding.get_value()
        && let Some(line) = adding.lines.get(n)
    {
        close(board);
        act(board, &adding, line.does.clone());
    }
}

fn close(board: Board) {
    board.adding_open.set(false);
    board.focus_pane();
}

/// Does what the chosen line says.
fn act(board: Board, adding: &Adding, does: Does) {
    match does {
        Does::Add(component, port) => {
            let taken: Vec<Rect> = board.rects().into_iter().map(|(_, rect)| rect).collect();
            let place = free_place(adding.at, NodeShape::of_new(&component).size(), &taken);
            let link = adding.origin.clone().zip(port);
            board.editor.add_linked(&component, place, link);
        }
        Does::Export(port) => {
            board.editor.toggle_export(ExportSource {
                node: port.end.node,
                port: Some(port.end.port),
            });
        }
        Does::Take(offer) => board.editor.take(vec![offer]),
        Does::Leave => board
            .editor
            .announce("The result imports it from its host."),
    }
}

/// What fits, best first: the query in the component's name, in an export's, in an import's; in one piece before
/// scattered letters.
fn lines(board: Board, origin: Option<&PortRef>, query: &str) -> Vec<Line> {
    let query = query.trim().to_ascii_lowercase();
    let mut ranked: [Vec<Line>; 6] = Default::default();
    board.editor.components.with_untracked(|components| {
        for component in components {
            let port = match origin {
                None => None,
                Some(origin) => match counterpart(component, origin) {
                    Some(port) => Some(port),
                    None => continue,
                },
            };
            let names = |ports: &[patchbay_model::Port]| -> Vec<String> {
                ports.iter().map(|port| port.name.clone()).collect()
            };
            let texts = [
                vec![component.short_name().to_string()],
                names(&component.exports),
                names(&component.imports),
            ];
            let best = texts
                .into_iter()
                .enumerate()
                .flat_map(|(class, texts)| texts.into_iter().map(move |text| (class, text)))
                .filter_map(|(class, text)| {
                    let marks = found(&text, &query)?;
                    Some((class + if marks.len() > 2 { 3 } else { 0 }, text, marks))
                })
                .min_by_key(|(rank, _, _)| *rank);
            if let Some((rank, found, marks)) = best {
                ranked[rank].push(Line {
                    name: component.short_name().to_string(),
                    found: port.clone().filter(|_| query.is_empty()).unwrap_or(found),
                    marks,
                    does: Does::Add(component.clone(), port),
                });
            }
        }
    });
    let mut lines: Vec<Line> = ranked.into_iter().flatten().take(LINES).collect();
    if let Some(origin) = origin {
        let mut others = Vec::new();
        match origin.side {
            Side::Export => others.push(("Expose as export", Does::Export(origin.clone()))),
            Side::Import => {
                others.push(("Leave as host import", Does::Leave));
                let stubs = stubs(&origin.end).into_iter();
                others.extend(stubs.map(|(words, offer)| (words, Does::Take(offer))));
            }
        }
        for (name, does) in others {
            if let Some(marks) = found(&name.to_ascii_lowercase(), &query) {
                lines.push(Line {
                    name: name.to_string(),
                    found: name.to_string(),
                    marks,
                    does,
                });
            }
        }
    }
    lines
}

/// The port of a component that a link from there could end at, going by its name.
fn counterpart(component: &ComponentInfo, origin: &PortRef) -> Option<String> {
    let ports = match origin.side {
        Side::Export => &component.imports,
        Side::Import => &component.exports,
    };
    let port = ports
        .iter()
        .find(|port| share_name(&port.name, &origin.end.port))?;
    Some(port.name.clone())
}

/// Where a query stands in a text: in one piece if it can be, letter by letter otherwise.
fn found(text: &str, query: &str) -> Option<Vec<u32>> {
    let mark = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    if let Some(at) = text.find(query) {
        return Some(vec![mark(at), mark(at + query.len())]);
    }
    let mut marks = Vec::new();
    let mut from = 0;
    for letter in query.chars() {
        let at = from + text.get(from..)?.find(letter)?;
        from = at + letter.len_utf8();
        match marks.last_mut() {
            Some(end) if *end == mark(at) => *end = mark(from),
            _ => marks.extend([mark(at), mark(from)]),
        }
    }
    Some(marks)
}

#[cfg(test)]
mod tests {
    use super::found;

    #[test]
    fn a_query_is_found_whole_or_by_its_letters() {
        assert_eq!(found("http-hello", "hell"), Some(vec![5, 9]));
        assert_eq!(found("http/handler", "htph"), Some(vec![0, 2, 3, 4, 5, 6]));
        assert_eq!(found("log", "lx"), None);
        assert_eq!(found("log", ""), Some(vec![0, 0]));
    }
}
