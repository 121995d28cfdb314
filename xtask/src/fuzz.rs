//! `cargo xtask fuzz`: what strangers may send, made up by libFuzzer for a short while. See `fuzz/Cargo.toml`.
//!
//! Without cargo-fuzz, which would take longer to install than the fuzzing takes: the same flags on a stable compiler,
//! and no sanitizer, since the code is safe Rust and only panics, hangs and memory are looked for.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use crate::command::{self, program};
use crate::fingerprint;
use crate::layout;

/// A target of `fuzz/fuzz_targets`, with the ends of the names of the fixtures that it begins with.
const TARGETS: [(&str, &[&str]); 4] = [
    ("inspect", &[".wat"]),
    ("open", &["opened.wat"]),
    ("wac", &[".wac"]),
    ("document", &["graph.json"]),
];

/// What lets libFuzzer see where an input leads: what cargo-fuzz sets, without a sanitizer.
const COUNTERS: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares --cfg fuzzing";

/// Builds all targets and runs each for so many seconds.
pub fn run(seconds: u32) -> Result<()> {
    let host = host()?;
    command::run(
        command::cargo()
            .args(["build", "--locked", "--bins", "--target", &host])
            .arg("--manifest-path")
            .arg(layout::at("fuzz/Cargo.toml"))
            .env("CARGO_TARGET_DIR", layout::fuzz())
            .env("RUSTFLAGS", COUNTERS),
        "Install a C++ compiler if there is none (on Debian: `g++`), which libFuzzer is written in.",
    )?;
    for (target, seeds) in TARGETS {
        println!("Fuzzing {target} for {seconds} s");
        fuzz(
            &layout::fuzz().join(&host).join("debug"),
            target,
            seeds,
            seconds,
        )?;
    }
    Ok(())
}

/// What the compiler compiles for when it is not told.
fn host() -> Result<String> {
    let version = command::output(program("rustc").arg("-vV"), "Install Rust, then try again.")?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line
        .context("rustc does not say what it runs on")?
        .to_owned())
}

fn fuzz(binaries: &Path, target: &str, endings: &[&str], seconds: u32) -> Result<()> {
    let seeds = seeds(target, endings)?;
    let found = layout::fuzz().join("found");
    fs::create_dir_all(&found)?;
    let log = layout::fuzz().join(format!("{target}.log"));
    let status = command::status(
        program(binaries.join(target))
            .arg(format!("-max_total_time={seconds}"))
            .args(["-timeout=20", "-rss_limit_mb=2048", "-max_len=16384"])
            .arg(format!("-artifact_prefix={}/{target}-", found.display()))
            .arg(seeds)
            .stdout(fs::File::create(&log)?)
            .stderr(fs::File::options().append(true).open(&log)?),
    )?;
    if !status.success() {
        let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        println!("{}", lines[lines.len().saturating_sub(40)..].join("\n"));
        bail!(
            "the target `{target}` failed ({status}): the input is in target/fuzz/found; hand it to \
             target/fuzz/…/{target} to see it fail again, and make it a test when it is mended"
        );
    }
    Ok(())
}

/// A folder of the inputs to begin with: components in text are translated.
fn seeds(target: &str, endings: &[&str]) -> Result<PathBuf> {
    let folder = layout::fuzz().join("seeds").join(target);
    if folder.is_dir() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let fixtures = fingerprint::files(&layout::at("crates/composer/tests/fixtures"))?;
    for (at, fixture) in fixtures.iter().enumerate() {
        let name = fixture.to_string_lossy();
        if !endings.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let bytes = match name.ends_with(".wat") {
            true => wat::parse_file(fixture)?,
            false => fs::read(fixture)?,
        };
        fs::write(folder.join(at.to_string()), bytes)?;
    }
    Ok(folder)
}
