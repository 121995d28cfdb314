//! Lists whose rows keep their views while they stay, as one type for all of them.
//!
//! What leptos does to keep rows is ten kilobytes of code for each type of row. Here all rows are one type: a key, and
//! a view that is made when the row is new.

use crate::drawn::{Drawn, IntoDrawn};
use leptos::prelude::*;

/// A row that may be there already.
struct Row {
    key: String,
    draw: Box<dyn FnOnce() -> Drawn + Send>,
}

/// A view for each item; one whose key was there before keeps its view.
pub fn each<T, V>(
    items: impl Fn() -> Vec<T> + Send + 'static,
    key: fn(&T) -> String,
    view: impl Fn(T) -> V + Clone + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoDrawn,
{
    list(Box::new(move || {
        let row = |item| {
            let (key, view) = (key(&item), view.clone());
            let draw = Box::new(move || view(item).drawn());
            Row { key, draw }
        };
        items().into_iter().map(row).collect()
    }))
}

fn list(rows: Box<dyn Fn() -> Vec<Row> + Send>) -> impl IntoView {
    view! { <For each=rows key=|row: &Row| row.key.clone() children=|row: Row| (row.draw)() /> }
}
