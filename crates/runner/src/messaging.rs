//! Messages: exchanged in process by default, or wherever else the preview's starter has a broker.

mod broker;
mod bus;
mod deliver;
mod draft;
mod inbox;
mod nats;
mod view;

pub(crate) use broker::check_topic;
pub use broker::{Arrived, Carried, Message, MessageBroker, MessageError};
pub(crate) use bus::Bus;
pub(crate) use deliver::{Delivery, Handled, Turns, deliver};
pub(crate) use draft::{HANDLER, HandlerPre, add_to_linker};
pub(crate) use inbox::Inbox;
pub use nats::{Nats, NatsError};
pub(crate) use view::{AtWork, MessagingView};

use crate::places::Place;
use std::time::Duration;
use wasmtime::component::HasData;

/// Tells the generated bindings that they work on a [`MessagingView`].
struct Messaging;

impl HasData for Messaging {
    type Data<'a> = MessagingView<'a>;
}

/// The concrete type behind `client`. There is one broker, however often and by whatever name a guest connects.
pub struct Client;

/// The concrete type behind `message`.
pub struct HeldMessage {
    message: Message,
    _place: Place,
}

/// The concrete type behind `request-options`.
#[derive(Clone, Copy, Default)]
pub struct RequestOptions {
    timeout: Option<Duration>,
    replies: Option<u32>,
}
