//! What the editor tells people: messages on the screen, and words for screen readers.

use super::{Editor, Offer};

/// A short message that goes away by itself, or, being an error, stays until dismissed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// Tells toasts apart.
    pub id: u32,
    /// Errors are announced as alerts.
    pub error: bool,
    /// In plain words.
    pub text: String,
    /// Longer text to read or copy: both types of a refused link, say.
    pub details: Option<String>,
    /// What can be done about it, and the word for that.
    pub offer: Option<(&'static str, Vec<Offer>)>,
}

impl Editor {
    /// Says something that went well.
    pub fn notify(self, text: impl Into<String>) {
        self.say(false, text.into(), None, None);
    }

    /// Says something that went wrong; stays until dismissed.
    pub fn alert(self, text: impl Into<String>, details: Option<String>) {
        self.say(true, text.into(), details, None);
    }

    /// Asks something: a dialog with a view of the server's.
    pub fn ask(self, title: impl Into<String>, address: String) {
        self.dialog.set(Some((title.into(), address)));
    }

    /// Takes a message off the screen.
    pub fn dismiss(self, id: u32) {
        self.toasts.update(|toasts| toasts.retain(|t| t.id != id));
    }

    /// Tells a screen reader.
    pub fn announce(self, text: impl Into<String>) {
        self.announcement.set(text.into());
    }

    /// Says something, and what can be done about it.
    pub fn say(
        self,
        error: bool,
        text: String,
        details: Option<String>,
        offer: Option<(&'static str, Vec<Offer>)>,
    ) {
        self.toasts.update(|toasts| {
            let id = toasts.last().map_or(0, |toast| toast.id.wrapping_add(1));
            // Said twice, shown once.
            toasts.retain(|toast| toast.text != text);
            if toasts.len() == 3 {
                // Errors stay until somebody has read them, as far as there is room.
                let good_news = toasts.iter().position(|toast| !toast.error);
                toasts.remove(good_news.unwrap_or(0));
            }
            toasts.push(Toast {
                id,
                error,
                text,
                details,
                offer,
            });
        });
    }
}
