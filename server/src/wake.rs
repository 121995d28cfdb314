//! Previews that were put aside come back for a message, as they do for a request.

use crate::http::find_preview;
use crate::previews::Lookup;
use crate::state::AppState;
use futures::{StreamExt, stream};
use std::time::Duration;
use tokio::time::sleep;

/// How long to wait when one could not come back, as when all places are taken; twice as long each time after.
const PAUSE: Duration = Duration::from_secs(1);

/// No longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// Has those come back that a message has come for, for ever and ever. There are no more of them than are kept aside.
pub async fn for_messages(state: &AppState) {
    let called = stream::unfold((), |()| async {
        Some((state.previews.next_called().await?, ()))
    });
    called
        .for_each_concurrent(None, |id| async move { bring_back(state, &id).await })
        .await;
}

/// Tries until it runs, or is not aside any more.
async fn bring_back(state: &AppState, id: &str) {
    let mut pause = PAUSE;
    while let Lookup::Aside(..) = state.previews.look(id) {
        let Err(error) = find_preview(state, id).await else {
            return;
        };
        tracing::warn!(%error, "a preview did not come back for a message");
        sleep(pause).await;
        pause = (2 * pause).min(LONGEST_PAUSE);
    }
}
