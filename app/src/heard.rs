//! What hears an event, as one type for each kind of event.
//!
//! As with [`live`](crate::live): every closure is a type of its own, and what leptos does to attach one to an element
//! is compiled anew for each. Boxed, all that hear a click are one.

use web_sys::{Event, FocusEvent, KeyboardEvent, MouseEvent, PointerEvent};

/// Hears clicks and whatever else a mouse does.
pub fn mouse(heard: impl FnMut(MouseEvent) + 'static) -> Box<dyn FnMut(MouseEvent)> {
    Box::new(heard)
}

/// Hears a pointer.
pub fn pointer(heard: impl FnMut(PointerEvent) + 'static) -> Box<dyn FnMut(PointerEvent)> {
    Box::new(heard)
}

/// Hears keys.
pub fn key(heard: impl FnMut(KeyboardEvent) + 'static) -> Box<dyn FnMut(KeyboardEvent)> {
    Box::new(heard)
}

/// Hears that the focus comes or goes.
pub fn focused(heard: impl FnMut(FocusEvent) + 'static) -> Box<dyn FnMut(FocusEvent)> {
    Box::new(heard)
}

/// Hears that something is typed or chosen.
pub fn plain(heard: impl FnMut(Event) + 'static) -> Box<dyn FnMut(Event)> {
    Box::new(heard)
}
