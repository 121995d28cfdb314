//! Checks what is locked: versions that must not go back, and how many copies of a crate there are.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::command;
use crate::layout;

/// The first wasmtime of its line without the known advisories.
const FIRST_GOOD_WASMTIME: [u64; 3] = [48, 0, 8];

/// One wasmparser comes with wac-graph and one with wasmtime.
const WASMPARSERS: usize = 2;

/// Workspaces with a `Cargo.lock` of their own, which the one of the product does not keep up.
const OTHERS: [&str; 2] = ["components", "fuzz"];

/// Fails when `Cargo.lock` has a wasmtime with known holes, when the server has one copy of wasmparser too many, or when
/// the lock file of another workspace lacks something.
pub fn check() -> Result<()> {
    for folder in OTHERS {
        command::output(
            command::cargo()
                .args(["metadata", "--locked", "--format-version", "1"])
                .current_dir(layout::at(folder)),
            "Run `cargo metadata` there: it adds what is missing to Cargo.lock.",
        )?;
    }
    let lock = fs::read_to_string(layout::at("Cargo.lock")).context("Cargo.lock cannot be read")?;
    for version in versions(&lock, "wasmtime")? {
        println!("wasmtime {version} is locked");
        if numbers(&version).is_none_or(|numbers| numbers < FIRST_GOOD_WASMTIME) {
            bail!(
                "wasmtime {version} has known holes: run `cargo update -p wasmtime` to get 48.0.8 or newer"
            );
        }
    }

    let tree = command::output(
        command::cargo().args([
            "tree",
            "--package",
            "patchbay",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]),
        "Look at the message above.",
    )?;
    let copies = copies(&tree, "wasmparser");
    println!(
        "wasmparser in the server: {}",
        copies.iter().copied().collect::<Vec<_>>().join(", ")
    );
    if copies.len() > WASMPARSERS {
        bail!(
            "there are more than {WASMPARSERS} versions of wasmparser in the server: `cargo tree -p patchbay -d` \
             shows what brings them in"
        );
    }
    Ok(())
}

/// The versions of a package in a lock file.
fn versions(lock: &str, name: &str) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
    }
    let lock: Lock = toml::from_str(lock).context("Cargo.lock cannot be read")?;
    let packages = lock
        .package
        .into_iter()
        .filter(|package| package.name == name);
    Ok(packages.map(|package| package.version).collect())
}

/// The three numbers of a released version.
fn numbers(version: &str) -> Option<[u64; 3]> {
    let numbers: Option<Vec<u64>> = version
        .split('.')
        .map(|number| number.parse().ok())
        .collect();
    numbers?.try_into().ok()
}

/// The versions of a package in the output of `cargo tree`, which has a line `name v1.2.3` for each.
fn copies<'a>(tree: &'a str, name: &str) -> BTreeSet<&'a str> {
    tree.lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(" v"))
        .filter_map(|version| version.split_whitespace().next())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{FIRST_GOOD_WASMTIME, copies, numbers, versions};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(numbers("48.0.7").unwrap() < FIRST_GOOD_WASMTIME);
        assert!(numbers("48.0.10").unwrap() > FIRST_GOOD_WASMTIME);
        assert!(numbers("49.0.0").unwrap() > FIRST_GOOD_WASMTIME);
        assert_eq!(numbers("48.0.8-rc.1"), None);
    }

    #[test]
    fn only_the_package_itself_is_looked_up() {
        let lock = "[[package]]\nname = \"wasmtime\"\nversion = \"48.0.8\"\n\
                    [[package]]\nname = \"wasmtime-wasi\"\nversion = \"1.0.0\"\n";
        assert_eq!(versions(lock, "wasmtime").unwrap(), ["48.0.8"]);
    }

    #[test]
    fn a_copy_is_counted_once() {
        let tree = "patchbay v0.1.0 (/somewhere)\nwasmparser v0.254.2\nwasmparser-x v1.0.0\nwasmparser v0.254.2 (*)\n\
                    wasmparser v0.258.3\n";
        assert_eq!(
            Vec::from_iter(copies(tree, "wasmparser")),
            ["0.254.2", "0.258.3"]
        );
    }
}
