//! The colour of a port's package family.

pub use patchbay_model::hue::hue;

/// The style of something in that colour.
pub fn style(name: &str) -> String {
    format!("--hue:var(--hue-{})", hue(name))
}
