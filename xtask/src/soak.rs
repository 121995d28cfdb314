//! `cargo xtask soak`: good and hostile previews, one after the other for minutes, and nothing leaked at the end.

use anyhow::Result;

use crate::command;

/// Runs the test that measures what hostile guests leave behind, for so many seconds.
pub fn run(seconds: u32) -> Result<()> {
    command::run(
        command::cargo()
            .args([
                "test",
                "--workspace",
                "--exclude",
                "xtask",
                "--test",
                "bounds",
            ])
            .args(["--", "--nocapture"])
            .env("PATCHBAY_SOAK", seconds.to_string()),
        "Memory, handles or tasks grew, or a guest took more than it may: look above.",
    )
}
