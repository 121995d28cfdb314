//! A preview that is put aside: what there is of it but for what runs.

use super::Preview;
use crate::blobs::BlobStore;
use crate::grants::Grants;
use crate::keyvalue::KeyValueBackend;
use crate::messaging::{Inbox, MessageBroker};
use std::sync::Arc;

/// What a preview has when nothing of it runs, and nothing is kept that was compiled. [`Runner::resume`] has it go on.
///
/// Messages for its component come as before, and wait: [`Limits::messages_waiting`] of them.
///
/// [`Runner::resume`]: crate::Runner::resume
/// [`Limits::messages_waiting`]: crate::Limits::messages_waiting
pub struct Aside {
    pub(super) grants: Arc<Grants>,
    pub(super) key_value: Arc<dyn KeyValueBackend>,
    pub(super) broker: Arc<dyn MessageBroker>,
    pub(super) blobs: BlobStore,
    pub(super) last_line: u64,
    pub(super) inbox: Option<Inbox>,
}

impl Aside {
    /// Comes when a message waits for the component. Nothing, if it is given none.
    pub fn message_waits(&self) -> Option<impl Future<Output = ()> + Send + 'static> {
        Some(self.inbox.clone()?.message_waits())
    }

    pub(crate) fn grants(&self) -> Grants {
        Grants::clone(&self.grants)
    }
}

impl Preview {
    /// Stops it, as [`Preview::stop`] does, and gives what goes on with another build of its program. A message that its
    /// component has not begun to handle waits.
    pub fn put_aside(&self) -> Aside {
        let shared = &self.shared;
        let inbox = shared.inbox();
        self.stop();
        let means = shared.means();
        Aside {
            grants: means.grants,
            key_value: means.key_value,
            broker: means.broker,
            blobs: means.blobs,
            last_line: shared.logs.last(),
            inbox,
        }
    }

    /// Does so unless it is at work on a request or a message.
    pub fn put_aside_if_idle(&self) -> Option<Aside> {
        // So that nothing begins meanwhile.
        let _turns = self.shared.all_own_turns()?;
        Some(self.put_aside())
    }

    /// Has what another one had.
    pub(crate) fn go_on_with(&self, aside: &Aside) {
        let shared = &self.shared;
        shared.logs.count_after(aside.last_line);
        shared.keep_values_in(aside.key_value.clone());
        shared.keep_objects_in(aside.blobs.clone());
        shared.have_messages_carried_by(aside.broker.clone());
        shared.listen_at(aside.inbox.clone());
    }
}
