//! Patchbay beside its peers, command line by command line in one run: `cargo xtask bench compose`.
//!
//! Each tool reads the same components from the same files, composes the same graph, validates the result and writes it:
//! wac and Patchbay from the same `.wac` source, Patchbay once more from a saved graph, `wasm-tools compose` from its own
//! configuration. Patchbay's part is this very program, run again with `fuse`, since the `patchbay` command carries a
//! server along that takes minutes to build with optimisation.

mod support;

use patchbay_composer::wac::Packages;
use patchbay_composer::{FuseOptions, Parts, fuse, fuse_wac, inspect_upload, wac_packages};
use patchbay_model::Graph;
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use support::{INTERFACES, component_text, interface_name, net, supplier};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Nodes, the components that they are instances of, and the bytes of code in each.
const CASES: [(usize, usize, usize); 6] = [
    (2, 2, 20 << 10),
    (10, 10, 20 << 10),
    (100, 10, 20 << 10),
    (2, 2, 20 << 20),
    (10, 2, 20 << 20),
    (100, 2, 20 << 20),
];

/// How often each tool runs in a case, by turns. The fastest run counts: what else the machine does can only add to it.
const ROUNDS: usize = 15;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [verb, folder, output] if verb == "fuse" => fuse_graph(Path::new(folder), output.as_ref()),
        [verb, folder, output] if verb == "fuse-wac" => {
            fuse_source(Path::new(folder), output.as_ref())
        }
        _ => table(),
    }
}

/// What `patchbay fuse` does with a `.wac` source.
fn fuse_source(folder: &Path, output: &Path) -> Result<()> {
    let source = fs::read_to_string(folder.join("compose.wac"))?;
    let mut packages = Packages::new();
    for package in wac_packages(&source, "compose.wac").map_err(|problem| problem.message)? {
        let name = package.name.trim_start_matches("local:");
        let bytes = fs::read(folder.join(format!("{name}.wasm")))?;
        packages.insert(package, bytes.into());
    }
    let fused = fuse_wac(&source, "compose.wac", &packages, FuseOptions::default());
    Ok(fs::write(output, fused.map_err(|it| format!("{it:?}"))?)?)
}

/// What `patchbay fuse` does with a saved graph.
fn fuse_graph(folder: &Path, output: &Path) -> Result<()> {
    let graph = Graph::from_json(&fs::read_to_string(folder.join("graph.json"))?)?;
    let mut parts = Parts::new();
    for reference in graph.references() {
        if parts.get(reference).is_none() {
            let name = reference.package.trim_start_matches("local:");
            let bytes = fs::read(folder.join(format!("{name}.wasm")))?;
            parts.provide(&reference.package, inspect_upload(name, bytes)?);
        }
    }
    let fused = fuse(&graph, &parts).map_err(|problems| format!("{problems:?}"))?;
    Ok(fs::write(output, fused)?)
}

