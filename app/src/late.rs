//! Views that only a live page has: dialogs, menus, messages, everything that follows a person's doing.
//!
//! The server leaves a mark where such a view will be, and the browser builds it there. Hydration code for what the
//! server never draws would be a third of the front end; and as one type stands for all these views, the code around
//! them is compiled once.

use leptos::tachys::html::attribute::Attribute;
use leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use leptos::tachys::hydration::Cursor;
use leptos::tachys::renderer::types::{Element, Node, Placeholder};
use leptos::tachys::view::add_attr::AddAnyAttr;
use leptos::tachys::view::{Mountable, Position, PositionState, Render, RenderHtml};

/// A view that is built in the browser, never on the server.
pub struct Late(Box<dyn FnOnce() -> Box<dyn Mountable> + Send>);

/// Turns a view into one that only a live page has.
pub trait IntoLate {
    /// The same view, in the browser; nothing, on the server.
    fn late(self) -> Late;
}

impl<V> IntoLate for V
where
    V: Render + Send + 'static,
    V::State: 'static,
{
    fn late(self) -> Late {
        Late(Box::new(move || Box::new(self.build())))
    }
}

/// What has been built, and the mark behind it.
pub struct LateState {
    content: Box<dyn Mountable>,
    mark: Placeholder,
}

impl LateState {
    fn at(mark: Placeholder, view: Late) -> Self {
        Self {
            content: (view.0)(),
            mark,
        }
    }
}

impl Render for Late {
    type State = LateState;

    fn build(self) -> LateState {
        LateState::at(Render::build(()), self)
    }

    fn rebuild(self, state: &mut LateState) {
        state.content.unmount();
        state.content = (self.0)();
        state.mark.insert_before_this(&mut *state.content);
    }
}

impl Mountable for LateState {
    fn unmount(&mut self) {
        self.content.unmount();
        self.mark.unmount();
    }

    fn mount(&mut self, parent: &Element, marker: Option<&Node>) {
        self.content.mount(parent, marker);
        self.mark.mount(parent, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        self.content.insert_before_this(child) || self.mark.insert_before_this(child)
    }

    fn elements(&self) -> Vec<Element> {
        self.content.elements()
    }
}

impl AddAnyAttr for Late {
    type Output<A: Attribute> = Self;

    fn add_any_attr<A: Attribute>(self, _attr: A) -> Self {
        self
    }
}

impl RenderHtml for Late {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = <() as RenderHtml>::MIN_LENGTH;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(
        self,
        buf: &mut String,
        position: &mut Position,
        escape: bool,
        mark_branches: bool,
        extra_attrs: Vec<AnyAttribute>,
    ) {
        RenderHtml::to_html_with_buf((), buf, position, escape, mark_branches, extra_attrs);
    }

    fn hydrate<const FROM_SERVER: bool>(
        self,
        cursor: &Cursor,
        position: &PositionState,
    ) -> LateState {
        let mark = RenderHtml::hydrate::<FROM_SERVER>((), cursor, position);
        let mut state = LateState::at(mark, self);
        state.mark.insert_before_this(&mut *state.content);
        state
    }

    fn into_owned(self) -> Self {
        self
    }
}
