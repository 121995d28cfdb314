//! The colour of a port's package family: the same wherever a graph is drawn.

use crate::name::InterfaceName;

/// The hues that packages get by chance; grey is for what every host has.
const HUES: [&str; 6] = ["orange", "green", "yellow", "vermilion", "purple", "blue"];

/// The name of a port's colour: the same for all interfaces of a package, in every version.
pub fn hue(name: &str) -> &'static str {
    let Some(interface) = InterfaceName::parse(name) else {
        return "blue";
    };
    match (interface.namespace, interface.package) {
        ("wasi", "http") => "sky",
        ("wasi", "keyvalue") => "green",
        ("wasi", _) => "grey",
        (namespace, package) => {
            // FNV-1a: short, and the same in every build.
            let hash = namespace
                .bytes()
                .chain([b':'])
                .chain(package.bytes())
                .fold(0x811c_9dc5_u32, |hash, byte| {
                    (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
                });
            HUES[hash as usize % HUES.len()]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_has_one_colour() {
        assert_eq!(hue("wasi:http/types@0.2.3"), "sky");
        assert_eq!(hue("wasi:io/streams@0.2.6"), "grey");
        assert_eq!(hue("my:calc/add@1.0.0"), hue("my:calc/sub@2.0.0"));
        assert_eq!(hue("run"), "blue");
    }
}
