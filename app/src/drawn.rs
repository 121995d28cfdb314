//! Views that the server draws and the browser takes over, as one type.
//!
//! [`Late`](crate::late::Late) is for those that only a live page has; this is its sibling for rows of lists, which both
//! draw. leptos's own `AnyView` does more, and more code comes along.

use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};

/// A view whose type says nothing of what is in it.
pub struct Drawn(Box<dyn Draw>);

/// Turns a view into one of that type.
pub trait IntoDrawn {
    /// The same view.
    fn drawn(self) -> Drawn;
}

impl<V> IntoDrawn for V
where
    V: RenderHtml + Send + 'static,
    V::State: 'static,
{
    fn drawn(self) -> Drawn {
        Drawn(Box::new(self))
    }
}

trait Draw: Send {
    fn build(self: Box<Self>) -> Box<dyn Mountable>;

    fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn Mountable>;

    /// Only the server writes HTML: a page need not download how.
    #[cfg(not(target_arch = "wasm32"))]
    fn write(self: Box<Self>, buf: &mut String, position: &mut Position, escape: bool);
}

impl<V> Draw for V
where
    V: RenderHtml + Send,
    V::State: 'static,
{
    fn build(self: Box<Self>) -> Box<dyn Mountable> {
        Box::new(Render::build(*self))
    }

    fn hydrate(self: Box<Self>, cursor: &Cursor, position: &PositionState) -> Box<dyn Mountable> {
        Box::new(RenderHtml::hydrate::<true>(*self, cursor, position))
    }

    #[cfg(not(target_arch = "wasm32"))]
    fn write(self: Box<Self>, buf: &mut String, position: &mut Position, escape: bool) {
        self.to_html_with_buf(buf, position, escape, false, Vec::new());
    }
}

/// What is on the page of such a view.
pub struct DrawnState(Box<dyn Mountable>);

impl Render for Drawn {
    type State = DrawnState;

    fn build(self) -> DrawnState {
        DrawnState(self.0.build())
    }

    fn rebuild(self, state: &mut DrawnState) {
        let mut fresh = self.0.build();
        state.0.insert_before_this(&mut *fresh);
        state.0.unmount();
        state.0 = fresh;
    }
}

impl Mountable for DrawnState {
    fn unmount(&mut self) {
        self.0.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.0.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.0.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.0.elements()
    }
}

impl AddAnyAttr for Drawn {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _attr: A) -> Self {
        self
    }
}

impl RenderHtml for Drawn {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    #[cfg_attr(target_arch = "wasm32", allow(unused_variables))]
    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        _mark_branches: bool,
        _extra_attrs: Vec<AnyAttribute>,
    ) {
        #[cfg(not(target_arch = "wasm32"))]
        self.0.write(buf, position, escape);
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> DrawnState {
        DrawnState(self.0.hydrate(cursor, position))
    }

    fn into_owned(self) -> Self {
        self
    }
}
