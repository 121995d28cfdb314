//! Values that follow signals, as one type for each kind of value.
//!
//! Every closure is a type of its own, and what leptos does with one is compiled anew for each: some hundred times a
//! kilobyte that people download. Boxed, all closures that give a text are one type, and so on.

use leptos::prelude::Effect;

/// A closure whose type says only what it gives.
pub type Live<T> = Box<dyn FnMut() -> T + Send>;

/// The same closure, boxed.
pub fn live<T>(value: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Box::new(value)
}

/// Does something now, and again whenever a signal changes that it looked at; it hears whether it has been done before.
pub fn effect(work: impl FnMut(Option<()>) + 'static) {
    let work: Box<dyn FnMut(Option<()>)> = Box::new(work);
    Effect::new(work);
}
