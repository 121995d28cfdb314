//! Where the bytes of a result are.

use super::html::{escape, show_button};
use super::named;
use patchbay_app::panels::units;
use patchbay_model::Graph;
use patchbay_model::size::{EmbeddedPart, SizeReport};

/// An area for each component, as large as its share, and a list of the same.
pub fn sizes(graph: &Graph, report: &SizeReport) -> String {
    let mut rows = String::new();
    let mut shares = vec![("wiring".to_owned(), report.wiring)];
    for part in &report.parts {
        shares.push((part.instances.join(", "), part.bytes));
        rows += &row(&words_of(graph, part), part.bytes, report.total);
    }
    shares.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let mut areas = String::new();
    divide(&shares, Area::WHOLE, &mut areas);
    rows += &row("Wiring", report.wiring, report.total);
    let total = units::size(report.total);
    format!(
        "<p>{total} in all. A component with several instances is inside once.</p>\
         <div class=\"treemap\" aria-hidden=\"true\">{areas}</div><ul class=\"sizes\">{rows}</ul>"
    )
}

fn words_of(graph: &Graph, part: &EmbeddedPart) -> String {
    let mut words = String::new();
    for name in &part.instances {
        words += &named(graph, name).map_or_else(|| escape(name), show_button);
    }
    if let Some(package) = &part.package {
        words += &format!("<code>{}</code>", escape(package));
    }
    if part.removable > 0 {
        words += &format!(
            "<span class=\"muted\">{} of it not needed to run</span>",
            units::size(part.removable)
        );
    }
    words
}

/// A part of the picture, in hundredths of it. The picture is eight times as wide as high.
#[derive(Clone, Copy)]
struct Area {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

impl Area {
    const WHOLE: Self = Self {
        x: 0.0,
        y: 0.0,
        width: 100.0,
        height: 100.0,
    };
    const ASPECT: f64 = 8.0;

    /// The first `share` of it, from 0 to 1, and the rest: side by side, or one below the other where it is high.
    fn cut(self, share: f64) -> (Self, Self) {
        let (mut first, mut rest) = (self, self);
        if self.width * Self::ASPECT >= self.height {
            first.width *= share;
            rest.width -= first.width;
            rest.x += first.width;
        } else {
            first.height *= share;
            rest.height -= first.height;
            rest.y += first.height;
        }
        (first, rest)
    }
}

/// Draws shares, the largest first: halves of about the same size each time, so that none is a thin line.
#[allow(clippy::cast_precision_loss, reason = "a picture is not that exact")]
fn divide(shares: &[(String, u64)], area: Area, html: &mut String) {
    let sum = |shares: &[(String, u64)]| shares.iter().map(|(_, bytes)| *bytes).sum::<u64>();
    let all = sum(shares);
    match shares {
        [] => {}
        [(name, bytes)] => {
            let Area {
                x,
                y,
                width,
                height,
            } = area;
            let (name, size) = (escape(name), units::size(*bytes));
            *html += &format!(
                "<div style=\"left:{x:.2}%;top:{y:.2}%;width:{width:.2}%;height:{height:.2}%\" title=\"{name}: {size}\">\
                 <span>{name}</span></div>"
            );
        }
        _ => {
            let half = (1..shares.len()).find(|n| sum(&shares[..*n]) * 2 >= all);
            let (large, small) = shares.split_at(half.unwrap_or(1));
            let share = sum(large) as f64 / all.max(1) as f64;
            let (first, rest) = area.cut(share);
            divide(large, first, html);
            divide(small, rest, html);
        }
    }
}

fn row(words: &str, bytes: u64, total: u64) -> String {
    let share = bytes.saturating_mul(100) / total.max(1);
    let size = units::size(bytes);
    format!(
        "<li style=\"--share:{share}%\"><span>{words}</span><span>{size} · {share} %</span></li>"
    )
}