fn table() -> Result<()> {
    let peers = std::env::var_os("PATCHBAY_PEERS").map(PathBuf::from);
    let peers = peers.ok_or("say where the peers are: `cargo xtask bench compose` does")?;
    println!(
        "| nodes | components | Patchbay, the same `.wac` | Patchbay, a saved graph | `wac compose` | `wasm-tools compose` |"
    );
    println!("|---|---|---|---|---|---|");
    for (nodes, kinds, code) in CASES {
        let folder = std::env::temp_dir().join(format!("patchbay-bench-{nodes}-{kinds}-{code}"));
        write_case(&folder, nodes, kinds, code)?;
        let mut tools = [
            patchbay(&folder, "fuse-wac")?,
            patchbay(&folder, "fuse")?,
            wac(&peers, &folder, kinds),
            wasm_tools(&peers, &folder, nodes, kinds),
        ];
        let mut times = [const { Vec::new() }; 4];
        for _ in 0..ROUNDS {
            for (tool, times) in tools.iter_mut().zip(&mut times) {
                times.extend(time(tool)?);
            }
        }
        let [own, graph, wac, wasm_tools] =
            times.map(|times: Vec<Duration>| times.into_iter().min());
        let own = own.ok_or("Patchbay composes every case")?;
        let beside = |time: Option<Duration>| match time {
            Some(time) => format!(
                "{} ({:.2} ×)",
                ms(time),
                time.as_secs_f64() / own.as_secs_f64()
            ),
            None => "cannot".to_string(),
        };
        let size = match code >> 20 {
            0 => format!("{} KB", code >> 10),
            large => format!("{large} MB"),
        };
        println!(
            "| {nodes} | {kinds} of {size} | {} | {} | {} | {} |",
            ms(own),
            beside(graph),
            beside(wac),
            beside(wasm_tools)
        );
        fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

/// The same graph for everybody, with its components.
fn write_case(folder: &Path, nodes: usize, kinds: usize, code: usize) -> Result<()> {
    fs::create_dir_all(folder)?;
    for kind in 0..kinds {
        let bytes = wat::parse_str(component_text(kind * 1_000, code))?;
        fs::write(folder.join(format!("kind{kind}.wasm")), bytes)?;
    }
    fs::write(folder.join("graph.json"), net(nodes, kinds).to_json())?;
    let mut source = String::from("package bench:result;\n");
    let mut config = String::from("instantiations:\n");
    for n in 0..nodes {
        let root = n + 1 == nodes;
        writeln!(source, "let n{n} = new local:kind{} {{", n % kinds)?;
        match root {
            true => writeln!(config, "  root:\n    arguments:")?,
            false if n == 0 => writeln!(config, "  n0:\n    dependency: kind0")?,
            false => writeln!(
                config,
                "  n{n}:\n    dependency: kind{}\n    arguments:",
                n % kinds
            )?,
        }
        for i in (0..INTERFACES).filter(|_| n > 0) {
            let (name, from) = (interface_name(i), supplier(n, i));
            writeln!(source, "  \"{name}\": n{from}[\"{name}\"],")?;
            writeln!(
                config,
                "      \"{name}\": {{ instance: n{from}, export: \"{name}\" }}"
            )?;
        }
        writeln!(source, "{}}};", if n == 0 { "  ...\n" } else { "" })?;
    }
    writeln!(source, "export n{}[\"{}\"];", nodes - 1, interface_name(0))?;
    writeln!(config, "dependencies:")?;
    for kind in 0..kinds {
        writeln!(config, "  kind{kind}: {{ path: kind{kind}.wasm }}")?;
    }
    fs::write(folder.join("compose.wac"), source)?;
    fs::write(folder.join("config.yml"), config)?;
    Ok(())
}

fn patchbay(folder: &Path, verb: &str) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(verb).arg(folder).arg(folder.join("out.wasm"));
    Ok(command)
}

fn wac(peers: &Path, folder: &Path, kinds: usize) -> Command {
    let mut command = Command::new(peers.join("wac"));
    command.arg("compose").arg(folder.join("compose.wac"));
    for kind in 0..kinds {
        let file = folder.join(format!("kind{kind}.wasm"));
        command
            .arg("-d")
            .arg(format!("local:kind{kind}={}", file.display()));
    }
    command.arg("-o").arg(folder.join("out.wasm"));
    command
}

fn wasm_tools(peers: &Path, folder: &Path, nodes: usize, kinds: usize) -> Command {
    let mut command = Command::new(peers.join("wasm-tools"));
    let root = folder.join(format!("kind{}.wasm", (nodes - 1) % kinds));
    command
        .arg("compose")
        .arg("-c")
        .arg(folder.join("config.yml"));
    command.arg(root).arg("-o").arg(folder.join("out.wasm"));
    command.current_dir(folder);
    command
}

/// How long a tool takes; `None` where it fails, or is not there.
fn time(command: &mut Command) -> Result<Option<Duration>> {
    let start = Instant::now();
    let done = command.stdout(Stdio::null()).stderr(Stdio::null()).status();
    Ok(done
        .is_ok_and(|status| status.success())
        .then(|| start.elapsed()))
}

fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1_000.0)
}
