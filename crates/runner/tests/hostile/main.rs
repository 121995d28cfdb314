//! Guests that loop, hoard, crash, flood or say nothing: each ends with its own error, and the next request of another
//! preview is served.

#[path = "../guests/mod.rs"]
mod guests;

mod computing;
mod crashing;
mod flooding;
mod hoarding;
mod waiting;

use guests::limits;
use patchbay_runner::Runner;

const LOOP: &str = "(loop $again (br $again))";

fn runner() -> Runner {
    Runner::new(limits()).unwrap()
}
